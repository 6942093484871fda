"""The hatch: whole messages or none, from this user alone, and nobody who stands before it is in the way."""

from __future__ import annotations

import socket
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.drivers import control_socket as hatches
from kiosk.drivers import simulated_cable
from kiosk.drivers.control_socket import ControlSocket, send_message
from kiosk.errors import DeviceError, UnknownNameError
from tests.descriptors import open_descriptors

LONGEST = 1000


class Owner:
    """Who owns the hatch, and everything it was handed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "run" / "thing.sock"
        self.control_file = folder / "run" / "thing.json"
        self.taken: list[bytes] = []
        self.control_socket = self.open()

    def open(self) -> ControlSocket:
        """Open the hatch, as the process that owns it does."""
        return ControlSocket(self.path, self.control_file, LONGEST, self._take)

    def caller(self, *said: bytes) -> socket.socket:
        """Return somebody who stands before the hatch and has said this much."""
        caller = socket.socket(socket.AF_UNIX)
        caller.connect(str(self.path))
        for words in said:
            caller.sendall(words)
        return caller

    def answer(self, *said: bytes, is_over: bool = False) -> str:
        """Return the answer to what a caller says."""
        with self.caller(*said) as caller:
            if is_over:
                caller.shutdown(socket.SHUT_WR)
            self.control_socket.serve()
            caller.settimeout(0)
            return caller.recv(200)[4:].decode()

    def _take(self, message: bytes) -> str:
        if message == b"wrong":
            raise ValueError("that is wrong")
        self.taken.append(message)
        return "ok"


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    owner = Owner(tmp_path)
    yield owner
    owner.control_socket.close()


def packed(message: bytes) -> bytes:
    return struct.pack(">I", len(message)) + message


def test_a_message_in_pieces_is_taken_when_it_is_whole(owner: Owner) -> None:
    with owner.caller() as caller:
        for piece in (b"\0", b"\0\0\x05", b"hel", b"l"):
            caller.sendall(piece)
            owner.control_socket.serve()
            assert owner.taken == []
        caller.sendall(b"o")
        owner.control_socket.serve()
        assert owner.taken == [b"hello"]
        assert caller.recv(100) == packed(b"ok")
        assert caller.recv(100) == b"", "and hung up"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (packed(b"wrong"), "that is wrong"),
        (packed(b"x" * (LONGEST + 1)), "longer than 1000 bytes"),
        (b"\xff\xff\xff\xff", "longer than 1000 bytes"),
        (packed(b"one") + packed(b"two"), "more than one message"),
        (packed(b"one") + b"x", "more than one message"),
        (packed(b"one")[:-1], "the message is incomplete"),
        (b"\0\0", "the message is incomplete"),
        (b"", "the message is incomplete"),
    ],
)
def test_what_is_no_message_is_refused_with_the_reason(owner: Owner, said: bytes, reason: str) -> None:
    assert owner.answer(said, is_over=True) == f"refused: {reason}"
    assert owner.taken == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(said=st.lists(st.binary(max_size=40) | st.binary(max_size=40).map(packed), max_size=4))
def test_whatever_is_said_is_answered_and_the_next_is_heard(owner: Owner, said: list[bytes]) -> None:
    assert owner.answer(*said, is_over=True)
    owner.taken.clear()
    assert owner.answer(packed(b"hello")) == "ok"
    assert owner.taken == [b"hello"]


def test_who_says_nothing_or_half_a_word_is_in_nobodys_way(owner: Owner) -> None:
    silent = [owner.caller(b"\0\0\0\x05h") for _ in range(30)]
    owner.control_socket.serve()
    assert owner.answer(packed(b"hello")) == "ok"
    owner.control_socket.serve()
    newest = silent[-1]
    newest.sendall(b"ello")
    owner.control_socket.serve()
    assert newest.recv(100) == packed(b"ok"), "who came last was not sent away"
    for caller in silent:
        caller.close()
    owner.control_socket.serve()
    assert owner.taken == [b"hello", b"hello"]


def test_who_hangs_up_at_any_moment_is_no_harm(owner: Owner) -> None:
    owner.caller().close()
    owner.caller(b"\0\0").close()
    owner.caller(packed(b"hello")).close()  # does not wait for its answer
    owner.control_socket.serve()
    assert owner.answer(packed(b"hello")) == "ok"


def test_only_the_owners_user_can_reach_it(owner: Owner) -> None:
    assert stat.S_IMODE(owner.path.stat().st_mode) == 0o600


def test_a_hatch_that_a_killed_process_left_behind_is_opened_anew(owner: Owner) -> None:
    again = owner.open()
    owner.control_socket.close()
    assert owner.path.exists(), "the old one takes away only what is its own"
    owner.control_socket = again
    assert owner.answer(packed(b"hello")) == "ok"
    owner.control_socket.close()
    owner.control_socket.close()
    assert not owner.path.exists()
    assert owner.control_socket.fileno() == -1
    owner.control_socket.serve()


def test_with_the_cable_out_nothing_is_taken(owner: Owner) -> None:
    simulated_cable.request(owner.control_file, "thing", "unplug")
    assert not owner.control_socket.is_plugged
    assert owner.answer(packed(b"hello")) == "unplugged"
    simulated_cable.request(owner.control_file, "thing", "plug")
    assert owner.control_socket.is_plugged
    assert owner.answer(packed(b"hello")) == "ok"
    assert owner.taken == [b"hello"]
    with pytest.raises(UnknownNameError, match="no action of the simulated thing named 'drop'; known: unplug, plug"):
        simulated_cable.request(owner.control_file, "thing", "drop")


def test_a_damaged_control_file_pulls_no_cable(owner: Owner) -> None:
    owner.control_file.write_text("{")
    assert owner.control_socket.is_plugged


def test_nobody_at_the_hatch_is_told_apart_from_somebody_who_does_not_answer(
    owner: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hatches, "_PATIENCE_S", 0.05)
    assert send_message(tmp_path / "nowhere.sock", b"hello") is None
    with pytest.raises(DeviceError, match="no answer"):
        send_message(owner.path, b"hello")
    killed = owner.path.with_name("killed.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(killed))
    assert send_message(killed, b"hello") is None
    with pytest.raises(DeviceError, match="path too long"):
        send_message(tmp_path / ("x" * 200), b"hello")


def test_an_idle_hatch_costs_three_descriptors_at_most_and_no_thread(tmp_path: Path) -> None:
    before = open_descriptors()
    owner = Owner(tmp_path)
    assert open_descriptors() <= before + 3
    owner.control_socket.close()
    assert open_descriptors() <= before
