"""The web application: pages, API and live views over one lobby."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kiosk.clock import Clock, SystemClock
from kiosk.config import Settings
from kiosk.counter.api import Api
from kiosk.counter.attempts import Attempts
from kiosk.counter.counter_actions import CounterActions
from kiosk.counter.devices import Devices, device_key
from kiosk.counter.icon_sprite import sprite
from kiosk.counter.live_views import LiveViews
from kiosk.counter.lobby_thread import LobbyThread
from kiosk.counter.page_guard import rules
from kiosk.counter.page_words import LANGUAGES, page_words
from kiosk.counter.replies import HANDLERS, ApiError, reply
from kiosk.counter.sessions import Officers, Sessions
from kiosk.counter.signin import SignIn
from kiosk.lobby.lobby import Lobby
from kiosk.serving import Guard, dock_origins
from kiosk.threads import task

_STATIC = Path(__file__).parent / "static"
_ASSETS = Path(__file__).parent.parent / "assets"


def create_app(
    settings: Settings,
    officers: Officers,
    *,
    clock: Clock | None = None,
    progress: Callable[[], None] | None = None,
    lobby: Callable[[Settings, Clock], Lobby] = Lobby,
) -> Starlette:
    """Return the officers' page and the board page of a hall; `app.state.live.close()` ends its streams.

    Args:
        officers: returns who may sign in now.
        progress: called every few seconds after a successful read of the lobby (feeds the watchdog).
        lobby: opens the hall; called twice, once by the thread that writes and once by the thread that reads.
    """
    clock = clock or SystemClock()

    def now() -> datetime:
        return clock.read().wall

    home = settings.home
    sessions = Sessions(officers, home.var / "counter.sessions", now)
    devices = Devices(device_key(home.var / "counter.key"), now)
    sign_in = SignIn(officers, Attempts(clock, home.var / "counter.attempts"), devices)
    # Two threads: a read never waits for a lock, so boards and beats continue while a write waits.
    change_thread, read_thread = (
        LobbyThread(lambda: lobby(settings, clock), name) for name in ("lobby-change", "lobby-read")
    )
    live = LiveViews(read_thread, progress)
    api = Api(settings, change_thread, live, CounterActions(clock.monotonic), sign_in=sign_in, sessions=sessions)
    guard_rules = rules(settings.kiosk.counter_page.names, lambda: dock_origins(home.run))
    app = Starlette(
        routes=[*_pages(), *api.routes()],
        middleware=[Middleware(Guard, rules=guard_rules)],
        exception_handlers=HANDLERS,
        lifespan=lambda app: _lifespan(settings, live, (change_thread, read_thread)),
    )
    app.state.live = live
    return app


@contextlib.asynccontextmanager
async def _lifespan(settings: Settings, live: LiveViews, threads: Iterable[LobbyThread]) -> AsyncIterator[None]:
    """Refresh the live views after changes by any process, and send beats, while the application runs."""
    loop = asyncio.get_running_loop()
    doorbell = Lobby(settings).doorbell()

    def on_doorbell() -> None:
        if doorbell.has_rung():
            live.refresh_soon()

    loop.add_reader(doorbell.fileno(), on_doorbell)
    beat_task = task("beat", live.beat())
    try:
        yield
    finally:
        live.close()
        beat_task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beat_task
        loop.remove_reader(doorbell.fileno())
        doorbell.close()
        for thread in threads:
            thread.close()


def _pages() -> list[Route | Mount]:
    icons = sprite(_ASSETS / "icons")

    async def send_icons(request: Request) -> Response:
        return Response(icons, media_type="image/svg+xml")

    return [
        Route("/", _page("index.html")),
        Route("/board", _page("board.html")),
        Route("/icons.svg", send_icons),
        Route("/words/{language}", _words),
        Mount("/static", StaticFiles(directory=_STATIC)),
        Mount("/fonts", StaticFiles(directory=_ASSETS / "fonts")),
    ]


def _page(name: str) -> Callable[[Request], object]:
    async def send_page(request: Request) -> Response:
        return FileResponse(_STATIC / name)

    return send_page


async def _words(request: Request) -> Response:
    language = request.path_params["language"]
    if language not in LANGUAGES:
        raise ApiError(404, "unknown_name", f"no words for {language!r}; known: {', '.join(LANGUAGES)}")
    return reply(page_words(language))
