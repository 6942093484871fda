"""A sample of the fuzzing, and proof that it would find what it looks for."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from benchmarks import fuzz
from benchmarks.fuzz import Tally, fuzz_chunk, smuggled
from benchmarks.payloads import BASE32, Mint, payload
from kiosk import crypto
from kiosk.model import booking, masking
from kiosk.model.cards import parse

SEED = "a sample"
MINT = Mint.of(SEED)
KINDS = {
    *("booking signed, forged", "booking signed, genuine", "booking typed", "choice", "dossier", "identity_card"),
    *("identity_number", "insurance_card", "mrz", "opaque misread", "opaque too_long", "opaque unknown", "ticket"),
}


def test_twenty_thousand_payloads_do_no_harm() -> None:
    tally = fuzz_chunk(SEED, MINT, (0, 20_000))
    assert not tally.trouble
    assert tally.kinds.total() == 20_000
    assert set(tally.kinds) == KINDS
    assert min(tally.kinds.values()) > 100


def test_a_seed_gives_the_same_payloads_again() -> None:
    one, other = ([payload(rng, MINT) for _ in range(500)] for rng in (Random(7), Random(7)))
    assert one == other


def test_a_kiosk_that_believes_any_signature_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def always(public_keys: Sequence[bytes], message: bytes, signature: bytes) -> bool:
        return True

    monkeypatch.setattr(crypto, "is_signed", always)
    assert "forged: believed" in fuzz_chunk(SEED, MINT, (0, 2000)).trouble


def test_a_kiosk_that_believes_nobody_is_found_out() -> None:
    strangers = Mint(MINT.city, (), MINT.stranger, MINT.signed)
    assert "genuine: not believed" in fuzz_chunk(SEED, strangers, (0, 2000)).trouble


def test_a_second_text_of_a_genuine_booking_counts_as_forged() -> None:
    """The four bits that base32 has to spare are the easiest way to make a second text of a genuine one."""
    text = MINT.signed[0]
    twin = text[:-1] + BASE32[BASE32.index(text[-1]) + 1]
    assert booking.verify(twin, MINT.public_keys) is None
    assert fuzz.judge(twin, "", MINT) == ("booking signed, forged", "")


def test_a_parser_that_fails_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(text: str) -> None:
        raise IndexError(text[:0])

    monkeypatch.setattr(booking, "typed_code", failing)
    assert fuzz_chunk(SEED, MINT, (0, 2000)).trouble.startswith("exception: IndexError('')")


def test_a_mask_that_leaks_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "hide", str)
    address = "001090000123||An|02011990|Nam|Số 1, Hà Nội|15042021"
    assert smuggled(parse(address), address) == "Số 1, Hà Nội"


def test_the_first_trouble_ends_it_with_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzz, "fuzz", lambda count, seed: Tally(trouble=f"{count} {seed}"))
    assert fuzz.main(["--count", "5", "--seed", "x"]) == 2
    assert capsys.readouterr().err == "5 x\n"


def test_without_trouble_it_tells_what_it_has_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = fuzz_chunk(SEED, MINT, (0, 300))
    monkeypatch.setattr(fuzz, "fuzz", lambda count, seed: tally)
    assert fuzz.main([]) == 0
    assert f"| opaque unknown | {tally.kinds['opaque unknown']} |" in capsys.readouterr().out
