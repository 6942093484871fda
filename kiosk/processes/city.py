"""The city process: the MQTT connection in one thread, the web pages in the main thread, a database for each."""

from __future__ import annotations

import logging
import threading
from contextlib import closing

from kiosk.city.database import CityDatabase
from kiosk.city.line import CityLine
from kiosk.city.web import create_app
from kiosk.config import Settings
from kiosk.serving import MOST_CONNECTIONS, PageServer, dock_origins, listen, published_address
from kiosk.store.health import Health
from kiosk.threads import thread

log = logging.getLogger(__name__)


def run_city(settings: Settings, *, stop: threading.Event | None = None) -> None:
    """Run connection and pages until `stop` is set, SIGTERM or Ctrl-C; `run/city.url` holds the pages' address.

    Raises:
        ConfigError: the port of the pages is in use or not permitted.
        StoreError: the database cannot be opened.
    """
    file = settings.home.var / settings.kiosk.city.database
    web = settings.kiosk.city.web
    with (
        closing(CityDatabase.open(file)) as line_database,
        closing(CityDatabase.open(file)) as page_database,
        closing(listen(web, "kiosk.toml: city.web")) as listener,
        published_address(listener, settings.home.run / "city.url"),
    ):
        app = create_app(page_database, own_names=web.names, framed_by=lambda: dock_origins(settings.home.run))
        # Many phones share their carrier's address, and behind a proxy all clients share the proxy's address.
        server = PageServer(app, most_of_address=MOST_CONNECTIONS)
        line = _LineThread(settings, CityLine(settings, line_database), server, stop or threading.Event())
        try:
            server.run([listener])
        finally:
            line.end()
    if line.failure is not None:
        raise line.failure


class _LineThread:
    """The thread of the MQTT connection. When it or the page server ends, the other ends too."""

    def __init__(self, settings: Settings, line: CityLine, server: PageServer, stop_event: threading.Event) -> None:
        self.failure: Exception | None = None
        self._health = Health(settings.home, "city")
        self._line = line
        self._ended = stop_event
        self._server = server
        self._thread = thread("city-line", self._run)
        self._thread.start()

    def _run(self) -> None:
        """Run the connection until it ends, then end the page server."""
        try:
            self._line.run(self._ended, self._health.tell)
        except Exception as error:
            log.exception("the connection to the kiosks ended")
            self.failure = error
        finally:
            self._health.close()
            self._server.should_exit = True

    def end(self) -> None:
        """End the connection and wait for its thread."""
        self._ended.set()
        self._thread.join()
