"""The state of the hall for the dock: processes, printing, journal, and addresses of pages."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from kiosk.config import Home, Settings
from kiosk.dock import fault_switches
from kiosk.dock.sample_codes import SampleCodes
from kiosk.dock.slips import Slips
from kiosk.dock.speaker_log import SpeakerLog
from kiosk.errors import StoreError
from kiosk.files import read_file
from kiosk.i18n import chosen
from kiosk.model.event import DeviceEvent, Event, data_of
from kiosk.model.health import PrinterHealth, SyncHealth
from kiosk.model.time import local
from kiosk.model.token import token_of
from kiosk.ports.panel import Lamp, Light
from kiosk.ports.simulation import Cable, Simulation
from kiosk.store import journal, tickets
from kiosk.store.database import Snapshot, Store, to_utc
from kiosk.store.health import ProcessState, ProcessStates, read_health
from kiosk.store.meta import last_day

_PROCESSES = ("screen", "board", "printer", "counter", "sync", "city")
_TICKETS_TO_FOLLOW = 18

_Words = dict[str, Any]


class State:
    """Reads the state of one home; `look` is called repeatedly, from one thread at a time."""

    def __init__(self, settings: Settings, hardware: Simulation) -> None:
        self._settings = settings
        self._hardware = hardware
        self._home = settings.home
        self.slips = Slips(settings.home)
        self.sample_codes = SampleCodes(settings)
        self._speaker_log = SpeakerLog(hardware)
        self._read_at: tuple[bytes, int] | None = None
        self._last = ""
        self._tickets: list[tuple[str, str]] = []

    def look(self) -> dict[str, object]:
        """Return the present value of every topic of the page."""
        processes = read_health(self._home)
        return {
            "place": f"{chosen(self._settings.site.ward, 'vi')} · {self._settings.kiosk.device}",
            "slips": self.slips.look(),
            "faults": fault_switches.groups(self._settings, self._hardware),
            "lamps": [self._lamp(name, processes.states.get(name)) for name in _PROCESSES],
            "strip": {"journal": self._journal(), "last": self._last, **_devices(processes)},
            "links": self._links(processes),
            "scanner": self._scanner(),
            "panel": self._panel(processes),
            "heard": self._speaker_log.look(),
        }

    def pages(self) -> list[str]:
        """Return the addresses of the embedded pages."""
        processes = read_health(self._home)
        return [url for name in ("counter", "city") if (url := self._url(name, processes))]

    def _lamp(self, name: str, state: ProcessState | None) -> _Words:
        is_running = state is not None and state.is_running
        hint = f"pid {state.pid}" if state is not None and is_running else start_command(self._home, f"run {name}")
        return {"name": name, "is_running": is_running, "hint": hint}

    def _scanner(self) -> _Words:
        driver = self._settings.kiosk.scanner.driver
        note = "" if driver == "simulated" else f"No simulated scanner here (driver: {driver})"
        if not note and self._hardware.is_out(Cable.SCANNER):
            note = "The scanner is unplugged"
        return {"is_there": driver == "simulated", "note": note, "suits": self.sample_codes.suits()}

    def _panel(self, processes: ProcessStates) -> _Words:
        screen = processes.states.get("screen")
        is_running = screen is not None and screen.is_running
        shine = self._hardware.panel()
        return {
            "is_there": self._settings.kiosk.panel.driver == "simulated",
            "is_plugged": not self._hardware.is_out(Cable.PANEL),
            # A screen that was killed leaves its lamps on.
            "lamp": shine.lamp if is_running else Lamp.OFF,
            "light": shine.light if is_running else Light.OFF,
            "senses": fault_switches.sensed(self._hardware),
        }

    def _journal(self) -> _Words:
        if not self._home.database.exists():
            self._read_at, self._last, self._tickets = None, "no database yet", []
            self.sample_codes.slip = None
            return {"events": 0, "pending": 0, "acked": 0}
        try:
            with closing(Store.open(self._home.database)) as store:
                with store.read() as snapshot:
                    events, acked = journal.last_seq(snapshot), journal.acked(snapshot)
                    if self._read_at != (store.epoch, events):
                        self._read(snapshot, store.epoch, events)
                return {"events": events, "pending": events - acked, "acked": acked}
        except StoreError as error:
            self._last = str(error)
            return {"events": 0, "pending": 0, "acked": 0}

    def _read(self, snapshot: Snapshot, epoch: bytes, events: int) -> None:
        """Read the values that change with the journal: its last line, and the tickets."""
        newest = journal.pending(snapshot, events - 1, 1)
        self._last = self._line(snapshot, newest[0]) if newest else "nothing has happened yet"
        rows = tickets.of_day(snapshot, last_day(snapshot))[-_TICKETS_TO_FOLLOW:]
        self._tickets = [(row.text, token_of(epoch, row.site, row.day, row.text)) for row in reversed(rows)]
        newest_ticket = next(iter(self._tickets), None)
        follow = self._settings.site.follow_url
        self.sample_codes.slip = newest_ticket and (newest_ticket[0], follow.replace("{token}", newest_ticket[1]))
        self._read_at = (epoch, events)

    def _line(self, snapshot: Snapshot, event: Event) -> str:
        at = local(to_utc(event.at_ms), self._settings.site.timezone)
        data = data_of(event)
        row = tickets.by_id(snapshot, getattr(data, "ticket", None) or 0)
        counter = getattr(data, "counter", None)
        device = f"{data.device} {data.status}" if isinstance(data, DeviceEvent) else ""
        parts = [f"{at:%H:%M:%S}", event.kind, row.text if row else "", f"counter {counter}" if counter else "", device]
        return " · ".join(part for part in parts if part)

    def _links(self, processes: ProcessStates) -> _Words:
        city = self._url("city", processes)
        return {
            "counter": self._page("counter", "The officers' page is not running", processes),
            "city": self._page("city", "The city is not running", processes),
            "follow": {
                "tickets": [{"number": number, "url": f"{city}/t/{token}"} for number, token in self._tickets if city],
                "sentence": "Take a number first" if city else "The page a visitor follows a ticket on is the city's",
                "command": start_command(self._home, "ticket take A" if city else "run city"),
            },
        }

    def _page(self, name: str, sentence: str, processes: ProcessStates) -> _Words:
        command = start_command(self._home, f"run {name}")
        return {"url": self._url(name, processes), "sentence": sentence, "command": command}

    def _url(self, name: str, processes: ProcessStates) -> str | None:
        """Return the address that a process has published, while it runs."""
        state = processes.states.get(name)
        if state is not None and not state.is_running:
            return None
        return address_in(self._home.run / f"{name}.url")


def address_in(file: Path) -> str | None:
    """Return the address that a process has published, or None when it is not on this machine."""
    with suppress(OSError, UnicodeDecodeError):
        url = read_file(file).decode().strip()
        # Only pages of this machine may be embedded, also when a process publishes a wrong address.
        return url.rstrip("/") if url.startswith(("http://127.0.0.1:", "http://localhost:")) else None
    return None


def start_command(home: Home, words: str) -> str:
    """Return the command line of a `kiosk` command on this home."""
    if home == Home.at(None):
        return f"kiosk {words}"
    root = home.etc.parent
    here = Path(os.path.relpath(root))
    shown = root if here.parts[:1] == ("..",) else here
    return f"kiosk --home {shown} {words}"


def _devices(processes: ProcessStates) -> _Words:
    printer, sync = processes.health_of(PrinterHealth), processes.health_of(SyncHealth)
    status = printer.status or "unknown"
    lamps = {"ready": "", "none": "", "paper_low": "warn", "unknown": "warn"}
    is_online = sync.line == "online"
    line = "online" if is_online else f"offline ({sync.why})"
    return {
        "printer": _lit(processes.states.get("printer"), status, lamps.get(status, "fault")),
        "line": _lit(processes.states.get("sync"), line, "" if is_online else "fault"),
    }


def _lit(state: ProcessState | None, words: str, lamp: str) -> _Words:
    """Return a lamp and its text; the lamp's name is empty without a fault."""
    if state is None or not state.is_running:
        return {"lamp": "off", "words": "not running"}
    return {"lamp": lamp, "words": words.replace("_", " ")}
