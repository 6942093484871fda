"""The process that serves the dock: on loopback only, on a free port unless told one, its address in a file."""

from __future__ import annotations

from kiosk.config import Settings, Web
from kiosk.dock.app import create_app
from kiosk.serving import PageServer, listen, told


def run_dock(settings: Settings, port: int = 0) -> None:
    """Serve the dock of a home until SIGTERM or SIGINT; prints its address and keeps it in `run/dock.url`.

    Raises:
        ConfigError: the port is taken.
    """
    with listen(Web(port=port), "dock") as listener, told(listener, settings.home.run / "dock.url") as url:
        print(f"The dock is at {url}", flush=True)
        server(settings).run([listener])


def server(settings: Settings) -> PageServer:
    """Return a server of the dock that is not running yet."""
    app = create_app(settings)
    return PageServer(app, before_end=app.state.dock.bulletin.close)
