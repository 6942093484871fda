"""The JSON API: what officers and ward software can do, and what is refused."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from kiosk.counter.app import create_app
from kiosk.errors import FullError
from kiosk.lobby.lobby import Lobby
from kiosk.lobby.views import TicketView
from kiosk.model.paper import PrintState
from kiosk.store import jobs
from tests.clocks import FakeClock
from tests.counter.conftest import Visit
from tests.counter.serving import OFFICERS

pytestmark = pytest.mark.anyio

STEPS = ("next", "recall", "serve", "done", "no-show", "park", "resume", "transfer", "help")
SLIP_STEPS = ("confirm", "reprint")


def take(lobby: Lobby, *letters: str) -> list[str]:
    """Take a number of each service and return the numbers."""
    return [lobby.take(letter, print_slip=False).number for letter in letters]


async def test_a_stranger_sees_no_queue_and_calls_nobody(app: Starlette, visit: Visit, lobby: Lobby) -> None:
    take(lobby, "A")
    async with visit(app, officer="") as stranger:
        for path in ("/api/session", "/api/counters", "/api/counter/1", "/api/counter/1/events"):
            assert (await stranger.get(path)).json()["code"] == "not_signed_in"
        for step in STEPS:
            assert (await stranger.post(f"/api/counter/1/{step}", json={})).status_code == 401
        for step in SLIP_STEPS:
            assert (await stranger.post(f"/api/slips/A001/{step}", json={})).status_code == 401
    assert lobby.counter(1).active is None


async def test_a_call_for_help_goes_to_the_counter_that_answers_first(
    app: Starlette, visit: Visit, lobby: Lobby
) -> None:
    lobby.help.request()
    async with visit(app) as officer:
        before = (await officer.get("/api/counter/1")).json()
        assert before["help_requested_at"] is not None and before["help_counter"] is None
        answer = (await officer.post("/api/counter/2/help", json={})).json()
        assert answer["counter"]["help_counter"] == 2
        again = (await officer.post("/api/counter/1/help", json={})).json()
        assert again["counter"]["help_counter"] == 2
        assert (await officer.post("/api/counter/9/help", json={})).status_code == 404


async def test_saying_i_am_coming_when_nobody_calls_changes_nothing(app: Starlette, visit: Visit, lobby: Lobby) -> None:
    async with visit(app) as officer:
        answer = await officer.post("/api/counter/1/help", json={})
    assert (answer.status_code, answer.json()["counter"]["help_counter"]) == (200, None)
    assert lobby.hall().help is None


async def test_the_board_is_for_everybody(app: Starlette, visit: Visit, lobby: Lobby) -> None:
    take(lobby, "A")
    lobby.call_next(1)
    async with visit(app, officer="") as stranger:
        board = (await stranger.get("/api/board")).json()
        site = (await stranger.get("/api/site")).json()
    assert (board["current"]["number"], board["current"]["counter"]) == ("A001", 1)
    assert [counter["id"] for counter in site["counters"]] == [1, 2, 3]


async def test_no_response_has_the_secret_with_which_a_visitor_follows_a_ticket(
    app: Starlette, visit: Visit, lobby: Lobby
) -> None:
    token = lobby.take("A", print_slip=False).token
    async with visit(app) as officer:
        answers = [await officer.post("/api/counter/1/next", json={}), await officer.get("/api/board")]
    assert all(token not in answer.text for answer in answers)


async def test_next_calls_the_first_in_line_and_returns_the_counter(app: Starlette, visit: Visit, lobby: Lobby) -> None:
    take(lobby, "A", "A")
    async with visit(app) as officer:
        answer = (await officer.post("/api/counter/1/next", json={})).json()
    assert answer["number"] == "A001"
    assert answer["counter"]["active"]["state"] == "called"
    assert [row["number"] for row in answer["counter"]["queue"]] == ["A002"]


async def test_nobody_waiting_is_an_answer_and_no_error(app: Starlette, visit: Visit) -> None:
    async with visit(app) as officer:
        answer = await officer.post("/api/counter/1/next", json={})
    assert (answer.status_code, answer.json()["number"]) == (200, None)


async def test_next_with_a_ticket_in_hand_is_refused_unless_it_is_finished(
    app: Starlette, visit: Visit, lobby: Lobby
) -> None:
    take(lobby, "A", "A")
    async with visit(app) as officer:
        await officer.post("/api/counter/1/next", json={})
        answer = await officer.post("/api/counter/1/next", json={})
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_step")
        answer = await officer.post("/api/counter/1/next", json={"finish": "A001"})
    assert answer.json()["number"] == "A002"
    assert lobby.ticket("A001").state == "done"


async def test_a_second_enter_on_a_stale_page_does_not_finish_the_next_ticket(
    app: Starlette, visit: Visit, lobby: Lobby
) -> None:
    take(lobby, "A", "A", "A")
    async with visit(app) as officer:
        await officer.post("/api/counter/1/next", json={})
        for _ in range(2):
            answer = await officer.post("/api/counter/1/next", json={"finish": "A001"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_hand")
    assert lobby.ticket("A002").state == "called"


async def test_finishing_the_last_ticket_is_stored_although_nobody_waits(
    app: Starlette, visit: Visit, lobby: Lobby
) -> None:
    take(lobby, "A")
    async with visit(app) as officer:
        await officer.post("/api/counter/1/next", json={})
        answer = await officer.post("/api/counter/1/next", json={"finish": "A001"})
    assert answer.json()["number"] is None
    assert answer.json()["counter"]["done_today"] == 1


async def test_officers_who_press_next_at_once_never_get_the_same_ticket(
    app: Starlette, visit: Visit, lobby: Lobby
) -> None:
    take(lobby, *"AAAAAAAA")
    async with visit(app) as one, visit(app, "minh") as other:
        asked = [client.post(f"/api/counter/{n}/next", json={}) for client, n in ((one, 1), (other, 2)) for _ in "xxx"]
        answers = await asyncio.gather(*asked)
    called = [answer.json()["number"] for answer in answers if answer.status_code == 200]
    assert sorted(called) == ["A001", "A002"]


async def test_a_recall_right_after_a_call_or_a_recall_is_refused(
    app: Starlette, visit: Visit, lobby: Lobby, clock: FakeClock
) -> None:
    take(lobby, "A")
    async with visit(app) as officer:
        await officer.post("/api/counter/1/next", json={})
        clock.pass_time(seconds=1.5)
        answer = await officer.post("/api/counter/1/recall", json={"number": "A001"})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_soon")
        assert answer.headers["retry-after"] == "1"
        clock.pass_time(seconds=1)
        answer = await officer.post("/api/counter/1/recall", json={"number": "A001"})
        assert answer.json()["counter"]["active"]["calls"] == 2
        clock.pass_time(seconds=1.5)
        answer = await officer.post("/api/counter/1/recall", json={"number": "A001"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_soon")
    active = lobby.counter(1).active
    assert active is not None
    assert active.calls == 2


async def test_a_visitor_already_being_served_is_neither_recalled_nor_absent(
    app: Starlette, visit: Visit, lobby: Lobby, clock: FakeClock
) -> None:
    take(lobby, "A")
    async with visit(app) as officer:
        await officer.post("/api/counter/1/next", json={})
        await officer.post("/api/counter/1/serve", json={"number": "A001"})
        clock.pass_time(seconds=5)
        for step in ("recall", "no-show"):
            answer = await officer.post(f"/api/counter/1/{step}", json={"number": "A001"})
            assert (answer.status_code, answer.json()["code"]) == (409, "illegal_step")


async def test_no_show_park_resume_and_transfer_go_where_they_say(app: Starlette, visit: Visit, lobby: Lobby) -> None:
    take(lobby, "A", "A", "A")
    async with visit(app) as officer:
        for step, body in (("no-show", {}), ("park", {}), ("transfer", {"service": "B"})):
            number = (await officer.post("/api/counter/1/next", json={})).json()["number"]
            answer = await officer.post(f"/api/counter/1/{step}", json={"number": number, **body})
            assert answer.json()["counter"]["active"] is None
        states = [lobby.ticket(number).state for number in ("A001", "A002", "A003")]
        assert states == ["no_show", "parked", "waiting"]
        assert [row.number for row in lobby.counter(3).queue] == ["A003"]
        answer = await officer.post("/api/counter/1/resume", json={"number": "A002"})
    assert [row["number"] for row in answer.json()["counter"]["queue"]] == ["A002"]


async def test_a_step_on_another_counters_ticket_is_refused(app: Starlette, visit: Visit, lobby: Lobby) -> None:
    take(lobby, "A", "A")
    lobby.call_next(2)
    async with visit(app) as officer:
        for step in ("recall", "serve", "done", "no-show", "park"):
            answer = await officer.post(f"/api/counter/1/{step}", json={"number": "A001"})
            assert (answer.status_code, answer.json()["code"]) == (409, "not_in_hand")
        answer = await officer.post("/api/counter/1/resume", json={"number": "A002"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_parked")
    assert lobby.ticket("A001").state == "called"


async def test_an_unknown_counter_ticket_or_service_is_named(app: Starlette, visit: Visit, lobby: Lobby) -> None:
    take(lobby, "A")
    async with visit(app) as officer:
        for path in ("/api/counter/7", "/api/counter/7/events"):
            answer = await officer.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_name")
            assert "'7'" in answer.json()["message"]
        answer = await officer.post("/api/counter/1/done", json={"number": "A009"})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_in_hand")
        await officer.post("/api/counter/1/next", json={})
        answer = await officer.post("/api/counter/1/transfer", json={"number": "A001", "service": "Z"})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_name")
    assert lobby.ticket("A001").state == "called"


@pytest.mark.parametrize(("step", "paper"), [("confirm", PrintState.PRINTED), ("reprint", PrintState.QUEUED)])
async def test_an_officer_confirms_or_reprints_an_uncertain_slip(
    app: Starlette, visit: Visit, lobby: Lobby, step: str, paper: PrintState
) -> None:
    lobby.take("A")
    with lobby.store.write() as tx:
        jobs.move(tx, 1, PrintState.QUEUED, PrintState.UNCERTAIN, now_ms=tx.now_ms)
    async with visit(app) as officer:
        assert (await officer.get("/api/counter/3")).json()["uncertain_slips"] == ["A001"]
        answer = await officer.post(f"/api/slips/A001/{step}", headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()) == (200, {"number": "A001"})
        assert (await officer.get("/api/counter/3")).json()["uncertain_slips"] == []
    assert lobby.ticket("A001").print_state is paper


@pytest.mark.parametrize(
    ("number", "code"), [("A009", "unknown_name"), ("nonsense", "unknown_name"), ("A001%0Aforged", "not_found")]
)
async def test_a_slip_of_a_number_nobody_has_is_neither_seen_nor_copied(
    app: Starlette, visit: Visit, lobby: Lobby, number: str, code: str
) -> None:
    take(lobby, "A")
    async with visit(app) as officer:
        for step in SLIP_STEPS:
            answer = await officer.post(f"/api/slips/{number}/{step}", json={})
            assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_a_page_of_another_origin_cannot_print_copies(app: Starlette, visit: Visit, lobby: Lobby) -> None:
    take(lobby, "A")
    async with visit(app) as officer:
        for step in SLIP_STEPS:
            path, foreign = f"/api/slips/A001/{step}", {"origin": "http://evil.example"}
            assert (await officer.post(path, json={}, headers=foreign)).json()["code"] == "cross_origin"
    assert lobby.ticket("A001").print_state is PrintState.NONE


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"number": 1}', 400),
        (b'{"number": "<b>"}', 400),
        (b'{"number": "A001", "force": true}', 400),
        (b'{"number": "\xff"}', 400),
        (b'{"number": "' + b"A" * 5000 + b'"}', 413),
    ],
)
async def test_a_body_that_makes_no_sense_changes_nothing(
    app: Starlette, visit: Visit, lobby: Lobby, body: bytes, status: int
) -> None:
    take(lobby, "A")
    lobby.call_next(1)
    async with visit(app) as officer:
        answer = await officer.post("/api/counter/1/serve", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message"}
    assert lobby.ticket("A001").state == "called"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://kiosk:9999"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_page_of_another_origin_cannot_call_anybody(
    app: Starlette, visit: Visit, lobby: Lobby, headers: dict[str, str]
) -> None:
    take(lobby, "A")
    async with visit(app) as officer:
        answer = await officer.post("/api/counter/1/next", json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin")
        assert lobby.counter(1).active is None
        answer = await officer.post("/api/counter/1/next", json={}, headers={"origin": "http://kiosk:8080"})
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_a_form_of_another_site_cannot_pass_for_json(
    app: Starlette, visit: Visit, lobby: Lobby, kind: str
) -> None:
    take(lobby, "A")
    async with visit(app) as officer:
        answer = await officer.post("/api/counter/1/next", content=b"{}", headers={"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "not_json")
    assert lobby.counter(1).active is None


async def test_every_answer_forbids_framing_injection_and_caching(app: Starlette, visit: Visit) -> None:
    async with visit(app, officer="") as stranger:
        for path in ("/", "/board", "/api/board", "/api/session", "/nowhere", "/static/main.js"):
            headers = (await stranger.get(path)).headers
            policy = headers["content-security-policy"]
            assert "unsafe" not in policy
            assert policy.endswith("frame-ancestors 'self'")
            assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


async def test_an_unknown_address_is_refused_as_json(app: Starlette, visit: Visit) -> None:
    async with visit(app) as officer:
        missing = await officer.get("/api/nothing")
        wrong = await officer.get("/api/counter/1/next")
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
        assert (wrong.status_code, wrong.json()["code"]) == (405, "wrong_method")
        assert (await officer.get("/words/xx")).status_code == 404
        assert (await officer.get("/static/../app.py")).status_code == 404


async def test_a_full_disk_is_reported(lobby: Lobby, clock: FakeClock, visit: Visit) -> None:
    class FullLobby(Lobby):
        def call_next(self, counter: int) -> TicketView | None:
            raise FullError("no space left")

    app = create_app(lobby.settings, lambda: OFFICERS, clock=clock, lobby=FullLobby)
    async with visit(app) as officer:
        answer = await officer.post("/api/counter/1/next", json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "store_error")
