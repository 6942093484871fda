"""Firmware of the public-service kiosk: numbers, slips, calls, and an honest line to the city."""

__version__ = "0.4.0"
