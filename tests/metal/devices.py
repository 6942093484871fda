"""What every device of the virtual machine has: a driver that is loaded, and a cable that is plugged and pulled."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

_APPEARS_S = 10.0


def load_driver(name: str, *parameters: str) -> None:
    """Load a module of the machine's kernel, and all that it needs; its own is tried, not the host's.

    Raises:
        subprocess.CalledProcessError: this kernel has no such driver, or it refuses.
    """
    subprocess.run(["modprobe", "-d", os.environ["KIOSK_METAL"], name, *parameters], check=True)


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for the kernel to notice.

    Raises:
        TimeoutError: it does not.
    """
    ends = time.monotonic() + _APPEARS_S
    while not is_so():
        if time.monotonic() > ends:
            raise TimeoutError(f"the kernel did not notice within {_APPEARS_S:.0f} s: {what}")
        time.sleep(0.01)


class Pluggable(Protocol):
    """A device at the end of a cable; `node` is the device file that its driver makes while it is in."""

    node: Path

    def plug(self) -> int:
        """Put the cable in and return a descriptor of the far side, where a machine of our own can sit."""
        ...

    def pull(self) -> None:
        """Pull the cable, and wait until the driver has let go of it."""
        ...
