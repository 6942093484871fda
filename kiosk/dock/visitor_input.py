"""Visitor input from the browser: codes for the scanner, and the four keys.

A picture is decoded in memory and dropped; no text of a code is sent back to the page.
"""

from __future__ import annotations

import asyncio

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kiosk.dock.request_bodies import content, told
from kiosk.dock.sample_codes import SampleCodes
from kiosk.errors import KioskError
from kiosk.model.cards import parse
from kiosk.ports.panel import Key
from kiosk.ports.scanner import Scan, Symbology
from kiosk.ports.simulation import LONGEST_CODE_BYTES, Simulation

_TEXT_BYTES = 6 * LONGEST_CODE_BYTES
"""One byte of text takes up to six bytes in JSON."""


class _Code(msgspec.Struct, forbid_unknown_fields=True):
    card: str = ""
    text: str = ""


class _Press(msgspec.Struct, forbid_unknown_fields=True):
    key: Key


class _Shown(msgspec.Struct):
    """The result of presenting one code."""

    symbology: str
    kind: str
    answer: str


class VisitorInput:
    """Passes visitor input to the screen of one home."""

    def __init__(self, hardware: Simulation, sample_codes: SampleCodes) -> None:
        self._hardware = hardware
        self._sample_codes = sample_codes
        self._looking = asyncio.Lock()  # decoding a picture takes much memory: one at a time

    async def scan(self, request: Request) -> Response:
        """Present a sample code, or a text as a QR code."""
        code = await told(request, _Code, _TEXT_BYTES)
        if isinstance(code, Response):
            return code
        payload = code.text or self._sample_codes.payload(code.card)
        if not payload:
            return PlainTextResponse("there is no such card in the deck now", 409)
        return await asyncio.to_thread(self._present, [Scan(Symbology.QR, payload)])

    async def picture(self, request: Request) -> Response:
        """Hold up a picture of codes, as a file of any format the scanner reads."""
        async with self._looking:
            file = await content(request, self._hardware.largest_picture_bytes)
            return file if isinstance(file, Response) else await asyncio.to_thread(self._present_picture, file)

    async def key(self, request: Request) -> Response:
        """Press one of the four keys."""
        press = await told(request, _Press)
        if isinstance(press, Response):
            return press
        try:
            was_felt = await asyncio.to_thread(self._hardware.press, press.key)
        except KioskError as error:
            return PlainTextResponse(str(error), 409)
        return Response(status_code=204) if was_felt else PlainTextResponse("the panel is unplugged", 409)

    def _present_picture(self, file: bytes) -> Response:
        try:
            scans = self._hardware.codes_in(file)
        except KioskError as error:
            return PlainTextResponse(str(error), 409)
        if not scans:
            return PlainTextResponse("there is no QR, Data Matrix or Code 128 code with text in it", 409)
        return self._present(list(scans))

    def _present(self, scans: list[Scan]) -> Response:
        try:
            shown = [_Shown(scan.symbology, parse(scan.payload).kind, self._hardware.present(scan)) for scan in scans]
        except KioskError as error:
            return PlainTextResponse(str(error), 409)
        return Response(msgspec.json.encode(shown), media_type="application/json")
