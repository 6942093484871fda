"""A program with pipes that never holds us up: one that takes too long over anything is killed."""

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
    """One running program. Every wait on it ends after `stall_s` without progress, and `kill` may come any time.

    Args:
        words: its whole standard input; None leaves that open for `write`. It must fit into a pipe.
        has_secrets: what it says on standard error may repeat its input, and is thrown away.
    Raises:
        OSError: there is no such program, or the machine can start no more.
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
            pipesize=_CHUNK_BYTES,  # what is in a pipe was made as loud as was wished before
            process_group=0,
        )
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
        if words is not None:
            self.write(words)
            self._hang_up()

    def read(self, most_bytes: int = _CHUNK_BYTES) -> bytes:
        """Return what it has written, as soon as there is something; nothing at its end, natural or not."""
        if self._process.stdout is None or not self._wait(self._process.stdout.fileno(), select.POLLIN):
            return b""
        return os.read(self._process.stdout.fileno(), most_bytes)

    def read_exactly(self, count: int) -> bytes:
        """Return so many bytes, or fewer when it ends before."""
        received = b""
        while len(received) < count and (more := self.read(count - len(received))):
            received += more
        return received

    def write(self, payload: bytes) -> bool:
        """Hand it bytes; tell whether it took them all."""
        rest = memoryview(payload)
        while rest:
            if self._process.stdin is None or not self._wait(self._process.stdin.fileno(), select.POLLOUT):
                return False
            try:
                rest = rest[os.write(self._process.stdin.fileno(), rest[:_CHUNK_BYTES]) :]
            except BlockingIOError:
                continue
            except OSError:  # it is gone
                return False
        return True

    def end(self) -> bool:
        """Let it finish, and let go of it; tell whether it ended well."""
        self._hang_up()
        try:
            self._process.wait(self._stall_s)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        return self._process.returncode == 0

    def complaint(self) -> str:
        """Return the last line it wrote on standard error, after its end: the one that says what happened."""
        if self._process.stderr is None:
            return ""
        os.set_blocking(self._process.stderr.fileno(), False)
        with contextlib.suppress(BlockingIOError):
            written = os.read(self._process.stderr.fileno(), _CHUNK_BYTES).decode(errors="replace")
            return written.strip().rpartition("\n")[2]
        return ""

    def kill(self) -> None:
        """End it and what it has started at once; it may be called from another thread, and twice."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill it if it still runs, and give back its pipes."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _hang_up(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _wait(self, fd: int, event: int) -> bool:
        """Wait until a pipe is ready; a program that lets us wait for too long is killed."""
        waiting = select.poll()
        waiting.register(fd, event)
        ends = time.monotonic() + self._stall_s
        while (left_s := ends - time.monotonic()) > 0:
            if waiting.poll(1000 * left_s):
                return True
        self.kill()
        return False
