"""A cable pulled and plugged at random, in idle and in mid-slip: offline, back by itself, no descriptor left behind."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

from kiosk.config import Home
from kiosk.ports.printer import Outcome, PrinterStatus
from kiosk.receipt.escpos import encode_slip
from tests.descriptors import open_descriptors
from tests.drivers.rigs import PROFILE
from tests.metal.benches import METAL
from tests.receipt.samples import BARE

SLIP = encode_slip(BARE, PROFILE)
DEADLINE_S = 8.0
TIMES = 20


@pytest.mark.parametrize("line", METAL)
def test_a_printer_pulled_at_random_prints_on(line: str, tmp_path: Path) -> None:
    chance = random.Random(9100)
    with METAL[line](Home.at(tmp_path)) as rig:
        assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.CONFIRMED
        before = open_descriptors()
        for _ in range(TIMES):
            pull = threading.Timer(chance.choice((0.0, 0.02, 0.1)), rig.request, ["unplug"])
            pull.start()
            if chance.random() < 0.5:
                rig.printer.print_job(SLIP, DEADLINE_S)
            pull.join()
            assert rig.eventually(PrinterStatus.OFFLINE)
            rig.request("plug")
            assert rig.eventually(PrinterStatus.READY)
        assert rig.printer.print_job(SLIP, DEADLINE_S) is Outcome.CONFIRMED
        assert open_descriptors() <= before
        # Cut behind the first two bytes of a picture's head, and ended with zeros, it is a command that nobody has.
        assert [said for said in rig.hardware.machine.complaints if not said.startswith("1d 76 00")] == []
