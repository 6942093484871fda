"""`python -m benchmarks.fuzz`: a million payloads through the parsers of cards and bookings.

Ends at the first exception, the first forged booking that was believed, the first text that smuggled something into
what may be shown, and the first genuine payload that was not known; then the exit code is 2, else 0. A seed gives the
same payloads again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from random import Random

from benchmarks.payloads import Mint, payload
from benchmarks.table import show
from kiosk.model import booking
from kiosk.model.cards import BookingCode, BookingForm, Document, Opaque, Parsed, parse
from kiosk.model.masking import DOT, mask_text

_CHUNK = 2500
_DAY = date(2026, 11, 23)
_SHOWN_CHARS = 300
_MOST_CHARS = 300
"""Of any field: an address is the longest."""

_PUBLIC = re.compile(rf"[0-9A-Za-z{DOT}. _:-]{{0,64}}")
"""What may be shown of a reading, but for names: nothing that a screen, a printer, a page or a voice would obey."""
_NAME = re.compile(rf"(?:[^\W\d_]{DOT}+|{DOT}+)(?: (?:[^\W\d_]{DOT}+|{DOT}+))*|{DOT}+[0-9]{{3}}")
_MOST_NAME_CHARS = 100
_STRUCTURE = frozenset("|.-:/<$ \n")


@dataclass
class Tally:
    """What became of some payloads; `trouble` is the first thing that must never happen, or empty."""

    kinds: Counter[str] = field(default_factory=Counter)
    trouble: str = ""

    def add(self, other: Tally) -> None:
        """Count what another has counted."""
        self.kinds += other.kinds
        self.trouble = self.trouble or other.trouble


def smuggled(read: Parsed, text: str) -> str:
    """Return what a payload brought into that which may be shown of it, or "" when it is clean."""
    shown = read.masked()
    if isinstance(read, Document):
        shown.pop("name", None)
        if not _NAME.fullmatch(read.masked_name) or len(read.masked_name) > _MOST_NAME_CHARS:
            return read.masked_name
    values = [*_texts(shown), read.public, read.kind, repr(read).strip("<>")]
    found = next((value for value in values if not _PUBLIC.fullmatch(value)), "")
    is_plain = set(mask_text(text, read.public)) <= {DOT, *_STRUCTURE, *read.public}
    return found or ("" if is_plain else "mask_text")


def judge(text: str, kind: str, mint: Mint) -> tuple[str, str]:
    """Read one payload, use all that the reading offers, and return what it was and what is wrong with that, or ""."""
    read = parse(text)
    told = _texts(read.fields())
    if not all(value.isprintable() and len(value) <= _MOST_CHARS for value in told):
        return read.kind, "a field is longer than can be, or holds a control character"
    if isinstance(read, Document):
        read.age_on(_DAY)
        read.sealed_fields()
        if read.number is not None and not re.fullmatch("[0-9]{12}", read.number):
            return read.kind, f"its number is {read.number!r}"
    name = f"{read.kind} {read.reason}" if isinstance(read, Opaque) else read.kind
    if isinstance(read, BookingCode):
        name = f"booking {read.form}"
        if read.form is BookingForm.SIGNED:
            is_ours = read.text in mint.signed
            is_believed = booking.verify(read.text, mint.public_keys) is not None
            name += ", genuine" if is_ours else ", forged"
            if is_believed is not is_ours:
                return name, "believed" if is_believed else "not believed"
    if kind and read.kind != kind:
        return name, f"it is {kind}"
    found = smuggled(read, text)
    return name, f"{found[:_SHOWN_CHARS]!r} may be shown" if found else ""


def fuzz_chunk(seed: str, mint: Mint, task: tuple[int, int]) -> Tally:
    """Judge the payloads of one chunk, up to the first trouble.

    Args:
        task: the chunk's number, which with the seed makes its payloads, and how many.
    """
    number, count = task
    rng, tally = Random(f"{seed} {number}"), Tally()
    for _ in range(count):
        text, kind = payload(rng, mint)
        try:
            name, trouble = judge(text, kind, mint)
        except Exception as error:  # noqa: BLE001 - the top of a worker, and any exception is what it looks for
            name, trouble = "exception", repr(error)
        tally.kinds[name] += 1
        if trouble:
            tally.trouble = f"{name}: {trouble}: {text[:_SHOWN_CHARS]!r} (seed {seed}, chunk {number})"
            break
    return tally


def fuzz(count: int, seed: str) -> Tally:
    """Judge so many payloads on all cores and return what became of them; the progress goes to stderr."""
    mint, total, done = Mint.of(seed), Tally(), 0
    tasks = [(number, min(_CHUNK, count - start)) for number, start in enumerate(range(0, count, _CHUNK))]
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for tally in pool.imap_unordered(partial(fuzz_chunk, seed, mint), tasks):
            total.add(tally)
            done += tally.kinds.total()
            _progress(done, count)
            if total.trouble:
                break
    return total


def _texts(fields: dict[str, str | list[str]]) -> list[str]:
    return [text for value in fields.values() for text in ([value] if isinstance(value, str) else value)]


def _progress(done: int, count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {count:,}", end="\n" if done == count else "", file=sys.stderr, flush=True)
    elif done == count or done * 10 // count != (done - _CHUNK) * 10 // count:
        print(f"{done:,} of {count:,}", file=sys.stderr, flush=True)


def main(words: Iterable[str] | None = None) -> int:
    """Fuzz, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(prog="fuzz", description="Payloads through the parsers of cards and bookings.")
    parser.add_argument("--count", type=int, default=1_000_000, help="how many (%(default)s)")
    parser.add_argument("--seed", default="2026", help="the same seed gives the same payloads (%(default)s)")
    asked = parser.parse_args(None if words is None else list(words))
    started = time.monotonic()
    total = fuzz(asked.count, asked.seed)
    seconds = time.monotonic() - started
    if total.trouble:
        print(total.trouble, file=sys.stderr)
        return 2
    rows = [(name, f"{count:,}") for name, count in sorted(total.kinds.items())]
    note = f"{total.kinds.total():,} payloads in {seconds:.0f} s on {os.cpu_count()} cores, seed {asked.seed}."
    show(
        "Payloads read: no exception, no forged booking believed, nothing smuggled", ("read as", "how many"), rows, note
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
