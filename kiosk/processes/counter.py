"""The process of the officers' page: it binds the port, publishes its address and serves until it is stopped."""

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
"""The file under the home's `run/` with the page's address as one line; it exists only while the page is served."""


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
