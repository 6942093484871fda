"""The `kiosk` command: the only room that knows all others."""
