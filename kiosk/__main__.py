"""The `kiosk` command; processes that start others run it as `python -m kiosk`."""

import gc
import sys
from types import ModuleType
from typing import cast

# New objects before Python's garbage collector runs. The default of 700 makes it run 90 times while a command starts.
gc.set_threshold(20_000)

# Without typing_extensions msgspec takes the same from `typing`; its import costs each command 5 ms of processor time.
sys.modules.setdefault("typing_extensions", cast(ModuleType, None))
import msgspec  # noqa: E402, F401

if sys.modules["typing_extensions"] is None:
    del sys.modules["typing_extensions"]

from kiosk.cli.main import main  # noqa: E402  # imports are most of those objects

if __name__ == "__main__":
    main()
