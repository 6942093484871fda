"""A person at a true device, for tests that are run with `--hardware`."""

from __future__ import annotations

from pathlib import Path


class Technician:
    """Whoever stands beside the device, asked on the terminal past pytest's capture."""

    def do(self, what: str) -> None:
        """Ask for something to be done, and wait until it is."""
        self._ask(f"{what}, then press Enter.")

    def sees(self, what: str) -> bool:
        """Tell whether something is so."""
        return self._ask(f"{what} [y/n]").lower().startswith("y")

    def hears(self, what: str) -> None:
        """Ask for something that needs no answer."""
        with Path("/dev/tty").open("w") as screen:
            screen.write(f"\n>>> {what}\n")

    def _ask(self, text: str) -> str:
        with Path("/dev/tty").open("w") as screen:
            screen.write(f"\n>>> {text} ")
        with Path("/dev/tty").open() as keys:
            return keys.readline().strip()
