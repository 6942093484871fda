"""What every answer carries and every change must prove: headers against framing and injection, no foreign origin.

A page of another origin can make an officer's browser send a request here. Three things stop it: the cookie is
SameSite=Strict, a change must come as JSON (which a foreign page cannot send unasked), and its Origin must be ours.
Software that is not a browser sends no Origin and is let through: it has no cookie it did not sign in for.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.counter.replies import ApiError, refused
from kiosk.serving import PAGE_HEADERS

_HEADERS = {
    **PAGE_HEADERS,
    # For browsers too old for frame-ancestors; the others ignore it where both are sent.
    "x-frame-options": "SAMEORIGIN",
}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FONTS_KEPT_S = 86_400


class Guard:
    """ASGI middleware: adds the headers, refuses changes that another site asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 403 or 415."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_font = scope["path"].startswith("/fonts/")
        cache = f"public, max-age={_FONTS_KEPT_S}, immutable" if is_font else "no-store"

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update({**_HEADERS, "cache-control": cache})
            await send(message)

        error = _objection(scope["method"], Headers(scope=scope))
        answer = refused(Request(scope), error) if error else self._app
        await answer(scope, receive, send_guarded)


def _objection(method: str, headers: Headers) -> ApiError | None:
    """Return why a request may not change anything, or None."""
    if method in _SAFE_METHODS:
        return None
    origin = headers.get("origin")
    is_foreign = origin is not None and origin.partition("://")[2] != headers.get("host")
    if is_foreign or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return ApiError(403, "cross_origin", f"a page of {origin or 'another site'} may not change anything here")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return ApiError(415, "not_json", "send the content type application/json")
    return None
