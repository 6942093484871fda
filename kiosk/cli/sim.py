"""`kiosk sim`: make the simulated hardware misbehave, from a second terminal or a test."""

from __future__ import annotations

import click

from kiosk.config import Home
from kiosk.drivers import network as network_driver
from kiosk.drivers.printer import simulated


@click.group()
def sim() -> None:
    """Make the simulated hardware misbehave. It stays so until told otherwise."""


@sim.command(help=f"Ask the simulated printer: {', '.join(simulated.actions())}.")
@click.argument("action")
@click.pass_obj
def printer(home: Home, action: str) -> None:
    simulated.request(home, action)


@sim.command(help=f"Ask the simulated network: {', '.join(network_driver.actions())}.")
@click.argument("action")
@click.pass_obj
def network(home: Home, action: str) -> None:
    network_driver.request(home, action)
