"""The dock: a kiosk without hardware in a browser, and a window on a kiosk that has some."""
