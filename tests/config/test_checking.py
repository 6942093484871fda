"""Checking settings: values that are well formed but contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Home, load
from tests.config.wards import complaint, new_home, with_line


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('letter = "E"', 'letter = "D"', "services: the letter D appears twice; keep one"),
        ("id = 6", "id = 5", "counters: the id 5 appears twice; keep one"),
        ('code = "merit"', 'code = "child"', "priority_groups: the code child appears twice; keep one"),
        ('languages = ["vi", "en", "ko"]', 'languages = ["vi", "vi"]', "languages: the language vi appears twice"),
        ('languages = ["vi", "en", "ko"]', 'languages = ["en"]', "['en']: Vietnamese ('vi') must be one of them"),
        ('languages = ["vi", "en", "ko"]', 'languages = ["vi", "xx"]', "'xx': the kiosk has no translation for it"),
        ('services = ["A", "E"]', 'services = ["A", "F"]', "counters[1].services: 'F' is not a service of site.toml"),
        ('[["08:00", "12:00"]]', '[["12:00", "08:00"]]', "hours.saturday: the period 12:00-08:00 ends before it"),
        ('[["08:00", "12:00"]]', '[["08:00", "08:00"]]', "hours.saturday: the period 08:00-08:00 ends before"),
        (
            '[["08:00", "12:00"]]',
            '[["08:00", "12:00"], ["11:59", "13:00"]]',
            "hours.saturday: a period begins at 11:59, before the end of the former period at 12:00",
        ),
        ("sunday = []", 'sunday = [["13:00", "14:00"], ["08:00", "09:00"]]', "hours.sunday: a period begins at 08:00"),
        ("quiet = []", 'quiet = [["13:00", "12:00"]]', "quiet: the period 13:00-12:00 ends before it begins"),
        ("https://dichvucong.gov.vn", "dichvucong", "portal_url: 'dichvucong': write an address of ASCII"),
        ("Asia/Ho_Chi_Minh", "Asia/Saigong", "timezone: 'Asia/Saigong' is not a time zone of this machine"),
        ("Asia/Ho_Chi_Minh", "Asia", "timezone: 'Asia' is not a time zone of this machine"),
        ("Asia/Ho_Chi_Minh", "../passwd", "timezone: '../passwd' is not a time zone of this machine"),
        ("/t/{token}", "/t/", "write {token} once, in the place of the ticket's token"),
        ("/t/{token}", "/{site}/{token}", "write an address of ASCII characters that begins with http:// or https://"),
        ("http://127.0.0.1:8090/t", "ftp://x", "write an address of ASCII characters that begins with http://"),
        ('ward.en = "Cửa Nam Ward"\n', "", "site.toml: ward.en: this text is missing"),
        ('ward.en = "Cửa Nam Ward"\n', 'ward.en = " "\n', "site.toml: ward.en: this text is missing"),
        ('en = "Residence, identity card"', 'fr = "x"', "site.toml: services[2].name.en: this text is missing"),
        (', ko = "거주 등록, 신분증"', "", "site.toml: services[2].name.ko: this text is missing"),
        ('vi = "Sao y, chứng thực"', 'vi = "Sao y\\n"', r"services[0].name.vi: 'Sao y\n': line breaks and"),
    ],
)
def test_a_ward_that_contradicts_itself_is_refused(home: Home, old: str, new: str, message: str) -> None:
    with_line(home, "site.toml", old, new)
    assert message in complaint(home)


def test_numbers_that_end_before_they_begin_are_refused(home: Home) -> None:
    with_line(home, "site.toml", 'icon = "stamp"\nfirst_number = 1\n', 'icon = "stamp"\nfirst_number = 1000\n')
    assert "services[0].first_number: 1000 is more than last_number = 999" in complaint(home)


def test_a_service_that_no_counter_serves_is_refused(home: Home) -> None:
    file = home.etc / "site.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(', "E"]', "]"), encoding="utf-8")
    with_line(home, "site.toml", 'services = ["A", "B"]', 'services = ["A", "B", "E"]')
    load(home)
    with_line(home, "site.toml", 'services = ["A", "B", "E"]', 'services = ["A", "B"]')
    assert "counters: no counter serves 'E': its numbers would never be called" in complaint(home)


def test_every_problem_of_a_ward_is_reported_at_once(home: Home) -> None:
    with_line(home, "site.toml", 'letter = "E"', 'letter = "F"')
    with_line(home, "site.toml", "Asia/Ho_Chi_Minh", "Mars/Olympus")
    lines = complaint(home).splitlines()
    # E is now unknown to two counters and to three procedures; F has no counter; and the time zone.
    assert len(lines) == 7
    assert all(line.startswith(str(home.etc)) for line in lines)


def test_a_text_missing_in_a_procedure_names_the_file_of_the_catalogue(home: Home) -> None:
    file = with_line(home, "catalog/5-social.toml", 'name.en = "Funeral support"\n', "")
    assert complaint(home).startswith(f"{file}: procedures[2].name.en: this text is missing")


def test_a_procedure_in_two_files_of_the_catalogue_is_refused(home: Home) -> None:
    source = home.etc / "catalog" / "5-social.toml"
    (home.etc / "catalog" / "9-copy.toml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    lines = complaint(home).splitlines()
    assert len(lines) == 3
    assert "9-copy.toml: procedures: the catalogue has the code 1.001699 twice; keep one" in lines[0]


def test_the_text_about_a_missed_turn_may_be_absent_but_not_incomplete(home: Home) -> None:
    with_line(home, "site.toml", 'missed.en = "Missed your turn? Show this slip at counter 1."\n', "")
    assert "site.toml: missed.en: this text is missing" in complaint(home)
    with_line(home, "site.toml", 'missed.vi = "Quá lượt? Đưa phiếu này cho quầy 1."\n', "")
    with_line(home, "site.toml", 'missed.ko = "순서를 놓치셨습니까? 이 번호표를 1번 창구에 보여 주십시오."\n', "")
    assert load(home).site.missed == {}


@pytest.mark.parametrize(
    ("driver", "address", "is_fine"),
    [
        ("tcp", "192.168.1.50:9100", True),
        ("tcp", "printer.hall:9100", True),
        ("tcp", "[fe80::1]:9100", True),
        ("tcp", "", False),
        ("tcp", "192.168.1.50", False),
        ("tcp", "192.168.1.50:99999", False),
        ("tcp", "192.168.1.50:0", False),
        ("device", "/dev/usb/lp0", True),
        ("device", "", False),
        ("device", "lp0", False),
        ("usb", "", True),
        ("usb", "04b8:0e15", True),
        ("usb", "04b8:0e15:J5TK012345", True),
        ("usb", "04B8:0E15", False),
        ("usb", "/dev/usb/lp0", False),
        ("simulated", "", True),
        ("none", "", True),
    ],
)
def test_a_printer_without_the_address_that_it_needs_is_refused(
    home: Home, driver: str, address: str, is_fine: bool
) -> None:
    new = f'driver = "{driver}"\naddress = "{address}"'
    with_line(home, "kiosk.toml", 'driver = "simulated"\naddress = ""', new)
    if is_fine:
        assert load(home).kiosk.printer.address == address
    else:
        assert f"printer.address: {address!r}: the {driver} driver needs" in complaint(home)


@pytest.mark.parametrize(
    ("driver", "camera", "address", "is_fine"),
    [
        ("serial", "v4l2", "/dev/kiosk-scanner", True),
        ("serial", "v4l2", "", False),
        ("serial", "v4l2", "ttyACM0", False),
        ("wedge", "v4l2", "/dev/input/by-id/usb-x-event-kbd", True),
        ("wedge", "v4l2", "keyboard", False),
        ("camera", "v4l2", "/dev/video0", True),
        ("camera", "v4l2", "0", False),
        ("camera", "picamera2", "", True),
        ("camera", "picamera2", "1", True),
        ("camera", "picamera2", "/dev/video0", False),
        ("camera", "folder", "/tmp/pictures", True),
        ("camera", "folder", "pictures", False),
        ("none", "v4l2", "", True),
    ],
)
def test_a_scanner_without_the_address_that_it_needs_is_refused(
    home: Home, driver: str, camera: str, address: str, is_fine: bool
) -> None:
    with_line(home, "kiosk.toml", '[scanner]\ndriver = "simulated"', f'[scanner]\ndriver = "{driver}"')
    with_line(home, "kiosk.toml", 'camera = "v4l2"', f'camera = "{camera}"')
    with_line(home, "kiosk.toml", 'address = ""\n# Only for "serial"', f'address = "{address}"\n# Only for "serial"')
    if is_fine:
        assert load(home).kiosk.scanner.address == address
    else:
        assert f"scanner.address: {address!r}: {camera if driver == 'camera' else driver} needs" in complaint(home)


def test_a_missing_certificate_is_refused(home: Home) -> None:
    with_line(home, "kiosk.toml", 'ca_file = ""', 'ca_file = "city.pem"')
    assert f"broker.ca_file: there is no file '{home.etc / 'city.pem'}'" in complaint(home)
    (home.etc / "city.pem").write_text("")
    assert load(home).kiosk.broker.ca_file == "city.pem"


def test_a_file_name_with_a_nul_is_refused(home: Home) -> None:
    with_line(home, "kiosk.toml", 'ca_file = ""', 'ca_file = "a\\u0000b"')
    assert "broker.ca_file: there is no file" in complaint(home)


def test_a_missing_voice_file_is_refused(home: Home) -> None:
    with_line(home, "kiosk.toml", "# A better voice", 'voices.vi = "/nowhere.onnx"\n# A better voice')
    assert "sound.voices.vi: there is no voice file '/nowhere.onnx'" in complaint(home)


def test_two_windows_on_one_output_are_refused(home: Home) -> None:
    with_line(home, "kiosk.toml", 'output = "HDMI-A-2"', 'output = "HDMI-A-1"')
    assert "board.output: 'HDMI-A-1' is the screen's output too: the board would be hidden" in complaint(home)


@pytest.mark.parametrize("name", ["HDMI-A-1; exec reboot", "HDMI A 1", '"/>', "1", "A" * 33])
def test_a_malformed_output_name_is_refused(home: Home, name: str) -> None:
    with_line(home, "kiosk.toml", 'output = "HDMI-A-1"', f"output = '{name}'")
    assert "screen.output" in complaint(home)
    assert "such as HDMI-A-1" in complaint(home)


def test_a_certificate_without_a_key_is_refused(home: Home) -> None:
    (home.etc / "kiosk.crt").write_text("")
    with_line(home, "kiosk.toml", 'cert_file = ""', 'cert_file = "kiosk.crt"')
    message = complaint(home)
    assert "broker.cert_file: cert_file and key_file need each other" in message
    assert "broker.ca_file: a certificate needs TLS: set ca_file too" in message


def test_a_password_without_a_name_is_refused(home: Home) -> None:
    (home.etc / "password").write_text("")
    with_line(home, "kiosk.toml", 'password_file = ""', 'password_file = "password"')
    assert "broker.username: password_file is set, so a username is needed" in complaint(home)


def test_a_key_that_only_sync_may_see_does_not_stop_the_screen(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.etc / "keys").mkdir()
    for name, file in (("ca_file", "ca.pem"), ("cert_file", "kiosk.crt"), ("key_file", "kiosk.key")):
        with_line(home, "kiosk.toml", f'{name} = ""', f'{name} = "keys/{file}"')
    real = Path.stat

    def closed(self: Path, *, follow_symlinks: bool = True) -> object:
        if self.parent.name == "keys":
            raise PermissionError(13, "Permission denied")  # root, as in a container, would be let in
        return real(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", closed)
    assert load(home).kiosk.broker.key_file == "keys/kiosk.key"
