"""Replacing files atomically, and opening files without following another user's link.

The folders under `run/` and `var/` are shared by several users, and root writes there too. So each path is walked
folder by folder: a symbolic link on the way is followed only if root or this user made it, and a link as the last name
is never followed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 2**20
"""The size limit of a file that another user may have written, because its content is held in memory."""

_PLACE = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_NOBODY = 65534
_MAX_LINKS = 40
"""The kernel's own limit for one path."""


def replace_file(
    file: Path, content: bytes, *, mode: int | None = None, keeps_rights: bool = False, is_durable: bool = False
) -> None:
    """Replace a file's content atomically: a reader sees the old content or the new.


    Args:
        mode: its permissions; None for 0666 less the umask.
        keeps_rights: the file that is there now hands on its permissions, its owner and its group.
        is_durable: a power cut after the return leaves the new content too.
    Raises:
        OSError: it cannot be written; the old one is still there. `filename` is `file`.
    """
    with replacing(file, mode=mode, keeps_rights=keeps_rights, is_durable=is_durable) as stream:
        stream.write(content)


@contextlib.contextmanager
def replacing(
    file: Path, *, mode: int | None = None, keeps_rights: bool = False, is_durable: bool = False
) -> Iterator[BinaryIO]:
    """Give a stream for a file's new content, which takes the old one's place when the block ends without an error.

    Missing folders are made. The arguments and the error are those of `replace_file`.
    """
    with _named(file), _folder_of(file, is_made=True) as folder:
        part = f".{file.name}.{os.urandom(8).hex()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(part, flags, 0o666 if mode is None else mode & 0o600, dir_fd=folder)
        try:
            with os.fdopen(handle, "wb") as stream:
                if mode is not None:
                    os.fchmod(handle, mode)  # not by `open`, which applies the umask
                if keeps_rights:
                    _hand_on_rights(folder, file.name, handle)
                yield stream
                stream.flush()
                if is_durable:
                    os.fsync(handle)
            os.replace(part, file.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part, dir_fd=folder)
            raise
        if is_durable:
            _sync(folder)


def sweep_beside(file: Path) -> None:
    """Delete the temporary files that killed writers left beside a file. Call it only while nobody else can write the
    file.
    """
    for part in file.parent.glob(f".{file.name}.*"):
        part.unlink(missing_ok=True)


def replace_link(link: Path, target: str) -> None:
    """Point a symbolic link to `target`, atomically; missing folders are made.


    Raises:
        OSError: it cannot be made; the old one is still there.
    """
    with _named(link), _folder_of(link, is_made=True) as folder:
        part = f".{link.name}.{os.urandom(8).hex()}"
        os.symlink(target, part, dir_fd=folder)
        try:
            os.replace(part, link.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(part, dir_fd=folder)
            raise


def open_file(file: Path, flags: int = os.O_RDONLY, mode: int = 0o666) -> int:
    """Open a regular file and return its descriptor; a link, a pipe or a device in its place is an error.

    Args:
        flags: as for `os.open`; missing folders are made with `O_CREAT`.
    Raises:
        OSError: it is not there, not a regular file (`ELOOP` for a link), or may not be opened.
    """
    with _named(file), _folder_of(file, is_made=bool(flags & os.O_CREAT)) as folder:
        # without O_NONBLOCK, opening a pipe would block for ever
        handle = os.open(file.name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode, dir_fd=folder)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return handle
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file")


def read_file(file: Path, most_bytes: int = MOST_BYTES, *, is_own: bool = False) -> bytes:
    """Return a regular file's content.

    Args:
        is_own: what another user made, or could have written, is not believed.
    Raises:
        OSError: as `open_file`; it is longer than `most_bytes` (`EFBIG`); or it is not our own (`EPERM`).
    """
    with _named(file), os.fdopen(open_file(file), "rb") as stream:
        status = os.fstat(stream.fileno())
        if is_own and (status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
            raise OSError(errno.EPERM, f"user {status.st_uid} or others may have written it")
        content = stream.read(most_bytes + 1)
        if len(content) > most_bytes:
            raise OSError(errno.EFBIG, f"more than {most_bytes} bytes")
        return content


def open_folder(folder: Path, *, is_made: bool = False) -> int:
    """Open a folder and return its descriptor, for calls with `dir_fd`, having followed no stranger's link.

    It is a place and no more (`O_PATH`): to list it or to sync it, open "." in it.

    Args:
        is_made: make it, and those above it, when missing.
    Raises:
        OSError: it is not there, not a folder, may not be entered, or a link on the way is another user's (`ELOOP`).
    """
    links = 0
    names = list(reversed(folder.absolute().parts))
    here = os.open("/", _PLACE)
    try:
        while names:
            beyond = _beyond(names.pop(), here, is_made=is_made)
            if isinstance(beyond, int):
                os.close(here)
                here = beyond
                continue
            links += 1
            if links > _MAX_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            names.extend(reversed(Path(beyond).parts))
    except OSError as error:
        os.close(here)
        error.filename = str(folder)
        raise
    return here


def make_folder(folder: Path) -> None:
    """Make a folder and those above it when missing, as `open_folder` walks them.

    Raises:
        OSError: as `open_folder`.
    """
    os.close(open_folder(folder, is_made=True))


def keep_from_strangers(file: Path, *beside: str) -> None:
    """Make a file, empty, when there is none, for its owner alone; in a folder that a group shares, for the group too.

    What an earlier release or another umask let all users open is closed to them. For libraries that open files by
    name and give them whatever the umask leaves. Nothing here opens the file: closing it would drop the locks that
    this process has on it (fcntl(2)).

    Args:
        beside: endings of its companions, such as `-wal`, which are closed to strangers where they are there.
    Raises:
        OSError: it is not there and cannot be made.
    """
    is_shared = bool(file.parent.stat().st_mode & stat.S_IWGRP)
    with contextlib.suppress(FileExistsError):
        os.mknod(file, stat.S_IFREG | 0o600)
        if is_shared:
            file.chmod(0o660)  # not by `mknod`, which applies the umask
    if is_shared:
        return  # whoever made the folder says who may open what is in it, and a member could plant a link here
    for one in (file, *(file.with_name(file.name + ending) for ending in beside)):
        with contextlib.suppress(FileNotFoundError, PermissionError):
            found = one.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and found.st_mode & stat.S_IRWXO:
                one.chmod(stat.S_IMODE(found.st_mode) & ~stat.S_IRWXO)


def make_own_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter; one that is there stays as it is, and so do those above it.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextlib.contextmanager
def as_member(folder: Path) -> Iterator[None]:
    """Let this thread, where it is root's, touch files as the group may that shares a folder, and no further.

    For libraries that open files by name, as SQLite does its log: a link that a member of the group planted leads to
    nothing that the member could not have written. In a folder that no group may write, nothing changes.
    """
    group = _sharing_group(folder) if os.geteuid() == 0 else None
    if group is None:
        yield
        return
    import ctypes

    libc = ctypes.CDLL(None)
    own_group, own_user = libc.setfsgid(group), libc.setfsuid(_NOBODY)
    try:
        yield
    finally:
        libc.setfsuid(own_user)
        libc.setfsgid(own_group)


def _sharing_group(folder: Path) -> int | None:
    with contextlib.suppress(OSError):
        shared = folder.stat()
        return shared.st_gid if shared.st_gid and shared.st_mode & stat.S_IWGRP else None
    return None


def _beyond(name: str, here: int, *, is_made: bool) -> int | str:
    """Return the folder's descriptor, or where a link of that name leads.

    Raises:
        OSError: it is a stranger's link, or neither link nor folder.
    """
    try:
        place = os.open(name, _PLACE, dir_fd=here)
    except FileNotFoundError:
        if not is_made:
            raise
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, dir_fd=here)
        place = os.open(name, _PLACE, dir_fd=here)
    found = os.fstat(place)
    if stat.S_ISDIR(found.st_mode):
        return place
    try:
        if not stat.S_ISLNK(found.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if found.st_uid not in (0, os.geteuid()):
            raise OSError(errno.ELOOP, f"a link made by user {found.st_uid} is not followed")
        return os.readlink("", dir_fd=place)
    finally:
        os.close(place)


@contextlib.contextmanager
def _folder_of(file: Path, *, is_made: bool) -> Iterator[int]:
    folder = open_folder(file.parent, is_made=is_made)
    try:
        yield folder
    finally:
        os.close(folder)


@contextlib.contextmanager
def _named(file: Path) -> Iterator[None]:
    """Put the file's whole path into the system's error, not a name inside its folder."""
    try:
        yield
    except OSError as error:
        if error.errno is not None:
            error.filename = str(file)
        raise


def _sync(folder: int) -> None:
    listing = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        os.fsync(listing)
    finally:
        os.close(listing)


def _hand_on_rights(folder: int, name: str, handle: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        before = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISREG(before.st_mode):
            os.fchown(handle, before.st_uid, before.st_gid)
            os.fchmod(handle, stat.S_IMODE(before.st_mode))
