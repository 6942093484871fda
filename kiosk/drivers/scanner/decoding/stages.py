"""The decoding stages: increasingly expensive attempts on a picture, until a code is read or the time is up.

Each stage filters the picture and passes it to one of two decoders. The first stages are cheap and read most pictures;
`./setup.sh bench scan` measures the benefit of the others. A stage that filters the picture reads matrix codes only:
their error correction detects a wrong module, while a blurred bar of a linear code can give another, wrong text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from kiosk.clock import Clock
from kiosk.drivers.scanner.decoding import zbar, zxing
from kiosk.ports.scanner import Scan
from kiosk.records import Record

WORKING_PIXELS = 2_100_000
"""The picture size of most stages, a little more than 1920 × 1080: larger pictures are reduced to it."""

WORKING_SIDE_PX = 10_000
"""The same limit for the longer side, for very narrow pictures."""

_LONGEST_SIDE_PX = 65_535
"""The limit of zxing-cpp."""

_TIME_FACTOR = 1.25
"""Safety factor on the expected time of a stage: pictures differ in how much of them looks like a code."""

Reader = Callable[[Image.Image], tuple[Scan, ...]]
Filter = Callable[[Image.Image], Image.Image]


class DecodeStage(Record):
    """One decoding stage.

    `cost` is the time in milliseconds per megapixel, measured on a desktop; its ratio to the cost of earlier stages
    predicts the time on this machine. `light` filters the picture for `read`. `is_whole` uses the picture in full size,
    and skips pictures that the other stages already use in full size.
    """

    name: str
    cost: float
    read: Reader
    light: Filter | None = None
    is_whole: bool = False

    def look(self, picture: Image.Image) -> tuple[Scan, ...]:
        """Return the codes that this stage reads."""
        return self.read(self.light(picture) if self.light else picture)


def run_stages(
    picture: Image.Image, budget_s: float, clock: Clock, rungs: Sequence[DecodeStage] | None = None
) -> tuple[Scan, ...]:
    """Return the codes of the first stage that reads any.

    A stage that would probably exceed the time is skipped; a later, cheaper one may still run. The first stage always
    runs.

    Args:
        picture: of mode "L".
        budget_s: the longest time of all stages together.
    """
    started = clock.monotonic()
    working = _reduced(picture)
    whole = picture if max(picture.size) <= _LONGEST_SIDE_PX else working
    ready = clock.monotonic()
    paid = 0.0
    for stage in STAGES if rungs is None else rungs:
        if stage.is_whole and whole is working:
            continue
        image = whole if stage.is_whole else working
        price = stage.cost * image.width * image.height
        now = clock.monotonic()
        expected_s = _TIME_FACTOR * (now - ready) * price / paid if paid else 0.0
        if paid and now - started + expected_s > budget_s:
            continue
        scans = stage.look(image)
        if scans:
            return scans
        paid += price
    return ()


def _reduced(picture: Image.Image) -> Image.Image:
    factor = 1 + (max(picture.size) - 1) // WORKING_SIDE_PX
    while (picture.width // factor) * (picture.height // factor) > WORKING_PIXELS:
        factor += 1
    return picture.reduce(factor) if factor > 1 else picture


def _reader(
    *formats: zxingcpp.BarcodeFormat,
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage,
    is_inverted_too: bool = False,
) -> Reader:
    wanted = zxingcpp.BarcodeFormats(list(formats))
    has_bars = zxingcpp.BarcodeFormat.Code128 in formats  # all other symbologies are found at every angle

    def read(picture: Image.Image) -> tuple[Scan, ...]:
        codes = zxingcpp.read_barcodes(
            picture,
            formats=wanted,
            text_mode=zxing.TEXT_MODE,
            binarizer=binarizer,
            try_rotate=has_bars,
            try_invert=is_inverted_too,
        )
        return zxing.scans(codes)

    return read


def _tones(power: float) -> Filter:
    """Return a gamma filter that spreads the dark tones (below 1) or the bright ones (above 1)."""
    curve = [round(255 * (grey / 255) ** power) for grey in range(256)]
    return lambda picture: picture.point(curve)


def _filtered(*filters: ImageFilter.Filter | ImageFilter.MultibandFilter) -> Filter:
    def apply(picture: Image.Image) -> Image.Image:
        for one in filters:
            picture = picture.filter(one)
        return picture

    return apply


def _halved(picture: Image.Image) -> Image.Image:
    return picture.reduce(2)


def _a_third(picture: Image.Image) -> Image.Image:
    return picture.reduce(3)


def _doubled(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)


def _doubled_and_sharpened(picture: Image.Image) -> Image.Image:
    return _doubled(picture).filter(ImageFilter.UnsharpMask(8, 250, 0))


def _evenly_lit(picture: Image.Image) -> Image.Image:
    """Return the picture without slow changes of brightness, such as a shadow or a lamp at one side."""
    return ImageChops.subtract(picture, picture.filter(_BROAD), 1, 128)


def _without_scratches(picture: Image.Image) -> Image.Image:
    """Return the picture without bright lines of one or two pixels."""
    return _spread(_spread(picture, ImageChops.darker), ImageChops.lighter)


def _spread(picture: Image.Image, choose: Callable[[Image.Image, Image.Image], Image.Image]) -> Image.Image:
    """Return the darkest or brightest of each pixel and its eight neighbours, ten times as fast as MinFilter."""
    for x, y in ((1, 0), (0, 1)):
        after, before = ImageChops.offset(picture, x, y), ImageChops.offset(picture, -x, -y)
        picture = choose(choose(picture, after), before)
    return picture


_BROAD = ImageFilter.BoxBlur(24)
_BLUR = ImageFilter.BoxBlur(1)
_SOFTER = ImageFilter.GaussianBlur(1)
_SHARPER = ImageFilter.UnsharpMask(3, 250, 0)
_MUCH_SHARPER = ImageFilter.UnsharpMask(4, 350, 0)

_FORMAT = zxingcpp.BarcodeFormat
_qr = _reader(_FORMAT.QRCodeModel2)
"""QR codes without Micro QR and rMQR: they have less error correction and are often read by chance."""
_qr_by_one_threshold = _reader(_FORMAT.QRCodeModel2, binarizer=zxingcpp.Binarizer.GlobalHistogram, is_inverted_too=True)
_labels = _reader(_FORMAT.DataMatrix, _FORMAT.Code128, _FORMAT.MicroQRCode, _FORMAT.RMQRCode)
_data_matrix = _reader(_FORMAT.DataMatrix)
_bars = _reader(_FORMAT.Code128)

STAGES = (
    DecodeStage("as it is", 2.5, _qr),
    DecodeStage("halved", 1, _qr, _halved),
    DecodeStage("one threshold", 2, _qr_by_one_threshold),
    DecodeStage("labels", 12, _labels),
    DecodeStage("dark lifted", 2.5, _qr, _tones(0.4)),
    DecodeStage("light lowered", 2.5, _qr, _tones(2.5)),
    DecodeStage("inverted", 2.5, _qr, ImageChops.invert),
    DecodeStage("blurred", 6, _qr, _filtered(_BLUR)),
    DecodeStage("a third, second opinion", 4, zbar.scans, _a_third),
    DecodeStage("halved, second opinion", 8, zbar.scans, _halved),
    DecodeStage("without scratches", 5, _qr_by_one_threshold, _without_scratches),
    DecodeStage("sharpened", 16, _qr, _filtered(_SHARPER)),
    DecodeStage("whole", 5, _qr, is_whole=True),
    DecodeStage("bars, whole", 2.5, _bars, is_whole=True),
    DecodeStage("labels, evenly lit", 15, _labels, _evenly_lit),
    DecodeStage("second opinion", 29, zbar.scans),
    DecodeStage("labels, blurred", 7, _data_matrix, _filtered(_BLUR)),
    DecodeStage("blurred, second opinion", 33, zbar.scans, _filtered(_SOFTER)),
    DecodeStage("blurred and sharpened", 20, _qr, _filtered(_BLUR, _MUCH_SHARPER)),
    DecodeStage("whole, blurred", 9, _qr, _filtered(_BLUR), is_whole=True),
    DecodeStage("doubled", 23, _qr, _doubled),
    DecodeStage("labels, doubled", 36, _data_matrix, _doubled),
    DecodeStage("doubled and sharpened", 75, _qr, _doubled_and_sharpened),
)
