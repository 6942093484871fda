"""What lists and questions cost: `python -m tests.city.measure`.

Prints the bytes of a list of bookings, and how long a visitor waits from asking to the answer in the kiosk's database:
both ends in threads of one process, a real Mosquitto, all on this machine's loopback.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from contextlib import closing
from pathlib import Path

from kiosk.processes.city import run_city
from kiosk.processes.sync import run_sync
from kiosk.records import replace
from kiosk.store import questions
from kiosk.store.database import Store
from kiosk.store.doorbell import Doorbell
from kiosk.wire.day_list import DayList, ListedBooking, encode_list
from tests.broker import Broker
from tests.city.ends import running
from tests.city.wards import CODE, Ward, ask_in, is_online
from tests.databases import look
from tests.sync.lists import booked, sign
from tests.waiting import until

ASKED = 300


def main() -> None:
    """Measure and print."""
    for count in (0, 30, 300, 1400):
        print(f"a list of {count:4} bookings: {len(encode_list(_list(count), sign)):6} bytes")
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder) / "broker") as broker:
        _measure_questions(Ward(Path(folder), broker.as_settings()))


def _list(count: int) -> DayList:
    rows = [
        ListedBooking(f"{place:08d}", "ABCDE"[place % 5], 450 + place % 480, "2.000815", secrets.token_bytes(16))
        for place in range(count)
    ]
    return replace(booked(), bookings=tuple(rows), key=secrets.token_bytes(32))


def _measure_questions(ward: Ward) -> None:
    kiosk = ward.kiosk()
    ward.know(CODE, "ready")
    took_ms = []
    with running(run_city, ward.city), running(run_sync, kiosk), closing(Store.open(kiosk.home.database)) as store:
        until(lambda: is_online(ward.city, "city") and is_online(kiosk, "sync"), "the line")
        with Doorbell(kiosk.home.database) as bell:
            for _ in range(ASKED):
                bell.has_rung()
                began = time.perf_counter()
                number = ask_in(store)
                while questions.answer_of(look(store), number) is None:
                    bell.wait(5.0)
                took_ms.append((time.perf_counter() - began) * 1000)
    took_ms.sort()
    p50, p99 = took_ms[ASKED // 2], took_ms[ASKED * 99 // 100]
    print(f"question to answer, {ASKED} times: p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {took_ms[-1]:.1f} ms")


if __name__ == "__main__":
    main()
