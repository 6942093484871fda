"""Codes read from bad pictures, beside each decoder alone on the same pictures: how many, how fast, and none wrong."""

from __future__ import annotations

import importlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image

from benchmarks.degraded import NO_CODE, Photograph, photographs
from benchmarks.table import milliseconds, show
from kiosk.clock import SystemClock
from kiosk.drivers.scanner.decoding import stages
from kiosk.drivers.scanner.decoding.picture import BUDGET_S, decode
from kiosk.ports.scanner import Scan
from kiosk.records import replace

_SEED = "bench"
_OF_EACH = 25

_FORMATS = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Code128]
)

Read = Callable[[Image.Image], Sequence[str]]


@dataclass
class _Score:
    """How one reader did: what it read of each kind, what it read that was not there, and how long it took."""

    read: Counter[str] = field(default_factory=Counter)
    wrong: int = 0
    times_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def take(self, shown: Photograph, read: Read) -> None:
        """Show it a picture."""
        started = time.perf_counter()
        texts = read(shown.picture)
        self.times_s[shown.kind].append(time.perf_counter() - started)
        self.read[shown.kind] += shown.payload in texts
        self.wrong += any(text != shown.payload for text in texts)


def measure() -> None:
    """Print hits by kind, then times and wrong texts, then what each rung of the ladder is worth."""
    readers = _readers()
    scores = {name: _Score() for name in readers}
    first_rungs: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for shown in photographs(_SEED, _OF_EACH):
        kinds[shown.kind] += 1
        for name, read in readers.items():
            scores[name].take(shown, read)
        first_rungs[_rung_that_reads(shown.picture)] += shown.kind != NO_CODE
    del kinds[NO_CODE]
    _show_hits(kinds, scores)
    _show_times(kinds, scores)
    rows = [(rung.name, first_rungs[rung.name], f"{rung.cost:g}") for rung in stages.STAGES]
    show(
        "Which rung read it first", ("rung", "pictures", "ms a megapixel"), rows, "The costs are those it reckons with."
    )


def _show_hits(kinds: Counter[str], scores: dict[str, _Score]) -> None:
    rows: list[Sequence[object]] = []
    for kind, pictures in kinds.items():
        median, p99 = milliseconds(scores["ours"].times_s[kind])
        rows.append((kind, pictures, *(score.read[kind] for score in scores.values()), median, p99))
    everything = [t for kind in kinds for t in scores["ours"].times_s[kind]]
    totals = [_share(score, kinds) for score in scores.values()]
    rows.append(("all", kinds.total(), *totals, *milliseconds(everything)))
    note = f"{_OF_EACH} drawn pictures of each kind, seed “{_SEED}”; a hit is the exact text. The ladder's budget: "
    heads = ("kind", "pictures", *scores, "our median", "our p99")
    show("Codes in bad pictures", heads, rows, f"{note}{BUDGET_S * 1000:.0f} ms a picture.")


def _share(score: _Score, kinds: Counter[str]) -> str:
    read = sum(score.read[kind] for kind in kinds)
    return f"{read} ({read / kinds.total():.1%})"


def _show_times(kinds: Counter[str], scores: dict[str, _Score]) -> None:
    rows = []
    for name, score in scores.items():
        with_code = milliseconds([t for kind in kinds for t in score.times_s[kind]])
        rows.append((name, score.wrong, *with_code, *milliseconds(score.times_s[NO_CODE])))
    heads = ("reader", "pictures with a wrong text", "median", "p99", "median without a code", "p99 without a code")
    show("Wrong texts and times", heads, rows, "A text is wrong when the picture's code does not say it, or has none.")


def _rung_that_reads(picture: Image.Image) -> str:
    """Return the first rung that reads a picture, given all the time."""
    reached: list[str] = []

    def told(rung: stages.DecodeStage) -> stages.DecodeStage:
        def read(seen: Image.Image) -> tuple[Scan, ...]:
            reached.append(rung.name)
            return rung.read(seen)

        return replace(rung, read=read)

    found = stages.run_stages(picture, float("inf"), SystemClock(), [told(rung) for rung in stages.STAGES])
    return reached[-1] if found else ""


def _readers() -> dict[str, Read]:
    """Return our reader, and those of the others that can be imported, each asked for the same codes as ours."""
    readers: dict[str, Read] = {"ours": lambda picture: [scan.payload for scan in decode(picture)], "zxing-cpp": _zxing}
    for name, make in (("pyzbar", _pyzbar), ("OpenCV", _opencv)):
        try:
            readers[name] = make()
        except ImportError as error:
            print(f"not compared with {name}: {error}")
    return readers


def _zxing(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=_FORMATS)]


def _pyzbar() -> Read:
    pyzbar = importlib.import_module("pyzbar.pyzbar")
    wanted = [pyzbar.ZBarSymbol.QRCODE, pyzbar.ZBarSymbol.CODE128]
    return lambda picture: [code.data.decode(errors="replace") for code in pyzbar.decode(picture, wanted)]


def _opencv() -> Read:
    cv2, numpy = importlib.import_module("cv2"), importlib.import_module("numpy")
    detector = cv2.QRCodeDetector()

    def read(picture: Image.Image) -> list[str]:
        try:
            text: str = detector.detectAndDecode(numpy.asarray(picture))[0]
        except (cv2.error, UnicodeDecodeError):  # it raises about some pictures, and about bytes that are no text
            return []
        return [text] if text else []

    return read
