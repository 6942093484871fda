"""The messages of the pages: each is used, and each has a Vietnamese translation."""

from __future__ import annotations

import re
from pathlib import Path

import kiosk.counter
from kiosk.counter.icon_sprite import NAMES, sprite
from kiosk.counter.page_words import MESSAGES, page_words
from kiosk.errors import KioskError, LimitError, RefusedError, StoreError
from kiosk.lobby.views import Fault

STATIC = Path(kiosk.counter.__file__).parent / "static"
SCRIPTS = "\n".join(file.read_text(encoding="utf-8") for file in sorted(STATIC.glob("*.js")))
FAMILIES = ("step_", "said_", "column_", "fault_", "error_")
"""Names that the scripts put together from a prefix and what they have in hand."""

PLACE = re.compile(r"\{(\w+)\}")


def forms(message: str | list[str]) -> list[str]:
    """Return a message as its forms."""
    return [message] if isinstance(message, str) else message


def test_the_messages_are_exactly_those_that_the_scripts_use() -> None:
    asked = set(re.findall(r'"([a-z_-]+)"', SCRIPTS))
    unused = [name for name in MESSAGES if name not in asked and not name.startswith(FAMILIES)]
    assert unused == []
    called = set(re.findall(r'\bt\(\s*"([\w-]+)"', SCRIPTS))
    assert called - set(MESSAGES) == set()


def test_every_message_has_a_vietnamese_form_with_the_same_places() -> None:
    english, vietnamese = page_words("en"), page_words("vi")
    for name in MESSAGES:
        for one, other in zip(forms(english[name]), forms(vietnamese[name]), strict=True):
            assert one != other, f"{name} is not translated"
            assert set(PLACE.findall(one)) == set(PLACE.findall(other)), name


def test_every_refusal_of_the_lobby_has_a_sentence() -> None:
    codes = {kind.code for kind in RefusedError.__subclasses__()} | {"not_in_hand", "not_parked", "too_soon"}
    # A counter gives no numbers, so it never hears that a hall, a service or a person gets none.
    assert {f"error_{code}" for code in codes - {"closed", "cap_reached", LimitError.code}} <= set(MESSAGES)
    assert issubclass(StoreError, KioskError)
    assert "error_store_error" in MESSAGES


def test_every_fault_is_shown_on_the_officers_page() -> None:
    elsewhere = {Fault.CLOSED, Fault.LINE_DOWN, Fault.CLOCK_UNSURE}
    for fault in set(Fault) - elsewhere:
        assert f"fault_{fault}" in MESSAGES
        assert re.search(rf"\b{fault}: \[", SCRIPTS), f"{fault} is not shown"
    for fault in elsewhere:
        assert f'"{fault}"' in SCRIPTS


def test_every_icon_the_scripts_ask_for_is_in_the_sprite() -> None:
    picture = sprite(STATIC.parents[1] / "assets" / "icons").decode()
    asked = set(re.findall(r'icon\(\s*"([\w-]+)"', SCRIPTS)) | set(re.findall(r'icon: "([\w-]+)"', SCRIPTS))
    assert asked <= set(NAMES)
    assert all(f'<symbol id="{name}"' in picture for name in NAMES)
    quoted = set(re.findall(r'"([a-z-]+)"', SCRIPTS))
    assert [name for name in NAMES if name not in quoted] == []
