"""The word to systemd, against a socket that listens as systemd does."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import notify


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.settimeout(5)
        yield line


def test_systemd_hears_ready_watchdog_and_status(
    listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.bind(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    notify.ready()
    notify.watchdog()
    notify.status("đợi giấy\nWATCHDOG=1")
    heard = [listener.recv(4096).decode() for _ in range(3)]
    assert heard == ["READY=1", "WATCHDOG=1", "STATUS=đợi giấy WATCHDOG=1"]


def test_a_socket_in_the_abstract_namespace_is_reached(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.bind(f"\0kiosk-notify-{os.getpid()}")
    monkeypatch.setenv("NOTIFY_SOCKET", f"@kiosk-notify-{os.getpid()}")
    notify.ready()
    assert listener.recv(4096) == b"READY=1"


def test_without_systemd_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify.ready()


def test_a_systemd_that_went_away_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify.watchdog()


def test_a_systemd_that_does_not_read_holds_nobody_up(
    listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.bind(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    for _ in range(1_000):  # more than its queue holds; a blocking send would never return
        notify.watchdog()
