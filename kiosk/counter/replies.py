"""The server's responses: JSON, and refusals as `{code, message}` with a matching status."""

from __future__ import annotations

import logging
from typing import TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kiosk.decoding import json_of
from kiosk.errors import KioskError, RefusedError, StoreError, UnknownNameError

_log = logging.getLogger(__name__)

_T = TypeVar("_T")

LONGEST_BODY_BYTES = 4096
"""Every request of this API is far shorter; a longer body is refused."""

_CODES = {404: "not_found", 405: "wrong_method"}


class ApiError(HTTPException):
    """A refusal of the page itself (not of the lobby's rules): `code` is stable, `extra` goes into the reply."""

    def __init__(self, status: int, code: str, message: str, **extra: int) -> None:
        super().__init__(status, message, _retry_header(extra))
        self.code = code
        self.extra = extra


def reply(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return `content` as JSON; records become objects, times ISO 8601 with their offset."""
    return Response(msgspec.json.encode(content), status, headers, "application/json")


async def body_of(request: Request, kind: type[_T]) -> _T:
    """Return the JSON body of a request; an empty one counts as `{}`.

    Raises:
        ApiError: the body is too long (413) or is not what `kind` says (400).
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY_BYTES:
            raise ApiError(413, "too_long", f"the body may have {LONGEST_BODY_BYTES} bytes")
    try:
        return json_of(body or b"{}", kind)
    except msgspec.DecodeError as error:
        raise ApiError(400, "bad_request", f"the body is not what is expected here: {error}") from error


def refused(request: Request, error: Exception) -> Response:
    """Return the response for an error; registered for HTTPException and KioskError."""
    if isinstance(error, ApiError):
        fault = {"code": error.code, "message": error.detail, **error.extra}
        return reply(fault, error.status_code, dict(error.headers or {}))
    if isinstance(error, HTTPException):
        code = _CODES.get(error.status_code, "refused")
        return reply({"code": code, "message": error.detail}, error.status_code, dict(error.headers or {}))
    if isinstance(error, RefusedError):
        return reply({"code": error.code, "message": str(error)}, 404 if isinstance(error, UnknownNameError) else 409)
    code = "store_error" if isinstance(error, StoreError) else "kiosk_error"
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return reply({"code": code, "message": str(error)}, 503 if isinstance(error, StoreError) else 500)


HANDLERS = {HTTPException: refused, KioskError: refused}
"""Exception handlers for Starlette."""


def _retry_header(extra: dict[str, int]) -> dict[str, str]:
    return {"retry-after": str(extra["retry_after_s"])} if "retry_after_s" in extra else {}
