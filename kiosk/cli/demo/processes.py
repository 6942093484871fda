"""The processes of a demo: started like systemd units, restarted when they end, stopped together."""

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
"""prctl(2): the kernel sends this signal when the parent dies, so a killed demo leaves no process behind."""

_STOP_TIMEOUT_S = 10.0
_RESTART_S = 0.5


class DemoError(KioskError):
    """A part of the demo does not start; the message contains the end of its log."""


class Processes:
    """Child processes of the demo, each with a log file. A process that ends by itself is started again."""

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
        """Return the present process id of a name."""
        with self._lock:
            return self._running[name].pid

    def wait_for(self, name: str, is_ready: Callable[[], bool], timeout_s: float = 30.0) -> None:
        """Wait until a part of the demo is ready.

        Raises:
            DemoError: it was not ready in time; the message ends with the last lines of its log.
        """
        deadline_monotonic_s = time.monotonic() + timeout_s
        while not is_ready():
            if time.monotonic() > deadline_monotonic_s:
                raise DemoError(f"{name} did not start within {timeout_s:.0f} s; its log ends:\n{self._tail(name)}")
            time.sleep(0.05)

    def keep_alive(self) -> None:
        """Restart every process that ends, until `stop`. Runs in a thread of its own."""
        while not self._is_ending.wait(_RESTART_S):
            with self._lock:
                for name, process in self._running.items():
                    if process.poll() is not None and not self._is_ending.is_set():
                        self._running[name] = self._spawn(name)

    def stop(self) -> None:
        """End all processes, the last started first, and wait for them."""
        self._is_ending.set()
        with self._lock:
            for process in reversed(self._running.values()):
                process.terminate()
            deadline_monotonic_s = time.monotonic() + _STOP_TIMEOUT_S
            for process in reversed(self._running.values()):
                try:
                    process.wait(max(0.0, deadline_monotonic_s - time.monotonic()))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _spawn(self, name: str) -> subprocess.Popen[bytes]:
        # Only for this user: the dock's log contains its address, which gives access to it.
        log = open_file(self._logs / f"{name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            return subprocess.Popen(
                self._commands[name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,  # Ctrl-C goes to this process only, which stops the others in order
                preexec_fn=lambda: self._libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM),
            )
        finally:
            os.close(log)

    def _tail(self, name: str) -> str:
        file = self._logs / f"{name}.log"
        return "\n".join(file.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]) if file.exists() else ""


def end_in_order() -> None:
    """Ask the main thread to stop the processes of the hall and to end."""
    os.kill(os.getpid(), signal.SIGTERM)
