"""No decoder raises anything but its own error, whatever it is given: one law for all that read from outside.

What is valid is changed by bytes and by structure: cut, doubled, other types, deep nesting, huge integers, NaN, lone
surrogates, keys twice, items too many. A decoder returns a value or raises the errors that stand here beside it.
"""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cbor2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import crypto
from kiosk.city import event_checks
from kiosk.config import Home, Site
from kiosk.config.reading import read as read_settings
from kiosk.counter.attempts import Attempts
from kiosk.counter.sessions import _read as read_sessions
from kiosk.decoding import json_of
from kiosk.dock.window_mirror import Scene
from kiosk.drivers import control_file
from kiosk.drivers.display.wayland_outputs import Outputs
from kiosk.drivers.printer.about import about_file, read_about
from kiosk.drivers.printer.emulator.nv_memory import Memory
from kiosk.drivers.scanner.decoding.picture import read_picture
from kiosk.drivers.scanner.simulated import _parsed
from kiosk.drivers.speaker.ducking import Announcement
from kiosk.errors import ConfigError, DeviceError, EncodingError, WireError
from kiosk.model import booking, cards, choice, identity, insurance, mrz
from kiosk.model.event import KINDS, Event
from kiosk.model.ticket import parse_number
from kiosk.ports.panel import PanelOutput
from kiosk.ports.window_output import about_file as output_file
from kiosk.ports.window_output import read_about as read_output
from kiosk.records import Record
from kiosk.store.daykey import DayKey
from kiosk.store.health import health_file, read_health
from kiosk.ui.window.mirror_client import MirrorClient
from kiosk.wire.batch import Batch, decode_batch, encode_batch
from kiosk.wire.columns import unpack_column
from kiosk.wire.day_list import DayList, ListedBooking, decode_list, encode_list
from kiosk.wire.messages import Ack, DeviceState, decode_ack, decode_state, encode_ack, encode_state, load_strictly
from kiosk.wire.requests import (
    DossierAnswer,
    WireQuestion,
    decode_answer,
    decode_question,
    encode_answer,
    encode_question,
)
from kiosk.wire.topics import split_topic
from tests.clocks import FakeClock
from tests.sync.lists import PRIVATE, PUBLIC, sign
from tests.sync.lobby_day import lobby_day

Decode = Callable[[bytes], object]


class Case(Record):
    """One decoder: what it takes, its valid payloads, and the errors that are its own."""

    name: str
    decode: Decode
    valid: tuple[bytes, ...]
    errors: tuple[type[Exception], ...] = ()
    form: str = "bytes"

    def __repr__(self) -> str:
        return self.name


_EPOCH = b"\x01" * 8
_DAY = DayList("00082", "2026-11-23", 5, (ListedBooking("AAAAAAAA", "A", 570, "2.000815", b"p" * 16),), b"k" * 32)


def _text(read: Callable[[str], object]) -> Decode:
    """Return a decoder of bytes for one of texts: lone surrogates stand for bytes that are no UTF-8."""
    return lambda body: read(body.decode("utf-8", "surrogateescape"))


def _signed(body: bytes) -> object:
    """Read the content of a list that the city's own key signed, whatever stands in it."""
    return decode_list(cbor2.dumps([body, sign(b"kiosk day list\n" + body)]), [PUBLIC])


def _file(read: Callable[[Home], object], place: Callable[[Home], Path]) -> Decode:
    """Return a decoder of bytes for one that reads a file of a home."""

    def decode(body: bytes) -> object:
        with TemporaryDirectory() as folder:
            home = Home.at(Path(folder))
            place(home).parent.mkdir(parents=True, exist_ok=True)
            place(home).write_bytes(body)
            return read(home)

    return decode


def _socket(talk: Callable[[Path], object]) -> Decode:
    """Return a decoder of bytes for one that connects to a socket and is told them."""

    def decode(body: bytes) -> object:
        with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
            path = Path(folder) / "s"
            listener.bind(str(path))
            listener.listen()

            def tell() -> None:
                far, _ = listener.accept()
                with far, suppress(OSError):
                    far.sendall(body)
                    far.shutdown(socket.SHUT_WR)
                    while far.recv(4096):
                        pass

            telling = threading.Thread(target=tell)
            telling.start()
            try:
                return talk(path)
            finally:
                telling.join()

    return decode


def _outputs(path: Path) -> None:
    with closing(Outputs(path)) as outputs:
        outputs.read()


def _window(path: Path) -> None:
    with MirrorClient(path) as window:
        window.frame()


def _hatch(body: bytes) -> object:
    """Hand the simulated scanner a message; a hatch answers a ValueError, and nothing else."""
    return _parsed(body)


def _event(body: bytes) -> None:
    fields = cbor2.loads(body)
    if not isinstance(fields, dict):
        return  # a batch has no event without fields
    for kind in KINDS:
        with suppress(event_checks.PoisonError):
            event_checks.read(Event(1, kind, 1, fields))


_JSON = msgspec.json.encode
_BATCH = encode_batch(Batch(_EPOCH, tuple(lobby_day(tickets=12)[:30])))
_CARD = "001090000123|012345678|Nguyễn Văn An|02011990|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021".encode()
_ZONE = b"IDVNM0900001233001090000123<<4\n9001022M3001020VNM<<<<<<<<<<<4\nNGUYEN<<VAN<AN<<<<<<<<<<<<<<<<"
_WAYLAND = struct.pack("=IHHIII", 2, 0, 28, 1, 5, 4) + b"abcd\0\0\0\0" + struct.pack("=IHHI", 3, 0, 12, 0)

CASES = (
    Case("batch", decode_batch, (_BATCH,), (WireError,), "cbor"),
    Case("ack", decode_ack, (encode_ack(Ack(_EPOCH, 5, ((7, 9), (20, 20)), 9, True)),), (WireError,), "cbor"),
    Case("state", decode_state, (encode_state(DeviceState(True, _EPOCH, 3, "1", {"a": 1})),), (WireError,), "cbor"),
    Case(
        "question", decode_question, (encode_question(WireQuestion(5, "dossier", b"s" * 16, 9)),), (WireError,), "cbor"
    ),
    Case("answer", decode_answer, (encode_answer(5, DossierAnswer("ready", 9, None, None, 3)),), (WireError,), "cbor"),
    Case("signed list", lambda body: decode_list(body, [PUBLIC]), (encode_list(_DAY, sign),), (WireError,), "cbor"),
    Case("list", _signed, (cbor2.loads(encode_list(_DAY, sign))[0],), (WireError,), "cbor"),
    Case("cbor", lambda body: load_strictly(body, "it"), (_BATCH,), (WireError,), "cbor"),
    Case(
        "column",
        lambda body: unpack_column(cbor2.loads(body), 7, "it"),
        tuple(map(cbor2.dumps, (5, [1, b"\x01\x00\x28"], [3, ["vi", "en"], b"\x01\x00\x28"], [4, ["A041"], 0, 1]))),
        (WireError,),
        "cbor structure",
    ),
    Case(
        "event's fields", _event, (cbor2.dumps({"t": 1, "n": "A001", "x": 5, "site": "00082"}),), (), "cbor structure"
    ),
    Case("topic", _text(lambda text: split_topic("hanoi", text)), (b"hanoi/e/k00082-1",)),
    Case("code under the scanner", _text(cards.parse), (_CARD, _ZONE, b"000.00.01.H26-260930-0012", b"abcdefghijklm")),
    Case("card", _text(identity.read_card), (_CARD,)),
    Case("card's number", _text(identity.read_number), (b"001090000123",)),
    Case("card's date", _text(identity.read_date), (b"02011990",)),
    Case("machine readable zone", _text(mrz.read), (_ZONE,)),
    Case("insurance card", _text(insurance.read), (b"HC4010123456789|4e677579|01/01/1990|1|486120|x|-|01/01/2026|$",)),
    Case("choice", _text(choice.read), (b"kiosk:A",)),
    Case("ticket's number", _text(parse_number), (b"A001",)),
    Case("typed booking", _text(booking.typed_code), (b"7MVV-2HMR",)),
    Case(
        "signed booking",
        _text(lambda text: booking.verify(text, [PUBLIC])),
        (booking.encode(booking.SignedBooking("00082", "2026-11-23", 570, "A", "7MVV2HMR"), PRIVATE).encode(),),
    ),
    Case("sealed box", lambda body: crypto.open_sealed(bytes(range(32)), body, b"i"), (b"b" * 80,), (EncodingError,)),
    Case("signature", lambda body: crypto.is_signed([PUBLIC], b"m", body), (b"s" * 64,)),
    Case("message for the scanner", _hatch, (b"qr\nA001", b"wedge\nA001"), (ValueError,)),
    Case("picture", lambda body: read_picture(body, "it"), (b"P5 2 2 255\nabcd", b"BM" + b"\0" * 60), (DeviceError,)),
    Case(
        "settings",
        _file(lambda home: read_settings(home.etc / "s", Site), lambda home: home.etc / "s"),
        (b'code = "00082"\nlanguages = ["vi"]\n[hours]\nmonday = [["07:30", "11:30"]]\n',),
        (ConfigError,),
    ),
    Case(
        "health",
        _file(read_health, lambda home: health_file(home, "printer")),
        (_JSON({"status": "ready", "pid": 5}),),
        (),
        "json",
    ),
    Case("printer's facts", _file(read_about, about_file), (_JSON({"profile": "x", "kept": 1}),), (), "json"),
    Case(
        "window's output",
        _file(lambda home: read_output(home, "screen"), lambda home: output_file(home, "screen")),
        (_JSON({"name": "HDMI-A-1", "width": 5}),),
        (),
        "json",
    ),
    Case(
        "switches",
        _file(lambda home: control_file.load(home.run / "c", PanelOutput), lambda home: home.run / "c"),
        (_JSON({"is_somebody": True}),),
        (),
        "json",
    ),
    Case(
        "printer's pictures",
        _file(lambda home: Memory(home.run / "m"), lambda home: home.run / "m"),
        (_JSON({"AB": {}}),),
        (),
        "json",
    ),
    Case(
        "announcement",
        _file(lambda home: Announcement(home, lambda: 1.0).is_on, lambda home: home.run / "announcement"),
        (struct.pack("d", 5.0),),
    ),
    Case(
        "day key",
        _file(lambda home: DayKey(home).of("2026-11-23"), lambda home: home.run / "day.key"),
        (b"2026-11-23 " + b"ab" * 32,),
    ),
    Case(
        "wrong PINs",
        _file(lambda home: Attempts(FakeClock(), home.var / "a"), lambda home: home.var / "a"),
        (_JSON({"x": [3, 5.0]}),),
        (),
        "json",
    ),
    Case(
        "officers' sessions",
        _file(lambda home: read_sessions(home.var / "s"), lambda home: home.var / "s"),
        (_JSON({"x": {}}),),
        (),
        "json",
    ),
    Case(
        "body", lambda body: json_of(body, dict[str, Any]), (_JSON({"number": "A001"}),), (msgspec.DecodeError,), "json"
    ),
    Case(
        "scene of a window",
        lambda body: json_of(body, Scene),
        (_JSON({"screen": "welcome", "targets": []}),),
        (msgspec.DecodeError,),
        "json",
    ),
    Case("compositor", _socket(_outputs), (_WAYLAND,), (OSError,)),
    Case(
        "window",
        _socket(_window),
        (_JSON({"version": 1, "width": 1, "height": 1, "bytes": 3}) + b"\nabc",),
        (OSError,),
        "json",
    ),
)

_ODD: tuple[object, ...] = (
    *(None, True, False, 0, -1, 2**31, 2**63, -(2**63) - 1, 2**200, 1.5, float("nan"), float("inf"), "", "\x00", "#"),
    *("x" * 3000, "\u202e", b"", b"\xff" * 9, [], [[]], {}, {"": {}}, {1: 2}, [0] * 300),
)
_DEEP = 60


def _nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def _changed(value: object, chance: random.Random) -> object:
    """Return a structure with one thing in it changed, at no place in particular."""
    if isinstance(value, list | tuple) and value and chance.random() < 0.85:
        items = list(value)
        place = chance.randrange(len(items))
        match chance.randrange(6):
            case 0:
                del items[place]
            case 1:
                items.insert(place, chance.choice(_ODD))
            case 2:
                items.append(items[place])
            case _:
                items[place] = _changed(items[place], chance)
        return items
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        match chance.randrange(5):
            case 0:
                return {name: kept for name, kept in value.items() if name != key}
            case 1:
                return {**value, chance.choice(["", "x" * 70, "\u202e", "news"]): chance.choice(_ODD)}
            case _:
                return {**value, key: _changed(value[key], chance)}
    if isinstance(value, bytes) and value and chance.random() < 0.6:
        return _damaged(value, chance)
    return _nested(_DEEP) if chance.random() < 0.05 else chance.choice(_ODD)


def _damaged(body: bytes, chance: random.Random) -> bytes:
    """Return bytes with something cut, doubled, put in or turned over."""
    changed = bytearray(body)
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(changed) + 1)
        match chance.randrange(6):
            case 0:
                del changed[place:]
            case 1:
                del changed[place : place + chance.randrange(1, 9)]
            case 2:
                changed[place:place] = changed[: chance.randrange(1, 20)]
            case 3:
                changed[place:place] = chance.choice(_PIECES)
            case _:
                if place < len(changed):
                    changed[place] = chance.randrange(256)
    return bytes(changed)


_PIECES = (
    *(b"\xff", b"\x00", b"\xed\xa0\x80", "٣".encode(), "ﬁ".encode(), b"\n", b"|", b"<", b"9" * 5000, b"[" * 5000, b"{"),
    *(b"NaN", b"1e999", b'"a":1,"a":2,', b"\x9f", b"\xbf", b"\xc1", b"\x5b" + b"\xff" * 8, b"\x81" * 200),
)


def _json(value: object) -> bytes:
    return json.dumps(value, default=lambda odd: str(odd)).encode()


@pytest.mark.parametrize("case", CASES, ids=repr)
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_decoder_raises_nothing_but_its_own_error(case: Case, seed: int) -> None:
    chance = random.Random(seed)
    body = chance.choice(case.valid)
    if case.form.startswith("cbor") and (case.form.endswith("structure") or chance.random() < 0.6):
        body = cbor2.dumps(_changed(cbor2.loads(body), chance))
    elif case.form == "json" and chance.random() < 0.6:
        first, line_feed, rest = body.partition(b"\n")
        body = _json(_changed(json.loads(first), chance)) + line_feed + rest
    else:
        body = _damaged(body, chance)
    with suppress(*case.errors):
        case.decode(body)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_a_decoder_takes_the_worst_without_ending(case: Case) -> None:
    for piece in (b"", *_PIECES, *(piece * 3 for piece in _PIECES), b"[" * 100_000, b'{"a":' * 50_000, b'{"a":"\xff"}'):
        if case.form == "cbor structure":
            continue
        with suppress(*case.errors):
            case.decode(piece)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_random_bytes_upset_no_decoder(case: Case) -> None:
    chance = random.Random(8)
    if case.form == "cbor structure":
        return
    for size in (*range(12), 100, 1199):
        for _ in range(6):
            with suppress(*case.errors):
                case.decode(chance.randbytes(size))
