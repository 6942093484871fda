"""The process of the officers' page: its published address and its end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import msgspec
import pytest

from kiosk.config import Settings, Web
from kiosk.errors import ConfigError
from kiosk.processes.counter import run_counter
from tests import halls

RUN = """
import logging, sys
from pathlib import Path
from kiosk.processes.counter import run_counter
from kiosk.lobby.lobby import Lobby
from tests.counter.test_server import settings
logging.basicConfig(level=logging.INFO)
run_counter(settings(Path(sys.argv[1])), tuple, progress=lambda: print("alive", flush=True))
"""
PATIENCE_S = 15.0


def settings(root: Path, port: int = 0) -> Settings:
    """Return a hall whose page is on loopback."""
    hall = halls.settings(root)
    kiosk = msgspec.structs.replace(hall.kiosk, counter_page=Web("127.0.0.1", port))
    return Settings(hall.home, kiosk, hall.site, hall.procedures)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_publishes_its_address_and_removes_the_file_at_the_end(
    tmp_path: Path, number: signal.Signals
) -> None:
    file = settings(tmp_path).home.run / "counter.url"
    command = [sys.executable, "-c", RUN, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]) as it:
        assert it.stdout is not None
        assert it.stderr is not None
        try:
            assert it.stdout.readline() == b"alive\n"
            url = file.read_text(encoding="utf-8").strip()
            assert url.startswith("http://127.0.0.1:")
            assert httpx.get(url).status_code == 200
            with httpx.stream("GET", f"{url}/api/board/events") as stream:
                assert next(stream.iter_raw()).startswith(b"event: view")
                began = time.monotonic()
                it.send_signal(number)
                assert it.wait(PATIENCE_S) == 0
                assert time.monotonic() - began < 2, "an open board holds up the restart"
        finally:
            it.kill()
        assert b"Traceback" not in it.stderr.read()
    assert not file.exists()


def test_a_port_in_use_is_reported_with_the_setting_and_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"kiosk\.toml: counter_page: cannot listen on 127\.0\.0\.1 port {port}"):
            run_counter(settings(tmp_path, port), tuple)
    assert not (tmp_path / "run" / "counter.url").exists()
