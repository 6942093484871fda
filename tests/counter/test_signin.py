"""Signing in: guesses are counted, sessions cannot be forged and end when they should."""

from __future__ import annotations

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from kiosk.config import Officer, hash_pin
from kiosk.counter.app import create_app
from kiosk.counter.attempts import FIRST_LOCK_S, FREE_TRIES, LONGEST_LOCK_S, Attempts
from kiosk.counter.sessions import COOKIE, SESSION_LASTS, Sessions, session_key
from kiosk.lobby.lobby import Lobby
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.counter.conftest import Visit
from tests.counter.serving import OFFICERS, PIN

LAN, MINH = OFFICERS
WRONG = {"officer": "lan", "pin": "0000"}
RIGHT = {"officer": "lan", "pin": PIN}


def sessions(officers: tuple[Officer, ...] = OFFICERS) -> Sessions:
    """Sessions on a Monday morning, all signed with one key."""
    return Sessions(officers, b"k" * 32, lambda: MONDAY_MORNING)


@pytest.mark.anyio
async def test_the_fifth_wrong_pin_locks_and_even_the_right_one_must_wait(
    app: Starlette, visit: Visit, clock: FakeClock
) -> None:
    async with visit(app, officer="") as client:
        left = [(await client.post("/api/session", json=WRONG)).json()["tries_left"] for _ in range(FREE_TRIES - 1)]
        assert left == [4, 3, 2, 1]
        for body in (WRONG, RIGHT):
            answer = await client.post("/api/session", json=body)
            assert (answer.status_code, answer.json()["code"]) == (429, "locked")
            assert answer.json()["retry_after_s"] == FIRST_LOCK_S
        clock.pass_time(seconds=FIRST_LOCK_S)
        assert (await client.post("/api/session", json=RIGHT)).status_code == 200


@pytest.mark.anyio
async def test_an_officer_stays_locked_from_every_address(app: Starlette, visit: Visit) -> None:
    for last in range(FREE_TRIES):
        async with visit(app, officer="", address=f"10.0.0.{last}") as client:
            await client.post("/api/session", json=WRONG)
    async with visit(app, officer="", address="10.0.1.1") as client:
        assert (await client.post("/api/session", json=RIGHT)).status_code == 429


@pytest.mark.anyio
async def test_an_address_that_tries_many_names_is_locked(app: Starlette, visit: Visit) -> None:
    async with visit(app, officer="") as client:
        for name in ("an", "binh", "chi", "dung", "lan"):
            answer = await client.post("/api/session", json={"officer": name, "pin": "0000"})
    assert answer.json()["code"] == "locked"


@pytest.mark.anyio
async def test_a_name_that_does_not_exist_is_answered_like_a_wrong_pin(app: Starlette, visit: Visit) -> None:
    answers = []
    for name, address in (("lan", "10.0.0.1"), ("nobody", "10.0.0.2")):
        async with visit(app, officer="", address=address) as client:
            answers.append((await client.post("/api/session", json={"officer": name, "pin": "0000"})).text)
    assert answers[0] == answers[1]


@pytest.mark.anyio
async def test_tries_made_all_at_once_do_not_slip_past_the_limit(app: Starlette, visit: Visit) -> None:
    async with visit(app, officer="") as client:
        answers = await asyncio.gather(*(client.post("/api/session", json=WRONG) for _ in range(20)))
    checked = [answer for answer in answers if answer.status_code == 401]
    assert len(checked) < FREE_TRIES


@pytest.mark.anyio
async def test_the_right_pin_forgets_the_wrong_ones_before_it(app: Starlette, visit: Visit) -> None:
    async with visit(app, officer="") as client:
        for _ in range(FREE_TRIES - 1):
            await client.post("/api/session", json=WRONG)
        assert (await client.post("/api/session", json=RIGHT)).status_code == 200
        assert (await client.post("/api/session", json=WRONG)).json()["tries_left"] == FREE_TRIES - 1


@given(st.integers(FREE_TRIES, 60))
def test_locks_grow_and_never_pass_a_quarter_of_an_hour(tries: int) -> None:
    attempts = Attempts(lambda: 0.0)
    locks = []
    for _ in range(tries):
        attempts.count("officer lan")
        locks.append(attempts.locked_s("officer lan"))
    assert locks[: FREE_TRIES - 1] == [0] * (FREE_TRIES - 1)
    assert locks[FREE_TRIES - 1] == FIRST_LOCK_S
    assert locks == sorted(locks)
    assert max(locks) <= LONGEST_LOCK_S


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    attempts = Attempts(lambda: 0.0)
    for number in range(10_000):
        attempts.count(f"address {number}")
    assert attempts.tries_left("address 0") == FREE_TRIES
    assert attempts.tries_left("address 9999") == FREE_TRIES - 1


@pytest.mark.anyio
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Starlette, visit: Visit) -> None:
    async with visit(app, officer="") as client:
        cookie = (await client.post("/api/session", json=RIGHT)).headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/", "max-age=43200"))


@pytest.mark.anyio
async def test_a_restart_signs_nobody_out(lobby: Lobby, clock: FakeClock, visit: Visit, app: Starlette) -> None:
    async with visit(app) as officer:
        cookie = officer.cookies[COOKIE]
    again = create_app(lobby, OFFICERS, clock=clock)
    async with visit(again, officer="") as officer:
        answer = await officer.get("/api/session", headers={"cookie": f"{COOKIE}={cookie}"})
    assert answer.json() == {"officer": "lan"}


@pytest.mark.anyio
async def test_a_session_ends_after_twelve_hours_and_when_signed_out(
    app: Starlette, visit: Visit, clock: FakeClock
) -> None:
    async with visit(app) as officer, visit(app, "minh") as other:
        await other.request("DELETE", "/api/session", headers={"content-type": "application/json"})
        assert (await other.get("/api/session")).status_code == 401
        clock.pass_time(hours=11, minutes=59)
        assert (await officer.get("/api/session")).status_code == 200
        clock.pass_time(minutes=2)
        assert (await officer.get("/api/session")).status_code == 401


def test_a_cookie_changed_anywhere_is_not_believed() -> None:
    cookie = sessions().begin(LAN)
    name, expires, signature = cookie.split(".")
    assert sessions().officer(cookie) == LAN
    later = int(expires) + 1
    for forged in (f"minh.{expires}.{signature}", f"{name}.{later}.{signature}", f"{name}.{expires}.{'0' * 64}"):
        assert sessions().officer(forged) is None


@given(st.text())
def test_no_text_whatever_is_taken_for_a_session(cookie: str) -> None:
    assert sessions().officer(cookie) is None
    assert sessions().officer(f"lan.{cookie}") is None
    assert sessions().officer(f"lan.99999999999.{cookie}") is None


def test_a_new_pin_or_a_struck_name_ends_the_session() -> None:
    cookie = sessions().begin(LAN)
    assert sessions((Officer("lan", hash_pin("1234")), MINH)).officer(cookie) is None
    assert sessions((MINH,)).officer(cookie) is None


def test_a_session_is_over_at_the_very_moment_it_expires() -> None:
    cookie = sessions().begin(LAN)
    for late, officer in ((timedelta(seconds=-1), LAN), (timedelta(), None)):
        then = Sessions(OFFICERS, b"k" * 32, lambda late=late: MONDAY_MORNING + SESSION_LASTS + late)  # type: ignore[misc]
        assert then.officer(cookie) == officer


def test_processes_that_start_at_once_share_one_secret_key(tmp_path: Path) -> None:
    file = tmp_path / "var" / "counter.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(session_key, [file] * 8))
    assert len(keys) == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_key_cut_short_by_a_power_cut_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "counter.key"
    file.write_bytes(b"")
    assert len(session_key(file)) == 32
    assert session_key(file) == session_key(file)
