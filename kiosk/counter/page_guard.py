"""How the officers' page is guarded: what its answers carry, and how it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from starlette.types import ASGIApp

from kiosk.counter.replies import reply
from kiosk.serving import Refusal, Rules, names, page_headers

_FONT_CACHE_S = 86_400


def rules(own_names: Iterable[str], framed_by: Callable[[], Iterable[str]]) -> Rules:
    """Return the rules of the officers' page.

    Args:
        own_names: the names it is reached by, beside addresses and the machine's own.
        framed_by: the origins that may show it in a frame.
    """

    def headers(path: str) -> dict[str, str]:
        is_font = path.startswith("/fonts/")
        cache = f"public, max-age={_FONT_CACHE_S}, immutable" if is_font else "no-store"
        # `x-frame-options` is for browsers too old for frame-ancestors; the others ignore it where both are sent.
        return {**page_headers(framed_by()), "x-frame-options": "SAMEORIGIN", "cache-control": cache}

    return Rules(names(*own_names), headers, _refused)


def _refused(refusal: Refusal) -> ASGIApp:
    return reply({"code": refusal.code, "message": refusal.message}, refusal.status)
