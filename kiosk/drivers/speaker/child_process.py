"""A child process with pipes and a time limit: it is killed when it makes no progress."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence

_CHUNK_BYTES = 4096


class Child:
    """One running program. Every wait ends after `stall_s` without progress; `kill` may be called at any time.

    Args:
        words: its whole standard input, which must fit into a pipe; None leaves the input open for `write`.
        has_secrets: standard error may repeat the input and is discarded.
    Raises:
        OSError: the program does not exist or cannot be started.
    """

    def __init__(
        self, argv: Sequence[str], stall_s: float, *, words: bytes | None = None, has_secrets: bool = False
    ) -> None:
        self._stall_s = stall_s
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if has_secrets else subprocess.PIPE,
            bufsize=0,
            pipesize=_CHUNK_BYTES,  # samples in the pipe still have the old volume
            process_group=0,
        )
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
        if words is not None:
            self.write(words)
            self._hang_up()

    def read(self, most_bytes: int = _CHUNK_BYTES) -> bytes:
        """Wait for output and return it; empty at the end of the program, also after `kill`."""
        if self._process.stdout is None or not self._wait(self._process.stdout.fileno(), select.POLLIN):
            return b""
        return os.read(self._process.stdout.fileno(), most_bytes)

    def read_exactly(self, count: int) -> bytes:
        """Return `count` bytes, or fewer at the end of the output."""
        received = b""
        while len(received) < count and (more := self.read(count - len(received))):
            received += more
        return received

    def write(self, payload: bytes) -> bool:
        """Write bytes; return whether all were accepted."""
        rest = memoryview(payload)
        while rest:
            if self._process.stdin is None or not self._wait(self._process.stdin.fileno(), select.POLLOUT):
                return False
            try:
                rest = rest[os.write(self._process.stdin.fileno(), rest[:_CHUNK_BYTES]) :]
            except BlockingIOError:
                continue
            except OSError:  # the program has ended
                return False
        return True

    def end(self) -> bool:
        """Wait for its end and release it; return whether its exit code is 0."""
        self._hang_up()
        try:
            self._process.wait(self._stall_s)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        return self._process.returncode == 0

    def complaint(self) -> str:
        """Return the last line of standard error, after the end of the program."""
        if self._process.stderr is None:
            return ""
        os.set_blocking(self._process.stderr.fileno(), False)
        with contextlib.suppress(BlockingIOError):
            written = os.read(self._process.stderr.fileno(), _CHUNK_BYTES).decode(errors="replace")
            return written.strip().rpartition("\n")[2]
        return ""

    def kill(self) -> None:
        """Kill the program and its children; any thread; calling twice is fine."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the program if it still runs, and close its pipes."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _hang_up(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _wait(self, fd: int, event: int) -> bool:
        """Wait until a pipe is ready; kill the program after `stall_s`."""
        waiting = select.poll()
        waiting.register(fd, event)
        ends = time.monotonic() + self._stall_s
        while (left_s := ends - time.monotonic()) > 0:
            if waiting.poll(1000 * left_s):
                return True
        self.kill()
        return False
