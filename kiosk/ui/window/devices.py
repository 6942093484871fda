"""What the screen has beside its glass: scanner, panel and loudspeaker, as far as this kiosk has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Literal

from kiosk.lobby.device_events import BY_CHOICE
from kiosk.lobby.lobby import Lobby
from kiosk.model.health import BoardHealth, ScreenHealth
from kiosk.model.hint import Hint
from kiosk.ports.display import Display
from kiosk.ports.panel import Felt, Lamp, Light, Panel, Senses
from kiosk.ports.scanner import Scanner
from kiosk.ports.speaker import Speaker, Voice
from kiosk.ui.window.input_thread import Source
from kiosk.ui.window.window import Scanned

Face = Literal["screen", "board"]
_HEALTH: dict[Face, type[ScreenHealth | BoardHealth]] = {"screen": ScreenHealth, "board": BoardHealth}
Device = Scanner | Panel | Speaker | Display


class DeviceReport:
    """How the devices of a window are, told when it changes: to the hall at once, to the journal as soon as it can be.

    The first word is that the window runs.
    """

    def __init__(self, lobby: Lobby, window: Face) -> None:
        self._lobby = lobby
        self._window = window
        self._words: dict[str, str] | None = None
        self._is_noted = False

    def tell(self, more: Mapping[str, str] | None = None, **devices: Device | None) -> bool:
        """Tell how these devices are, and return whether that is news; those that are None are not there by choice.

        Args:
            more: what else is to be told, such as `case`: `opened`.
        """
        words = {name: BY_CHOICE if device is None else str(device.status) for name, device in devices.items()}
        words |= more or {}
        is_news = words != self._words
        present = {name: word for name, word in words.items() if word != BY_CHOICE}
        self._lobby.tell_health(_HEALTH[self._window](**present))
        if is_news:
            self._words, self._is_noted = words, False
        if not self._is_noted:
            self._is_noted = self._lobby.device_events.note(self._window, words)
        return is_news


class Devices:
    """The devices of one screen, opened; how they are is told to the hall when it changes."""

    def __init__(
        self,
        lobby: Lobby,
        *,
        scanner: Scanner | None = None,
        panel: Panel | None = None,
        speaker: Speaker | None = None,
        display: Display | None = None,
    ) -> None:
        """Take over opened devices, to close them at the end; those that are None are not there by choice."""
        self._scanner, self._panel, self._speaker, self._display = scanner, panel, speaker, display
        self._lamp, self._light = Lamp.OFF, Light.OFF
        self._is_open = False
        self._told = DeviceReport(lobby, "screen")
        self._closing = ExitStack()
        for device in (self._scanner, self._panel, self._speaker, self._display):
            if device is not None:
                self._closing.callback(device.close)

    def __enter__(self) -> Devices:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    @property
    def voice(self) -> Voice | None:
        """The loudspeaker."""
        return self._speaker

    @property
    def hint(self) -> Hint | None:
        """What would help the scanner to read what is held up."""
        return self._scanner.hint if self._scanner is not None else None

    @property
    def sources(self) -> Sequence[Source]:
        """What is heard beside the touch screen."""
        scanner = _Scans(self._scanner) if self._scanner is not None else None
        return [source for source in (scanner, self._panel) if source is not None]

    @property
    def output(self) -> Display | None:
        """The output that the window belongs on."""
        return self._display

    @property
    def panel(self) -> Panel | None:
        """The panel beside the screen."""
        return self._panel

    def tell(self, lamp: Lamp, light: Light = Light.OFF, *, is_quiet: bool = False) -> bool:
        """Let the lamps shine, and tell how the devices are; return whether one of them has gone or come back.

        Args:
            is_quiet: the buzzer says nothing.
        """
        senses = Senses()
        if self._panel is not None:
            senses = self._panel.senses
            self._sound(lamp, bool(senses.is_open), is_quiet)
            if lamp is not self._lamp:
                self._panel.lamp(lamp)
            if light is not self._light:
                self._panel.light(light)
            self._lamp, self._light, self._is_open = lamp, light, bool(senses.is_open)
        devices = {"scanner": self._scanner, "panel": self._panel, "speaker": self._speaker, "display": self._display}
        return self._told.tell(_words(senses), **devices)

    def _sound(self, lamp: Lamp, is_open: bool, is_quiet: bool) -> None:
        """Beep once when a call for help is answered, and thrice when the case is opened."""
        if self._panel is None or is_quiet:
            return
        if is_open and not self._is_open:
            self._panel.beep(3)
        elif self._lamp is Lamp.BLINK and lamp is Lamp.ON:
            self._panel.beep()


def _words(senses: Senses) -> dict[str, str]:
    """Return what a panel senses in the words of the health file; nothing of a part that it does not have."""
    words = {}
    if senses.is_open is not None:
        words["case"] = "opened" if senses.is_open else "closed"
    if senses.is_roll_low is not None:
        words["roll"] = "low" if senses.is_roll_low else "full"
    if senses.water is not None:
        words["water"] = str(senses.water)
    return words


class _Scans:
    """A scanner whose scans come as what the window understands."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner

    def fileno(self) -> int:
        return self._scanner.fileno()

    def read(self) -> Sequence[Felt | Scanned]:
        return [Scanned(scan.payload) for scan in self._scanner.read()]
