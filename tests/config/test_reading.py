"""Reading settings: the messages about a file that cannot be used."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.errors import ConfigError
from tests.config.wards import complaint, new_home, with_line


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def test_settings_of_a_new_home_are_complete(home: Home) -> None:
    settings = load(home)
    assert settings.site.ward["vi"] == "Phường Cửa Nam"
    assert [service.letter for service in settings.site.services] == ["A", "B", "C", "D", "E"]
    assert settings.counters_for("A") == (1, 2, 3)
    assert settings.counter(6) is not None
    assert settings.counter(7) is None
    assert settings.service("Z") is None
    procedure = settings.procedure("2.000815")
    assert procedure is not None
    assert "200.000 đồng" in procedure.fee["vi"]
    assert settings.site.hours.of(5) == [("08:00", "12:00")]


def test_a_mistyped_key_is_named_with_its_nearest_neighbour(home: Home) -> None:
    file = with_line(home, "kiosk.toml", "width_dots", "widht_dots")
    assert complaint(home) == f"{file}: printer.widht_dots: unknown setting; did you mean 'width_dots'?"


def test_the_message_about_a_strange_key_lists_the_known_keys(home: Home) -> None:
    with_line(home, "kiosk.toml", "has_cutter = true", "zzz = true")
    message = complaint(home)
    assert "printer.zzz: unknown setting; known: driver, address, width_dots" in message


def test_a_mistyped_key_deep_in_a_list_is_found(home: Home) -> None:
    with_line(home, "site.toml", 'icon = "store"', 'icno = "store"')
    assert "services[3].icno: unknown setting; did you mean 'icon'?" in complaint(home)


def test_a_value_out_of_range_is_shown_with_the_limit(home: Home) -> None:
    file = with_line(home, "kiosk.toml", "width_dots = 576", "width_dots = 5760")
    assert complaint(home) == f"{file}: printer.width_dots = 5760: expected `int` <= 1200"


def test_the_message_about_a_wrong_text_names_its_language(home: Home) -> None:
    with_line(home, "site.toml", 'en = "Free drinking water at the entrance"', "en = 7")
    assert "notices[0].en = 7: expected `str`, got `int`" in complaint(home)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "00082"', 'code = "82"', "code = '82': expected the ward's code of 5 digits"),
        ('letter = "E"', 'letter = "e"', "services[4].letter = 'e': expected one capital letter, A to Z"),
        ('letter = "E"', 'letter = "E\\n"', r"services[4].letter = 'E\n': expected one capital letter, A to Z"),
        ('[["08:00", "12:00"]]', '[["8:00", "12:00"]]', "hours.saturday[0][0] = '8:00': expected a time from"),
        ('[["08:00", "12:00"]]', '[["08:00"]]', "hours.saturday[0] = ['08:00']: expected two times, from and until"),
        ("id = 6", "id = 0", "counters[5].id = 0: expected `int` >= 1"),
        ('icon = "store"', 'icon = "../store"', "services[3].icon = '../store': expected the name of a lucide icon"),
        ("ordinary_run = 1", "ordinary_run = true", "policy.ordinary_run = True: expected `int`, got `bool`"),
        ('code = "elderly"', 'code = "Ü"', "priority_groups[0].code = 'Ü': expected 2 to 24 of a-z"),
    ],
)
def test_a_wrong_value_is_shown_and_explained_in_words(home: Home, old: str, new: str, message: str) -> None:
    with_line(home, "site.toml", old, new)
    assert message in complaint(home)


def test_a_missing_setting_is_named(home: Home) -> None:
    file = with_line(home, "site.toml", 'icon = "stamp"\n', "")
    assert complaint(home) == f"{file}: services[0].icon: this setting is missing"
    with_line(home, "kiosk.toml", 'device = "k00082-1"', "")
    assert "kiosk.toml: device: this setting is missing" in complaint(home)


def test_problems_in_two_files_are_reported_at_once_and_the_first_is_named(home: Home) -> None:
    first = with_line(home, "kiosk.toml", "port = 8080", "port = 80800")
    second = with_line(home, "catalog/5-social.toml", 'code = "1.001731"', 'code = "1001731"')
    with pytest.raises(ConfigError) as refused:
        load(home)
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [str(first), str(second)]
    assert (refused.value.file, refused.value.key) == (first, "counter_page.port")


def test_the_message_about_a_missing_file_says_how_to_get_one(home: Home) -> None:
    (home.etc / "site.toml").unlink()
    assert complaint(home) == f"{home.etc / 'site.toml'} is missing: run `kiosk init` to write a complete one"


def test_a_ward_without_a_catalogue_has_no_procedures(home: Home) -> None:
    for file in (home.etc / "catalog").iterdir():
        file.unlink()
    (home.etc / "catalog").rmdir()
    assert load(home).procedures == ()


def test_a_catalogue_that_is_a_file_is_an_error(home: Home) -> None:
    for file in (home.etc / "catalog").iterdir():
        file.unlink()
    (home.etc / "catalog").rmdir()
    (home.etc / "catalog").write_text("")
    assert complaint(home) == f"{home.etc / 'catalog'} cannot be read: Not a directory"


def test_a_folder_in_place_of_a_file_is_named(home: Home) -> None:
    (home.etc / "site.toml").unlink()
    (home.etc / "site.toml").mkdir()
    assert complaint(home) == f"{home.etc / 'site.toml'} cannot be read: Is a directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(home: Home) -> None:
    (home.etc / "kiosk.toml").chmod(0)
    assert complaint(home) == f"{home.etc / 'kiosk.toml'} cannot be read: Permission denied"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'device = "\xff\xfe"', "kiosk.toml is not UTF-8 text (byte 10): save it as UTF-8"),
        (b"device = \n", "kiosk.toml is not valid TOML: Invalid value (at line 1, column 10)"),
        (b"device = 1\ndevice = 2\n", "kiosk.toml is not valid TOML: Cannot overwrite a value"),
        (b"device = " + b"[" * 100_000, "kiosk.toml is nested too deeply to be settings"),
        (b"device = " + b"9" * 5_000, "kiosk.toml is not valid TOML"),
    ],
)
def test_a_toml_error_is_reported_with_its_place(home: Home, content: bytes, message: str) -> None:
    (home.etc / "kiosk.toml").write_bytes(content)
    assert message in complaint(home)


def test_a_file_with_a_byte_order_mark_is_read(home: Home) -> None:
    file = home.etc / "site.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert load(home).site.code == "00082"


def test_decomposed_letters_are_composed(home: Home) -> None:
    file = home.etc / "site.toml"
    file.write_text(unicodedata.normalize("NFD", file.read_text(encoding="utf-8")), encoding="utf-8")
    assert load(home).site.ward["vi"] == unicodedata.normalize("NFC", "Phường Cửa Nam")


def test_a_long_wrong_value_is_shortened_in_the_message(home: Home) -> None:
    with_line(home, "kiosk.toml", 'device = "k00082-1"', f'device = "{"x" * 10_000}"')
    assert len(complaint(home)) < 300


def test_home_has_three_folders(tmp_path: Path) -> None:
    assert Home.at(None) == Home(Path("/etc/kiosk"), Path("/var/lib/kiosk"), Path("/run/kiosk"))
    home = Home.at(tmp_path)
    assert (home.etc, home.database) == (tmp_path / "etc", tmp_path / "var" / "kiosk.db")
