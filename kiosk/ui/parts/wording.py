"""Sentences that several screens say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from kiosk.i18n import Words
from kiosk.lobby.views import ServiceView

LANGUAGES = {"vi": "Tiếng Việt", "en": "English", "ko": "한국어"}
"""The languages the kiosk speaks, in their own names: a name is written in letters that a typeface here has."""


def wait_of(t: Words, service: ServiceView) -> str:
    """Say how long the wait for a service is, also when nobody can know."""
    if service.refusal == "cap_reached":
        return t("no numbers left today")
    if service.refusal:
        return t("closed now")
    if service.wait_minutes == 0:
        return t("your turn at once")
    return "" if service.wait_minutes is None and not service.waiting else minutes(t, service.wait_minutes)


def minutes(t: Words, wait_minutes: int | None) -> str:
    """Say a wait in minutes."""
    return t("wait not known") if wait_minutes is None else t("{minutes} min", minutes=wait_minutes)


def counters(t: Words, numbers: Sequence[int]) -> str:
    """Say which counters will call."""
    listed = ", ".join(map(str, numbers))
    return t.plural("counter {numbers}", "counters {numbers}", len(numbers), numbers=listed)


def age(t: Words, since: timedelta) -> str:
    """Say how long ago something was, in the largest unit that fits."""
    minutes_ago = max(0, int(since.total_seconds() // 60))
    if minutes_ago < 1:
        return t("a moment ago")
    if minutes_ago < 60:
        return t.plural("{count} minute ago", "{count} minutes ago", minutes_ago)
    if minutes_ago < 24 * 60:
        return t.plural("{count} hour ago", "{count} hours ago", minutes_ago // 60)
    return t.plural("{count} day ago", "{count} days ago", minutes_ago // (24 * 60))


def closing(t: Words, left_s: int | None) -> str:
    """Say in how many seconds the screen closes, or nothing."""
    return "" if left_s is None else t("closes in {seconds} s", seconds=left_s)
