"""A walk through a real hall reaches every screen, by touch, by keys alone and by scan alone, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import crypto
from kiosk.config import Home, Settings, load
from kiosk.defaults import write_home
from kiosk.lobby.lobby import Lobby
from kiosk.ports.panel import Sign
from kiosk.ui.flow.delays import Delays
from kiosk.ui.flow.events import Screen
from kiosk.ui.flow.visit import Visit
from tests.clocks import FakeClock
from tests.healths import write_health
from tests.ui.fakes import FakePanel
from tests.ui.walking import WAYS, Walker

CARD = "001048000123|012345678|Nguyễn Văn An|02011948|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021"
RECEIPT = "000.00.01.H26-260930-0012"
NUMBER = ("take", "service:A", "procedure:2.000815", "priority:")
QUESTION = tuple(f"key:{letter if letter != ' ' else 'space'}" for letter in "khai sinh")
CODE = tuple(f"key:{letter}" for letter in "7KQ29XMA")
LANGUAGES = ("vi", "en", "ko")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A ward with everything the kiosk can offer."""
    home = Home.at(tmp_path)
    write_home(home, always_open=True)
    signing = crypto.public_signing_key(crypto.new_signing_key()).hex()
    sealing = crypto.public_sealing_key(crypto.new_sealing_key()).hex()
    with (home.etc / "site.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[city_keys]\nbooking = ["{signing}"]\nsealing = "{sealing}"\n')
        file.write('\n[payment]\nbank_bin = "970436"\naccount = "0123456789"\nname = "UBND"\n')
    write_health(home, "printer", {"status": "ready"})
    kiosk = home.etc / "kiosk.toml"
    kiosk.write_text(kiosk.read_text(encoding="utf-8").replace("sleep_after_s = 0", "sleep_after_s = 300"), "utf-8")
    return load(home)


@pytest.fixture
def lobby(settings: Settings, clock: FakeClock) -> Iterator[Lobby]:
    """That ward's lobby, real."""
    with closing(Lobby.open(settings, clock)) as opened:
        yield opened


@pytest.fixture
def panel() -> FakePanel:
    """A panel before which somebody stands."""
    return FakePanel()


@pytest.fixture(params=[(way, language) for way in WAYS for language in LANGUAGES], ids="-".join)
def walker(lobby: Lobby, clock: FakeClock, panel: FakePanel, request: pytest.FixtureRequest) -> Walker:
    """Somebody on each of the ways, in each language."""
    way, language = request.param
    walker = Walker(Visit(lobby, Delays(), clock.monotonic, panel=panel), clock, WAYS[way])
    walker.go(f"language:{language}")
    return walker


def _comes_home(walker: Walker) -> None:
    """Whatever the screen shows, left alone it is the ward's own welcome again, and knows nothing of the visit."""
    walker.finger.wait(600)
    assert walker.see().name == Screen.WELCOME
    assert walker.see().language == "vi"
    session = walker.visit.session
    assert (session.number, session.typed, session.code, session.card, session.trail) == ("", "", "", None, ())


def test_a_number_is_taken(walker: Walker) -> None:
    for id, screen in zip(NUMBER, (Screen.SERVICE, Screen.PROCEDURE, Screen.PRIORITY, Screen.NUMBER), strict=True):
        assert walker.go(id).name == screen
    assert "A001" in walker.see().texts
    _comes_home(walker)


def test_a_procedure_is_read_about_and_its_fee_is_paid(walker: Walker) -> None:
    assert walker.go("papers", "service:C", "read:1.004222").name == Screen.DETAIL
    assert walker.go("tick:0", "checklist", "portal").name == Screen.PORTAL
    assert walker.go("done", "pay").name == Screen.PAY
    assert walker.go("done", "want").name == Screen.PRIORITY
    _comes_home(walker)


def test_a_question_is_answered(walker: Walker) -> None:
    assert walker.go("ask").name == Screen.ASK
    assert walker.go(*QUESTION, "enter").name == Screen.ANSWERS
    assert walker.go("read:1.001193").name == Screen.DETAIL
    _comes_home(walker)


def test_a_booking_that_nobody_knows_is_refused(walker: Walker) -> None:
    assert walker.go("booked").name == Screen.BOOKING
    assert walker.go("type").name == Screen.BOOKING_CODE
    assert walker.go(*CODE, "enter").name == Screen.REFUSED
    _comes_home(walker)


def test_a_dossier_is_asked_for_without_a_line(walker: Walker) -> None:
    assert walker.go("dossier").name == Screen.DOSSIER
    assert walker.go("type").name == Screen.DOSSIER_CODE
    assert walker.go("key:H", "key:2", "enter").name == Screen.DOSSIER_WAIT
    assert walker.finger.wait(Delays().dossier_s + 1).name == Screen.DOSSIER_SAID
    _comes_home(walker)


def test_a_receipt_under_the_scanner_asks_at_once(walker: Walker) -> None:
    assert walker.hold(RECEIPT).name == Screen.DOSSIER_WAIT
    _comes_home(walker)


def test_a_visit_is_rated(walker: Walker) -> None:
    assert walker.go("rate").name == Screen.RATE
    assert walker.go("face:2").name == Screen.REASONS
    assert walker.go("send").name == Screen.THANKS
    _comes_home(walker)


def test_help_and_comfort_are_never_far(walker: Walker) -> None:
    assert walker.go("take", "comfort").name == Screen.COMFORT
    assert walker.go("large", "contrast", "help").name == Screen.HELP
    assert walker.go("done").name == Screen.COMFORT
    assert walker.go("done").name == Screen.SERVICE
    _comes_home(walker)


def test_a_card_speaks_for_the_elderly_after_its_notice(walker: Walker) -> None:
    assert walker.hold(CARD).name == Screen.CARD
    assert walker.visit.session.card is None
    assert walker.hold(CARD).name == Screen.GREETED
    assert "elderly" in repr(walker.visit.session.card)
    assert walker.go("consent", "go").name == Screen.SERVICE
    assert walker.go("service:A", "procedure:2.000815", "priority:elderly").name == Screen.NUMBER
    _comes_home(walker)


def test_the_third_number_of_a_day_is_refused(walker: Walker) -> None:
    for letter, code in (("A", "2.000815"), ("B", "1.001193"), ("C", "1.004222")):
        walker.hold(CARD)
        walker.hold(CARD)
        scene = walker.go("go", f"service:{letter}", f"procedure:{code}", "priority:")
    assert scene.name == Screen.REFUSED
    _comes_home(walker)


def test_a_slip_under_the_scanner_is_known(walker: Walker, lobby: Lobby) -> None:
    ticket = lobby.take("A")
    assert walker.hold(ticket.follow_url).name == Screen.TICKET
    assert walker.go("reprint").name == Screen.NUMBER
    _comes_home(walker)


def test_a_strangers_code_means_nothing(walker: Walker) -> None:
    assert walker.hold("https://evil.example/\x1b@\x1dV\x00<script>").name == Screen.UNREADABLE
    assert walker.go("type").name == Screen.ASK
    _comes_home(walker)


def test_out_of_service_and_back(walker: Walker, lobby: Lobby) -> None:
    lobby.set_in_service(False)
    walker.visit.refresh()
    assert walker.see().name == Screen.OUT
    assert walker.go("comfort").name == Screen.COMFORT
    lobby.set_in_service(True)
    walker.visit.refresh()
    _comes_home(walker)


def test_a_cup_of_water_goes_with_the_number(walker: Walker, panel: FakePanel, settings: Settings) -> None:
    write_health(settings.home, "screen", {"panel": "ready", "water": "ready"})
    walker.visit.refresh()
    walker.go(*NUMBER)
    assert walker.go("water").name == Screen.WATER
    _feels(walker, panel, Sign.CUP_PLACED)
    assert panel.told == ["pour"]
    _feels(walker, panel, Sign.POURED)
    assert walker.go("done").name == Screen.NUMBER
    _comes_home(walker)


def test_it_sleeps_when_nobody_is_there_and_wakes_to_the_welcome(walker: Walker, panel: FakePanel) -> None:
    _feels(walker, panel, Sign.LEFT)
    assert walker.finger.wait(600).name == Screen.SLEEP
    _feels(walker, panel, Sign.CAME)
    _comes_home(walker)


def _feels(walker: Walker, panel: FakePanel, sign: Sign) -> None:
    panel.senses = panel.senses.after(sign)
    walker.visit.sense(sign)
    walker.see()


def test_every_screen_is_on_one_of_these_walks() -> None:
    """What is not above needs a hall that is closed, full, or broken: `test_visit` and `test_flow` show those."""
    source = Path(__file__).read_text(encoding="utf-8")
    missing = {screen.name for screen in Screen if f"Screen.{screen.name}" not in source}
    assert missing == {"CAPPED", "CLOSED", "SORRY"}
