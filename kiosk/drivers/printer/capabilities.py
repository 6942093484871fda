"""The abilities that the printer on a line has shown, in a small file that outlives connection, process and power.

Many printers never answer. Without this file a printer would look like one of them while it is off behind a live
adapter or serves another computer, and its slips would count as printed.
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
    """The observed abilities of the printer on `line`; `maker` and `model` as it reports them, empty if it does not.

    `answers`: it has answered a DLE EOT query; `confirms`: it has confirmed a job.
    """

    line: str = ""
    maker: str = ""
    model: str = ""
    answers: bool = False
    confirms: bool = False


def capabilities_file(home: Home) -> Path:
    """Return the path of the file."""
    return home.var / "printer.json"


def read_capabilities(home: Home) -> Capabilities:
    """Return the recorded abilities; an empty record if there are none."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return json_of(read_file(capabilities_file(home)), Capabilities)
    return Capabilities()


def forget_capabilities(home: Home) -> None:
    """Delete the recorded abilities, because another printer may be connected.

    Raises:
        OSError: the file cannot be deleted.
    """
    capabilities_file(home).unlink(missing_ok=True)


class CapabilitiesStore:
    """The abilities as one process knows them; in memory only without a home or while the file cannot be written."""

    def __init__(self, home: Home | None) -> None:
        self._home = home
        self._unwritten: Capabilities | None = None

    def of(self, line: str) -> Capabilities:
        """Return the abilities of the printer on a line. The file is read each time: a person may have deleted it."""
        capabilities = self._unwritten or (read_capabilities(self._home) if self._home else Capabilities())
        return capabilities if capabilities.line == line else Capabilities(line)

    def keep(self, capabilities: Capabilities) -> None:
        """Record the abilities, also for later processes."""
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
                log.warning("cannot write the printer's abilities: %s", error)
            self._unwritten = capabilities
