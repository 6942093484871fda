"""Processes: one file for each `kiosk run …`. It opens devices and databases and passes them to the other packages."""
