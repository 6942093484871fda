"""The processes of a demo: started like units, restarted when they end, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.files import open_file

_PR_SET_PDEATHSIG = 1
"""prctl(2): the kernel sends this signal when the parent dies, so that a killed demo leaves nobody behind."""

_FAREWELL_S = 10.0
_RESTART_S = 0.5


class DemoError(KioskError):
    """A part of the demo does not come up; the message carries the end of its log."""


class Processes:
    """Children of the demo, each with a log file; one that ends by itself is started again."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._environment = {**os.environ, **environment}
        self._commands: dict[str, Sequence[str]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._is_ending = threading.Event()
        self._libc = ctypes.CDLL(None)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process; its output goes to `<name>.log`."""
        with self._lock:
            self._commands[name] = command
            self._running[name] = self._spawn(name)

    def start_kiosk(self, name: str, home: Path, *arguments: str) -> None:
        """Start a `kiosk` command in a home."""
        self.start(name, [sys.executable, "-m", "kiosk", "--home", str(home), *arguments])

    def pid(self, name: str) -> int:
        """Return the process id that a name runs under now."""
        with self._lock:
            return self._running[name].pid

    def wait_for(self, what: str, is_there: Callable[[], bool], patience_s: float = 30.0) -> None:
        """Wait until something has come up.

        Raises:
            DemoError: it did not in time; the message ends with the last lines of its log.
        """
        deadline = time.monotonic() + patience_s
        while not is_there():
            if time.monotonic() > deadline:
                raise DemoError(f"{what} did not come up in {patience_s:.0f} s; its log ends:\n{self._tail(what)}")
            time.sleep(0.05)

    def keep_alive(self) -> None:
        """Start again whatever ends, until `stop`; runs in a thread of its own."""
        while not self._is_ending.wait(_RESTART_S):
            with self._lock:
                for name, process in self._running.items():
                    if process.poll() is not None and not self._is_ending.is_set():
                        self._running[name] = self._spawn(name)

    def stop(self) -> None:
        """End all, the last started first, and wait for them."""
        self._is_ending.set()
        with self._lock:
            for process in reversed(self._running.values()):
                process.terminate()
            deadline = time.monotonic() + _FAREWELL_S
            for process in reversed(self._running.values()):
                try:
                    process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _spawn(self, name: str) -> subprocess.Popen[bytes]:
        # For our own user: the dock's log tells its address, which is the key to it.
        log = open_file(self._logs / f"{name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            return subprocess.Popen(
                self._commands[name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,  # Ctrl-C is ours to hand on, in order
                preexec_fn=lambda: self._libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM),
            )
        finally:
            os.close(log)

    def _tail(self, name: str) -> str:
        file = self._logs / f"{name}.log"
        return "\n".join(file.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]) if file.exists() else ""


def end_in_order() -> None:
    """Let the main thread end the hall's processes before it ends itself."""
    os.kill(os.getpid(), signal.SIGTERM)
