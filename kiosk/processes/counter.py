"""The officers' page as a process: binds, tells where, runs until it is told to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing

from kiosk.clock import Clock
from kiosk.config import Settings
from kiosk.counter.app import create_app
from kiosk.counter.sessions import Officers
from kiosk.lobby.lobby import Lobby
from kiosk.model.health import CounterHealth
from kiosk.serving import PageServer, listen, published_address

_log = logging.getLogger(__name__)

URL_FILE = "counter.url"
"""Under the home's `run/`: where the page really is, as one line; gone when nothing serves it."""


def run_counter(
    settings: Settings,
    officers: Officers,
    *,
    clock: Clock | None = None,
    progress: Callable[[], None] | None = None,
) -> None:
    """Serve the officers' page until SIGTERM or SIGINT, then return.

    Raises:
        ConfigError: the address of `counter_page` cannot be bound.
        StoreError: the database cannot be opened.
    """
    with (
        closing(Lobby.open(settings)) as lobby,
        closing(listen(settings.kiosk.counter_page, "kiosk.toml: counter_page")) as listener,
        published_address(listener, settings.home.run / URL_FILE) as url,
    ):

        def after_round() -> None:
            lobby.tell_health(CounterHealth())
            if progress is not None:
                progress()

        app = create_app(settings, officers, clock=clock, progress=after_round)
        _log.info("officers' page at %s, board at %s/board", url, url)
        PageServer(app, before_end=app.state.live.close).run([listener])
