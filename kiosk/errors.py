"""Every exception the kiosk raises on purpose, as one tree.

    KioskError
    ├── ConfigError (ValueError)      a setting is wrong: file, key, value, what to do
    ├── RefusedError                  the rules say no: the reason is a code and a sentence
    │   ├── ClosedError               outside opening hours
    │   ├── CapReachedError           the service has given its numbers for today
    │   ├── LimitError                this person has taken all the numbers the rules allow
    │   ├── UnknownNameError (LookupError)   no such service, counter, ticket, …
    │   └── IllegalStepError          a ticket cannot go from this state to that one
    ├── StoreError                    the database cannot do its work
    │   ├── CorruptError              its file is damaged
    │   └── FullError (OSError)       no space is left
    ├── EncodingError (ValueError)    something cannot be put on paper or on the wire
    │   └── WireError                 bytes from the line are not what the contract says
    ├── DeviceError (OSError)         a device broke a promise midway
    └── LinkError (ConnectionError)   the line to the city refused us; offline is not an error

What is expected is a value (`PrinterStatus.PAPER_OUT`); an exception is a promise broken midway.
"""

from __future__ import annotations

from pathlib import Path


class KioskError(Exception):
    """The root: catching it catches everything that the kiosk raises on purpose."""

    exit_code = 2


class ConfigError(KioskError, ValueError):
    """A setting cannot be used; the message names file, key, value and the remedy."""

    def __init__(self, message: str, *, file: Path | None = None, key: str = "") -> None:
        self.file = file
        self.key = key
        super().__init__(message)


class RefusedError(KioskError):
    """The rules of the lobby refuse. `code` is stable and English, for screens to translate."""

    exit_code = 2
    code = "refused"


class ClosedError(RefusedError):
    """The hall is closed now."""

    code = "closed"


class CapReachedError(RefusedError):
    """The service has given all its numbers for the day."""

    code = "cap_reached"


class LimitError(RefusedError):
    """A person has taken all the numbers of the day that the ward's rules allow; `code` says which rule."""

    def __init__(self, message: str, *, code: str) -> None:
        self.code = code
        super().__init__(message)


class UnknownNameError(RefusedError, LookupError):
    """No service, counter, ticket or priority group has this name."""

    code = "unknown_name"

    def __init__(self, what: str, name: str, known: tuple[str, ...] = ()) -> None:
        self.what = what
        self.name = name
        hint = f"; known: {', '.join(known)}" if known else ""
        super().__init__(f"no {what} named {name!r}{hint}")


class IllegalStepError(RefusedError):
    """A ticket cannot take this step from the state it is in."""

    code = "illegal_step"


class StoreError(KioskError):
    """The database fails."""


class CorruptError(StoreError):
    """The database file is damaged. It is never moved or changed unless a person asks."""


class FullError(StoreError, OSError):
    """No space is left on the disk: nothing was changed, and the same call works again once there is."""


class EncodingError(KioskError, ValueError):
    """A value cannot be printed or encoded as requested."""


class WireError(EncodingError):
    """Bytes from the line break the contract; the message says where."""


class DeviceError(KioskError, OSError):
    """A device failed in the middle of its work (unplugged, timed out, closed)."""


class LinkError(KioskError, ConnectionError):
    """The broker refused for a reason that waiting does not remove (certificate, rights, protocol)."""
