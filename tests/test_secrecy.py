"""What a process keeps to itself, tried in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from kiosk.secrecy import ERASING


def _said(words: str, *arguments: str, **environment: str) -> str:
    command = [sys.executable, "-c", words, *arguments]
    inherited = {key: value for key, value in os.environ.items() if key not in ERASING}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=inherited | environment).stdout


def test_a_process_that_keeps_its_memory_dumps_no_core_and_lets_nobody_look() -> None:
    words = (
        "import ctypes, resource; from kiosk import secrecy; secrecy.keep_memory();"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE))"  # PR_GET_DUMPABLE
    )
    assert _said(words) == "0 (0, 0)\n"


def test_a_program_begins_anew_once_with_its_arguments_and_no_more_where_it_erases_already() -> None:
    words = (
        "import os, sys; from kiosk import secrecy; print('begun', flush=True); secrecy.erase_what_is_freed();"
        "print(sys.argv[1:], os.environ['PYTHONMALLOC'])"
    )
    assert _said(words, "--home", "a b") == "begun\nbegun\n['--home', 'a b'] malloc\n"
    assert _said(words, "--home", "a b", **ERASING) == "begun\n['--home', 'a b'] malloc\n"
