"""A small hall for tests: two services, three counters, always open unless told otherwise."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kiosk.config import Home, Kiosk, Printer, Settings, Site, Web
from kiosk.lobby.lobby import Lobby
from tests.clocks import FakeClock

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def text(words: str) -> dict[str, str]:
    """Return a text that reads alike in both languages."""
    return {"vi": words, "en": words}


def settings(root: Path, **changes: object) -> Settings:
    """Return the settings of a hall under `root`; `changes` replace keys of its `site.toml`."""
    home = Home.at(root)
    for folder in (home.etc, home.var, home.run):
        folder.mkdir(parents=True, exist_ok=True)
    site = {
        "code": "00082",
        "ward": text("Cửa Nam"),
        "hall": text("Một cửa"),
        "authority": text("UBND"),
        "languages": ["vi", "en"],
        "follow_url": "http://127.0.0.1:1/t/{token}",
        "hours": {**{day: [["00:00", "24:00"]] for day in DAYS}, "closed": text("closed")},
        "services": [
            {"letter": letter, "name": text(name), "short": text(name), "hint": text(""), "icon": "stamp"}
            for letter, name in (("A", "Copies"), ("B", "Births"))
        ],
        "counters": [
            {"id": 1, "services": ["A"]},
            {"id": 2, "services": ["A", "B"]},
            {"id": 3, "services": ["B"]},
        ],
        "priority_groups": [{"code": "elderly", "name": text("75+"), "legal_basis": "law", "icon": "accessibility"}],
        **changes,
    }
    page = Web(names=("kiosk",))
    kiosk = Kiosk(device="k00082-1", printer=Printer(driver="simulated"), counter_page=page)
    return Settings(home, kiosk, msgspec.convert(site, Site), ())


def lobby(root: Path, clock: FakeClock | None = None, **changes: object) -> Lobby:
    """Open a hall under `root`."""
    return Lobby.open(settings(root, **changes), clock or FakeClock())
