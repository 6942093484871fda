"""What stands in the journal for each kind of event, byte for byte: a contract with the city and older releases."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from kiosk import crypto
from kiosk.lobby.lobby import Lobby
from kiosk.model.booking import SignedBooking, code_of, encode
from kiosk.model.ticket import Step
from tests.clocks import FakeClock
from tests.databases import raw
from tests.lobby.wards import COPY
from tests.lobby.wards import lobby as open_hall

KEYS = {"booking": [crypto.public_signing_key(b"k" * 32).hex()]}
BOOKED = SignedBooking("00082", "2026-11-23", 9 * 60 + 30, "A", code_of(123_456_789))

JOURNAL = [
    ("day.opened", '{"day":"2026-11-23","site":"00082"}'),
    (
        "ticket.issued",
        '{"t":1,"n":"A001","day":"2026-11-23","s":"A","l":"vi","g":"elderly","p":"' + COPY.code + '"}',
    ),
    ("identity.sealed", '{"t":1,"b":"AAAA"}'),
    ("ticket.called", '{"t":1,"c":1}'),
    ("ticket.recalled", '{"t":1,"c":1}'),
    ("ticket.serving", '{"t":1,"c":1}'),
    ("ticket.post", '{"t":1,"on":true}'),
    ("ticket.parked", '{"t":1,"c":1}'),
    ("ticket.resumed", '{"t":1,"c":1}'),
    ("ticket.transferred", '{"t":1,"s":"B"}'),
    ("ticket.post", '{"t":1,"on":false}'),
    ("ticket.called", '{"t":1,"c":3}'),
    ("ticket.serving", '{"t":1,"c":3}'),
    ("ticket.done", '{"t":1,"c":3}'),
    ("feedback.given", '{"x":5,"r":"","t":1}'),
    ("feedback.given", '{"x":1,"r":"unclear,long_wait"}'),
    ("ticket.issued", '{"t":2,"n":"A002","day":"2026-11-23","s":"A","l":"en"}'),
    ("ticket.reprinted", '{"t":2}'),
    ("ticket.called", '{"t":2,"c":1}'),
    ("ticket.no_show", '{"t":2,"c":1}'),
    ("ticket.issued", '{"t":3,"n":"A003","day":"2026-11-23","s":"A","l":"vi"}'),
    ("ticket.cancelled", '{"t":3}'),
    ("help.requested", "{}"),
    ("help.answered", '{"c":2}'),
    ("dossier.asked", "{}"),
    ("device.fault", '{"d":"printer","x":"paper_out"}'),
    ("device.cleared", '{"d":"printer","x":"ready"}'),
    ("device.fault", '{"d":"kiosk","x":"out_of_service"}'),
    ("device.cleared", '{"d":"kiosk","x":"in_service"}'),
    ("device.fault", '{"d":"kiosk","x":"out_of_service","r":"wet floor"}'),
    ("device.cleared", '{"d":"kiosk","x":"in_service"}'),
    ("water.poured", '{"x":"full"}'),
    ("water.poured", '{"x":"stopped"}'),
    ("ticket.issued", '{"t":4,"n":"A004","day":"2026-11-23","s":"A","l":"vi"}'),
    ("booking.checked_in", '{"t":4,"k":"' + BOOKED.code + '"}'),
    ("ticket.expired", '{"t":4}'),
    ("day.closed", '{"day":"2026-11-23"}'),
    ("day.opened", '{"day":"2026-11-24","site":"00082"}'),
    ("time.set", '{"x":"hand","was":1795485600000}'),
]


def test_each_event_is_written_as_ever(tmp_path: Path, clock: FakeClock) -> None:
    with closing(open_hall(tmp_path, clock, city_keys=KEYS)) as hall:
        _spend_a_day(hall, clock)
        rows = raw(hall.store).execute("SELECT kind, payload FROM journal ORDER BY seq").fetchall()
    assert [tuple(row) for row in rows] == JOURNAL
    assert {kind for kind, _ in JOURNAL} >= set(Step)


def _spend_a_day(hall: Lobby, clock: FakeClock) -> None:
    hall.take("A", priority="elderly", procedure=COPY.code, sealed=b"\0\0\0")
    hall.call_next(1)
    hall.recall("A001")
    hall.serve("A001")
    hall.note_post("A001", True)
    hall.park("A001")
    hall.resume("A001")
    hall.transfer("A001", "B")
    hall.note_post("A001", False)
    hall.call_next(3)
    hall.serve("A001")
    hall.done("A001")
    hall.feedback.give(5, (), "A001")
    hall.feedback.give(1, ("long_wait", "unclear"), "")
    hall.take("A", language="en")
    hall.reprint("A002")
    hall.call_next(1)
    hall.no_show("A002")
    hall.take("A")
    hall.cancel("A003")
    hall.help.request()
    hall.help.answer(2)
    hall.dossiers.ask("000.00.01.H26-260930-0012")
    for word in ("paper_out", "ready"):
        hall.device_events.note("printer", {"printer": word})
    for reason in ("", "wet floor"):
        hall.set_in_service(False, reason)
        hall.set_in_service(True)
    for is_full in (True, False):
        hall.note_cup(is_full)
    hall.bookings.check_in(encode(BOOKED, b"k" * 32), language="vi")
    clock.pass_time(days=1)
    hall.keep_day()
    hall.timing.set(clock.read().wall + timedelta(minutes=1))
