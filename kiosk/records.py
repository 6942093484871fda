"""Records: typed, frozen values, compared by content, which one module passes to another.

A dataclass costs a third of a millisecond at each start of a process, because its methods are generated as text and
compiled; a msgspec Struct costs a hundredth of a millisecond. The kiosk has more than a hundred, and every command is a
process.

A reading of a card stays a dataclass: its fields have metadata for masking (`kiosk.model.masking`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, dataclass_transform

import msgspec

if TYPE_CHECKING:
    from dataclasses import replace as replace  # so that the type checker knows the fields; msgspec's own takes Any
else:
    from msgspec.structs import replace as replace


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, frozen=True):
    """Base of every record; `replace(record, field=value)` returns a changed copy.

    `hidden` names the fields that `repr` leaves out, so that no log line and no traceback tells them.
    """

    hidden: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        told = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name not in self.hidden)
        return f"{type(self).__name__}({', '.join(told)})"
