"""One window: its loop, touch input, input thread and devices, and the mirror for other processes."""
