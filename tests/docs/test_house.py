"""How large a room may be: what a newcomer can hold in mind at once."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.model.event import KINDS

ROOT = Path(__file__).parents[2]
LARGEST_FILE = 400
LONGEST_FUNCTION = 50
FULLEST_FOLDER = 22
SAME_NAME_BY_DESIGN = {"__init__.py", "app.py", "server.py", "service.py", "simulated.py", "about.py"}
"""Each device has its simulated twin; each process has its app, server or service."""

CODE = sorted(
    file for room in ("kiosk", "tests", "benchmarks") for file in (ROOT / room).rglob("*.py") if file.suffix == ".py"
)
PRODUCT = [file for file in CODE if file.is_relative_to(ROOT / "kiosk")]


def test_no_file_is_too_long() -> None:
    lengths = {_name(file): len(file.read_text(encoding="utf-8").splitlines()) for file in CODE}
    assert len(lengths) > 500
    assert {name: length for name, length in lengths.items() if length > LARGEST_FILE} == {}


@pytest.mark.parametrize("room", ["kiosk", "tests", "benchmarks"])
def test_no_function_is_too_long(room: str) -> None:
    files = [file for file in CODE if file.is_relative_to(ROOT / room)]
    assert {
        f"{_name(file)}: {function.name}": length
        for file in files
        for function in _functions(file)
        if (length := _length(function)) > LONGEST_FUNCTION
    } == {}


def test_no_folder_holds_too_many_files() -> None:
    counts = Counter(_name(file.parent) for file in PRODUCT)
    assert {folder: count for folder, count in counts.items() if count > FULLEST_FOLDER} == {}


def test_no_two_files_of_a_room_have_one_name() -> None:
    """A room is a folder of `kiosk/` with all below it."""
    rooms = Counter((file.relative_to(ROOT).parts[1], file.name) for file in PRODUCT)
    assert [pair for pair, count in rooms.items() if count > 1 and pair[1] not in SAME_NAME_BY_DESIGN] == []


SQL_ROOMS = {"store", "city", "sqlite", "search"}


def test_sql_stands_in_its_rooms() -> None:
    """Other rooms hand a snapshot or a transaction on; they never write SQL for it."""
    elsewhere = [file for file in PRODUCT if file.relative_to(ROOT).parts[1] not in SQL_ROOMS]
    assert [
        f"{_name(file)}:{node.lineno}"
        for file in elsewhere
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("query", "execute", "executemany")
    ] == []


def test_the_name_of_an_event_is_spelled_once() -> None:
    for kind in KINDS:
        spelled = [_name(file) for file in PRODUCT if f'"{kind}"' in file.read_text(encoding="utf-8")]
        assert len(spelled) == 1, (kind, spelled)


def test_fields_of_an_event_are_read_by_their_names() -> None:
    """The short names of the journal and of the line stand in `model/event.py` alone."""
    short = re.compile(r"""payload(?:\.get\(|\[)["']""")
    assert [_name(file) for file in PRODUCT if short.search(file.read_text(encoding="utf-8"))] == []


JSON_BY_DESIGN = {
    "kiosk/cli/output.py:answer",
    "kiosk/cli/scan_live.py:document",
    "kiosk/cli/ticket.py:ticket_document",
    "kiosk/config/printer_models.py:our_profiles",
    "kiosk/dock/hall_state.py:look",
    "kiosk/dock/latest_values.py:news",
    "kiosk/dock/slips.py:look",
    "kiosk/dock/speaker_log.py:look",
    "kiosk/serving/connections.py:__init__",
    "kiosk/ui/window/mirror_client.py:scene",
}
"""What a command prints, what the dock's page gets, what the mirror sends, a TOML file's tables, and uvicorn's own."""


def test_what_one_room_hands_to_another_has_a_type() -> None:
    """A dictionary of anything tells neither its reader nor the type checker which keys it has."""
    loose = re.compile(r"(?:dict|Mapping)\[str, (?:Any|object|dict)")
    assert {
        f"{_name(file)}:{function.name}"
        for file in PRODUCT
        for function in _functions(file)
        if not function.name.startswith("_") or function.name == "__init__"
        if any(loose.search(ast.unparse(part)) for part in (function.args, function.returns) if part)
    } == JSON_BY_DESIGN


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    assert function.end_lineno is not None
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return function.end_lineno - function.lineno + 1 - docstring
