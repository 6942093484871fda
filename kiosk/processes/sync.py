"""The process of the connection to the city: it sends journal and queries, and receives the city's messages."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable
from contextlib import closing

from kiosk.config import Settings
from kiosk.store.database import Store
from kiosk.store.doorbell import Doorbell, set_by_signals
from kiosk.sync.service import Sync


def run_sync(
    settings: Settings, *, progress: Callable[[], None] | None = None, stop: threading.Event | None = None
) -> None:
    """Run until `stop` is set, or SIGTERM or Ctrl-C when no `stop` is given.

    Args:
        progress: called at least once a second while there is no error.
    Raises:
        StoreError: the journal cannot be read.
    """
    file = settings.home.database
    with closing(Store.open(file)) as store, Doorbell(file) as doorbell:
        ended = stop or set_by_signals(doorbell)
        sync = Sync(settings, store)
        with closing(sync):
            while not ended.is_set():
                select.select([doorbell.fileno(), sync.link.fileno()], [], [], sync.step())
                doorbell.has_rung()
                if progress is not None:
                    progress()
