"""The printer's contract over usblp, cdc-acm and an FTDI adapter: every fault, unplugging, small buffers."""

from __future__ import annotations

import pytest

from tests.drivers.rigs import Bench
from tests.drivers.test_printer_contract import *  # noqa: F403 - the same contract and rigs, on other lines
from tests.metal.benches import METAL


@pytest.fixture(scope="module", params=METAL)  # type: ignore[no-redef] # instead of its own
def bench(request: pytest.FixtureRequest) -> Bench:
    return METAL[request.param]
