"""The process of the dock's server: on loopback, on a free or given port; its address is in a file of its user."""

from __future__ import annotations

import secrets

from kiosk.config import Settings, Web
from kiosk.dock.app import create_app
from kiosk.drivers.simulated_hardware import SimulatedHardware
from kiosk.serving import DOCK_FILE, PageServer, listen, published_address


def run_dock(settings: Settings, port: int = 0) -> None:
    """Serve the dock of a home until SIGTERM or SIGINT; prints its address and writes it to `run/dock.url`.

    Raises:
        ConfigError: the port is in use.
    """
    secret = secrets.token_urlsafe(16)
    file = settings.home.run / "dock.url"
    with (
        listen(Web(port=port), "dock") as listener,
        published_address(listener, settings.home.run / DOCK_FILE),
        published_address(listener, file, path=f"/{secret}/", mode=0o600) as url,
    ):
        print(f"The dock is at {url}", flush=True)
        server(settings, secret).run([listener])


def server(settings: Settings, secret: str) -> PageServer:
    """Return a server of the dock that is not running yet; `secret` is the secret part of its address."""
    app = create_app(settings, SimulatedHardware(settings.home), secret)
    return PageServer(app, before_end=app.state.dock.latest.close)
