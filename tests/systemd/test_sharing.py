"""One database, a user for each process: what only the first of them could write would stop the others."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.config import Home, Officer, load
from kiosk.counter.sessions import Sessions
from kiosk.defaults import write_home
from kiosk.dock.hall_state import address_in
from kiosk.dock.sample_codes import key_in
from kiosk.dock.slips import Slips
from kiosk.dock.speaker_log import SpeakerLog
from kiosk.drivers import control_file
from kiosk.drivers.printer.emulator.faults import Faults
from kiosk.drivers.printer.emulator.nv_memory import Memory
from kiosk.drivers.simulated_hardware import SimulatedHardware
from kiosk.errors import StoreError
from kiosk.sqlite.transactions import WriteTransaction
from kiosk.store import journal, meta
from kiosk.store.database import Store
from kiosk.store.repair import set_aside
from tests.databases import append_raw, look
from tests.healths import health_words, write_health
from tests.systemd.places import UNITS, ids

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="being several users needs root")


@pytest.fixture
def device() -> Iterator[Path]:
    """Return the root of a device with its users and folders; other users may walk through it."""
    with tempfile.TemporaryDirectory(prefix="kiosk-device-") as name:
        device = Path(name)
        device.chmod(0o755)
        (device / "etc").mkdir()
        for program, settings in (("systemd-sysusers", "sysusers.d"), ("systemd-tmpfiles", "tmpfiles.d")):
            options = ["--create"] if settings == "tmpfiles.d" else []
            command = [program, *options, f"--root={device}", str(UNITS / settings / "kiosk.conf")]
            subprocess.run(command, check=True, capture_output=True)
        yield device


def _as_user(device: Path, user: str, work: Callable[[], None]) -> None:
    """Do something as a unit's process would: its user, the group kiosk, the umask of the units."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(ids(device, "group")["kiosk"])
            os.setuid(ids(device, "passwd")[user])
            os.umask(0o007)
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001  # the top of a process; a second return into pytest would be worse
            traceback.print_exc()
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0, f"{user} could not"


def _home(device: Path) -> Home:
    return Home(device / "etc/kiosk", device / "var/lib/kiosk", device / "run/kiosk")


def _note(home: Home, name: str) -> None:
    store = Store.open(home.database)
    with store.write() as change:
        append_raw(change, "day.opened", {"by": name})
    store.close()
    write_health(home, name, {})


@pytest.mark.parametrize("was_made_by_root", [False, True])
def test_every_process_writes_the_database_whoever_opened_it_first(device: Path, was_made_by_root: bool) -> None:
    home = _home(device)
    if was_made_by_root:  # `kiosk init`, before any process ran
        Store.open(home.database).close()
    first = Store.open(home.database) if was_made_by_root else None  # a technician looks while they work
    for name in ("screen", "counter", "printer", "sync", "board"):
        _as_user(device, f"kiosk-{name}", lambda name=name: _note(home, name))  # type: ignore[misc]  # bound now
    if first:
        first.close()
    store = Store.open(home.database)
    assert len(journal.pending(look(store), 0, 100)) == 5
    store.close()
    assert len(health_words(home)) == 5


READERS: dict[str, Callable[[Home], object]] = {
    "health/screen.json": health_words,
    "health/screen.lock": health_words,
    "sim/printer/control.json": lambda home: control_file.load(home.run / "sim/printer/control.json", Faults),
    "sim/printer/kept.json": lambda home: Memory(home.run / "sim/printer/kept.json"),
    "sim/sound/screen.jsonl": lambda home: SpeakerLog(SimulatedHardware(home)).look(),
    "city.url": lambda home: address_in(home.run / "city.url"),
    "sim/booking.key": lambda home: key_in(home.run / "sim/booking.key"),
    "sim/printer/slips/7.png": lambda home: Slips(home).read("7"),
}
"""What a technician's command reads, as root, in the folder that all processes may write."""


@pytest.mark.parametrize("what", ["link", "pipe", "endless", "huge"])
@pytest.mark.parametrize("name", READERS)
def test_what_one_process_planted_is_neither_followed_nor_waited_for_by_root(
    device: Path, name: str, what: str
) -> None:
    home, secret = _home(device), device / "secret"
    secret.write_bytes(b"http://127.0.0.1:1")  # what a reader of addresses would even tell
    secret.chmod(0o600)

    def plant() -> None:
        file = home.run / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if what == "pipe":
            os.mkfifo(file, 0o666)
        elif what == "huge":
            file.touch()
            os.truncate(file, 1 << 40)
        else:
            file.symlink_to(secret if what == "link" else "/dev/zero")

    _as_user(device, "kiosk-screen", plant)
    before = resource.getrlimit(resource.RLIMIT_AS)
    signal.alarm(20)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, before[1]))
    try:
        found = READERS[name](home)
    except OSError:
        return
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
        signal.alarm(0)
    assert "127.0.0.1" not in repr(found)


@pytest.mark.parametrize("suffix", ["", "-wal", "-journal"])
def test_root_writes_the_database_through_no_link_that_a_process_planted(device: Path, suffix: str) -> None:
    home, victim = _home(device), device / "victim"
    victim.write_bytes(b"root's own" * 1000)
    victim.chmod(0o600)
    missing = device / "missing"
    for target in (victim, missing):
        place = home.database.with_name(home.database.name + suffix)
        _as_user(device, "kiosk-screen", lambda target=target, place=place: _replace_by_link(place, target))  # type: ignore[misc]  # bound now
        with contextlib.suppress(StoreError):
            store = Store.open(home.database)
            try:
                with store.write() as change:
                    append_raw(change, "day.opened", {"by": "root"})
            finally:
                store.close()
        assert victim.read_bytes() == b"root's own" * 1000
        assert not missing.exists()


def _replace_by_link(place: Path, target: Path) -> None:
    place.unlink(missing_ok=True)
    place.symlink_to(target)


def test_a_database_set_aside_by_root_gives_away_no_file_of_root(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_home(_home(device))
    home, victim = _home(device), device / "victim"
    victim.write_bytes(b"root's own")
    victim.chmod(0o600)

    def damage() -> None:
        home.database.unlink()
        home.database.write_bytes(b"no database" * 1000)

    _as_user(device, "kiosk-screen", damage)
    open_day = meta.open_day

    def swap(tx: WriteTransaction, day: str) -> None:
        open_day(tx, day)
        _as_user(device, "kiosk-screen", lambda: _replace_by_link(home.database, victim))

    monkeypatch.setattr(meta, "open_day", swap)
    set_aside(load(home))
    found = victim.stat()
    assert (found.st_uid, found.st_mode & 0o777, victim.read_bytes()) == (0, 0o600, b"root's own")


def test_a_new_database_is_for_all_processes_as_the_old_one_was(device: Path) -> None:
    write_home(_home(device))
    home = _home(device)
    home.database.write_bytes(b"no database" * 1000)
    set_aside(load(home))
    for name in ("screen", "counter"):
        _as_user(device, f"kiosk-{name}", lambda name=name: _note(home, name))  # type: ignore[misc]  # bound now


def test_a_session_that_another_process_planted_signs_nobody_in(device: Path) -> None:
    file, officer = _home(device).var / "counter.sessions", Officer("lan", pin_scrypt="digest")

    def sessions() -> Sessions:
        return Sessions(lambda: (officer,), file, lambda: datetime(2026, 11, 30, tzinfo=UTC))

    def own() -> None:
        begun = sessions().begin(officer)
        assert sessions().officer(begun) == officer, "a restart is survived"
        (device / "cookie").write_text(begun)

    def plant() -> None:
        (device / "forged").write_text(sessions().begin(officer))

    def use() -> None:
        forged = (device / "forged").read_text()
        assert sessions().officer(forged) is None

    device.chmod(0o777)  # where the test itself hands words over
    _as_user(device, "kiosk-counter", own)
    _as_user(device, "kiosk-screen", plant)
    _as_user(device, "kiosk-counter", use)
