"""A word to systemd: ready, still working, doing what. Nothing happens where no systemd listens.

A unit of `Type=notify` is up once `ready()` was called, and is killed and started again when `watchdog()` has not been
called for its WatchdogSec. So call it after real progress, never from a thread that lives on while the work is stuck.
Source: sd_notify(3).
"""

from __future__ import annotations

import contextlib
import os
import socket


def ready() -> None:
    """Say that the process has started and does its work."""
    _send("READY=1")


def watchdog() -> None:
    """Say that the process has just made progress."""
    _send("WATCHDOG=1")


def status(sentence: str) -> None:
    """Say in one line what the process is doing; `systemctl status` shows it."""
    _send(f"STATUS={' '.join(sentence.split())}")


def _send(message: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # a socket in the abstract namespace
        address = f"\0{address[1:]}"
    # A kiosk goes on when systemd does not listen: a missed watchdog brings its own restart.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.sendto(message.encode(), address)
