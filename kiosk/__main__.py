"""`python -m kiosk`: the same as the `kiosk` command, for processes that start others."""

from kiosk.cli.main import main

if __name__ == "__main__":
    main()
