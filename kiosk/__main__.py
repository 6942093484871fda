"""The `kiosk` command; processes that start others run it as `python -m kiosk`."""

import gc
import sys
from types import ModuleType
from typing import cast

gc.disable()  # imports leave no garbage, and looking for it costs each command 5 ms of processor time

# Without typing_extensions msgspec takes the same from `typing`; its import costs as much again.
sys.modules.setdefault("typing_extensions", cast(ModuleType, None))
import msgspec  # noqa: E402, F401

if sys.modules["typing_extensions"] is None:
    del sys.modules["typing_extensions"]

from kiosk.cli.main import main  # noqa: E402

gc.freeze()
gc.set_threshold(20_000)  # new objects; with Python's 700 it would look again and again while a process starts
gc.enable()

if __name__ == "__main__":
    main()
