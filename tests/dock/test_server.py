"""The dock's own process: who is told its address."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import httpx

from kiosk.config import Home
from kiosk.defaults import write_home


def test_the_address_of_a_dock_is_for_the_user_who_started_it_and_new_each_time(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_home(home)
    file = home.run / "dock.url"
    addresses = set()
    for _ in range(2):
        command = [sys.executable, "-m", "kiosk", "--home", str(tmp_path), "dock"]
        dock = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, umask=0o007)
        assert dock.stdout is not None
        with dock.stdout:
            address = dock.stdout.readline().split()[-1]
            assert file.read_text(encoding="utf-8").strip() == address
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert httpx.get(address).status_code == 200
            assert httpx.get(str(httpx.URL(address).copy_with(path="/"))).status_code == 403
            dock.terminate()
            dock.wait(20)
        assert not file.exists()
        addresses.add(httpx.URL(address).path)
    assert len(addresses) == 2
