"""`kiosk demo`: the whole hall on one machine. Every part is real except the hardware."""

from kiosk.cli.demo.command import demo

__all__ = ["demo"]
