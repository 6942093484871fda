"""Request bodies, read with a size limit."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kiosk.decoding import json_of

_SHORT_BYTES = 1024

_T = TypeVar("_T")


async def told(request: Request, kind: type[_T], most_bytes: int = _SHORT_BYTES) -> _T | Response:
    """Return the decoded JSON body, or the error response to an invalid one."""
    raw = await content(request, most_bytes)
    if isinstance(raw, Response):
        return raw
    try:
        return json_of(raw, kind)
    except msgspec.DecodeError as error:
        return PlainTextResponse(f"not understood: {error}", 400)


async def content(request: Request, most_bytes: int) -> bytes | Response:
    """Return the body, or the error response to one that is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            return PlainTextResponse("too long", 413)
    return bytes(body)
