"""One window: its loop, its touches, its input thread, its devices, and the mirror through which others see it."""
