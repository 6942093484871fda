"""A lobby that keeps everything in memory and fails when told to."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk.config import Settings
from kiosk.errors import KioskError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import BoardView, Fault, HallView, TicketView
from kiosk.model.health import ProcessHealth
from kiosk.model.paper import PrintState
from kiosk.ports.panel import Felt, Lamp, Light, PanelStatus, Senses, Water
from kiosk.records import replace
from kiosk.ui.samples import BOARD, HALL, TICKET
from tests.halls import settings


class FakeBell:
    """A doorbell that rings when told to."""

    def __init__(self) -> None:
        self._event = os.eventfd(0, os.EFD_NONBLOCK)

    def ring(self) -> None:
        """Ring."""
        os.eventfd_write(self._event, 1)

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._event

    def has_rung(self) -> bool:
        """Tell whether it rang, and forget it."""
        try:
            return os.eventfd_read(self._event) > 0
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Take it down."""
        os.close(self._event)


class FakeGuide:
    """Finds what the test says, whatever the question is."""

    def __init__(self, lobby: FakeLobby) -> None:
        self._lobby = lobby
        self.found: tuple[str, ...] = ()

    def get_ready(self) -> None:
        """Be ready."""

    def search(self, question: str, language: str, limit: int = 5) -> tuple[str, ...]:
        """Note the question and return what is to be found."""
        self._lobby.asked.append(f"search {question}")
        return self.found if question else ()

    def print_checklist(self, code: str, language: str) -> None:
        """Note that a list was asked for."""
        self._lobby.may_fail("print_checklist")
        self._lobby.asked.append(f"checklist {code} {language}")

    def payment(self, procedure: str, number: str = "") -> None:
        """Offer nothing."""


class FakeHelp:
    """Passes calls on, unless it fails."""

    def __init__(self, lobby: FakeLobby) -> None:
        self._lobby = lobby

    def request(self) -> None:
        """Note that help was asked for."""
        self._lobby.may_fail("help")
        self._lobby.asked.append("help")


class FakePeople:
    """Knows nobody."""

    def digest(self, number: str) -> bytes:
        """Return the same for everybody."""
        return bytes(16)


class FakeDossiers:
    """Asks nobody."""

    def __init__(self, lobby: FakeLobby) -> None:
        self._lobby = lobby

    def last(self, code: str) -> None:
        """Know nothing."""

    def ask(self, code: str) -> int:
        """Ask."""
        self._lobby.may_fail("dossier")
        return 1

    def answer(self, question: int) -> None:
        """Have no answer."""


class FakeMetal:
    """Keeps what would be told of the devices."""

    def __init__(self, lobby: FakeLobby) -> None:
        self._lobby = lobby
        self.noted: list[tuple[str, dict[str, str]]] = []

    def note(self, process: str, words: Mapping[str, str]) -> bool:
        """Note it, unless it fails."""
        if "metal" in self._lobby.fails:
            return False
        self.noted.append((process, dict(words)))
        return True


class FakeFeedback:
    """Keeps what visitors think."""

    def __init__(self, lobby: FakeLobby) -> None:
        self._lobby = lobby

    def give(self, score: int, reasons: list[str], number: str = "") -> None:
        """Note a score with its reasons."""
        self._lobby.may_fail("feedback")
        self._lobby.asked.append(f"rated {score} {','.join(reasons)} {number}".strip())


class FakePanel:
    """A panel that senses what a test says and remembers what it was told."""

    def __init__(self) -> None:
        self.senses = Senses(is_somebody=True, is_open=False, has_cup=False, is_roll_low=False, water=Water.READY)
        self.status = PanelStatus.READY
        self.told: list[str] = []

    def fileno(self) -> int:
        """Return no descriptor."""
        return -1

    def read(self) -> list[Felt]:
        """Return nothing: the test tells the visit itself."""
        return []

    def lamp(self, state: Lamp) -> None:
        """Note how the call lamp shines."""
        self.told.append(f"lamp {state}")

    def light(self, state: Light) -> None:
        """Note how the status lamp shines."""
        self.told.append(f"light {state}")

    def beep(self, times: int = 1) -> None:
        """Note each beep."""
        self.told.append(f"beep {times}")

    def pour(self) -> bool:
        """Fill a cup if one stands there."""
        runs = bool(self.senses.has_cup) and self.senses.water is Water.READY
        if runs:
            self.told.append("pour")
            self.senses = replace(self.senses, water=Water.POURING)
        return runs

    def stop(self) -> None:
        """Turn the water off."""
        self.told.append("stop")
        self.senses = replace(self.senses, water=Water.READY)

    def close(self) -> None:
        """Nothing is open."""


class FakeLobby(Lobby):
    """The lobby of `samples`: numbers count up, and `fails` names the methods that raise and what."""

    def __init__(self, root: Path, settings_of: Callable[[Path], Settings] = settings) -> None:
        self.settings = settings_of(root)
        self.view = HALL
        self.board_view = BOARD
        self.taken: list[tuple[str, str | None, str | None, str]] = []
        self.asked: list[str] = []
        self.fails: dict[str, KioskError] = {}
        self.print_state = PrintState.QUEUED
        self.bell = FakeBell()
        self.guide = FakeGuide(self)  # type: ignore[assignment]  # all that the screen asks a guide for
        self.help = FakeHelp(self)  # type: ignore[assignment]  # the same
        self.feedback = FakeFeedback(self)  # type: ignore[assignment]  # the same
        self.device_events = FakeMetal(self)  # type: ignore[assignment]  # the same
        self.people = FakePeople()  # type: ignore[assignment]  # the same
        self.dossiers = FakeDossiers(self)  # type: ignore[assignment]  # the same
        self.health: dict[str, ProcessHealth] = {}

    def close(self) -> None:
        """Nothing is open."""

    def doorbell(self) -> FakeBell:  # type: ignore[override]  # all that a doorbell is asked for
        """Return the bell the test rings."""
        return self.bell

    def note_cup(self, is_full: bool) -> None:
        """Note one cup."""
        self.may_fail("note_cup")
        self.asked.append("cup full" if is_full else "cup stopped")

    def keep_day(self) -> None:
        """Let the day be."""

    def hall(self) -> HallView:
        """Return the sample hall."""
        self.may_fail("hall")
        return self.view

    def board(self) -> BoardView:
        """Return the sample board."""
        self.may_fail("board")
        return self.board_view

    def ticket(self, number: str) -> TicketView:
        """Return the sample ticket under this number."""
        self.may_fail("ticket")
        return replace(TICKET, number=number, print_state=self.print_state)

    def take(
        self,
        letter: str,
        *,
        priority: str | None = None,
        procedure: str | None = None,
        language: str = "vi",
        print_slip: bool = True,
        person: bytes | None = None,
        sealed: bytes | None = None,
    ) -> TicketView:
        """Give the next number."""
        self.may_fail("take")
        self.taken.append((letter, priority, procedure, language))
        return self.ticket(f"{letter}{len(self.taken):03}")

    def reprint(self, number: str) -> TicketView:
        """Note that a copy was asked for."""
        self.asked.append(f"reprint {number}")
        self.may_fail("reprint")
        self.print_state = PrintState.QUEUED
        return self.ticket(number)

    def dismiss_slip(self, number: str) -> None:
        """Note that a slip is not wanted any more."""
        self.asked.append(f"dismiss {number}")

    def note_post(self, number: str, is_by_post: bool) -> None:
        """Note how the result is wanted."""
        self.asked.append(f"post {number} {is_by_post}")

    def tell_health(self, health: ProcessHealth) -> None:
        """Note how the devices are."""
        self.health[health.process] = health

    def break_down(self, *faults: Fault) -> None:
        """Let the hall have these faults, and no others."""
        self.view = replace(self.view, faults=faults)

    def may_fail(self, method: str) -> None:
        """Raise what the test wants this method to raise."""
        if method in self.fails:
            raise self.fails[method]
