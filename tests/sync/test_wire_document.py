"""docs/wire.md promises strangers that they can decode the line: every example in it is true."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path

import cbor2

from kiosk.model.event import Event
from kiosk.wire.batch import FIELDS, KINDS, Batch, content_hash, decode_batch, encode_batch
from kiosk.wire.columns import unpack_column, unpack_ints
from kiosk.wire.day_list import DayList, ListedBooking, decode_list, encode_list
from kiosk.wire.messages import Ack, DeviceState, decode_ack, decode_state, encode_ack, encode_state
from kiosk.wire.requests import (
    DOSSIER,
    DossierAnswer,
    WireQuestion,
    decode_answer,
    decode_question,
    encode_answer,
    encode_question,
)
from tests.sync.lists import PUBLIC, sign

DOCUMENT = (Path(__file__).parents[2] / "docs" / "wire.md").read_text(encoding="utf-8")
EPOCH = bytes.fromhex("0123456789abcdef")


def _bytes(block: str) -> bytes:
    """Return the bytes of an annotated block: on each line the hex before the `#`."""
    return bytes.fromhex("".join(line.partition("#")[0] for line in block.splitlines()))


ACK, STATE, LIST, QUESTION, ANSWER, BATCH = (
    _bytes(block) for block in re.findall(r"```cbor\n(.*?)```", DOCUMENT, re.DOTALL)
)


def test_the_acknowledgement_is_what_it_says() -> None:
    ack = Ack(EPOCH, 310, ((315, 320),), 1_795_413_670_000)
    assert (decode_ack(ACK), encode_ack(ack)) == (ack, ACK)


def test_the_state_is_what_it_says() -> None:
    instance = bytes.fromhex("fedcba9876543210")
    state = DeviceState(True, EPOCH, 1, "0.1.0", {"printer": "paper_out"}, instance)
    assert (decode_state(STATE), encode_state(state)) == (state, STATE)


def test_the_list_of_bookings_is_what_it_says() -> None:
    assert PUBLIC.hex() in DOCUMENT
    person = bytes.fromhex("00112233445566778899aabbccddeeff")
    rows = (ListedBooking("7MVV2HMR", "A", 570, "2.000815", person), ListedBooking("SXHSADHM", "B", 600))
    listed = DayList("00082", "2026-11-23", 1_795_413_600_000, rows, bytes.fromhex("a0" * 32))
    assert (decode_list(LIST, [PUBLIC]), encode_list(listed, sign)) == (listed, LIST)


def test_question_and_answer_are_what_they_say() -> None:
    question = WireQuestion(2**52, DOSSIER, bytes.fromhex("00112233445566778899aabbccddeeff"), 4000)
    assert (decode_question(QUESTION), encode_question(question)) == (question, QUESTION)
    answer = DossierAnswer("ready", 1_795_413_670_000, date(2026, 11, 16), date(2026, 11, 25), 3)
    assert (decode_answer(ANSWER), encode_answer(2**52, answer)) == ((2**52, answer), ANSWER)


def test_the_batch_is_what_it_says() -> None:
    (listed,) = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    events = tuple(Event(*row) for row in json.loads(listed))
    assert decode_batch(BATCH) == Batch(EPOCH, events)
    assert encode_batch(Batch(EPOCH, events)) == BATCH


def test_each_column_is_what_it_says() -> None:
    rows = re.findall(r"^\| `([0-9a-f ]+)` \| `(\[.*\])` \|$", DOCUMENT, re.MULTILINE)
    assert len(rows) == 6
    for packed, listed in rows:
        values = json.loads(listed)
        assert unpack_column(cbor2.loads(bytes.fromhex(packed)), len(values), packed) == values


def test_the_ints_are_what_they_say() -> None:
    assert "`03 00 05 30 60` holds 7 integers" in DOCUMENT
    assert unpack_ints(bytes.fromhex("0300053060"), 7, "here") == [0, 1, 2, 3, 0, 1, 4]


def test_the_content_hash_is_what_it_says() -> None:
    found = re.search(r"^    ([0-9a-f]+)  →  ([0-9a-f]+)$", DOCUMENT, re.MULTILINE)
    assert found is not None
    content, digest = map(bytes.fromhex, found.groups())
    event = decode_batch(BATCH).events[1]
    assert cbor2.loads(content) == [event.kind, event.at_ms, event.payload]
    assert hashlib.blake2b(content, digest_size=16).digest() == digest == content_hash(event)


def test_the_lists_of_kinds_and_fields_are_those_of_the_code() -> None:
    words = " ".join(DOCUMENT.split())
    assert re.findall(r"(\d+) `([a-z_]+\.[a-z_]+)`", words) == [(str(n), kind) for n, kind in enumerate(KINDS)]
    masks = words[words.index("**Mask**") : words.index("fields of other names")]
    assert re.findall(r"(\d+) `([a-z]+)`", masks) == [(str(1 << n), name) for n, name in enumerate(FIELDS)]
