"""Profiles of models, their choice by the reported model, and the status file for other processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.config import Printer as PrinterSettings
from kiosk.config.printer_models import models, our_profiles, setting_name, wrong_profile
from kiosk.defaults import write_home
from kiosk.drivers.printer import About, Timeouts, open_printer, read_about
from kiosk.drivers.printer.about import about_file
from kiosk.drivers.printer.emulator.families import FAMILIES, Family
from kiosk.drivers.printer.profiles import GENERIC, of_model, profile, profiles
from kiosk.drivers.printer.status import FIRMWARE, MAKER, MODEL
from kiosk.errors import ConfigError
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_slip
from kiosk.records import replace
from tests.drivers.rigs import PROFILE, SETUPS, Rig, Setup, simulated_rig
from tests.receipt.samples import BARE

SLIP = encode_slip(BARE, PROFILE)
QUICK = Timeouts(answer_s=0.1, settle_s=0.2)


def family(model: str) -> Family:
    """Return the family that answers everything, with a model's name."""
    return Family(names=((MAKER, "EPSON"), (MODEL, model), (FIRMWARE, "1.04")))


def about(rig: Rig) -> About:
    found = read_about(rig.home)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("model", "profile"),
    [
        ("TM-T20II", "epson-tm-t20"),
        ("TM-m30III", "epson-tm-t20"),
        ("TM-T88VI", "epson-tm-t88"),
        (" tm-t88v ", "epson-tm-t88"),
        ("POS-5890", "pos-5890"),
        ("TM-L90", "tm-l90"),
        ("POS5890 Series", "pos-5890"),
        ("TH230+", "th230"),
        ("TM-U220", GENERIC),  # takes no raster pictures
        ("OCD-300", GENERIC),  # a customer display
        ("", GENERIC),
        ("*", GENERIC),
    ],
)
def test_a_profile_is_found_by_the_reported_model(model: str, profile: str) -> None:
    assert of_model(model) == profile


def test_every_profile_has_a_source_and_no_model_has_two_profiles() -> None:
    assert GENERIC in profiles()
    for name, found in profiles().items():
        assert found.title and found.source
        assert name not in ("auto",)
    for name, own in our_profiles().items():
        for model in own["models"]:
            assert of_model(model.replace("*", "")) == name
            assert model == model.lower()


def test_the_profile_of_the_reported_model_is_applied(tmp_path: Path) -> None:
    with simulated_rig(Home.at(tmp_path), Setup(family=family("TM-T20II"))) as rig:
        assert rig.printer.status() is PrinterStatus.READY
        assert rig.printer.print_job(SLIP, 8) is Outcome.CONFIRMED
        assert about(rig) == About("simulated", "epson-tm-t20", "told", "EPSON", "TM-T20II", "1.04", confirms=True)
        assert rig.hardware.machine.complaints == []


def test_a_remark_names_a_paper_width_that_the_model_does_not_have(tmp_path: Path) -> None:
    with simulated_rig(Home.at(tmp_path), Setup(family=family("TM-T88V"))) as rig:
        rig.printer.status()
        assert any("512 dots" in remark and "width_dots = 576" in remark for remark in about(rig).remarks)


def test_a_printer_that_reports_no_model_is_generic_and_is_asked_twice_at_most(tmp_path: Path) -> None:
    with simulated_rig(Home.at(tmp_path), replace(SETUPS["dle"], profile="auto", timeouts=QUICK)) as rig:
        for _ in range(3):
            assert rig.printer.status() is PrinterStatus.READY
        assert (about(rig).profile, about(rig).found, about(rig).model) == (GENERIC, "assumed", "")
        assert rig.printer.print_job(SLIP, 8) is Outcome.ACCEPTED
        assert about(rig).confirms is False


def test_a_silent_printer_is_never_asked_for_its_model_because_it_might_print_the_query(tmp_path: Path) -> None:
    with simulated_rig(Home.at(tmp_path), Setup(timeouts=QUICK)) as rig:
        rig.request("silent")
        assert rig.printer.status() is PrinterStatus.UNKNOWN
        rig.request("ok")
        assert about(rig).model == ""


def test_a_configured_model_is_not_queried(tmp_path: Path) -> None:
    with simulated_rig(Home.at(tmp_path), Setup(family=family("TM-T88V"), profile="rongta-rp332")) as rig:
        assert rig.printer.status() is PrinterStatus.READY
        assert (about(rig).profile, about(rig).found, about(rig).model) == ("rongta-rp332", "configured", "")


def test_a_printer_with_the_silent_profile_is_not_queried_and_prints(tmp_path: Path) -> None:
    with simulated_rig(Home.at(tmp_path), Setup(profile="silent")) as rig:  # it would answer
        assert rig.printer.status() is PrinterStatus.UNKNOWN
        assert rig.printer.print_job(SLIP, 8) is Outcome.ACCEPTED
        rig.request("unplug")
        assert rig.eventually(PrinterStatus.OFFLINE)


def test_no_wait_for_a_printer_whose_profile_does_not_confirm(tmp_path: Path) -> None:
    timeouts = Timeouts(settle_s=0.2, look_every_s=0.1)
    setup = Setup(family=FAMILIES["dle"], profile="asks-only", timeouts=timeouts)
    with simulated_rig(Home.at(tmp_path), setup) as rig:
        assert rig.printer.print_job(SLIP, 8) is Outcome.ACCEPTED
        assert about(rig).confirms is None


def test_an_unknown_profile_is_refused(tmp_path: Path) -> None:
    settings = PrinterSettings(driver="simulated", profile="epson-tm-t2000")
    with pytest.raises(ConfigError, match=r"epson-tm-t2000.*did you mean 'epson-tm-t20'"):
        open_printer(settings, Home.at(tmp_path))


def test_config_check_finds_an_unknown_profile(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_home(home)
    file = home.etc / "kiosk.toml"
    for name in profiles():
        file.write_text(file.read_text().replace('profile = "auto"', f'profile = "{name}"'))
        assert load(home).kiosk.printer.profile == name
        file.write_text(file.read_text().replace(f'profile = "{name}"', 'profile = "auto"'))
    file.write_text(file.read_text().replace('profile = "auto"', 'profile = "epson"'))
    with pytest.raises(ConfigError, match=r"kiosk\.toml: printer\.profile: 'epson'.*known: auto, generic"):
        load(home)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("tm-l9O", "did you mean 'tm-l90'"),
        ("qqqq", "known: auto, generic"),
        ("tm-u220", "does not print raster pictures"),
        ("ocd-300", "does not print raster pictures"),
    ],
)
def test_a_model_that_prints_no_slip_is_refused_with_the_remedy(name: str, complaint: str) -> None:
    assert complaint in str(wrong_profile(name))


def test_a_model_of_the_database_has_its_width_and_the_answers_of_our_profile() -> None:
    own = profile("tm-t88v")
    assert (own.width_dots, own.nv_graphics, own.is_described) == (512, "gs_l", True)
    assert (profile("tm-l90").code_pages["CP1258"], profile("tm-l90").is_described) == (52, False)
    assert profile("epson-tm-t88").dots_per_inch == 180


def test_our_profiles_are_based_only_on_models_of_the_database() -> None:
    for own in our_profiles().values():
        assert own.get("escpos", "tm-l90") in models()


def test_a_remark_names_a_width_that_is_not_known(tmp_path: Path) -> None:
    with simulated_rig(Home.at(tmp_path), Setup(family=family("RP326"))) as rig:
        assert rig.printer.status() is PrinterStatus.READY
        assert about(rig).profile == "rp326"
        assert any("the width of Rongta RP326 in dots is not known" in remark for remark in about(rig).remarks)


def test_a_model_of_the_database_that_never_confirms_is_detected_like_any_other(tmp_path: Path) -> None:
    timeouts = Timeouts(settle_s=0.2, look_every_s=0.1)
    setup = Setup(family=FAMILIES["dle"], profile="tm-l90", timeouts=timeouts)
    with simulated_rig(Home.at(tmp_path), setup) as rig:
        assert rig.printer.print_job(SLIP, 8) is Outcome.ACCEPTED
        assert about(rig).says_less is False


def test_without_the_database_our_own_profiles_are_still_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.config.printer_models.find_spec", lambda name: None)
    caches = (models, profile, of_model)
    for cached in caches:
        cached.cache_clear()
    try:
        assert list(profiles()) == list(our_profiles())
        assert of_model("TM-L90") == GENERIC
    finally:
        for cached in caches:
            cached.cache_clear()


def test_every_model_of_the_database_has_a_name_that_a_setting_can_have() -> None:
    assert len(models()) > 30
    assert all(setting_name(name) == name for name in models())


def test_a_status_file_that_cannot_be_read_or_written_stops_no_slip(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    assert read_about(home) is None
    home.run.mkdir(parents=True)
    about_file(home).write_text("{")
    assert read_about(home) is None
    about_file(home).unlink()
    about_file(home).mkdir()
    with simulated_rig(home) as rig:
        assert rig.printer.print_job(SLIP, 8) is Outcome.CONFIRMED
