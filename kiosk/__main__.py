"""The `kiosk` command, and `python -m kiosk`, which is the same, for processes that start others."""

import gc

# New objects before Python looks for cycles among them. Its own 700 make it look 90 times while a command begins.
gc.set_threshold(20_000)

from kiosk.cli.main import main  # noqa: E402  # imports are most of those objects

if __name__ == "__main__":
    main()
