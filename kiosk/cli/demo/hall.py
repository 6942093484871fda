"""The hall of a demo: a kiosk's home, a city's home, a broker, and a network between them that can fail."""

from __future__ import annotations

import asyncio
import getpass
import os
import shutil
import socket
from functools import partial
from pathlib import Path

from kiosk.cli.demo.city_end import add_city_data, exchange_keys
from kiosk.cli.demo.processes import DemoError, Processes, end_in_order
from kiosk.config import Home, Settings, load, write_officer
from kiosk.defaults import Value, change_settings, write_home
from kiosk.drivers.simulated_network import SimulatedNetwork
from kiosk.errors import ConfigError
from kiosk.files import read_file
from kiosk.lobby.lobby import Lobby
from kiosk.records import Record
from kiosk.store.health import read_health
from kiosk.threads import thread

OFFICER, PIN = "demo", "246810"
"""The officer who signs in at the demo's counters."""

KIOSK_PROCESSES = ("printer", "counter", "board", "screen", "sync")
_LOOPBACK = "127.0.0.1"


class DemoHall(Record):
    """The places of a demo: `root` is the kiosk's home; the city's home is a folder in it."""

    root: Path
    settings: Settings
    broker_port: int

    @property
    def city_root(self) -> Path:
        """The city's home. A real city is another machine, so it reaches the broker without the simulated network."""
        return self.root / "city"


def prepare(root: Path) -> DemoHall:
    """Write the missing files of a demo in `root` and check those that exist.

    Raises:
        ConfigError: the settings in `root` belong to a kiosk with real hardware or a real city.
    """
    home = Home.at(root)
    broker, network, city = (_free_port() for _ in range(3))
    if not (home.etc / "kiosk.toml").exists():
        _write(home, network, city)
        exchange_keys(home, Home.at(root / "city"))
    settings = load(home)
    if not settings.kiosk.broker.host:
        # A home that `kiosk init` has just made has no city yet: it gets the demo's city.
        change_settings(home.etc / "kiosk.toml", {"broker.host": _LOOPBACK, "broker.port": network})
        settings = load(home)
    kiosk = settings.kiosk
    if kiosk.printer.driver != "simulated" or kiosk.broker.host != _LOOPBACK:
        message = (
            f"{home.etc / 'kiosk.toml'}: a demo needs printer.driver = 'simulated' and broker.host = '{_LOOPBACK}'; "
            "use another folder for the demo: kiosk --home DIR demo"
        )
        raise ConfigError(message, file=home.etc / "kiosk.toml", key="printer.driver")
    write_officer(home, OFFICER, PIN)
    Lobby.open(settings).close()  # makes the database here, so that no process keeps the memory that this needs
    hall = DemoHall(root, settings, broker)
    _write_city(hall)
    add_city_data(Home.at(hall.city_root), settings.site.code)
    return hall


def start_processes(hall: DemoHall, processes: Processes) -> None:
    """Start every process and wait until it is ready."""
    home, run = hall.settings.home, hall.settings.home.run
    for stale in ("counter.url", "city.url", "dock.url"):
        (run / stale).unlink(missing_ok=True)
    processes.start("mosquitto", [_mosquitto(), "-c", str(_broker_file(hall))])
    processes.wait_for("mosquitto", lambda: _answers(hall.broker_port))
    _start_network(hall)
    processes.start_kiosk("city", hall.city_root, "run", "city")
    for name in KIOSK_PROCESSES:
        processes.start_kiosk(name, hall.root, "run", name)
    processes.wait_for("city", (run / "city.url").exists)
    processes.wait_for("counter", (run / "counter.url").exists)
    for name in KIOSK_PROCESSES:
        processes.wait_for(name, partial(_is_running, home, name))


def _is_running(home: Home, name: str) -> bool:
    state = read_health(home).states.get(name)
    return state is not None and state.is_running


def url_of(hall: DemoHall, what: str) -> str:
    """Return the address of `counter`, `city` or `dock`."""
    return read_file(hall.settings.home.run / f"{what}.url").decode().strip()


def _write(home: Home, network_port: int, city_port: int) -> None:
    kiosk_settings: dict[str, Value] = {
        "broker.host": _LOOPBACK,
        "broker.port": network_port,
        "counter_page.host": _LOOPBACK,
        "counter_page.port": 0,
        "city.web.port": city_port,
        "screen.is_fullscreen": False,
        "board.is_fullscreen": False,
        "printer.slips_kept": 10_000,
    }
    site_settings: dict[str, Value] = {"follow_url": f"http://{_LOOPBACK}:{city_port}/t/{{token}}"}
    write_home(home, always_open=True, kiosk=kiosk_settings, ward=site_settings)


def _write_city(hall: DemoHall) -> None:
    city = Home.at(hall.city_root)
    shutil.rmtree(city.etc, ignore_errors=True)
    kiosk_settings: dict[str, Value] = {
        "broker.host": _LOOPBACK,
        "broker.port": hall.broker_port,
        "city.web.port": hall.settings.kiosk.city.web.port,
    }
    write_home(city, device="city", kiosk=kiosk_settings)
    # Both use one run folder, so that the dock finds the addresses of the city's page and of the counter's page.
    if not city.run.is_symlink():
        shutil.rmtree(city.run, ignore_errors=True)
        city.run.symlink_to(os.path.relpath(hall.settings.home.run, city.run.parent))


def _broker_file(hall: DemoHall) -> Path:
    file = hall.settings.home.run / "mosquitto.conf"
    # Without `user`, a broker started by root changes its user and then survives a demo that is killed.
    lines = (
        f"user {getpass.getuser()}",
        f"listener {hall.broker_port} {_LOOPBACK}",
        "allow_anonymous true",
        "persistence false",
        "set_tcp_nodelay true",
    )
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _mosquitto() -> str:
    found = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise DemoError("mosquitto is not installed: run `./setup.sh demo`, or `apt-get install mosquitto`")
    return found


def _start_network(hall: DemoHall) -> None:
    network = SimulatedNetwork(hall.settings.kiosk.broker.port, _LOOPBACK, hall.broker_port, hall.settings.home)
    thread("network", lambda: asyncio.run(network.serve()), end=end_in_order).start()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((_LOOPBACK, port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])
