"""The lock that gives one process sole use of the printer, and the record of what that process learned about it."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
from typing import Literal

import msgspec

from kiosk.config import Home
from kiosk.drivers.printer.about import About, write_about
from kiosk.drivers.printer.capabilities import Capabilities, CapabilitiesStore
from kiosk.drivers.printer.profiles import GENERIC, Profile, of_model, profile
from kiosk.drivers.printer.responses import Named
from kiosk.drivers.serial_line import lock
from kiosk.files import open_file
from kiosk.receipt.slip import PrinterProfile

log = logging.getLogger(__name__)

AUTO = "auto"
"""The setting for a profile by the model that the printer reports."""


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_JOB_MARK = b"in the middle of a job\n"


class PrinterSession:
    """What one process knows of its printer.

    Args:
        home: holds the lock and the status file; None for neither.
        paper: the configured paper.
        setting: the name of a profile, or `AUTO`.
    """

    def __init__(self, home: Home | None, paper: PrinterProfile, setting: str) -> None:
        self._home = home
        self._paper = paper
        self._lock = -1
        self.was_interrupted = False
        """Whether the previous process stopped in the middle of a job. Most printers cannot report this."""
        self.is_profile_automatic = setting == AUTO
        self.about = About("", GENERIC)
        self._written: About | None = None
        self._store = CapabilitiesStore(home)
        if self.is_profile_automatic:
            self._apply_profile(GENERIC, "assumed")
        else:
            self._apply_profile(setting, "configured")

    @property
    def profile(self) -> Profile:
        """Return the profile of its model."""
        return profile(self.about.profile)

    @property
    def should_answer(self) -> bool:
        """Return whether a missing answer is a fault: its model answers, or the printer has answered before."""
        model = self._known_model
        return model.status != "none" if model else self._capabilities.answers

    @property
    def should_confirm(self) -> bool:
        """Return whether an unconfirmed job is uncertain: its model confirms, or the printer has confirmed before."""
        model = self._known_model
        return model.confirms if model else self._capabilities.confirms

    def claim(self) -> None:
        """Lock the printer for this process, until `release` or the end of the process.

        Raises:
            OSError: another process of this home holds the lock.
        """
        if self._home is None or self._lock >= 0:
            return
        file = self._home.run / "printer.lock"
        try:
            fd = open_file(file, os.O_RDWR | os.O_CREAT, 0o660)
        except OSError as error:
            if error.errno in _NO_ROOM:  # no other process can create the lock file either
                return
            raise
        try:
            lock(fd, file)
        except OSError:
            os.close(fd)
            raise
        self._lock = fd
        self.was_interrupted = os.fstat(fd).st_size > 0

    def mark_job_started(self) -> None:
        """Write a mark into the lock file that outlives this process: the printer may be in the middle of a job."""
        if self._lock >= 0:
            with contextlib.suppress(OSError):  # a full disk must not stop printing
                os.pwrite(self._lock, _JOB_MARK, 0)

    def mark_job_ended(self) -> None:
        """Remove the mark: no job is in progress."""
        if self._lock >= 0:
            os.ftruncate(self._lock, 0)
        self.was_interrupted = False

    def release(self) -> None:
        """Release the lock; releasing twice is fine."""
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = -1

    def record_transport(self, transport: str) -> None:
        """Record the line on which the printer was reached."""
        self.about = msgspec.structs.replace(self.about, transport=transport)
        self._write()

    def record_identity(self, identity: Named) -> None:
        """Record the maker and model that the printer reports, and apply the profile of the model."""
        model = of_model(identity.model)
        updated = msgspec.structs.replace(
            self.about, profile=model, maker=identity.maker, model=identity.model, firmware=identity.firmware
        )
        if updated != self.about:
            log.info("the printer is %s %s, profile %s", identity.maker, identity.model, model)
        self.about = updated
        capabilities = self._capabilities
        if (capabilities.maker, capabilities.model) != (
            identity.maker,
            identity.model,
        ):  # another printer stands at this line now
            before = capabilities if not capabilities.model else Capabilities(capabilities.line)
            self._store.keep(msgspec.structs.replace(before, maker=identity.maker, model=identity.model))
        self._apply_profile(model, "assumed" if model == GENERIC else "told")
        self._write()

    def record_confirms(self, confirms: bool) -> None:
        """Record whether it confirms jobs."""
        self.about = msgspec.structs.replace(self.about, confirms=confirms)
        if confirms:
            self._store.keep(msgspec.structs.replace(self._capabilities, answers=True, confirms=True))
        self._write()

    def record_says_less(self, says_less: bool) -> None:
        """Record whether it reports less than it can."""
        self.about = msgspec.structs.replace(self.about, says_less=says_less)
        self._write()

    def record_answers(self) -> None:
        """Record that it answers status queries."""
        self._store.keep(msgspec.structs.replace(self._capabilities, answers=True))

    def record_stored_pictures(self, pictures: int) -> None:
        """Record how many pictures of slips are stored in it."""
        self.about = msgspec.structs.replace(self.about, kept=pictures)
        self._write()

    # ---- inside

    @property
    def _known_model(self) -> Profile | None:
        """Return the profile of the configured or (now or earlier) reported model; None if it is unknown."""
        name = self.about.profile if self.about.found == "configured" else of_model(self._capabilities.model)
        model = profile(name)
        return model if model.is_described else None

    @property
    def _capabilities(self) -> Capabilities:
        # The key omits speed and flow control: a line with wrong settings still has the same printer.
        return self._store.of(self.about.transport.partition(",")[0])

    def _apply_profile(self, name: str, found: Literal["configured", "told", "assumed"]) -> None:
        model = profile(name)
        remarks = list(model.quirks)
        if found != "assumed" and model.width_dots is None:
            remarks.append(
                f"the width of {model.title} in dots is not known; "
                f"printer.width_dots = {self._paper.width_dots}: look at the ruler of the test slip"
            )
        elif found != "assumed" and model.width_dots != self._paper.width_dots:
            remarks.append(
                f"{model.title} has {model.width_dots} dots on its usual paper; "
                f"printer.width_dots = {self._paper.width_dots}: look at the test slip"
            )
        if found != "assumed" and model.has_cutter != self._paper.has_cutter:
            has = "has a cutter" if model.has_cutter else "has no cutter"
            remarks.append(f"{model.title} {has}: look at printer.has_cutter")
        self.about = msgspec.structs.replace(self.about, profile=name, found=found, remarks=tuple(remarks))

    def _write(self) -> None:
        if self._home is None or self.about == self._written:
            return
        try:
            write_about(self._home, self.about)
            self._written = self.about
        except OSError as error:
            log.warning("cannot write the printer's status file: %s", error)
