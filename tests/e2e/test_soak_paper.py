"""What the long day says of its paper: planted misfortunes are noticed, and what a visitor asked for is none."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from kiosk.model.paper import PrintState
from kiosk.store import jobs
from tests import halls
from tests.clocks import FakeClock
from tests.e2e.soak import troubles_now

UNDER_WAY = "a slip is still under way"


def test_the_books_stay_shut_while_a_slip_is_in_the_printer(tmp_path: Path) -> None:
    with closing(halls.lobby(tmp_path, FakeClock())) as lobby:
        lobby.take("A")
        assert UNDER_WAY in troubles_now(lobby.settings)
        with lobby.store.write() as tx:
            assert jobs.move(tx.connection, 1, PrintState.QUEUED, PrintState.PRINTING, now_ms=tx.now_ms)
        assert UNDER_WAY in troubles_now(lobby.settings)
        with lobby.store.write() as tx:
            assert jobs.move(tx.connection, 1, PrintState.PRINTING, PrintState.PRINTED, now_ms=tx.now_ms)
        assert UNDER_WAY not in troubles_now(lobby.settings)
