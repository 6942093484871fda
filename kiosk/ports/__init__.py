"""Ports: what the kiosk expects of a device, each a Protocol and its closed sets of values."""
