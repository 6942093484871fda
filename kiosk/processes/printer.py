"""The printer's process: it processes print jobs and is the only user of the printer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing

from kiosk.config import Settings
from kiosk.drivers.printer import open_printer
from kiosk.lobby.lobby import Lobby
from kiosk.printing.print_worker import PaperlessWorker, PrintWorker
from kiosk.store.doorbell import set_by_signals


def run_printer(settings: Settings, progress: Callable[[], None]) -> None:
    """Process print jobs until SIGTERM; `progress` is called after each job, and at least every 20 seconds."""
    with ExitStack() as stack:
        worker: PrintWorker | PaperlessWorker
        lobby = stack.enter_context(closing(Lobby.open(settings)))
        if settings.kiosk.printer.driver == "none":
            worker = PaperlessWorker(lobby)
        else:
            printer = stack.enter_context(closing(open_printer(settings.kiosk.printer, settings.home)))
            worker = PrintWorker(lobby, printer)
        worker.recover()
        bell = stack.enter_context(lobby.doorbell())
        ended = set_by_signals(bell)
        while not ended.is_set():
            pause_s = worker.step()
            progress()
            bell.wait(pause_s)
