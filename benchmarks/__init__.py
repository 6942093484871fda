"""What the kiosk costs: each figure beside its baseline, measured in one run. `./setup.sh bench`."""
