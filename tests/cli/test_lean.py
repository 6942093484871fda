"""A command does not import what it does not use: each heavy library costs noticeable time on a Pi."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.config import Home, load
from kiosk.defaults import write_home
from kiosk.lobby.lobby import Lobby

_HEAVY = """
PIL asyncio cbor2 cryptography escpos gpiozero inotify_simple jinja2 multiprocessing numpy paho psycopg pygame pyzbar
rapidfuzz sqlite_utils ssl starlette statistics typing_extensions usb uvicorn zxingcpp
"""
_PROGRAM = """\
import sys
import kiosk.__main__
from kiosk.cli.main import run
code = run(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the root of a home with a database in which the first number is called."""
    root = tmp_path_factory.mktemp("home")
    home = Home.at(root)
    write_home(home, always_open=True)
    lobby = Lobby.open(load(home))
    lobby.take("A")
    lobby.take("A")
    lobby.call_next(1)
    lobby.close()
    return root


@pytest.mark.parametrize(
    "command",
    [
        "--help",
        "ticket take A",
        "ticket take A --priority elderly",
        "ticket show A001",
        "ticket list",
        "ticket cancel A002",
        "call recall A001",
        "call done A001",
        "journal stats",
        "printer status",
        "printer profiles",
        "status",
    ],
)
def test_a_command_does_not_import_libraries_that_it_does_not_use(root: Path, command: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", _PROGRAM, "--home", str(root), *command.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode in (0, 1, 2, 3), finished.stderr
    assert "Traceback" not in finished.stderr
    assert set(_HEAVY.split()) & set(finished.stderr.splitlines()[-1].split()) == set()


def test_a_number_is_taken_without_reading_the_catalogue(root: Path) -> None:
    home = Home.at(root)
    (home.etc / "catalog" / "9-broken.toml").write_text("procedures = 7\n", encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-m", "kiosk", "--home", str(root), "ticket", "take", "A", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    (home.etc / "catalog" / "9-broken.toml").unlink()
    assert (finished.returncode, '"number":"A' in finished.stdout) == (0, True), finished.stderr


def test_the_whole_output_reaches_a_pipe(root: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "--home", str(root), "journal", "list", "--json"]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout.endswith("}\n")


def test_settings_without_a_printer_model_do_not_read_the_database_of_models(root: Path) -> None:
    program = _PROGRAM.replace('name.partition(".")[0]', "name")
    finished = subprocess.run(
        [sys.executable, "-c", program, "--home", str(root), "ticket", "take", "A"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "kiosk.cli.ticket" in finished.stderr
    assert "kiosk.config.printer_models" not in finished.stderr
