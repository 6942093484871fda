"""The guard rules of the officers' page: the headers of its responses, and the form of its refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from starlette.types import ASGIApp

from kiosk.counter.replies import reply
from kiosk.serving import Refusal, Rules, names, page_headers

_FONT_CACHE_S = 86_400


def rules(own_names: Iterable[str], framed_by: Callable[[], Iterable[str]]) -> Rules:
    """Return the rules of the officers' page.

    Args:
        own_names: the host names of the page, besides IP addresses and the machine's own name.
        framed_by: the origins that may show it in a frame.
    """

    def headers(path: str) -> dict[str, str]:
        is_font = path.startswith("/fonts/")
        cache = f"public, max-age={_FONT_CACHE_S}, immutable" if is_font else "no-store"
        # `x-frame-options` is for browsers without frame-ancestors; newer ones ignore it if both are sent.
        return {**page_headers(framed_by()), "x-frame-options": "SAMEORIGIN", "cache-control": cache}

    return Rules(names(*own_names), headers, _refused)


def _refused(refusal: Refusal) -> ASGIApp:
    return reply({"code": refusal.code, "message": refusal.message}, refusal.status)
