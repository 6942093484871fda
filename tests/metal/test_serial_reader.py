"""A reader in serial mode on the true cdc-acm: a whole card in Vietnamese, pulled and back by itself."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from kiosk.ports.scanner import ScannerStatus
from tests.metal.devices import wait_until
from tests.metal.gadgets import SerialGadget
from tests.metal.readers import opened, scanned

CARD = "001085012345|012345678|Nguyễn Thị Hồng Ánh|15021985|Nữ|Số 5, ngõ 12, phường Cửa Nam, Hà Nội|02072021"


def test_a_card_comes_as_it_is_written_and_the_reader_comes_back_by_itself(tmp_path: Path) -> None:
    with contextlib.closing(SerialGadget()) as gadget:
        far = gadget.plug()
        with contextlib.closing(opened("serial", gadget.node, tmp_path)) as scanner:
            os.write(far, b"\r" + CARD.encode() + b"\r")
            assert [scan.payload for scan in scanned(scanner)] == [CARD]
            for number in range(5):
                os.close(far)
                gadget.pull()
                wait_until(lambda: scanner.status is ScannerStatus.OFFLINE, "the reader is offline")
                far = gadget.plug()
                wait_until(lambda: scanner.status is ScannerStatus.READY, "the reader is back")
                os.write(far, b"\rA%03d\r" % number)
                assert [scan.payload for scan in scanned(scanner)] == [f"A{number:03}"]
        os.close(far)
        gadget.pull()
