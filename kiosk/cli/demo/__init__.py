"""`kiosk demo`: the whole hall on one machine, every part real but the hardware."""

from kiosk.cli.demo.command import demo

__all__ = ["demo"]
