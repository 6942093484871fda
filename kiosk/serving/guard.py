"""The checks of every request before a page's own code, and the headers of every response, including errors.

A page of another origin can make a browser in the hall send a request to this server. So a request must use one of this
server's names (otherwise a foreign name was pointed at this machine: DNS rebinding) and must not come from another
origin. A request that changes something must have a content type that a foreign page cannot send without permission.
Software other than browsers sends no Origin and is accepted: it has only cookies from its own sign-in.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
from collections.abc import Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.records import Record

_log = logging.getLogger(__name__)

_PORT = re.compile(r":[0-9]{1,5}\Z")
_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost):([0-9]{1,5})(?:/|\Z)")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SAME_SITE = ("same-origin", "none")


class Refusal(Record):
    """The reason for a refused request: a status, a code for programs, a sentence for people."""

    status: int
    code: str
    message: str


class Rules(Record):
    """The guard rules of one server's pages.

    Args:
        is_ours: returns whether a host name, without port, belongs to this server.
        headers: returns the response headers for a request's path.
        refuse: returns the response for a refusal.
        content_types: the accepted content types of changes; an HTML form can send none of them.
        is_public: returns whether a path is open to everybody, under any host name.
    """

    is_ours: Callable[[str], bool]
    headers: Callable[[str], dict[str, str]]
    refuse: Callable[[Refusal], ASGIApp]
    content_types: tuple[str, ...] = ("application/json",)
    is_public: Callable[[str], bool] = lambda path: False


class Guard:
    """The outermost ASGI middleware: it refuses forbidden requests, adds the headers, and answers exceptions."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = self._rules.headers(scope["path"])
        has_begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                response_headers = MutableHeaders(scope=message)
                for name, value in headers.items():
                    # The application may override the caching of its response, and no other header.
                    if name != "cache-control" or name not in response_headers:
                        response_headers[name] = value
            await send(message)

        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        try:
            await (self._rules.refuse(refusal) if refusal else self._app)(scope, receive, send_guarded)
        except ClientDisconnect:
            pass  # the client has disconnected
        except Exception:
            if has_begun:
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            failure = Refusal(500, "kiosk_error", "something went wrong here; the log says what")
            await self._rules.refuse(failure)(scope, receive, send_guarded)

    def _refusal(self, method: str, path: str, headers: Headers) -> Refusal | None:
        host = headers.get("host", "")
        if not self._rules.is_public(path) and not self._rules.is_ours(_PORT.sub("", host).lower()):
            return Refusal(403, "foreign_host", f"nobody answers to the name {host!r} here")
        if not path.isprintable() or "\ufffd" in path:
            return Refusal(404, "not_found", "no address has such characters")
        if _is_cross_origin(method, headers):
            origin = headers.get("origin", "another site")
            return Refusal(403, "cross_origin", f"a page of {origin} may not ask for this")
        if method in _SAFE_METHODS:
            return None
        if headers.get("content-type", "").partition(";")[0].strip().lower() not in self._rules.content_types:
            return Refusal(415, "not_json", f"send the content type {' or '.join(self._rules.content_types)}")
        return None


def names(*more: str) -> Callable[[str], bool]:
    """Return a check whether a host is an IP address, `localhost`, this machine's own name, or one of `more`.

    An IP address cannot be a rebound name, because a browser that shows it is connected to this address.
    """
    machine = socket.gethostname().lower()
    known = {"localhost", machine, machine.partition(".")[0], f"{machine}.local", *(name.lower() for name in more)}
    return lambda host: host in known or _is_address(host)


def framers(urls: Iterable[str]) -> list[str]:
    """Return the origins of the loopback URLs, under both names of loopback; other URLs are ignored."""
    ports = (match[1] for url in urls if (match := _LOOPBACK.match(url)))
    return [f"http://{name}:{port}" for port in ports for name in ("127.0.0.1", "localhost")]


def _is_address(host: str) -> bool:
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return ipaddress.ip_address(bare).version == (4 if bare is host else 6)
    except ValueError:
        return False


def _is_cross_origin(method: str, headers: Headers) -> bool:
    """Return whether a request comes from a page of another origin; such a page may only navigate to ours."""
    origin = headers.get("origin")
    if origin is not None and origin.lower().partition("://")[2] != headers.get("host", "").lower():
        return True
    is_visit = method in _SAFE_METHODS and headers.get("sec-fetch-mode") == "navigate"
    return not is_visit and headers.get("sec-fetch-site", "none") not in _SAME_SITE
