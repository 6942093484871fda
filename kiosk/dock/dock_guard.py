"""Access control of the dock: a secret word in every address, loopback names only, no cross-origin requests.

Every user of the machine can connect to a loopback port, so each address contains a secret word, which is printed only
on the terminal of `kiosk dock` and stored in a file of its user. It is part of the path, because a cookie would also be
sent to every other port. A client of the dock can touch the screen and cause printer faults. So a page of another
origin in the same browser gets no access: not by a name that points to 127.0.0.1 (DNS rebinding), by a form, or by an
image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from secrets import compare_digest

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.serving import Refusal, Rules

# Any port: through an SSH tunnel the browser uses another port than the server.
_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_NOT_FRAMED = "frame-ancestors 'self'; base-uri 'none'"


def rules(framed: Callable[[], Iterable[str]]) -> Rules:
    """Return the rules of the dock.

    Args:
        framed: the origins of the embedded pages.
    """

    def headers(path: str) -> dict[str, str]:
        frames = " ".join(framed() if path.endswith("/") else ()) or "'none'"  # only the page itself embeds others
        return {
            "content-security-policy": f"default-src 'self'; frame-src {frames}; {_NOT_FRAMED}",
            "cross-origin-resource-policy": "same-origin",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "cache-control": "no-cache",
        }

    # A form cannot send any of these content types. A browser sends a preflight request before it posts them to another
    # origin, and gets no permission here.
    return Rules(_NAMES.__contains__, headers, refused, ("application/json", "application/octet-stream"))


def refused(refusal: Refusal) -> ASGIApp:
    """Return the response to a refused request; it contains nothing but the refusal."""
    return PlainTextResponse(refusal.message, 403 if refusal.status == 415 else refusal.status)


class SecretWord:
    """ASGI middleware: accepts only paths that begin with the secret word, and removes it for the routes of `app`."""

    def __init__(self, app: ASGIApp, word: str) -> None:
        self._app = app
        self._root = f"/{word}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request, or answer 403."""
        path = scope.get("path", self._root)
        said = path[: path.find("/", 1)] if "/" in path[1:] else path
        if compare_digest(said.encode(), self._root.encode()):
            await self._app({**scope, "root_path": self._root}, receive, send)
            return
        words = "Open the whole address that `kiosk dock` has printed: the word in it is the key."
        await refused(Refusal(403, "no_word", words))(scope, receive, send)
