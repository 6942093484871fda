"""Files are replaced whole, or not at all, and no stranger's link leads us astray."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from kiosk.files import open_file, open_folder, read_file, replace_file, replace_link, replacing
from tests.descriptors import open_descriptors

is_root = os.geteuid() == 0
needs_root = pytest.mark.skipif(not is_root, reason="another user's link is made by root")
_STRANGER = 65533


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "made" / "on the way" / "health.json"
    before = open_descriptors()
    replace_file(file, b"old")
    replace_file(file, b"new", is_durable=True)
    assert (file.read_bytes(), _names(file.parent)) == (b"new", [file.name])
    assert open_descriptors() <= before


def test_a_full_disk_keeps_the_old_content_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "health.json"
    replace_file(file, b"old")
    with pytest.raises(OSError, match="No space left") as told, replacing(file) as stream:
        stream.write(b"half of")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert told.value.filename == str(file)
    assert (file.read_bytes(), _names(tmp_path)) == (b"old", [file.name])


def test_a_mode_is_what_was_asked_for_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        replace_file(tmp_path / "shared", b"", mode=0o660)
        replace_file(tmp_path / "usual", b"")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("shared", "usual")]
    assert modes == [0o660, 0o600]


def test_what_root_replaces_stays_its_owners(tmp_path: Path) -> None:
    file = tmp_path / "officers.toml"
    file.write_bytes(b"")
    file.chmod(0o640)
    if is_root:
        os.chown(file, 1, 2)
    replace_file(file, b"new", mode=0o600, keeps_rights=True)
    found = file.stat()
    assert stat.S_IMODE(found.st_mode) == 0o640
    assert (found.st_uid, found.st_gid) == ((1, 2) if is_root else (os.geteuid(), os.getegid()))


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"kept")
    (tmp_path / "run").mkdir()
    planted = tmp_path / "run" / "health.json"
    planted.symlink_to(precious)
    with pytest.raises(OSError, match="symbolic links"):
        read_file(planted)
    with pytest.raises(OSError, match="symbolic links"):
        os.close(open_file(planted, os.O_RDWR | os.O_CREAT))
    replace_file(planted, b"ours", keeps_rights=True)
    assert (precious.read_bytes(), planted.is_symlink(), planted.read_bytes()) == (b"kept", False, b"ours")


@needs_root
def test_a_folder_that_a_stranger_has_made_a_link_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    planted = tmp_path / "health"
    planted.symlink_to(tmp_path / "precious")
    os.lchown(planted, _STRANGER, _STRANGER)
    before = open_descriptors()
    for attempt in (
        lambda: replace_file(planted / "screen.json", b"ours"),
        lambda: read_file(planted / "deeper" / "a"),
    ):
        with pytest.raises(OSError, match=f"made by user {_STRANGER}") as told:
            attempt()
        assert told.value.errno == errno.ELOOP
    assert not _names(tmp_path / "precious")
    assert open_descriptors() <= before


def test_our_own_links_are_followed_wherever_they_lead(tmp_path: Path) -> None:
    (tmp_path / "real" / "run").mkdir(parents=True)
    (tmp_path / "home").symlink_to("real/../real")
    (tmp_path / "absolute").symlink_to(tmp_path / "home")
    replace_file(tmp_path / "absolute" / "run" / "a", b"1")
    assert read_file(tmp_path / "real" / "run" / "a") == b"1"


def test_links_in_a_circle_are_an_error_and_no_endless_walk(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with pytest.raises(OSError, match="symbolic links"):
        open_folder(tmp_path / "one")


def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "health.json")
    with pytest.raises(OSError, match="not a regular file"):
        read_file(tmp_path / "health.json")


def test_a_folder_that_may_be_entered_but_not_listed_is_no_obstacle(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    replace_file(shut / "in" / "a", b"1")
    shut.chmod(0o111)
    try:
        replace_file(shut / "in" / "a", b"2", is_durable=True)
        assert read_file(shut / "in" / "a") == b"2"
    finally:
        shut.chmod(0o755)


def test_a_link_is_led_elsewhere_in_one_step(tmp_path: Path) -> None:
    link = tmp_path / "dev" / "printer"
    replace_link(link, "/dev/null")
    replace_link(link, "/dev/zero")
    assert (str(link.readlink()), _names(link.parent)) == ("/dev/zero", ["printer"])
