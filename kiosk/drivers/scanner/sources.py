"""Creates the real scanner of the settings. Only the modules of the chosen kind are imported."""

from __future__ import annotations

from pathlib import Path

from kiosk.clock import Clock
from kiosk.config.types import Scanner as ScannerSettings
from kiosk.drivers.scanner.supervised import Source
from kiosk.drivers.serial_line import SerialLine


def source(scanner: ScannerSettings, clock: Clock, *, is_raw: bool = False) -> Source:
    """Return the scanner of settings with the driver `serial`, `wedge` or `camera`.

    Args:
        is_raw: a wedge returns all text it typed, reliable or not.
    """
    path = Path(scanner.address)
    if scanner.driver == "serial":
        from kiosk.drivers.scanner.serial_port import SerialScanner

        return SerialScanner(path, SerialLine(scanner.baud, scanner.flow), clock.monotonic)
    if scanner.driver == "wedge":
        from kiosk.drivers.scanner.wedge import WedgeScanner

        return WedgeScanner(path, is_raw=is_raw, now=clock.monotonic)
    from kiosk.drivers.scanner.camera import Camera, CameraScanner

    lens: Camera
    if scanner.camera == "picamera2":
        from kiosk.drivers.scanner.picam import PiCamera

        lens = PiCamera(int(scanner.address or 0))
    elif scanner.camera == "folder":
        from kiosk.drivers.scanner.folder import PictureFolder

        lens = PictureFolder(path)
    else:
        from kiosk.drivers.scanner.v4l2 import V4l2Camera

        lens = V4l2Camera(path)
    return CameraScanner(lens, clock)
