"""The `kiosk` command; processes that start others run it as `python -m kiosk`."""

import gc

# New objects before Python's garbage collector runs. The default of 700 makes it run 90 times while a command starts.
gc.set_threshold(20_000)

from kiosk.cli.main import main  # noqa: E402  # imports are most of those objects

if __name__ == "__main__":
    main()
