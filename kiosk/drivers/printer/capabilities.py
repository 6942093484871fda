"""What the printer at a line has shown it can do: a small file that outlives connection, process and power.

Without it a printer that is off behind a live adapter, or that serves another computer, would look like one of the many
that never answer, and its slips would count as printed.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk.config import Home
from kiosk.decoding import json_of
from kiosk.files import read_file, replace_file

log = logging.getLogger(__name__)


class Capabilities(Struct, frozen=True):
    """What was seen of the printer at `line`; `maker` and `model` as it calls itself, empty where it did not say.

    `answers`: it has answered what is answered at once; `confirms`: it has said that a job is done.
    """

    line: str = ""
    maker: str = ""
    model: str = ""
    answers: bool = False
    confirms: bool = False


def capabilities_file(home: Home) -> Path:
    """Return where it stands."""
    return home.var / "printer.json"


def read_capabilities(home: Home) -> Capabilities:
    """Return what the printer was last seen to do; nothing where nobody has seen any."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return json_of(read_file(capabilities_file(home)), Capabilities)
    return Capabilities()


def forget_capabilities(home: Home) -> None:
    """Take the printer for another one, of which nobody knows anything yet.

    Raises:
        OSError: the file cannot be taken away.
    """
    capabilities_file(home).unlink(missing_ok=True)


class CapabilitiesStore:
    """What one process remembers of its printer; without a home, or while the file cannot be written, by itself."""

    def __init__(self, home: Home | None) -> None:
        self._home = home
        self._unwritten: Capabilities | None = None

    def of(self, line: str) -> Capabilities:
        """Return what the printer at a line has shown. The file is read each time: a person may have deleted it."""
        capabilities = self._unwritten or (read_capabilities(self._home) if self._home else Capabilities())
        return capabilities if capabilities.line == line else Capabilities(line)

    def keep(self, capabilities: Capabilities) -> None:
        """Remember it, also for those who come later."""
        if self._unwritten is None and capabilities == self.of(capabilities.line):
            return
        if self._home is None:
            self._unwritten = capabilities
            return
        try:
            replace_file(capabilities_file(self._home), msgspec.json.encode(capabilities), is_durable=True)
            self._unwritten = None
        except OSError as error:
            if self._unwritten is None:
                log.warning("what the printer can do cannot be written down: %s", error)
            self._unwritten = capabilities
