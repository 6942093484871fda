"""What a visit tells the city beside its tickets: feedback, calls for help, post, sealed boxes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import cbor2
import pytest

from kiosk.city import dossiers, views
from kiosk.city.database import CityDatabase
from kiosk.city.dossiers import Dossier
from kiosk.crypto import digest_of_dossier
from kiosk.model.event import Value
from kiosk.wire.requests import DOSSIER, DossierAnswer, WireQuestion
from tests.city.stories import DAY, Story, event, issued, opened


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Story]:
    city = Story(tmp_path)
    city.tell(opened(), issued(2, 1, "A001"))
    yield city
    city.database.close()


def _now(city: Story) -> datetime:
    return datetime.fromtimestamp(city.now_ms / 1000, UTC)


def test_faces_are_counted_by_site_and_day(city: Story) -> None:
    faces = (5, 5, 4, 1)
    city.tell(*(event(3 + place, "feedback.given", x=face, r="") for place, face in enumerate(faces)))
    (site,) = views.sites(city.database, DAY)
    assert site.faces == (1, 0, 0, 1, 2)
    assert views.sites(city.database, "2026-11-24")[0].faces == (0, 0, 0, 0, 0)


def test_reasons_are_kept_with_the_face(city: Story) -> None:
    city.tell(event(3, "feedback.given", x=2, r="long_wait,unclear", t=1))
    assert city.rows("SELECT face, reasons, ticket, day FROM feedback") == [(2, "long_wait,unclear", 1, DAY)]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"x": 0},
        {"x": 6},
        {"x": True},
        {"x": "5"},
        {"x": 5, "r": "x" * 201},
        {"x": 5, "r": "\x1b["},
        {"x": 5, "r": 1},
    ],
)
def test_feedback_that_makes_no_sense_is_put_aside_and_stops_nothing(city: Story, payload: dict[str, Value]) -> None:
    assert city.tell(event(3, "feedback.given", **payload), event(4, "help.requested")).up_to == 4
    assert [alarm.seq for alarm in views.alarms(city.database)] == [3]
    assert city.rows("SELECT count(*) FROM feedback") == [(0,)]


def test_a_call_for_help_is_open_until_a_counter_answers(city: Story) -> None:
    city.tell(event(3, "help.requested"), event(4, "help.requested"))
    assert [call.device for call in views.help_calls(city.database, _now(city))] == ["k00082-1"] * 2
    city.tell(event(5, "help.answered", c=3))
    assert views.help_calls(city.database, _now(city)) == ()
    assert city.rows("SELECT counter FROM help_call") == [(3,), (3,)]


def test_a_call_that_nobody_answered_is_old_news_after_a_while(city: Story) -> None:
    city.tell(event(3, "help.requested"))
    assert views.help_calls(city.database, _now(city) + views.HELP_LASTS) == ()


def test_an_answer_at_one_kiosk_does_not_settle_a_call_at_another(city: Story) -> None:
    city.tell(event(3, "help.requested"))
    city.tell(opened(), event(2, "help.answered", c=1), device="k00082-2", epoch=b"\x02" * 8)
    assert len(views.help_calls(city.database, _now(city))) == 1


def test_a_result_by_post_is_noted_and_taken_back(city: Story) -> None:
    for seq, is_by_post in ((3, True), (4, False), (5, True)):
        city.tell(event(seq, "ticket.post", t=1, on=is_by_post))
        (ticket,) = views.tickets(city.database, "00082", DAY)
        assert ticket.by_post is is_by_post


def test_a_sealed_box_is_kept_as_it_came_and_shown_nowhere(city: Story) -> None:
    box = "c2VhbGVk" * 40
    city.tell(event(3, "identity.sealed", t=1, b=box))
    ((payload,),) = city.rows("SELECT payload FROM event WHERE kind = 'identity.sealed'")
    assert isinstance(payload, bytes)
    assert cbor2.loads(payload) == {"t": 1, "b": box}
    shown = (
        views.sites(city.database, DAY),
        views.kiosks(city.database),
        views.tickets(city.database, "00082", DAY),
        views.alarms(city.database),
    )
    assert "c2VhbGVk" not in repr(shown)


def test_a_dossier_is_found_by_its_digest(city: Story) -> None:
    code = "000.00.01.H26-260930-0012"
    with city.database.write() as tx:
        dossiers.put(tx, Dossier(code, "processing", "2026-11-16", None, None, 1))
        dossiers.put(tx, Dossier(code, "ready", "2026-11-16", "2026-11-25", 3, 2))
        question = WireQuestion(7, DOSSIER, digest_of_dossier(code), 4000)
        answer = dossiers.answer(tx, question, 5)
        assert [dossier.code for dossier in dossiers.every(tx)] == [code]
    assert answer == DossierAnswer("ready", 5, date(2026, 11, 16), date(2026, 11, 25), 3)


def test_a_dossier_that_is_not_there_is_unknown_and_another_kind_is_not_answered(city: Story) -> None:
    with city.database.read() as snapshot:
        assert dossiers.answer(snapshot, WireQuestion(7, DOSSIER, b"", 1), 5) == DossierAnswer("unknown", 5)
        assert dossiers.answer(snapshot, WireQuestion(7, "weather", b"", 1), 5) is None


def test_a_city_database_of_the_last_release_is_brought_up_to_date(tmp_path: Path) -> None:
    old = Story(tmp_path)
    old.tell(opened(), issued(2, 1, "A001"))
    old.database.close()
    _set_back(old.file)
    database = CityDatabase.open(old.file)
    assert [ticket.by_post for ticket in views.tickets(database, "00082", DAY)] == [False]
    assert views.sites(database, DAY)[0].faces == (0, 0, 0, 0, 0)
    database.close()


def _set_back(file: Path) -> None:
    """Make a database what it was before there were visits in it."""
    connection = sqlite3.connect(file)
    for table in ("feedback", "help_call", "booking_day", "booking", "dossier", "_sqlite_migrations"):
        connection.execute(f"DROP TABLE {table}")
    for column in ("by_post", "called_seq"):
        connection.execute(f"ALTER TABLE ticket DROP COLUMN {column}")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
