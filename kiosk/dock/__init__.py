"""The dock: a browser page that shows and operates a kiosk with simulated hardware, or watches a real one."""
