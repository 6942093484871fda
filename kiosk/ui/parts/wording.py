"""Sentences that several screens use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from kiosk.i18n import Words
from kiosk.lobby.views import ServiceView

LANGUAGES = {"vi": "Tiếng Việt", "en": "English", "ko": "한국어"}
"""The kiosk's languages by their own names. Each name uses only glyphs of the included fonts."""


def wait_of(t: Words, service: ServiceView) -> str:
    """Return the waiting time of a service in words, also when it is unknown."""
    if service.refusal == "cap_reached":
        return t("no numbers left today")
    if service.refusal:
        return t("closed now")
    if service.wait_minutes == 0:
        return t("your turn at once")
    return "" if service.wait_minutes is None and not service.waiting else minutes(t, service.wait_minutes)


def minutes(t: Words, wait_minutes: int | None) -> str:
    """Return a waiting time in minutes, in words."""
    return t("wait not known") if wait_minutes is None else t("{minutes} min", minutes=wait_minutes)


def counters(t: Words, numbers: Sequence[int]) -> str:
    """Return the counters that will call, in words."""
    listed = ", ".join(map(str, numbers))
    return t.plural("counter {numbers}", "counters {numbers}", len(numbers), numbers=listed)


def age(t: Words, since: timedelta) -> str:
    """Return how long ago something was, in its largest whole unit."""
    minutes_ago = max(0, int(since.total_seconds() // 60))
    if minutes_ago < 1:
        return t("a moment ago")
    if minutes_ago < 60:
        return t.plural("{count} minute ago", "{count} minutes ago", minutes_ago)
    if minutes_ago < 24 * 60:
        return t.plural("{count} hour ago", "{count} hours ago", minutes_ago // 60)
    return t.plural("{count} day ago", "{count} days ago", minutes_ago // (24 * 60))


def closing(t: Words, left_s: int | None) -> str:
    """Return in how many seconds the screen closes, in words, or an empty text."""
    return "" if left_s is None else t("closes in {seconds} s", seconds=left_s)
