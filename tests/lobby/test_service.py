"""Out of service, and devices that are gone: said where it matters, and over when it is over."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk.config.types import Scanner, Sound
from kiosk.errors import ClosedError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import Fault
from kiosk.records import replace
from kiosk.store import journal
from tests.clocks import FakeClock
from tests.databases import look
from tests.halls import lobby as open_hall
from tests.healths import health


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Lobby]:
    with contextlib.closing(open_hall(tmp_path, FakeClock())) as opened:
        yield opened


def _equipped(root: Path) -> Lobby:
    """Open a hall with scanner and loudspeakers."""
    plain = open_hall(root)
    plain.close()
    sound = Sound(driver="simulated")
    kiosk = msgspec.structs.replace(
        plain.settings.kiosk, scanner=Scanner(driver="simulated"), sound=sound, board_sound=sound
    )
    return Lobby.open(replace(plain.settings, kiosk=kiosk), FakeClock())


def test_out_of_service_gives_no_number_until_it_is_over(hall: Lobby) -> None:
    hall.set_in_service(False, "new printer tomorrow")
    assert Fault.OUT_OF_SERVICE in hall.hall().faults
    assert {service.refusal for service in hall.hall().services} == {"closed"}
    with pytest.raises(ClosedError, match="out of service"):
        hall.take("A")
    hall.set_in_service(True)
    assert Fault.OUT_OF_SERVICE not in hall.hall().faults
    assert hall.take("A").number == "A001"


def test_officers_go_on_while_the_kiosk_is_out_of_service(hall: Lobby) -> None:
    hall.take("A")
    hall.set_in_service(False)
    called = hall.call_next(1)
    assert called is not None
    assert called.number == "A001"


def test_the_city_is_told_once(hall: Lobby) -> None:
    for is_in in (True, False, False, True, True):
        hall.set_in_service(is_in, "" if is_in else "lamp")
    told = [(event.kind, event.payload) for event in journal.pending(look(hall.store), 1, 100)]
    assert told == [
        ("device.fault", {"d": "kiosk", "x": "out_of_service", "r": "lamp"}),
        ("device.cleared", {"d": "kiosk", "x": "in_service"}),
    ]


def test_it_stays_out_of_service_over_night_and_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    with contextlib.closing(open_hall(tmp_path, clock)) as hall:
        hall.set_in_service(False)
    clock.pass_time(days=1)
    with contextlib.closing(open_hall(tmp_path, clock)) as hall:
        assert Fault.OUT_OF_SERVICE in hall.hall().faults


def test_a_scanner_that_is_gone_has_a_face_and_comes_back_by_itself(tmp_path: Path) -> None:
    with contextlib.closing(_equipped(tmp_path)) as hall:
        assert hall.hall().has_scanner
        assert Fault.SCANNER_OFFLINE not in hall.hall().faults
        hall.tell_health(health("screen", scanner="offline", speaker="ready"))
        assert Fault.SCANNER_OFFLINE in hall.hall().faults
        assert Fault.SPEAKER_OFFLINE not in hall.hall().faults
        hall.tell_health(health("screen", scanner="ready", speaker="ready"))
        assert Fault.SCANNER_OFFLINE not in hall.hall().faults


def test_each_window_speaks_of_its_own_loudspeaker(tmp_path: Path) -> None:
    with contextlib.closing(_equipped(tmp_path)) as hall:
        hall.tell_health(health("board", speaker="offline"))
        assert Fault.SPEAKER_OFFLINE in hall.board().faults
        assert Fault.SPEAKER_OFFLINE not in hall.hall().faults


def test_what_a_kiosk_does_not_have_is_missed_by_nobody(hall: Lobby) -> None:
    hall.tell_health(health("screen", scanner="offline", speaker="offline"))
    view = hall.hall()
    assert not {Fault.SCANNER_OFFLINE, Fault.SPEAKER_OFFLINE} & set(view.faults)
    assert (view.has_scanner, view.has_voice, view.has_sealing) == (False, False, False)
