"""The key of the day for digests of persons: made or received in the morning, deleted with the day.

It is stored in the run directory, which a device keeps in memory only, and never in the database. Without the key, the
digests in the database reveal nothing about persons.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import stat
from collections.abc import Iterator

from kiosk.config import Home
from kiosk.crypto import KEY_BYTES
from kiosk.files import open_file, read_file, replacing, sweep_beside

_LINE = re.compile(rf"(?P<day>\d{{4}}-\d{{2}}-\d{{2}}) (?P<key>[0-9a-f]{{{2 * KEY_BYTES}}})\n", re.ASCII)


class DayKey:
    """`run/day.key`, shared by all processes of one kiosk. Each call reads the file, so all use the same key."""

    def __init__(self, home: Home) -> None:
        """Prepare; the first key creates the file."""
        self._file = home.run / "day.key"

    def of(self, day: str) -> bytes:
        """Return the key of a business day, the same for every process; this deletes the key of another day.


        Raises:
            OSError: the run directory cannot be written.
        """
        key = self._key(day)
        if key is not None:
            return key
        with self._alone():
            key = self._key(day)  # another process may have been quicker
            if key is None:
                import secrets  # imports random; a key is made once a day

                key = secrets.token_bytes(KEY_BYTES)
                self._replace(day, key)
            return key

    def adopt(self, day: str, key: bytes) -> None:
        """Use the key that the city sent for a day, so that booked and walk-in numbers of one person count together.
        Visitors before its arrival are counted anew: digests under our own key no longer match.


        Raises:
            OSError: the run directory cannot be written.
            ValueError: the key does not have 32 bytes.
        """
        if len(key) != KEY_BYTES:
            raise ValueError(f"a day's key has {KEY_BYTES} bytes, not {len(key)}")
        with self._alone():
            if self._key(day) != key:
                self._replace(day, key)

    def destroy(self) -> None:
        """Delete the key, if there is one: no digest made with it can be made again.


        Raises:
            OSError: the run directory cannot be written.
        """
        with self._alone():
            self._overwrite()
            self._file.unlink(missing_ok=True)
            sweep_beside(self._file)

    def _key(self, day: str) -> bytes | None:
        """Return the key in the file, or None if there is none, or only one of another day."""
        try:
            match = _LINE.fullmatch(read_file(self._file).decode("ascii"))
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return bytes.fromhex(match["key"]) if match and match["day"] == day else None

    def _replace(self, day: str, key: bytes) -> None:
        """Replace the old key, of which nothing remains; the lock must be held. A process that reads meanwhile finds no
        key and waits for the lock.
        """
        sweep_beside(self._file)
        # On a device each process runs as another user of the directory's group; elsewhere the owner is enough.
        mode = 0o660 if self._file.parent.stat().st_mode & stat.S_IWGRP else 0o600
        with replacing(self._file, mode=mode) as file:
            file.write(f"{day} {key.hex()}\n".encode("ascii"))
            file.flush()  # on a full disk the old key stays
            self._overwrite()

    def _overwrite(self) -> None:
        with (
            contextlib.suppress(FileNotFoundError),
            os.fdopen(open_file(self._file, os.O_RDWR), "r+b", buffering=0) as file,
        ):
            file.write(bytes(os.fstat(file.fileno()).st_size))
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Lock out the other processes; the lock ends with its process."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(self._file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)
