"""A printer that listens on loopback: the simulated machine behind TCP, which notes when each job's first byte came."""

from __future__ import annotations

import queue
import socket
import threading
import time

from kiosk.drivers.printer.emulator.machine import Machine
from kiosk.receipt.slip import PrinterProfile

_INITIALISE = b"\x1b@"


class ListeningPrinter:
    """Accepts one connection at a time; `arrivals` gets the monotonic time of each job's first byte."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._machine = Machine(PrinterProfile(), lambda _slip: None, buffer_bytes=1 << 20)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.arrivals: queue.Queue[float] = queue.Queue()
        threading.Thread(target=self._serve, name="paper", daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                self._print(connection)

    def _print(self, connection: socket.socket) -> None:
        while chunk := connection.recv(65536):
            arrived = time.monotonic()
            if chunk.startswith(_INITIALISE):
                self.arrivals.put(arrived)
            connection.sendall(self._machine.receive(chunk) + self._machine.work())
