"""A printer that stops reading for ever: the pipe to it is full, and nobody else is held up."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from kiosk.cli.demo.processes import Processes
from kiosk.config import Home, load
from kiosk.defaults import change_settings, write_home
from kiosk.drivers.printer.emulator.faults import request
from kiosk.lobby.lobby import Lobby
from kiosk.model.paper import PrintState
from kiosk.ui.window.mirror_client import MirrorClient
from tests.e2e.watchdog import FakeSystemd
from tests.healths import health_words
from tests.systemd.places import settings_of
from tests.waiting import until

_HEADLESS = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
_WAY = {"take": "service", "service:A": "procedure", "plain": "priority", "priority:": "number", "done": "welcome"}
_SETTLED_S = 0.3
"""A person needs longer than this to touch what has just appeared."""
_ANSWER_S = 1.0
"""Far more than the screen needs, on a machine that runs the whole suite at once."""
_JOB_S = 30.0


class Finger:
    """Touches the real screen, and notes how long each touch waits for its answer."""

    def __init__(self, mirror: MirrorClient) -> None:
        self._mirror = mirror
        self.waited_s: list[float] = []

    def take(self) -> None:
        """Take a number, and leave without waiting for the slip."""
        for id, leads_to in _WAY.items():
            scene = self._mirror.scene()
            target = next(target for target in scene["targets"] if target["id"] == id)
            time.sleep(_SETTLED_S)
            x, y, width, height = target["rect"]
            began = time.monotonic()
            self._mirror.touch(x + width / 2, y + height / 2)
            until(lambda: bool(self._mirror.scene()["screen"] == leads_to), f"the screen {leads_to}")  # noqa: B023  # asked at once
            self.waited_s.append(time.monotonic() - began)


def test_a_printer_that_stops_reading_for_ever_holds_nobody_up_and_no_watchdog_fires(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    address = str(home.run / "sim" / "printer" / "tty")
    write_home(home, always_open=True, kiosk={"screen.is_fullscreen": False})
    change_settings(home.etc / "kiosk.toml", {"printer.driver": "device", "printer.address": address})
    with ExitStack() as stack:
        systemd = stack.enter_context(FakeSystemd())
        processes = Processes(home.run / "log", {**_HEADLESS, **systemd.environment})
        stack.callback(processes.stop)
        processes.start_kiosk("emulator", tmp_path, "sim", "printer", "serve", "--pty")
        processes.wait_for("emulator", Path(address).exists)
        processes.start_kiosk("printer", tmp_path, "run", "printer")
        until(lambda: _printer(home).get("status") == "ready", "the printer")
        # Only now, or its word about a printer that is not there yet would go, and move what a finger comes down on.
        processes.start_kiosk("screen", tmp_path, "run", "screen")
        processes.wait_for("screen", (home.run / "screen.sock").exists)
        mirror = stack.enter_context(MirrorClient(home.run / "screen.sock"))
        lobby = stack.enter_context(closing(Lobby.open(load(home))))
        pids = {name: processes.pid(name) for name in ("printer", "screen")}

        finger = Finger(mirror)
        finger.take()
        until(lambda: _paper(lobby, "A001") is PrintState.PRINTED, "the first slip")
        request(home, "stuck")
        began = time.monotonic()
        finger.take()
        finger.take()
        assert _paper(lobby, "A002") is PrintState.PRINTING, "the printer process should be in the middle of it"
        until(lambda: _paper(lobby, "A002") is not PrintState.PRINTING, "the end of the job", _JOB_S + 5)
        assert _JOB_S - 1 < time.monotonic() - began < _JOB_S + 5
        until(lambda: _printer(home).get("status") == "offline", "the printer that takes no bytes")
        assert "takes no bytes" in _printer(home)["why"]
        finger.take()
        assert [_paper(lobby, number) for number in ("A002", "A003", "A004")] == [
            PrintState.UNCERTAIN,
            PrintState.QUEUED,
            PrintState.DISMISSED,  # the screen said that no slip comes, and the number was photographed
        ]
        silences = {name: systemd.longest_silence_s(pid) for name, pid in pids.items()}
        request(home, "ok")
        until(lambda: _paper(lobby, "A003") is PrintState.PRINTED, "the third slip")
        assert _printer(home)["status"] == "ready"
        assert _paper(lobby, "A002") is PrintState.UNCERTAIN, "nothing is printed a second time by itself"
        assert all((Path("/proc") / str(pid) / "fd").exists() for pid in pids.values()), "one of them has ended"
    assert max(finger.waited_s) < _ANSWER_S
    for name, silence_s in silences.items():
        patience_s = int(settings_of(f"kiosk-{name}")["WatchdogSec"][0])
        assert silence_s < 0.75 * patience_s, f"{name}: {silence_s:.0f} s of {patience_s}"
    print(f"longest answer {max(finger.waited_s):.2f} s, watchdogs waited", silences)


def _printer(home: Home) -> dict[str, Any]:
    return health_words(home).get("printer", {})


def _paper(lobby: Lobby, number: str) -> PrintState:
    return lobby.ticket(number).print_state
