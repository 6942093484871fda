"""Keeps the dock to whoever started it: its secret word in every address, loopback names, no foreign page's requests.

Every user of the machine can connect to a port of loopback, so an address holds a word that only the terminal of
`kiosk dock` and a file of its user tell. It stands in the path: a cookie would go to every other port as well.
Whoever reaches the dock can touch the screen and break the printer, so a page of another origin that the same browser
shows must get nothing here: not by a name that suddenly points to 127.0.0.1 (DNS rebinding), not by a form, not by an
image.
"""

from __future__ import annotations

import re
from secrets import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
# The officers' page and the city's are shown in frames, from their own ports of this machine.
_LOOPBACK = "http://127.0.0.1:* http://localhost:*"
# None that a form can send: a browser asks before it posts these to another origin, and gets no answer here.
_CONTENT_TYPES = ("application/json", "application/octet-stream")
_HEADERS = {
    "content-security-policy": f"default-src 'self'; frame-src {_LOOPBACK}; frame-ancestors 'self'; base-uri 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Guard:
    """ASGI middleware: refuses what does not come from the dock's own page, and adds the headers."""

    def __init__(self, app: ASGIApp, word: str) -> None:
        """`word` is the first part of every path that is answered; the routes of `app` do not know it."""
        self._app = app
        self._root = f"/{word}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        objection = _objection(scope["method"], Headers(scope=scope)) or self._ask_word(scope["path"])
        answer = PlainTextResponse(objection, 403) if objection else self._app
        await answer({**scope, "root_path": self._root}, receive, send_guarded)

    def _ask_word(self, path: str) -> str:
        said = path[: path.find("/", 1)] if "/" in path[1:] else path
        if compare_digest(said.encode(), self._root.encode()):
            return ""
        return "Open the whole address that `kiosk dock` has printed: the word in it is the key."


def _objection(method: str, headers: Headers) -> str:
    """Return why a request is refused, or nothing."""
    host = headers.get("host", "")
    # Any port: through an SSH tunnel the browser sees another one than we do.
    if re.sub(r":[0-9]+$", "", host).lower() not in _NAMES:
        return f"The dock answers to 127.0.0.1 and localhost only, not to {host!r}."
    if method == "GET":
        return ""
    origin = headers.get("origin", f"http://{host}")
    # `same-site` is another port of this machine: also somebody else.
    if origin != f"http://{host}" or headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return "A page of another origin may not do this."
    if headers.get("content-type", "").partition(";")[0].strip() not in _CONTENT_TYPES:
        return f"Send the content type {' or '.join(_CONTENT_TYPES)}."
    return ""
