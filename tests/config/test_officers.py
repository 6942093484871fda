"""Officers and their PINs."""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from pathlib import Path

import pytest

from kiosk.config import Home, OfficersList, check_pin, hash_pin, load_officers, write_officer
from kiosk.errors import ConfigError
from tests.config.wards import new_home


def stored_by_an_older_release(pin: str) -> str:
    """Return the hash that an older release stored for a PIN of four digits."""
    salt = bytes(range(16))
    return f"{salt.hex()}${hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32).hex()}"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def test_a_pin_matches_its_own_hash_and_no_other() -> None:
    stored = hash_pin("204817")
    assert check_pin("204817", stored)
    assert not check_pin("204818", stored)
    assert not check_pin("0204817", stored)


def test_the_same_pin_is_stored_differently_each_time() -> None:
    assert hash_pin("204817") != hash_pin("204817")


@pytest.mark.parametrize("pin", ["", "123", "20481", "1234567890123", "12 34", "12a4", "１２３４", "204817\n"])
def test_a_malformed_pin_is_neither_stored_nor_accepted(pin: str) -> None:
    with pytest.raises(ConfigError, match="6 to 12 digits"):
        hash_pin(pin)
    assert not check_pin(pin, hash_pin("490127"))


def test_without_a_file_nobody_may_sign_in(home: Home) -> None:
    assert load_officers(home) == ()


def test_an_officer_is_added_and_given_a_new_pin(home: Home) -> None:
    write_officer(home, "lan", "204817")
    write_officer(home, "minh", "736402")
    write_officer(home, "lan", "918273")
    officers = {officer.id: officer for officer in load_officers(home)}
    assert sorted(officers) == ["lan", "minh"]
    assert check_pin("918273", officers["lan"].pin_scrypt)
    assert not check_pin("204817", officers["lan"].pin_scrypt)
    assert check_pin("736402", officers["minh"].pin_scrypt)


def test_no_other_user_can_read_the_file_and_no_temporary_file_is_left(home: Home) -> None:
    write_officer(home, "lan", "204817")
    write_officer(home, "minh", "736402")
    file = home.etc / "officers.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not [path for path in home.etc.iterdir() if "officers" in path.name and path != file]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_file_stays_with_the_counters_user_when_root_writes_it(home: Home) -> None:
    write_officer(home, "lan", "204817")
    os.chown(home.etc / "officers.toml", 12345, 12346)
    write_officer(home, "minh", "736402")
    after = (home.etc / "officers.toml").stat()
    assert (after.st_uid, after.st_gid) == (12345, 12346)


def test_a_failed_write_leaves_the_old_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    write_officer(home, "lan", "204817")
    before = (home.etc / "officers.toml").read_bytes()

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match=r"officers\.toml cannot be written: No space left on device"):
        write_officer(home, "minh", "736402")
    assert (home.etc / "officers.toml").read_bytes() == before
    assert len(list(home.etc.iterdir())) == 4  # kiosk.toml, site.toml, catalog, officers.toml


def test_an_impossible_name_is_refused(home: Home) -> None:
    with pytest.raises(ConfigError, match=r"id = 'Lan Anh': expected 2 to 32 of a-z"):
        write_officer(home, "Lan Anh", "204817")


def test_a_damaged_file_is_not_overwritten(home: Home) -> None:
    (home.etc / "officers.toml").write_text("[[officers]\n")
    with pytest.raises(ConfigError, match="not valid TOML"):
        write_officer(home, "lan", "204817")
    assert (home.etc / "officers.toml").read_text() == "[[officers]\n"


def test_a_pin_in_the_place_of_its_hash_is_not_shown_in_the_message(home: Home) -> None:
    (home.etc / "officers.toml").write_text('[[officers]]\nid = "lan"\npin_scrypt = "204817"\n')
    with pytest.raises(ConfigError) as refused:
        load_officers(home)
    assert "204817" not in str(refused.value)
    assert "officers[0].pin_scrypt" in str(refused.value)


def test_two_officers_of_one_name_are_refused(home: Home) -> None:
    table = f'[[officers]]\nid = "lan"\npin_scrypt = "{hash_pin("204817")}"\n'
    (home.etc / "officers.toml").write_text(table * 2)
    with pytest.raises(ConfigError, match="the id lan appears twice"):
        load_officers(home)


def test_a_short_pin_of_an_older_release_is_still_accepted() -> None:
    assert check_pin("2468", stored_by_an_older_release("2468"))
    assert not check_pin("2469", stored_by_an_older_release("2468"))


@pytest.mark.parametrize(
    "pin",
    [
        "123456",
        "654321",
        "000000",
        "111111",
        "121212",
        "123123",
        "135791",
        "112233",
        "686868",
        "890123",
        "12341234",
        "100000",
    ],
)
def test_an_easy_pin_is_refused_and_not_shown(pin: str) -> None:
    with pytest.raises(ConfigError, match="take another") as refused:
        hash_pin(pin)
    assert pin not in str(refused.value)


def test_a_changed_list_is_valid_at_once_and_a_damaged_one_changes_nothing(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    officers = OfficersList(home)
    assert officers() == ()
    write_officer(home, "lan", "204817")
    write_officer(home, "minh", "736402")
    assert [officer.id for officer in officers()] == ["lan", "minh"]
    (home.etc / "officers.toml").write_text("[[officers]\n")
    with caplog.at_level(logging.ERROR):
        assert [[officer.id for officer in officers()] for _ in range(3)] == [["lan", "minh"]] * 3
    assert len(caplog.records) == 1
    (home.etc / "officers.toml").unlink()
    assert officers() == ()
