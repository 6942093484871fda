"""Processes: one file for each `kiosk run …`, which opens what it needs and gives it to the rooms that do the work."""
