"""A day of visits by invented persons in a hall of real processes, and then the search for what they left behind.

    python -m tests.e2e.private_day [--visits 500]

Everything goes through the scanner, the real screen, printer, line and city. Afterwards every byte is searched that
the kiosk has kept or sent: its home (settings, state, logs, spool) and all that ran over loopback meanwhile. What the
sealed boxes hold may be known to the city alone; that they arrived and open there is shown too.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import cbor2

from kiosk import crypto
from kiosk.city.database import CityDatabase
from kiosk.cli.demo.hall import DemoHall
from kiosk.drivers.scanner.simulated import present
from kiosk.lobby.people import seal_info
from kiosk.model.booking import SignedBooking, code_of, encode
from kiosk.ports.scanner import Scan, Symbology
from kiosk.records import Record
from kiosk.ui.window.mirror_client import MirrorClient
from tests.e2e.halls import open_hall
from tests.e2e.persons import Person, forms, persons

_PATIENCE_S = 20.0
_HESITATION_S = 0.27
"""The screen takes no touch that was meant for the one before."""
_TOUCHES_AGAIN_S = 2.0
"""Sooner, the second touch of a slow screen would fall on the one after it."""
_PROCEDURES = {"A": "2.000815", "B": "1.001193", "C": "1.004222"}
_ETH_P_ALL = 3
_OUTGOING = 4
"""A packet on loopback is seen twice, going out and coming in; once is enough. Source: packet(7)."""


@dataclass
class Wire:
    """All that TCP carried over loopback, stream by stream."""

    streams: dict[tuple[int, int], bytearray] = field(default_factory=dict)

    def take(self, packet: bytes) -> None:
        """Add the payload of one Ethernet frame, if it is TCP over IPv4."""
        ip = packet[14:]
        if len(ip) < 40 or ip[0] >> 4 != 4 or ip[9] != socket.IPPROTO_TCP:
            return
        tcp = ip[(ip[0] & 15) * 4 : int.from_bytes(ip[2:4])]
        ports = int.from_bytes(tcp[:2]), int.from_bytes(tcp[2:4])
        self.streams.setdefault(ports, bytearray()).extend(tcp[(tcp[12] >> 4) * 4 :])


@contextmanager
def listening() -> Iterator[Wire]:
    """Take down all that runs over loopback; needs the right to do so (root).

    Raises:
        PermissionError: this user may not listen.
    """
    wire, ended = Wire(), threading.Event()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL)) as tap:
        tap.bind(("lo", 0))
        tap.settimeout(0.2)

        def listen() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    packet, address = tap.recvfrom(1 << 18)
                    if address[2] == _OUTGOING:
                        wire.take(packet)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield wire
        finally:
            ended.set()
            thread.join()


class Day(Record):
    """What a day brought: how many numbers, boxes and other visits, and where anything personal was found."""

    issued: int
    boxes: int
    opened: int
    searched_bytes: int
    traces: tuple[str, ...]


class Visits:
    """Visitors one after the other."""

    def __init__(self, stage: DemoHall, mirror: MirrorClient) -> None:
        self._stage = stage
        self._home = stage.settings.home
        self._mirror = mirror
        self._bookings = itertools.count(1)
        self.issued = 0

    def visit(self, place: int, person: Person) -> None:
        """Make the visit that belongs to a place in the day: each kind comes again and again."""
        kinds = (self._walk_in, self._sealed, self._insured, self._zoned, self._booked, self._asked, self._strange)
        kinds[place % len(kinds)](person, "ABC"[place % 3])
        self._home_again()

    def _walk_in(self, person: Person, letter: str) -> None:
        self._show(person.card, letter)

    def _sealed(self, person: Person, letter: str) -> None:
        self._show(person.new_card, letter, "consent")

    def _insured(self, person: Person, letter: str) -> None:
        self._show(person.insurance, letter)

    def _zoned(self, person: Person, letter: str) -> None:
        self._show(person.zone, letter, "consent")

    def _booked(self, person: Person, letter: str) -> None:
        key = bytes.fromhex((self._stage.city_root / "var/city-keys/booking.key").read_text(encoding="ascii").strip())
        now = time.localtime(time.time() + 7 * 3600 - (time.localtime().tm_gmtoff or 0))
        code = code_of(next(self._bookings))
        minute = now.tm_hour * 60 + now.tm_min
        day = time.strftime("%Y-%m-%d", now)
        self._scan(encode(SignedBooking(self._stage.settings.site.code, day, minute, letter, code), key))
        self._until("number", "refused")
        self.issued += self._screen() == "number"

    def _asked(self, person: Person, letter: str) -> None:
        self._scan("000.00.01.H26-261105-0005")
        self._until("dossier_said")

    def _strange(self, person: Person, letter: str) -> None:
        self._scan(f"https://id.example/?name={person.name}&no={person.number}\x1b@")
        self._until("unreadable")

    def _show(self, payload: str, letter: str, *others: str) -> None:
        """Take a number, and show a card where its notice asks for it."""
        ways = (
            ("take", "service"),
            (f"service:{letter}", "procedure"),
            (f"procedure:{_PROCEDURES[letter]}", "priority"),
        )
        for id, leads_to in (*ways, ("card", "card")):
            self._touch(id, leads_to)
        self._scan(payload)
        self._until("greeted")
        for id, leads_to in (*((one, "greeted") for one in others), ("priority:", "number")):
            self._touch(id, leads_to)
        self.issued += 1

    def _home_again(self) -> None:
        while self._screen() != "welcome":
            there = self._targets()
            for id in [id for id in ("done", "back") if id in there][:1]:
                self._press(there[id])

    def _touch(self, id: str, leads_to: str) -> None:
        """Touch a target, on whichever page it is, until the screen it leads to is there."""
        deadline, is_there = time.monotonic() + _PATIENCE_S, False
        while not is_there:
            assert time.monotonic() < deadline, f"{id} does not lead from {self._screen()} to {leads_to}"
            there = self._targets()
            if id in there:
                self._press(there[id])
                # What the hall's news has moved under the finger is not meant, and is touched again, as people do.
                is_there = self._waits_for(leads_to, until=time.monotonic() + _TOUCHES_AGAIN_S)
            elif "more" in there:
                self._press(there["more"])

    def _waits_for(self, *screens: str, until: float) -> bool:
        while (is_away := self._screen() not in screens) and time.monotonic() < until:
            time.sleep(0.005)
        return not is_away

    def _targets(self) -> dict[str, tuple[int, int, int, int]]:
        return {target["id"]: target["rect"] for target in self._mirror.scene()["targets"]}

    def _press(self, box: tuple[int, int, int, int]) -> None:
        time.sleep(_HESITATION_S)
        x, y, width, height = box
        self._mirror.touch(x + width / 2, y + height / 2)
        time.sleep(0.02)

    def _scan(self, payload: str) -> None:
        assert present(self._home, Scan(Symbology.QR, payload)) == "ok"

    def _until(self, *screens: str) -> None:
        came = self._waits_for(*screens, until=time.monotonic() + _PATIENCE_S)
        assert came, f"{screens} never came, it shows {self._screen()}"

    def _screen(self) -> str:
        return str(self._mirror.scene()["screen"])


def spend(root: Path, visits: int) -> Day:
    """Let a day pass under `root` and search it."""
    crowd = persons(visits)
    with listening() as wire, open_hall(root) as (stage, _):
        with closing(MirrorClient(stage.settings.home.run / "screen.sock")) as mirror:
            hall = Visits(stage, mirror)
            for place, person in enumerate(crowd):
                hall.visit(place, person)
                if sys.stderr.isatty():
                    print(f"\r{place + 1} of {visits} visits", end="", file=sys.stderr)
        boxes, opened = _settled(stage, crowd)
    places = {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}
    places |= {f"wire {source}→{target}": bytes(said) for (source, target), said in wire.streams.items()}
    return Day(hall.issued, boxes, opened, sum(map(len, places.values())), tuple(traces(crowd, places)))


def traces(crowd: Iterable[Person], places: dict[str, bytes]) -> Iterator[str]:
    """Tell where anything of these persons lies, in whatever form; what is found is named by its place only."""
    # Some hundred thousand forms in some ten million bytes: each form is first looked for by its first eight bytes.
    wanted: dict[int, list[tuple[int, bytes]]] = {}
    for number, person in enumerate(crowd):
        for form in itertools.chain.from_iterable(map(forms, person.secrets)):
            wanted.setdefault(int.from_bytes(form[:8], sys.byteorder), []).append((number, form))
    for place, held in places.items():
        found = {number for word in _words(held) & wanted.keys() for number, form in wanted[word] if form in held}
        yield from (f"{place}: person {number}" for number in sorted(found))


def _words(held: bytes) -> set[int]:
    """Return every eight bytes that lie side by side, as numbers."""
    starts = (held[offset : offset + (len(held) - offset) // 8 * 8] for offset in range(8))
    return {word for start in starts for word in memoryview(start).cast("Q")}


def _settled(stage: DemoHall, crowd: list[Person]) -> tuple[int, int]:
    """Wait until the boxes are with the city; return how many there are and how many open to somebody of the crowd."""
    key = bytes.fromhex((stage.city_root / "var/city-keys/sealing.key").read_text(encoding="ascii").strip())
    deadline = time.monotonic() + _PATIENCE_S
    boxes: list[tuple[str, str]] = []
    wanted = sum(place % 7 in (1, 3) for place in range(len(crowd)))
    while len(boxes) < wanted and time.monotonic() < deadline:
        time.sleep(0.2)
        boxes = list(_boxes(stage))
    names = {person.number for person in crowd}
    site = stage.settings.site.code
    opened = [crypto.open_sealed(key, base64.b64decode(box), seal_info(site, day)) for box, day in boxes]
    return len(boxes), sum(any(number in plain.decode() for number in names) for plain in opened)


def _boxes(stage: DemoHall) -> Iterator[tuple[str, str]]:
    with (
        closing(CityDatabase.open(stage.city_root / "var" / "city.db")) as city,
        city.read() as snapshot,
    ):
        day = ""
        for kind, payload in snapshot.query("SELECT kind, payload FROM event ORDER BY seq"):
            known = cbor2.loads(payload)
            day = known["day"] if kind == "day.opened" else day
            if kind == "identity.sealed":
                yield known["b"], day


def main() -> int:
    """Spend a day and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=500)
    visits = parser.parse_args().visits
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kiosk-private-") as folder:
        day = spend(Path(folder), visits)
    for trace in day.traces:
        print(f"FOUND {trace}")
    print(
        f"{visits} visits, {day.issued} numbers, {day.boxes} sealed boxes ({day.opened} opened by the city), "
        f"{day.searched_bytes:,} bytes searched, {len(day.traces)} traces, {time.monotonic() - started:.0f} s"
    )
    return 2 if day.traces or day.boxes != day.opened else 0


if __name__ == "__main__":
    sys.exit(main())
