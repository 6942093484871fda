"""The dock's HTTP application: the page, frames and slips, visitor input, faults, and the event stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kiosk.config import Settings
from kiosk.dock import fault_switches
from kiosk.dock.dock_guard import SecretWord, rules
from kiosk.dock.hall_state import State, start_command
from kiosk.dock.latest_values import LatestValues
from kiosk.dock.polling import Watch
from kiosk.dock.request_bodies import told
from kiosk.dock.visitor_input import VisitorInput
from kiosk.dock.window import Window
from kiosk.dock.window_mirror import Mirror
from kiosk.ports.simulation import Simulation
from kiosk.serving import Guard, framers

_PAGE = Path(__file__).parent / "page"
_ASSETS = Path(__file__).parents[1] / "assets"
_LOOK_EVERY_S = 0.25
_BEAT_S = 15.0

_Pixel = Annotated[int, Meta(ge=0, le=7680)]


class _Touch(msgspec.Struct, forbid_unknown_fields=True):
    window: Literal["screen", "board"]
    kind: Literal["down", "up"]
    x: _Pixel
    y: _Pixel


class _Fault(msgspec.Struct, forbid_unknown_fields=True):
    device: str
    action: str
    is_on: bool


class Dock:
    """The state that all requests share; `bulletin.close()` ends the streams."""

    def __init__(self, settings: Settings, hardware: Simulation) -> None:
        self.home = settings.home
        self._hardware = hardware
        self.latest = LatestValues()
        self.windows = {name: self._window(name, words) for name, words in _WINDOWS.items()}
        self._state = State(settings, hardware)
        self.visitor_input = VisitorInput(hardware, self._state.sample_codes)
        self.watch = Watch([self._look, *(window.follow for window in self.windows.values())])

    async def page(self, request: Request) -> Response:
        """Return the page."""
        return FileResponse(_PAGE / "index.html")

    def framed(self) -> list[str]:
        """Return the origins of the embedded pages."""
        return framers(self._state.pages())

    async def news(self, request: Request) -> Response:
        """Stream changes as server-sent events: first the whole state, then each changed topic."""
        return StreamingResponse(self._news(), media_type="text/event-stream", headers={"cache-control": "no-store"})

    async def frame(self, request: Request) -> Response:
        """Return a window's newest frame; `v` only prevents caching, `w` is the width in pixels."""
        window = self.windows.get(request.path_params["window"])
        width = request.query_params.get("w", "540")
        if window is None or not (width.isascii() and width.isdigit() and len(width) <= 5):
            return PlainTextResponse("no such picture", 404)
        picture = await window.jpeg(int(width))
        if picture is None:
            return PlainTextResponse(f"the {window.name} is not running", 404)
        return Response(picture, media_type="image/jpeg", headers={"cache-control": "no-store"})

    async def slip(self, request: Request) -> Response:
        """Return one printed slip."""
        picture = await asyncio.to_thread(self._state.slips.read, request.path_params["name"])
        if picture is None:
            return PlainTextResponse("no such slip", 404)
        return Response(picture, media_type="image/png", headers={"cache-control": "private, max-age=3600"})

    async def touch(self, request: Request) -> Response:
        """Forward a touch to a window."""
        touch = await told(request, _Touch)
        if isinstance(touch, Response):
            return touch
        if not await self.windows[touch.window].mirror.touch(touch.kind, touch.x, touch.y):
            return PlainTextResponse(f"the {touch.window} is not running", 409)
        return Response(status_code=204)

    async def fault(self, request: Request) -> Response:
        """Switch a fault of the simulated hardware on or off."""
        wish = await told(request, _Fault)
        if isinstance(wish, Response):
            return wish
        objection = await asyncio.to_thread(
            fault_switches.request, self._hardware, wish.device, wish.action, wish.is_on
        )
        return PlainTextResponse(objection, 409) if objection else Response(status_code=204)

    async def _news(self) -> AsyncIterator[bytes]:
        since = 0
        async with self.watch:
            while not self.latest.is_closed:
                try:
                    async with asyncio.timeout(_BEAT_S):
                        since, words = await self.latest.news(since)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                for topic, word in words.items():
                    yield b"event: %s\ndata: %s\n\n" % (topic.encode(), msgspec.json.encode(word))

    async def _look(self) -> None:
        while True:
            for topic, word in (await asyncio.to_thread(self._state.look)).items():
                self.latest.post(topic, word)
            await asyncio.sleep(_LOOK_EVERY_S)

    def _window(self, name: str, sentence: str) -> Window:
        gone = {"sentence": sentence, "command": start_command(self.home, f"run {name}")}
        return Window(name, Mirror(self.home.run / f"{name}.sock"), self.latest, gone)


_WINDOWS = {"screen": "The visitor screen is not running", "board": "The board is not running"}


def create_app(settings: Settings, hardware: Simulation, word: str) -> Starlette:
    """Return the dock of a home as an application; `app.state.dock.bulletin.close()` ends its streams.

    Args:
        word: the secret first part of every path.
    """
    dock = Dock(settings, hardware)
    app = Starlette(
        routes=[
            Route("/", dock.page),
            Route("/news", dock.news),
            Route("/frame/{window}.jpg", dock.frame),
            Route("/slip/{name}.png", dock.slip),
            Route("/touch", dock.touch, methods=["POST"]),
            Route("/fault", dock.fault, methods=["POST"]),
            Route("/scan", dock.visitor_input.scan, methods=["POST"]),
            Route("/picture", dock.visitor_input.picture, methods=["POST"]),
            Route("/key", dock.visitor_input.key, methods=["POST"]),
            Mount("/page", StaticFiles(directory=_PAGE)),
            Mount("/fonts", StaticFiles(directory=_ASSETS / "fonts")),
            Mount("/icons", StaticFiles(directory=_ASSETS / "icons")),
        ],
        middleware=[Middleware(Guard, rules=rules(dock.framed)), Middleware(SecretWord, word=word)],
    )
    app.state.dock = dock
    return app
