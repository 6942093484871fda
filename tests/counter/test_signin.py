"""Signing in: wrong PINs are counted; sessions cannot be forged and end on time."""

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
from kiosk.counter.attempts import (
    CEILING,
    CEILING_REFILL_S,
    FIRST_LOCK_S,
    FREE_TRIES,
    LONGEST_LOCK_S,
    Asker,
    Attempts,
)
from kiosk.counter.devices import DEVICE_LASTS, Devices, device_key
from kiosk.counter.sessions import COOKIE, MOST_OF_OFFICER, SESSION_LASTS, Sessions
from kiosk.lobby.lobby import Lobby
from tests.clocks import MONDAY_MORNING, FakeClock
from tests.config.test_officers import stored_by_an_older_release
from tests.counter.conftest import Visit
from tests.counter.serving import OFFICERS, PIN

LAN, MINH = OFFICERS
WRONG = {"officer": "lan", "pin": "000000"}
RIGHT = {"officer": "lan", "pin": PIN}


def sessions(folder: Path, officers: tuple[Officer, ...] = OFFICERS, late: timedelta = timedelta()) -> Sessions:
    """Sessions on a Monday morning, or later, kept in a folder."""
    return Sessions(lambda: officers, folder / "sessions", lambda: MONDAY_MORNING + late)


def stranger(name: str, address: str = "10.0.0.1") -> Asker:
    """A user at a device on which nobody has signed in."""
    return Asker(name, next((officer for officer in OFFICERS if officer.id == name), None), address, None)


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
            answer = await client.post("/api/session", json={"officer": name, "pin": "000000"})
    assert answer.json()["code"] == "locked"


@pytest.mark.anyio
async def test_a_name_that_does_not_exist_is_answered_like_a_wrong_pin(app: Starlette, visit: Visit) -> None:
    answers = []
    for name, address in (("lan", "10.0.0.1"), ("nobody", "10.0.0.2")):
        async with visit(app, officer="", address=address) as client:
            answers.append((await client.post("/api/session", json={"officer": name, "pin": "000000"})).text)
    assert answers[0] == answers[1]


@pytest.mark.anyio
async def test_tries_made_all_at_once_do_not_slip_past_the_limit(app: Starlette, visit: Visit) -> None:
    async with visit(app, officer="") as client:
        answers = await asyncio.gather(*(client.post("/api/session", json=WRONG) for _ in range(20)))
    checked = [answer for answer in answers if answer.status_code == 401]
    assert len(checked) < FREE_TRIES


@pytest.mark.anyio
async def test_the_right_pin_resets_the_count_of_wrong_ones(app: Starlette, visit: Visit) -> None:
    async with visit(app, officer="") as client:
        for _ in range(FREE_TRIES - 1):
            await client.post("/api/session", json=WRONG)
        assert (await client.post("/api/session", json=RIGHT)).status_code == 200
        assert (await client.post("/api/session", json=WRONG)).json()["tries_left"] == FREE_TRIES - 1


@given(st.integers(FREE_TRIES, 60))
def test_locks_grow_and_never_pass_a_quarter_of_an_hour(tries: int) -> None:
    attempts = Attempts(FakeClock(), Path("/nowhere/attempts"))
    device = Asker("lan", LAN, "10.0.0.1", "d" * 32)
    locks = []
    for _ in range(tries):
        attempts.count(device)
        locks.append(attempts.locked_s(device))
    assert locks[: FREE_TRIES - 1] == [0] * (FREE_TRIES - 1)
    assert locks[FREE_TRIES - 1] == FIRST_LOCK_S
    assert locks == sorted(locks)
    assert max(locks) <= LONGEST_LOCK_S


def test_a_flood_of_names_and_addresses_removes_no_officers_lock(tmp_path: Path) -> None:
    clock = FakeClock()
    attempts = Attempts(clock, tmp_path / "attempts")
    for _ in range(FREE_TRIES):
        attempts.count(stranger("lan"))
    for number in range(10_000):
        attempts.count(stranger(f"nobody {number}", f"10.{number // 250}.{number % 250}.1"))
    assert attempts.tries_left(stranger("lan", "10.9.9.9")) == 0
    assert attempts.locked_s(stranger("lan", "10.9.9.9")) >= FIRST_LOCK_S
    assert len(attempts._addresses) + len(attempts._unknown_names) < 5_000, "the memory fills"


@pytest.mark.anyio
async def test_a_restart_keeps_every_lock(lobby: Lobby, clock: FakeClock, visit: Visit, app: Starlette) -> None:
    for last in range(FREE_TRIES):
        async with visit(app, officer="", address=f"10.0.0.{last}") as client:
            await client.post("/api/session", json=WRONG)
    clock.pass_time(seconds=1)
    again = create_app(lobby.settings, lambda: OFFICERS, clock=clock)
    async with visit(again, officer="", address="10.0.1.1") as client:
        answer = await client.post("/api/session", json=RIGHT)
    assert (answer.status_code, answer.json()["retry_after_s"]) == (429, FIRST_LOCK_S - 1)
    assert stat.S_IMODE((lobby.settings.home.var / "counter.attempts").stat().st_mode) == 0o600


@pytest.mark.anyio
@pytest.mark.parametrize("jump", [{"days": -3000}, {"days": -1}, {"minutes": -1}])
async def test_a_clock_set_back_over_a_restart_keeps_a_lock_and_makes_it_no_longer(
    tmp_path: Path, jump: dict[str, float]
) -> None:
    clock = FakeClock()
    before = Attempts(clock, tmp_path / "attempts")
    for _ in range(FREE_TRIES):
        before.count(stranger("lan"))
    await before.save()
    clock.step(**jump)
    assert Attempts(clock, tmp_path / "attempts").locked_s(stranger("lan", "10.9.9.9")) == FIRST_LOCK_S


@pytest.mark.anyio
@pytest.mark.parametrize("damage", [b"", b"\xff", b"[]", b'{"officer lan": 3}', b'{"officer lan": ["x", 1]}'])
async def test_a_damaged_file_of_counts_or_sessions_stops_nobody(
    lobby: Lobby, clock: FakeClock, visit: Visit, damage: bytes
) -> None:
    for name in ("counter.attempts", "counter.sessions"):
        (lobby.settings.home.var / name).write_bytes(damage)
    async with visit(create_app(lobby.settings, lambda: OFFICERS, clock=clock)) as officer:
        assert (await officer.get("/api/session")).status_code == 200


@pytest.mark.anyio
async def test_wrong_pins_of_strangers_do_not_lock_an_officer_out_of_their_own_device(
    app: Starlette, visit: Visit
) -> None:
    async with visit(app) as officer:
        for last in range(20):
            async with visit(app, officer="", address=f"10.0.0.{last}") as client:
                await client.post("/api/session", json=WRONG)
        async with visit(app, officer="", address="10.0.1.1") as client:
            assert (await client.post("/api/session", json=RIGHT)).status_code == 429
        answer = await officer.post("/api/session", json=RIGHT)
        assert answer.status_code == 200


@pytest.mark.anyio
async def test_a_known_device_has_five_tries_too_and_only_at_its_own_officer(app: Starlette, visit: Visit) -> None:
    async with visit(app) as officer:
        left = [(await officer.post("/api/session", json=WRONG)).json().get("tries_left") for _ in range(FREE_TRIES)]
        assert left == [4, 3, 2, 1, None]
        assert (await officer.post("/api/session", json=RIGHT)).status_code == 429
        # The device is lan's: for minh it is a stranger, and lan's own lock is not minh's.
        answer = await officer.post("/api/session", json={"officer": "minh", "pin": "000000"})
        assert answer.json()["tries_left"] == FREE_TRIES - 1
    async with visit(app, officer="", address="10.0.3.1") as elsewhere:
        assert (await elsewhere.post("/api/session", json=RIGHT)).status_code == 200


@given(st.text(), st.sampled_from(["lan", "minh", "nobody"]))
def test_arbitrary_text_is_never_a_device(text: str, name: str) -> None:
    devices = Devices(b"k" * 32, lambda: MONDAY_MORNING)
    assert devices.device(name, text) is None
    cookie = devices.cookie("lan", None)
    device, expires, signature = cookie.split(".")
    assert devices.device("lan", cookie) == device
    assert devices.device("minh", cookie) is None
    assert devices.device("lan", f"{device}.{int(expires) + 1}.{signature}") is None
    assert devices.device("lan", cookie + "\n") is None
    assert Devices(b"k" * 32, lambda: MONDAY_MORNING + DEVICE_LASTS).device("lan", cookie) is None


@pytest.mark.anyio
async def test_wrong_pins_spread_over_names_and_addresses_have_a_common_limit(
    app: Starlette, visit: Visit, clock: FakeClock
) -> None:
    async with visit(app) as officer:
        statuses = []
        for number in range(CEILING + 5):
            async with visit(app, officer="", address=f"10.1.{number}.1") as client:
                body = {"officer": f"name-{number}", "pin": "000000"}
                statuses.append((await client.post("/api/session", json=body)).status_code)
        assert statuses.count(401) <= CEILING
        assert statuses[-1] == 429
        assert (await officer.post("/api/session", json=RIGHT)).status_code == 200, "a known device is not slowed"
        clock.pass_time(seconds=CEILING_REFILL_S)
        async with visit(app, officer="", address="10.2.0.1") as client:
            assert (await client.post("/api/session", json=RIGHT)).status_code == 200


@pytest.mark.anyio
async def test_a_new_pin_ends_the_lock_of_the_old_one(lobby: Lobby, clock: FakeClock, visit: Visit) -> None:
    officers = list(OFFICERS)
    app = create_app(lobby.settings, lambda: tuple(officers), clock=clock)
    for last in range(FREE_TRIES):
        async with visit(app, officer="", address=f"10.0.0.{last}") as client:
            await client.post("/api/session", json=WRONG)
    officers[0] = Officer("lan", hash_pin("918273"))
    async with visit(app, officer="", address="10.0.1.1") as client:
        assert (await client.post("/api/session", json={"officer": "lan", "pin": "918273"})).status_code == 200


@pytest.mark.anyio
async def test_an_old_short_pin_still_signs_in_and_says_that_it_is_short(
    lobby: Lobby, clock: FakeClock, visit: Visit
) -> None:
    app = create_app(lobby.settings, lambda: (Officer("old", stored_by_an_older_release("2468")),), clock=clock)
    async with visit(app, officer="") as client:
        answer = await client.post("/api/session", json={"officer": "old", "pin": "2468"})
    assert answer.json() == {"officer": "old", "pin_is_short": True}


@pytest.mark.anyio
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Starlette, visit: Visit) -> None:
    async with visit(app, officer="") as client:
        cookie = (await client.post("/api/session", json=RIGHT)).headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/", "max-age=43200"))


@pytest.mark.anyio
@pytest.mark.parametrize("is_restarted", [False, True])
async def test_a_copied_cookie_is_invalid_after_signing_out(
    lobby: Lobby, clock: FakeClock, visit: Visit, app: Starlette, is_restarted: bool
) -> None:
    async with visit(app) as officer:
        cookie = {"cookie": f"{COOKIE}={officer.cookies[COOKIE]}"}
        await officer.request("DELETE", "/api/session", headers={"content-type": "application/json"})
    app = create_app(lobby.settings, lambda: OFFICERS, clock=clock) if is_restarted else app
    async with visit(app, officer="") as thief:
        for path in ("/api/session", "/api/counter/1", "/api/counter/1/events", "/api/counters"):
            assert (await thief.get(path, headers=cookie)).status_code == 401


@pytest.mark.anyio
async def test_removing_an_officer_ends_their_session_at_once(lobby: Lobby, clock: FakeClock, visit: Visit) -> None:
    officers = list(OFFICERS)
    async with visit(create_app(lobby.settings, lambda: tuple(officers), clock=clock)) as officer:
        assert (await officer.get("/api/session")).status_code == 200
        del officers[0]
        assert (await officer.get("/api/session")).status_code == 401


@pytest.mark.anyio
async def test_a_restart_signs_nobody_out(lobby: Lobby, clock: FakeClock, visit: Visit, app: Starlette) -> None:
    async with visit(app) as officer:
        cookie = officer.cookies[COOKIE]
    again = create_app(lobby.settings, lambda: OFFICERS, clock=clock)
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


def test_a_modified_cookie_is_refused(tmp_path: Path) -> None:
    signed_in = sessions(tmp_path)
    cookie = signed_in.begin(LAN)
    assert signed_in.officer(cookie) == LAN
    for forged in (cookie[:-1], cookie + "x", cookie.swapcase(), "", cookie + "\n"):
        assert signed_in.officer(forged) is None


@given(st.text())
def test_arbitrary_text_is_never_a_session(cookie: str) -> None:
    assert sessions(Path("/nowhere")).officer(cookie) is None


def test_the_file_of_sessions_signs_nobody_in(tmp_path: Path) -> None:
    cookie = sessions(tmp_path).begin(LAN)
    kept = (tmp_path / "sessions").read_text(encoding="utf-8")
    assert cookie not in kept and LAN.pin_scrypt not in kept
    assert stat.S_IMODE((tmp_path / "sessions").stat().st_mode) == 0o600
    assert [sessions(tmp_path).officer(word) for word in kept.split('"')] == [None] * len(kept.split('"'))


def test_a_new_pin_or_a_removed_officer_ends_the_session(tmp_path: Path) -> None:
    cookie = sessions(tmp_path).begin(LAN)
    assert sessions(tmp_path).officer(cookie) == LAN
    assert sessions(tmp_path, (Officer("lan", hash_pin("918273")), MINH)).officer(cookie) is None
    assert sessions(tmp_path, (MINH,)).officer(cookie) is None


def test_a_session_is_over_at_the_very_moment_it_expires(tmp_path: Path) -> None:
    cookie = sessions(tmp_path).begin(LAN)
    for late, officer in ((timedelta(seconds=-1), LAN), (timedelta(), None)):
        assert sessions(tmp_path, late=SESSION_LASTS + late).officer(cookie) == officer


def test_signing_in_a_thousand_times_keeps_the_newest_sessions(tmp_path: Path) -> None:
    signed_in = sessions(tmp_path)
    minhs = signed_in.begin(MINH)
    cookies = [signed_in.begin(LAN) for _ in range(MOST_OF_OFFICER + 2)]
    assert [signed_in.officer(cookie) for cookie in cookies] == [None, None, *[LAN] * MOST_OF_OFFICER]
    assert signed_in.officer(minhs) == MINH


def test_a_sign_out_that_cannot_be_written_leaves_no_session_for_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    signed_in = sessions(tmp_path)
    cookie = signed_in.begin(LAN)
    monkeypatch.setattr("kiosk.counter.sessions.replace_file", full)
    signed_in.end(cookie)
    assert signed_in.officer(cookie) is None
    assert sessions(tmp_path).officer(cookie) is None


def test_processes_that_start_at_once_share_one_secret_key(tmp_path: Path) -> None:
    file = tmp_path / "var" / "counter.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(device_key, [file] * 8))
    assert len(keys) == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("planted", ["a file that others may write", "a link"])
def test_a_key_that_somebody_planted_signs_no_device(tmp_path: Path, planted: str) -> None:
    theirs, file = tmp_path / "theirs", tmp_path / "counter.key"
    theirs.write_bytes(bytes(32))
    if planted == "a link":
        file.symlink_to(theirs)
    else:
        file.write_bytes(bytes(32))
        file.chmod(0o666)
    assert device_key(file) != bytes(32)
    assert theirs.read_bytes() == bytes(32)


def test_a_key_cut_short_by_a_power_cut_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "counter.key"
    file.write_bytes(b"")
    assert len(device_key(file)) == 32
    assert device_key(file) == device_key(file)
