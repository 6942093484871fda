"""Metal: the printer, the scanner, the panel and the network, each with a simulated twin that ships with the kiosk."""
