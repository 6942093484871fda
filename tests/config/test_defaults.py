"""The default settings of a new home."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import kiosk
from kiosk.config import Home, Kiosk, Procedure, Site, load
from kiosk.defaults import WARDS, write_home
from kiosk.errors import ConfigError
from tests.config.wards import new_home

ICONS = Path(kiosk.__file__).parent / "assets" / "icons"
PUBLISHED = """2.000815 2.000884 1.001193 1.004884 1.000894 1.000656 1.004873 1.004859 2.000635 1.004222 1.004194
1.002755 2.001159 1.010038 1.001612 2.000720 1.001699 1.011607 1.001731 1.012787 1.012812"""


def _field_names(kind: object) -> set[str]:
    """Return the names of all settings in a struct, with those of its parts."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = msgspec.structs.fields(kind)
        return {field.name for field in fields}.union(*(_field_names(field.type) for field in fields))
    return set().union(*(_field_names(inner) for inner in get_args(kind)))


def test_a_new_home_is_complete_and_loads(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    files = write_home(home)
    assert sorted(files) == sorted(path for path in home.etc.rglob("*") if path.is_file())
    assert home.var.is_dir()
    assert home.run.is_dir()
    assert load(home).kiosk.device == "k00082-1"


def test_a_home_that_has_settings_keeps_them(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    home.etc.mkdir(parents=True)
    (home.etc / "site.toml").write_text("mine")
    with pytest.raises(ConfigError, match=r"these files exist already and are not overwritten: \S*/etc/site\.toml$"):
        write_home(home)
    assert [path.name for path in home.etc.iterdir()] == ["site.toml"]
    assert (home.etc / "site.toml").read_text() == "mine"


def test_a_wrong_value_writes_nothing(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    for wrong in ({"site": "82"}, {"device": "Kiosk 1"}):
        with pytest.raises(ConfigError):
            write_home(home, **wrong)  # type: ignore[arg-type]  # one argument at a time
        assert not [path for path in home.etc.rglob("*") if path.is_file()]
    write_home(home)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"/file\S* cannot be written: Not a directory"):
        write_home(Home.at(tmp_path / "file"))


@pytest.mark.parametrize(("code", "name"), WARDS.items())
def test_a_known_ward_has_its_name_in_the_settings(tmp_path: Path, code: str, name: str) -> None:
    home = Home.at(tmp_path)
    write_home(home, site=code)
    site = load(home).site
    assert site.code == code
    assert site.ward == {"vi": f"Phường {name}", "en": f"{name} Ward", "ko": f"{name} 동"}
    assert site.authority["vi"] == f"UBND phường {name}"
    assert "FILL IN" not in (home.etc / "site.toml").read_text(encoding="utf-8")


def test_an_unknown_ward_gets_a_place_to_fill_in_and_loads(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_home(home, site="12345")
    assert load(home).site.code == "12345"
    assert load(home).kiosk.device == "k12345-1"
    lines = (home.etc / "site.toml").read_text(encoding="utf-8").splitlines()
    assert lines[lines.index('ward.vi = "Phường …"') - 1].startswith("# FILL IN: ")


def test_a_hall_that_is_always_open_is_open_every_minute_of_the_week(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_home(home, always_open=True)
    hours = load(home).site.hours
    assert all(hours.of(weekday) == [("00:00", "24:00")] for weekday in range(7))
    assert "8:00" not in hours.closed["vi"]


def test_further_settings_are_written_into_their_section_and_comments_stay(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    new_home(tmp_path / "other")
    write_home(
        home,
        kiosk={"broker.port": 1883, "broker.host": "127.0.0.1", "screen.is_fullscreen": False, "city.web.port": 0},
        ward={"follow_url": "http://127.0.0.1:9/t/{token}"},
    )
    settings = load(home)
    assert (settings.kiosk.broker.host, settings.kiosk.broker.port) == ("127.0.0.1", 1883)
    assert (settings.kiosk.screen.is_fullscreen, settings.kiosk.board.is_fullscreen) == (False, True)
    assert settings.kiosk.city.web.port == 0
    assert settings.site.follow_url == "http://127.0.0.1:9/t/{token}"
    for name in ("kiosk.toml", "site.toml"):
        written = (home.etc / name).read_text(encoding="utf-8")
        plain = (tmp_path / "other" / "etc" / name).read_text(encoding="utf-8")
        assert re.findall("#.*", written) == re.findall("#.*", plain)


def test_an_unknown_further_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"kiosk\.toml has no setting broker\.prot; did you mean 'broker\.port'\?"):
        write_home(Home.at(tmp_path), kiosk={"broker.prot": 1})


def test_the_files_show_every_setting(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    for file, kind in (("kiosk.toml", Kiosk), ("site.toml", Site), ("catalog/1-certification.toml", Procedure)):
        text = (home.etc / file).read_text(encoding="utf-8")
        assert not [name for name in _field_names(kind) if not re.search(rf"\b{name}\b", text)]


def test_the_catalogue_has_the_published_procedures_with_complete_fees(tmp_path: Path) -> None:
    procedures = load(new_home(tmp_path)).procedures
    assert {procedure.code for procedure in procedures} == set(PUBLISHED.split())
    for procedure in procedures:
        assert procedure.papers, procedure.code
        assert 1 <= len(procedure.ready) <= 4, procedure.code  # the slip is short
        assert len(procedure.search) >= 4, procedure.code
    residence = [one for one in procedures if one.service == "C" and "đồng" in one.fee["vi"]]
    assert len(residence) == 4
    assert all("Miễn cho" in one.fee["vi"] and "Free for" in one.fee["en"] for one in residence)


def test_every_service_has_two_counters_and_procedures(tmp_path: Path) -> None:
    settings = load(new_home(tmp_path))
    for service in settings.site.services:
        assert len(settings.counters_for(service.letter)) >= 2
        assert [procedure for procedure in settings.procedures if procedure.service == service.letter]


def test_every_named_icon_exists(tmp_path: Path) -> None:
    site = load(new_home(tmp_path)).site
    for icon in (*(one.icon for one in site.services), *(one.icon for one in site.priority_groups)):
        assert (ICONS / f"{icon}.svg").is_file(), icon


def test_the_systems_own_home_has_no_simulated_printer(monkeypatch: pytest.MonkeyPatch) -> None:
    written: dict[Path, str] = {}
    monkeypatch.setattr("kiosk.defaults._write_all", lambda home, texts: written.update(texts))
    write_home(Home.at(None))
    text = written[Path("/etc/kiosk/kiosk.toml")]
    assert 'driver = "device"\naddress = "/dev/kiosk-printer"\n' in text


def test_the_administrators_page_names_every_setting() -> None:
    page = (Path(kiosk.__file__).parents[1] / "docs" / "administrator.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`\[*(\w+)\]*`", page)) | {"tuesday", "wednesday", "thursday", "friday", "saturday"}
    tables = {"printer", "screen", "board", "broker", "counter_page", "city", "web", "hours", "policy", "procedures"}
    tables |= {"scanner", "sound", "board_sound", "panel", "rules", "payment", "city_keys"}
    assert not (_field_names(Kiosk) | _field_names(Site) | _field_names(Procedure)) - named - tables
