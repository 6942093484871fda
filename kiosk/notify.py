"""Notifications to systemd: ready, still working, current state. Without systemd nothing happens.

A unit of `Type=notify` is up after `ready()`, and is killed and restarted if `watchdog()` is not called within its
WatchdogSec. So call it after real progress, never from a thread that continues while the work is stuck. Source:
sd_notify(3).
"""

from __future__ import annotations

import contextlib
import os
import socket


def ready() -> None:
    """Report that the process has started and works."""
    _send("READY=1")


def watchdog() -> None:
    """Report progress."""
    _send("WATCHDOG=1")


def status(sentence: str) -> None:
    """Report in one line what the process does; `systemctl status` shows it."""
    _send(f"STATUS={' '.join(sentence.split())}")


def _send(message: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # a socket in the abstract namespace
        address = f"\0{address[1:]}"
    # a kiosk works without systemd, too; a missed watchdog leads to a restart
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.sendto(message.encode(), address)
