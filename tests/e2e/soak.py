"""A long day: every device is unplugged and plugged in again at random, two hundred times, while visitors come.

    python -m tests.e2e.soak [--unplugs 200] [--lines simulated,pty,tcp,usb] [--seed 1]

Real processes, the real screen touched through its mirror, a real broker behind a network that is cut too. The day is
spent once for each line that the printer can hang on. It ends well when nothing is lost, nothing is printed twice by
itself, each going and coming was told once, and no process has ended, grown, or kept a descriptor.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from kiosk.city.database import CityDatabase
from kiosk.cli.demo.processes import DemoError
from kiosk.cli.demo.visitors import Visitor
from kiosk.config import Home, Settings
from kiosk.drivers import simulated_network
from kiosk.drivers.panel import simulated as panel
from kiosk.drivers.printer.emulator import faults as printer
from kiosk.drivers.printer.emulator.tray import tray_of
from kiosk.drivers.scanner import simulated as scanner
from kiosk.drivers.speaker import simulated as speaker
from kiosk.field.status import Verdict, report
from kiosk.lobby.lobby import Lobby
from kiosk.model.event import Event
from kiosk.model.paper import PrintState
from kiosk.store import jobs, journal, tickets
from kiosk.ui.window.mirror_client import MirrorClient
from tests.databases import look
from tests.e2e.soak_hall import LINES, Hall, Weight, open_hall_on
from tests.e2e.soak_paper import UNDER_WAY, Ledger, complaints_about, slips_in
from tests.systemd.places import settings_of

Ask = Callable[[Home, str], None]
DEVICES: dict[str, tuple[Ask, str, str]] = {
    "printer": (printer.request, "unplug", "plug"),
    "scanner": (scanner.request, "unplug", "plug"),
    "panel": (panel.request, "unplug", "plug"),
    "speakers": (speaker.request, "unplug", "plug"),
    "network": (simulated_network.request, "offline", "online"),
}
"""How each is asked to go, and to come back."""

_PAPER_TAKES_TIME = "slow:20000"
"""A slip is under way for most of a second, so that many a cable is pulled in the middle of one."""
_IMPATIENCE = 0.03
"""Asked twenty times a second, whether a visitor still waits for the slip: most leave within two seconds."""
_COPIED = 0.5
"""Of the slips in doubt, asked after each visit."""
_OUT_S, _IN_S = (0.05, 0.7), (0.05, 1.1)
_WARM_S = 3.0
_SETTLED_S = 90.0
_PROGRESS_S = 10.0
_GROWN_MB = 3.0
"""What a process may grow in the second half of the day: numbers and journal grow, too."""
_LONG_DAY = 20
"""Unplugs of each device, after which memory counts: in a shorter day some draw their first slip in the second half."""
_MORE_DESCRIPTORS = 4
"""In the second half of the day: a connection on its way out just now."""
_MOST_TYPEFACES = 100
"""As many, each in one size, a window keeps open: `kiosk.ui.drawing.fonts` lets go of more."""


@dataclass
class Day:
    """What became of it; `complaints` is empty when it was a good one."""

    line: str
    unplugs: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    numbers: int = 0
    slips: int = 0
    uncertain: int = 0
    copies: int = 0
    told: int = 0
    weights: list[dict[str, Weight]] = field(default_factory=list)
    silences_s: dict[str, float] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        early, late = self.weights[0], self.weights[-1]
        grown = " ".join(
            f"{name} {early[name].pss_mb:.0f}→{late[name].pss_mb:.0f} MB/"
            f"{early[name].descriptors}→{late[name].descriptors} fd/{late[name].typefaces} typefaces/"
            f"{self.silences_s[name]:.0f} s"
            for name in late
        )
        return (
            f"{self.line}: {sum(self.unplugs.values())} unplugs, {self.visits} visits, {self.numbers} numbers, "
            f"{self.slips} slips, {self.uncertain} uncertain, {self.copies} copies asked for, "
            f"{self.told} goings and comings told\n  {grown}"
        )


def spend(line: str, unplugs: int, seed: int, root: Path) -> Day:
    """Spend one day with the printer on a line; each device goes and comes back so many times."""
    day, chance = Day(line), random.Random(f"{seed} {line}")
    with open_hall_on(line, root) as hall:
        home, is_over = hall.stage.settings.home, threading.Event()
        printer.request(home, _PAPER_TAKES_TIME)
        visitors = threading.Thread(target=_visit, args=(hall, day, random.Random(seed), is_over), name="visitors")
        visitors.start()
        try:
            first, half = unplugs // 4, unplugs - unplugs // 4 - unplugs // 3
            for times in (first, half, unplugs - first - half):
                _unplug(hall, day, chance, times)
                time.sleep(_WARM_S)
                day.weights.append(hall.weigh())
        finally:
            is_over.set()
            visitors.join()
        printer.request(home, "ok")
        day.complaints += _troubles(hall.stage.settings)
        day.silences_s = {name: hall.systemd.longest_silence_s(pid) for name, pid in hall.pids.items()}
        day.complaints += [*_books(hall, day), *burdens(day)]
    return day


def _unplug(hall: Hall, day: Day, chance: random.Random, times: int) -> None:
    """Let every device go and come back so many times, each at moments of its own; then all are there."""
    hands = [
        threading.Thread(target=_pull, args=(hall, day, name, times, random.Random(chance.random())), name=name)
        for name in DEVICES
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        while hand.is_alive():
            hand.join(_PROGRESS_S)
            done = ", ".join(f"{name} {day.unplugs[name]}" for name in DEVICES)
            print(f"{day.line}: {done}; {day.visits} visits", file=sys.stderr, flush=True)


def _pull(hall: Hall, day: Day, name: str, times: int, chance: random.Random) -> None:
    ask, out, back = DEVICES[name]
    for _ in range(times):
        time.sleep(chance.uniform(*_IN_S))
        ask(hall.stage.settings.home, out)
        time.sleep(chance.uniform(*_OUT_S))
        ask(hall.stage.settings.home, back)
        day.unplugs[name] += 1


def _visit(hall: Hall, day: Day, chance: random.Random, is_over: threading.Event) -> None:
    socket = hall.stage.settings.home.run / "screen.sock"
    with closing(Lobby.open(hall.stage.settings)) as lobby, closing(MirrorClient(socket)) as mirror:
        visitor = Visitor(mirror, chance, lambda: not _waits(lobby) or chance.random() < _IMPATIENCE)
        while not is_over.is_set():
            try:
                visitor.visit()
            except (OSError, DemoError) as error:
                day.complaints.append(f"a visitor went without a number: {error}")
                return
            day.visits += 1
            _ask_for_copies(lobby, chance)


def _ask_for_copies(lobby: Lobby, chance: random.Random) -> None:
    """Ask for a copy of some slips in doubt, as an officer does who was told that none came out."""
    for ticket in {job.ticket for job in jobs.in_state(look(lobby.store), PrintState.UNCERTAIN)}:
        row = tickets.by_id(look(lobby.store), ticket or 0)
        if row is not None and chance.random() < _COPIED:
            lobby.reprint(row.text)


def _waits(lobby: Lobby) -> bool:
    return any(jobs.in_state(look(lobby.store), state) for state in UNDER_WAY)


def _troubles(settings: Settings) -> list[str]:
    """Wait until all is well again, and return what is not."""
    ends = time.monotonic() + _SETTLED_S
    while True:
        bad = troubles_now(settings)
        if not bad or time.monotonic() > ends:
            return bad
        time.sleep(0.2)


def troubles_now(settings: Settings) -> list[str]:
    """Return what is not well, or not yet at rest: what is under way is in no book for certain."""
    lines = [line for line in report(settings.home) if line.verdict is not Verdict.OK and line.what != "clock"]
    # A slip of which nobody knows is for a person: it is no trouble of a device.
    bad = [f"{line.what}: {line.message}" for line in lines if "ready; slips waiting 0" not in line.message]
    with closing(Lobby.open(settings)) as lobby:
        if _waits(lobby):
            bad.append("a slip is still under way")
        if journal.unacked(look(lobby.store)):
            bad.append("events still wait for the city")
    return bad


def _books(hall: Hall, day: Day) -> Iterator[str]:
    """Compare the kiosk's book, the paper and the city's book; yield what does not agree."""
    with closing(Lobby.open(hall.stage.settings)) as lobby:
        written, ledger = journal.pending(look(lobby.store), 0, 10_000_000), Ledger.of(lobby)
    city_file = hall.stage.city_root / "var" / "city.db"
    with closing(CityDatabase.open(city_file)) as city, city.read() as snapshot:
        in_city = [(int(row[0]), str(row[1])) for row in snapshot.query("SELECT seq, kind FROM event ORDER BY seq")]
    paper = slips_in(tray_of(hall.stage.settings.home))
    day.numbers, day.slips = len(ledger.tickets), len(paper)
    day.uncertain, day.copies = ledger.count(PrintState.UNCERTAIN), sum(ledger.asked.values())
    if day.visits > day.numbers:
        yield f"{day.visits} visits and only {day.numbers} numbers"
    yield from complaints_about(ledger, paper)
    if [event.seq for event in written] != list(range(1, len(written) + 1)):
        yield "the journal has gaps"
    if in_city != [(event.seq, event.kind) for event in written]:
        yield f"the journal has {len(written)} events, the city {len(in_city)}"
    yield from _told(day, written)


def _told(day: Day, journal: list[Event]) -> Iterator[str]:
    """Check that each device's going and coming was told once, and the last word is a good one."""
    words: dict[str, list[tuple[str, object]]] = {}
    for event in journal:
        if event.kind.startswith("device."):
            words.setdefault(str(event.payload["d"]), []).append((event.kind, event.payload["x"]))
    day.told = sum(len(told) for told in words.values())
    for device, told in words.items():
        if any(before == after for before, after in pairwise(told)):
            yield f"{device}: the same was told twice"
        if told[-1][0] != "device.cleared":
            yield f"{device}: the last word is {told[-1]}"
    yield from (
        f"{device}: nothing was told of it" for device in ("printer", "scanner", "panel") if device not in words
    )


def burdens(day: Day) -> Iterator[str]:
    """Yield which process has kept descriptors or memory, or let its watchdog wait too long."""
    _, half, late = day.weights
    is_long = min(day.unplugs.values()) >= _LONG_DAY
    for name, weight in late.items():
        if weight.descriptors > half[name].descriptors + _MORE_DESCRIPTORS:
            yield f"{name}: {half[name].descriptors} descriptors became {weight.descriptors}"
        if weight.typefaces > _MOST_TYPEFACES:
            yield f"{name}: {weight.typefaces} typefaces are open"
        if is_long and weight.pss_mb > half[name].pss_mb + _GROWN_MB:
            yield f"{name}: {half[name].pss_mb:.1f} MB became {weight.pss_mb:.1f}"
        patience_s = int(settings_of(f"kiosk-{name}")["WatchdogSec"][0])
        if day.silences_s[name] >= patience_s:
            yield f"{name}: its watchdog waited {day.silences_s[name]:.0f} s of {patience_s}"


def main() -> int:
    """Spend the days and say how they went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unplugs", type=int, default=200, help="of each device, on each line")
    parser.add_argument("--lines", default=",".join(LINES))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    is_good = True
    for line in options.lines.split(","):
        with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as folder:
            day = spend(line, options.unplugs, options.seed, Path(folder))
        print(day, *(f"  NOT WELL: {complaint}" for complaint in day.complaints), sep="\n", flush=True)
        is_good = is_good and not day.complaints
    return 0 if is_good else 2


if __name__ == "__main__":
    sys.exit(main())
