"""Plant one-line mistakes in the rooms whose rules matter most, and count which the tests notice.

`./setup.sh mutants model --sample 200` tries 200 of the mistakes that mutmut makes in `kiosk/model/`; without
`--sample` all of them. Each is tried against the tests of the rooms below alone: what only a whole hall would notice
counts as survived. docs/testing.md says how to read the result.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOMS = ("model", "store", "lobby", "sync", "wire", "city")
_PLANTED = Path("mutants")
"""Where mutmut works: a copy of the sources with every mistake in it, each asleep until it is tried."""
_LOG = Path("mutants.log")
_NAMES_A_RUN = 400
_SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|BEGIN|COMMIT|ROLLBACK)\b", re.IGNORECASE)
_QUOTED = re.compile(r"('[^']*')")
_SURVIVED, _UNTESTED = 0, 33
"""What mutmut notes for a mistake that all tests passed with, and for one that no test comes to."""


def main() -> int:
    """Try the mistakes, print a line a room and the name of each that survived; 1 where a room is below `--least`."""
    parser = argparse.ArgumentParser(prog="./setup.sh mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", choices=[[], *ROOMS], help="; by default all of them")
    parser.add_argument("--sample", type=int, metavar="N", help="try N of each room, chosen by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=2, help="how many are tried side by side")
    parser.add_argument("--least", type=float, default=0.0, metavar="PERCENT", help="fail where fewer are noticed")
    options = parser.parse_args()
    rooms = options.rooms or ROOMS
    _plant(options.children)
    is_enough = True
    for room in rooms:
        names = _chosen(room, options.sample, options.seed)
        _try(names, options.children)
        is_enough &= _report(room, names) >= options.least
    return 0 if is_enough else 1


def _plant(children: int) -> None:
    """Have mutmut write all mistakes and find out which test comes to which function; it then misses a name."""
    _mutmut("run", "--max-children", str(children), "kiosk.nothing")
    if not (_PLANTED / "mutmut-stats.json").exists():
        raise SystemExit(f"the tests do not pass by themselves, so they tell nothing: {_LOG} has their last words")


def _results(room: str) -> dict[str, int | None]:
    """Return what became of each mistake of a room, None where it was not tried yet."""
    results: dict[str, int | None] = {}
    for file in sorted((_PLANTED / "kiosk" / room).rglob("*.meta")):
        results |= json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
    return results


def _chosen(room: str, sample: int | None, seed: int) -> list[str]:
    same = _same_statements(room)
    names = sorted(name for name in _results(room) if name not in same)
    if sample is None or sample >= len(names):
        return names
    return sorted(random.Random(f"{seed} {room}").sample(names, sample))


def _same_statements(room: str) -> set[str]:
    """Return the mistakes that are none: an SQL statement in other letters, what it quotes left as it is."""
    same: set[str] = set()
    for file in sorted((_PLANTED / "kiosk" / room).rglob("*.py")):
        module = ".".join(file.relative_to(_PLANTED).with_suffix("").parts)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        bodies = {node.name: _meaning(node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for name, body in bodies.items():
            function = name.rpartition("__mutmut_")[0]
            if body == bodies.get(f"{function}__mutmut_orig"):
                same.add(f"{module}.{name}")
    return same


def _meaning(function: ast.FunctionDef) -> str:
    """Return what a function does, alike for statements that differ in letters alone."""
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value):
            parts = _QUOTED.split(node.value)
            node.value = "".join(part if part.startswith("'") else part.upper() for part in parts)
    return "".join(ast.dump(part) for part in (function.args, *function.body))


def _try(names: Sequence[str], children: int) -> None:
    for begin in range(0, len(names), _NAMES_A_RUN):
        _mutmut("run", "--max-children", str(children), *names[begin : begin + _NAMES_A_RUN])


def _report(room: str, names: Sequence[str]) -> float:
    """Print how many were noticed and which were not; return the share in percent."""
    results = _results(room)
    untried = [name for name in names if results[name] is None]
    if untried:
        raise SystemExit(f"{room}: {len(untried)} of {len(names)} were not tried: {_LOG} says why")
    missed = [name for name in names if results[name] in (_SURVIVED, _UNTESTED)]
    share = 100 * (1 - len(missed) / max(1, len(names)))
    by_module = Counter(name.rsplit(".", 1)[0] for name in missed)
    for name in missed:
        print(f"survived  {name}")
    for module, count in by_module.most_common():
        print(f"{count:5}  {module}")
    print(f"{room}: {len(names) - len(missed)} of {len(names)} noticed, {share:.1f} %", flush=True)
    return share


def _mutmut(*words: str) -> None:
    with _LOG.open("ab") as log:
        subprocess.run([str(Path(sys.executable).with_name("mutmut")), *words], check=False, stdout=log, stderr=log)


if __name__ == "__main__":
    sys.exit(main())
