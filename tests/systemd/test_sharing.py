"""One database, a user for each process: what only the first of them could write would stop the others."""

from __future__ import annotations

import os
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.store.database import Store
from kiosk.store.health import read_health
from tests.healths import write_health
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


def _note(home: Home, name: str) -> None:
    store = Store.open(home.database)
    with store.write() as change:
        change.append("day.opened", {"by": name})
    store.close()
    write_health(home, name, {})


@pytest.mark.parametrize("was_made_by_root", [False, True])
def test_every_process_writes_the_database_whoever_opened_it_first(device: Path, was_made_by_root: bool) -> None:
    home = Home(device / "etc/kiosk", device / "var/lib/kiosk", device / "run/kiosk")
    if was_made_by_root:  # `kiosk init`, before any process ran
        Store.open(home.database).close()
    first = Store.open(home.database) if was_made_by_root else None  # a technician looks while they work
    for name in ("screen", "counter", "printer", "sync", "board"):
        _as_user(device, f"kiosk-{name}", lambda name=name: _note(home, name))  # type: ignore[misc]  # bound now
    if first:
        first.close()
    store = Store.open(home.database)
    assert len(store.journal.pending(0, 100)) == 5
    store.close()
    assert len(read_health(home)) == 5
