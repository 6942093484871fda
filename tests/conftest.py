"""For all tests: hypothesis measures no time, because they share their cores with brokers, browsers and each other."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
