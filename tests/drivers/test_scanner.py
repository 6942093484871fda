"""Codes in pictures: exact text, or none, and a clear word about files that are no pictures."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import segno
import zxingcpp
from PIL import ExifTags, Image

from kiosk.drivers.scanner.decoding import picture as scanner
from kiosk.drivers.scanner.decoding.picture import decode, open_picture
from kiosk.errors import DeviceError
from kiosk.ports.scanner import Scan, Symbology

CARD = "001090000123|012345678|Nguyễn Văn An|02011990|Nam|Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội|15042021"


def qr(payload: str | bytes) -> Image.Image:
    """Draw a QR code on white."""
    out = io.BytesIO()
    segno.make(payload, micro=False).save(out, kind="png", scale=5, border=4)
    return Image.open(out).convert("RGB")


def drawn(payload: str, symbology: zxingcpp.BarcodeFormat) -> Image.Image:
    """Draw any other code."""
    return Image.fromarray(zxingcpp.create_barcode(payload, symbology).to_image(scale=4))


@pytest.mark.parametrize("angle", [0, 7, 45, 90, 180, 271])
def test_a_card_held_askew_is_read_to_the_letter(angle: int) -> None:
    turned = qr(CARD).rotate(angle, expand=True, fillcolor="white")
    assert decode(turned) == (Scan(Symbology.QR, CARD),)


@pytest.mark.parametrize("name", ["Đỗ Thị Ước", "Nguyễn Hoàng Ánh Nguyệt", "Lê Quý", "Vũ Thuỵ Ý", "Trần Bưởi"])
def test_a_short_vietnamese_name_is_not_garbled(name: str) -> None:
    assert decode(qr(name.encode())) == (Scan(Symbology.QR, name),)


def test_marks_apart_from_their_letters_are_composed() -> None:
    assert decode(qr(unicodedata.normalize("NFD", CARD).encode())) == (Scan(Symbology.QR, CARD),)


def test_a_nul_stays_a_nul() -> None:
    assert decode(qr(b"An\0")) == (Scan(Symbology.QR, "An\0"),)


def test_text_that_is_not_utf_8_makes_no_scan() -> None:
    assert decode(qr("Nguyễn".encode("cp1258", "replace") + b"\xff\x81")) == ()


def test_labels_and_receipts_are_read_and_other_codes_are_not() -> None:
    wanted, formats = "H26-260930-0012", zxingcpp.BarcodeFormat
    assert decode(drawn(wanted, formats.DataMatrix)) == (Scan(Symbology.DATA_MATRIX, wanted),)
    assert decode(drawn(wanted, formats.Code128)) == (Scan(Symbology.CODE_128, wanted),)
    assert decode(drawn(wanted, formats.Aztec)) == ()
    assert decode(drawn("1234567890128", formats.EAN13)) == ()


def test_small_and_narrow_qr_codes_are_qr_codes() -> None:
    for symbology in (zxingcpp.BarcodeFormat.MicroQRCode, zxingcpp.BarcodeFormat.RMQRCode):
        assert decode(drawn("001090000123", symbology)) == (Scan(Symbology.QR, "001090000123"),)


def test_each_code_of_a_picture_is_told_once() -> None:
    one, other = qr("one"), qr("other")
    sheet = Image.new("RGB", (one.width * 3, max(one.height, other.height)), "white")
    for place, code in enumerate((one, other, one)):
        sheet.paste(code, (place * one.width, 0))
    assert sorted(scan.payload for scan in decode(sheet)) == ["one", "other"]


def test_a_ground_that_can_be_seen_through_is_white() -> None:
    black_on_nothing = qr(CARD).convert("L").point(lambda grey: 255 - grey)
    picture = Image.new("RGBA", black_on_nothing.size, (0, 0, 0, 0))
    picture.putalpha(black_on_nothing)
    assert decode(picture) == (Scan(Symbology.QR, CARD),)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F"])
def test_a_picture_of_any_colours_is_read(mode: str) -> None:
    assert decode(qr(CARD).convert(mode)) == (Scan(Symbology.QR, CARD),)


@pytest.mark.parametrize("brightest", [3, 900, 65535])
def test_sixteen_bits_of_grey_are_not_cut_off(tmp_path: Path, brightest: int) -> None:
    grey = qr(CARD).convert("L")
    pixels = b"".join((value * brightest // 255).to_bytes(2, "little") for value in grey.tobytes())
    Image.frombytes("I;16", grey.size, pixels).save(tmp_path / "fine.png")
    assert decode(open_picture(tmp_path / "fine.png")) == (Scan(Symbology.QR, CARD),)


def test_a_picture_with_endless_numbers_in_it_is_no_crash() -> None:
    for endless in (float("nan"), float("inf"), -float("inf")):
        picture = Image.new("F", (60, 60), 1.0)
        picture.putpixel((7, 7), endless)
        assert decode(picture) == ()


@pytest.mark.parametrize("size", [(1, 1), (3, 4000), (640, 480)])
def test_a_picture_of_nothing_has_no_codes(size: tuple[int, int]) -> None:
    assert decode(Image.new("RGB", size, "white")) == ()


def test_a_scan_that_gets_into_a_log_tells_nothing() -> None:
    assert "001090000123" not in repr(Scan(Symbology.QR, CARD))


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "bmp", "ppm"])
def test_pictures_of_every_format_are_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"card.{ending}"
    qr(CARD).save(path)
    assert decode(open_picture(path)) == (Scan(Symbology.QR, CARD),)


def test_what_is_no_picture_is_said_by_name(tmp_path: Path) -> None:
    for name, content in (("empty.png", b""), ("words.png", b"hello"), ("code.svg", b"<svg/>")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DeviceError, match=f"{name}: not a picture"):
            open_picture(tmp_path / name)
    with pytest.raises(DeviceError, match=r"gone\.png: No such file"):
        open_picture(tmp_path / "gone.png")
    with pytest.raises(DeviceError, match="not a regular file"):
        open_picture(tmp_path)


def test_an_animation_is_refused_or_seen_as_its_first_frame(tmp_path: Path) -> None:
    frames = qr(CARD), qr("other").resize(qr(CARD).size)
    for ending in ("gif", "webp", "png"):
        path = tmp_path / f"film.{ending}"
        frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True)
        if ending == "gif":
            with pytest.raises(DeviceError, match=r"film\.gif: not a picture \(wanted: JPEG"):
                open_picture(path)
        else:
            assert decode(open_picture(path)) == (Scan(Symbology.QR, CARD),)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_camera_was_held(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    qr(CARD).resize((300, 280)).save(tmp_path / "held.jpg", exif=exif)
    picture = open_picture(tmp_path / "held.jpg")
    assert picture.size == ((300, 280) if orientation < 5 else (280, 300))
    assert decode(picture) == (Scan(Symbology.QR, CARD),)


@pytest.mark.parametrize("notes", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*" + b"\xff" * 40])
def test_a_camera_s_damaged_notes_do_no_harm(tmp_path: Path, notes: bytes) -> None:
    qr(CARD).save(tmp_path / "notes.jpg", exif=notes)
    assert decode(open_picture(tmp_path / "notes.jpg")) == (Scan(Symbology.QR, CARD),)


def test_a_pipe_does_not_hold_us_for_ever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(DeviceError, match=r"pipe\.png: not a regular file"):
        open_picture(tmp_path / "pipe.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "PPM"])
def test_a_damaged_picture_is_an_error_of_ours_or_still_a_picture(tmp_path: Path, kind: str) -> None:
    out, chance, path = io.BytesIO(), random.Random(4), tmp_path / "damaged"
    qr(CARD).resize((120, 120)).save(out, kind)
    whole = out.getvalue()
    for _ in range(150):
        content = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.3 else whole)
        for _ in range(chance.randrange(8)):
            content[chance.randrange(min(len(content), 200) or 1) : 0] = chance.randbytes(1)
        path.write_bytes(content)
        try:
            decode(open_picture(path))
        except DeviceError as error:
            assert str(path) in str(error)


def test_a_picture_cut_short_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "half.jpg"
    qr(CARD).save(path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DeviceError, match=r"half\.jpg: the picture is damaged"):
        open_picture(path)


@pytest.mark.parametrize("side", [8_000, 12_000, 14_000])
def test_a_small_file_with_a_huge_picture_is_not_unpacked(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (side, side)).save(path)
    with pytest.raises(DeviceError, match=r"bomb\.png: .*too large"):
        open_picture(path)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "RGBA", {}),
        ("PNG", "P", {"transparency": 0}),
        ("PNG", "I;16", {}),
        ("PNG", "L", {}),
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}),
        ("JPEG", "CMYK", {"progressive": True}),
        ("WEBP", "RGBA", {}),
        ("BMP", "L", {}),
    ],
)
def test_a_small_file_takes_no_more_memory_than_a_small_machine_has(
    tmp_path: Path, kind: str, mode: str, options: dict[str, Any]
) -> None:
    """Each is as large as a picture of its kind may be, or is refused; either way the peak is bounded."""
    for megapixels in (10, 16, 25, 50):
        side = round((megapixels * 10**6) ** 0.5)
        path = tmp_path / f"{megapixels}.{kind.lower()}"
        Image.new(mode, (side, side)).save(path, kind, **options)
        words = (
            "import sys; from pathlib import Path; from kiosk.errors import DeviceError\n"
            "from kiosk.drivers.scanner.decoding.picture import decode, open_picture\n"
            "try: decode(open_picture(Path(sys.argv[1])))\n"
            "except DeviceError as error: print('refused')\n"
            # Not ru_maxrss, which begins with what the parent had.
            "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
        )
        command = [sys.executable, "-c", words, str(path)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        path.unlink()
        peak_mb = int(said[-1]) // 1024
        assert peak_mb < 280, f"{kind} {mode} of {megapixels} megapixels: {peak_mb} MB"
        assert said[0] != "refused" or megapixels > 10, "as much as most telephones take"


def test_a_ribbon_of_a_picture_is_too_large(tmp_path: Path) -> None:
    Image.new("1", (1, 70_000)).save(tmp_path / "ribbon.png")
    with pytest.raises(DeviceError, match=r"ribbon\.png: 1×70000 is too large"):
        open_picture(tmp_path / "ribbon.png")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "film.png"
    with path.open("wb") as file:
        file.truncate(scanner.MAX_FILE_BYTES + 1)
    with pytest.raises(DeviceError, match=r"film\.png: more than 32 MB"):
        open_picture(path)


def test_the_decoder_is_not_loaded_where_only_a_scan_is_named() -> None:
    words = (
        "import kiosk.cli.main, kiosk.model.cards, kiosk.drivers.scanner.scan, sys; sys.exit('zxingcpp' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
