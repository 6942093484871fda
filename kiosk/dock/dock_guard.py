"""Keeps the dock to whoever started it: its secret word in every address, loopback names, no foreign page's requests.

Every user of the machine can connect to a port of loopback, so an address holds a word that only the terminal of
`kiosk dock` and a file of its user tell. It stands in the path: a cookie would go to every other port as well.
Whoever reaches the dock can touch the screen and break the printer, so a page of another origin that the same browser
shows must get nothing here: not by a name that suddenly points to 127.0.0.1 (DNS rebinding), not by a form, not by an
image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from secrets import compare_digest

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.serving import Refusal, Rules

# Any port: through an SSH tunnel the browser sees another one than we do.
_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_NOT_FRAMED = "frame-ancestors 'self'; base-uri 'none'"


def rules(framed: Callable[[], Iterable[str]]) -> Rules:
    """Return the rules of the dock.

    Args:
        framed: the origins of the pages that it shows in frames.
    """

    def headers(path: str) -> dict[str, str]:
        frames = " ".join(framed() if path.endswith("/") else ()) or "'none'"  # only the page itself shows any
        return {
            "content-security-policy": f"default-src 'self'; frame-src {frames}; {_NOT_FRAMED}",
            "cross-origin-resource-policy": "same-origin",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "cache-control": "no-cache",
        }

    # None of the content types is one that a form can send: a browser asks before it posts these to another origin, and
    # gets no answer here.
    return Rules(_NAMES.__contains__, headers, refused, ("application/json", "application/octet-stream"))


def refused(refusal: Refusal) -> ASGIApp:
    """Return the answer that tells a refusal; whoever has no business here learns no more than that."""
    return PlainTextResponse(refusal.message, 403 if refusal.status == 415 else refusal.status)


class SecretWord:
    """ASGI middleware: answers only paths that begin with the dock's word; the routes of `app` do not know it."""

    def __init__(self, app: ASGIApp, word: str) -> None:
        self._app = app
        self._root = f"/{word}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 403."""
        path = scope.get("path", self._root)
        said = path[: path.find("/", 1)] if "/" in path[1:] else path
        if compare_digest(said.encode(), self._root.encode()):
            await self._app({**scope, "root_path": self._root}, receive, send)
            return
        words = "Open the whole address that `kiosk dock` has printed: the word in it is the key."
        await refused(Refusal(403, "no_word", words))(scope, receive, send)
