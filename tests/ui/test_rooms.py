"""pygame stays in its room, and out of what is pure."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import kiosk

ROOT = Path(kiosk.__file__).parent


def test_only_this_room_imports_pygame() -> None:
    for file in ROOT.rglob("*.py"):
        if file.relative_to(ROOT).parts[0] != "ui":
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not any(name.split(".")[0] == "pygame" for name in names), file


def test_the_flow_the_waits_the_stage_and_the_mirrors_client_need_no_pygame() -> None:
    modules = ("flow.navigation", "flow.timeouts", "flow.delays", "board.call_rotation", "window.mirror_client")
    code = f"import sys, {', '.join(f'kiosk.ui.{name}' for name in modules)}; sys.exit('pygame' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
