"""A real Mosquitto for tests: on a free port of loopback, started, killed and started again at will.

from tests.broker import Broker
from tests.broker import broker as broker           # the fixture

def test_something(broker: Broker) -> None:
    kiosk = Kiosk(device="k00082-1", broker=broker.as_settings())
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

import pytest

from kiosk import config
from kiosk.records import Record
from tests.waiting import until

_HOST = "127.0.0.1"
_START_S = 20.0


class Certificates(Record):
    """A certificate authority and what it signed, as PEM files in one folder."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The authority's certificate."""
        return self.folder / "ca.pem"

    def cert(self, name: str) -> Path:
        """The certificate of a name."""
        return self.folder / f"{name}.pem"

    def key(self, name: str) -> Path:
        """The key of a name."""
        return self.folder / f"{name}.key"


class Broker:
    """One Mosquitto. It keeps its port over a restart; nothing it was told survives a kill."""

    def __init__(self, folder: Path, certificates: Certificates | None = None, *, lines: str = "") -> None:
        """Prepare a broker; `lines` are further lines of mosquitto.conf."""
        self.port = _free_port()
        self._certificates = certificates
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._config = folder / "mosquitto.conf"
        self._config.write_text(_CONFIG.format(port=self.port, lines=lines) + self._tls(), encoding="utf-8")

    def __enter__(self) -> Broker:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it listens."""
        with (self._folder / "mosquitto.log").open("ab") as log:
            program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
            assert program, "mosquitto is not installed"
            self._process = subprocess.Popen([program, "-c", str(self._config)], stdout=log, stderr=log)
        process = self._process
        until(lambda: self._is_listening() or process.poll() is not None, "mosquitto to listen", _START_S)
        assert process.poll() is None, f"mosquitto ended: {self.log()}"

    def kill(self) -> None:
        """Kill it as a power cut would; twice is fine."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def log(self) -> str:
        """Return what it logged."""
        return (self._folder / "mosquitto.log").read_text(encoding="utf-8", errors="replace")

    def as_settings(self, name: str | None = None) -> config.Broker:
        """Return the settings that lead to it; with TLS, `name` picks the client certificate (None: none)."""
        if self._certificates is None:
            return config.Broker(host=_HOST, port=self.port)
        files = self._certificates
        cert, key = (str(files.cert(name)), str(files.key(name))) if name else ("", "")
        return config.Broker(host=_HOST, port=self.port, ca_file=str(files.ca), cert_file=cert, key_file=key)

    def _is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((_HOST, self.port)) == 0

    def _tls(self) -> str:
        if self._certificates is None:
            return ""
        files = self._certificates
        return (
            f"cafile {files.ca}\ncertfile {files.cert('broker')}\nkeyfile {files.key('broker')}\n"
            "require_certificate true\nuse_identity_as_username true\n"
        )


_CONFIG = """
listener {port} 127.0.0.1
user root
allow_anonymous true
persistence false
set_tcp_nodelay true
log_dest stdout
log_type error
log_type warning
log_type notice
{lines}
"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running Mosquitto without TLS."""
    with Broker(tmp_path / "broker") as running:
        yield running


def make_certificates(folder: Path, *names: str, begins: str = "") -> Certificates:
    """Make an authority, a broker's certificate for 127.0.0.1, and a client certificate for each name.

    Args:
        begins: when the broker's certificate becomes valid, as `faketime` takes it; now if empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = Certificates(folder)
    _openssl(*_REQUEST, "-x509", "-days", "2", "-subj", "/CN=test CA", "-keyout", made.key("ca"), "-out", made.ca)
    for name in ("broker", *names):
        is_broker = name == "broker"
        words: list[str | Path] = [
            "-x509",
            "-CA",
            made.ca,
            "-CAkey",
            made.key("ca"),
            "-days",
            "2",
            "-subj",
            f"/CN={name}",
        ]
        words += ["-addext", "basicConstraints=critical,CA:FALSE"]
        words += ["-addext", "subjectAltName=IP:127.0.0.1"] if is_broker else []
        words += ["-keyout", made.key(name), "-out", made.cert(name)]
        _openssl(*_REQUEST, *words, prefix=["faketime", begins] if begins and is_broker else [])
    return made


_REQUEST = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-batch")


def _openssl(*words: str | Path, prefix: Sequence[str] = ()) -> None:
    done = subprocess.run([*prefix, "openssl", *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
