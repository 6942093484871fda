"""The drivers of printer, scanner, panel, loudspeaker and display, each with a simulated device."""
