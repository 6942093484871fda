"""A hall with a catalogue, an account, and the city's keys, for tests of what a visit can hold."""

from __future__ import annotations

from pathlib import Path

from kiosk.config import Procedure, Settings
from kiosk.lobby.lobby import Lobby
from kiosk.records import replace
from tests.clocks import FakeClock
from tests.halls import settings as small_settings
from tests.halls import text

COPY = Procedure(
    code="2.000815",
    service="A",
    name=text("Certified copy"),
    papers=[text("the original")],
    time=text("the same day"),
    fee=text("2,000 đ a page, at most 200,000 đ; free for nobody"),
    is_online=False,
    search=["sao y", "photocopy"],
)
EXTRACT = Procedure(
    code="2.000635",
    service="B",
    name=text("Extract of civil status"),
    papers=[text("identity card")],
    time=text("the same day"),
    fee=text("8,000 đ; free for children"),
    is_online=True,
    fixed_fee_dong=8000,
    search=["trích lục"],
)
ACCOUNT = {"bank_bin": "970436", "account": "0011001234567", "name": "UBND phuong Cua Nam"}


def settings(root: Path, **changes: object) -> Settings:
    """Return the settings of the hall; `changes` replace keys of its `site.toml`."""
    changes = {"payment": ACCOUNT, "portal_url": "https://portal.example.vn/{code}", **changes}
    return replace(small_settings(root, **changes), procedures=(COPY, EXTRACT))


def lobby(root: Path, clock: FakeClock | None = None, **changes: object) -> Lobby:
    """Open the hall."""
    return Lobby.open(settings(root, **changes), clock or FakeClock())
