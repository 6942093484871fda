"""Cameras: how frames become grey, when they are looked at, what is said about them, and that none is kept."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from PIL import Image, ImageFilter

from kiosk.drivers.scanner import v4l2
from kiosk.drivers.scanner.camera import Attention, CameraScanner
from kiosk.drivers.scanner.decoding import hints
from kiosk.drivers.scanner.decoding.luma import FORMATS, grey
from kiosk.drivers.scanner.decoding.picture import decode
from kiosk.drivers.scanner.picam import PiCamera
from kiosk.drivers.scanner.v4l2 import V4l2Camera
from kiosk.model.hint import Hint
from tests.clocks import FakeClock
from tests.descriptors import open_descriptors
from tests.drivers.control_socket_rigs import PATIENCE_S, is_readable
from tests.drivers.fake_v4l2 import FakeV4l2
from tests.drivers.scanner_rigs import CameraRig, camera_rig, drawn
from tests.drivers.test_scanner_contract import CARD

SIZE = 320, 240


@pytest.fixture
def stop() -> Iterator[int]:
    fd = os.eventfd(0)
    yield fd
    os.close(fd)


def seen(scale: float = 4, blur: float = 0, light: float = 1, lamp: int = 0) -> Image.Image:
    """Return a frame of 1280 × 720 with a card's code on a plain ground: `scale` pixels to a module."""
    code = Image.open(io.BytesIO(drawn(CARD, 8))).convert("L").point(lambda value: 40 if value < 128 else 215)
    side = round(code.width * scale / 8)
    frame = Image.new("L", (1280, 720), 130)
    frame.paste(code.resize((side, side), Image.Resampling.BOX), (640 - side // 2, 360 - side // 2))
    return frame.filter(ImageFilter.GaussianBlur(blur)).point(lambda value: min(255, int(value * light + lamp)))


def sent(form: str, picture: Image.Image, stride: int) -> bytes:
    """Return a picture as a camera sends it in a form, each line filled up to `stride` bytes."""
    if form == "MJPG":
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=90)
        return file.getvalue()
    raw = picture.tobytes()
    lines = [raw[at : at + picture.width] for at in range(0, len(raw), picture.width)]
    if form == "YUYV":
        lines = [bytes(value for pixel in line for value in (pixel, 128)) for line in lines]
    colour = bytes([128]) * (stride * picture.height // 2) if form in ("NV12", "YU12") else b""
    return b"".join(line.ljust(stride, b"\x55") for line in lines) + colour


@pytest.mark.parametrize("form", FORMATS)
def test_the_grey_of_every_form_is_taken_out(form: str) -> None:
    picture = seen().resize(SIZE)
    stride = SIZE[0] * (2 if form == "YUYV" else 1) + 64
    taken = grey(form, memoryview(sent(form, picture, stride)), SIZE, stride)
    assert taken is not None
    if form == "MJPG":
        assert taken.size == SIZE
    else:
        assert taken.tobytes() == picture.tobytes()


@pytest.mark.parametrize("form", FORMATS)
def test_a_frame_that_was_cut_short_is_no_frame_and_no_crash(form: str) -> None:
    raw, chance = sent(form, seen().resize(SIZE), 640), Random(3)
    for _ in range(20):
        cut = bytearray(raw[: chance.randrange(len(raw))])
        cut[:0] = chance.randbytes(chance.randrange(3))
        picture = grey(form, memoryview(bytes(cut)), SIZE, 640)
        assert picture is None or picture.size == SIZE or form == "MJPG"


def test_a_camera_is_asked_in_the_kernels_order_and_the_old_frame_is_not_taken(tmp_path: Path, stop: int) -> None:
    old, fresh = (sent("GREY", Image.new("L", SIZE, shade), SIZE[0]) for shade in (10, 200))
    kernel = FakeV4l2(tmp_path / "video0", "GREY", SIZE, SIZE[0])
    frames = V4l2Camera(tmp_path / "video0", kernel.ioctl).open()
    kernel.frames.extend([old, None, fresh])
    picture = frames.grab(stop)
    assert picture is not None
    assert picture.getextrema() == (200, 200)
    assert kernel.asked[:6] == [v4l2.QUERYCAP, v4l2.S_FMT, v4l2.REQBUFS, v4l2.QUERYBUF, v4l2.QBUF, v4l2.QUERYBUF]
    kernel.flags = v4l2.IS_DAMAGED
    kernel.frames.extend([None, None, fresh])
    assert frames.grab(stop) is None
    frames.close()


def test_a_camera_that_goes_is_gone_and_leaves_nothing_open(tmp_path: Path, stop: int) -> None:
    before = open_descriptors()
    kernel = FakeV4l2(tmp_path / "video0", "YUYV", SIZE, 2 * SIZE[0])
    session = CameraScanner(V4l2Camera(tmp_path / "video0", kernel.ioctl), FakeClock()).open()
    kernel.is_gone = True
    with pytest.raises(OSError, match="No such device"):
        session.read(stop)
    session.close()
    kernel.is_gone, kernel.able = False, 0x0080_0000
    with pytest.raises(OSError, match="no capture device; a camera has several device files"):
        V4l2Camera(tmp_path / "video0", kernel.ioctl).open()
    with pytest.raises(OSError, match=r"this is no camera: set scanner\.address"):
        V4l2Camera(tmp_path / "video0").open()
    kernel = FakeV4l2(tmp_path / "video0", "H264", SIZE, 0)
    with pytest.raises(OSError, match="it sends none of GREY"):
        V4l2Camera(tmp_path / "video0", kernel.ioctl).open()
    assert open_descriptors() <= before


@pytest.mark.skipif(not shutil.which("cc") or not Path("/usr/include/linux/videodev2.h").exists(), reason="needs cc")
def test_numbers_and_sizes_are_those_of_the_kernels_own_header(tmp_path: Path) -> None:
    names = ("QUERYCAP", "S_FMT", "REQBUFS", "QUERYBUF", "QBUF", "DQBUF", "STREAMON", "STREAMOFF")
    sizes = {"v4l2_capability": v4l2.CAPABILITY, "v4l2_format": v4l2.FORMAT, "v4l2_requestbuffers": v4l2.REQUEST}
    sizes["v4l2_buffer"] = v4l2.BUFFER
    values = [f"VIDIOC_{name}" for name in names] + [f"sizeof(struct {name})" for name in sizes]
    offsets = (
        *("capability, capabilities", "capability, device_caps", "format, fmt.pix.pixelformat"),
        *("format, fmt.pix.bytesperline", "buffer, bytesused", "buffer, memory", "buffer, m", "buffer, length"),
    )
    values += [f"offsetof(struct v4l2_{offset})" for offset in offsets]
    lines = "".join(f'printf("%lu\\n", (unsigned long){value});' for value in values)
    source = f"#include <linux/videodev2.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {{{lines}}}"
    (tmp_path / "header.c").write_text(source)
    subprocess.run(["cc", tmp_path / "header.c", "-o", tmp_path / "header"], check=True)
    told = subprocess.run([tmp_path / "header"], capture_output=True, text=True, check=True).stdout.split()
    ours = [getattr(v4l2, name) for name in names] + [shape.size for shape in sizes.values()]
    assert list(map(int, told)) == [*ours, 84, 88, 16, 24, 8, 60, 64, 72]


def test_without_libcamera_the_pis_camera_says_what_to_install() -> None:
    with pytest.raises(OSError, match="No module named 'picamera2': apt install python3-picamera2"):
        PiCamera().open()


class FakePicamera2:
    """A camera of the library that is on a Pi alone, as far as it is asked; `frame` is what it sees, in YUV 4:2:0."""

    frame = b""
    is_open = False
    is_broken = False

    def __init__(self, number: int) -> None:
        if FakePicamera2.is_open:
            raise RuntimeError("Failed to acquire camera: Device or resource busy")
        FakePicamera2.is_open = True

    def create_video_configuration(self, main: dict[str, object], buffer_count: int) -> dict[str, object]:
        """Return what was wished."""
        return {**main, "buffer_count": buffer_count}

    def configure(self, wished: dict[str, object]) -> None:
        """Take it."""
        if FakePicamera2.is_broken:
            raise ValueError("no such format")

    def camera_configuration(self) -> dict[str, dict[str, object]]:
        """Return what it will be: lines are filled up."""
        return {"main": {"size": SIZE, "stride": 384}}

    def start(self) -> None:
        """Begin."""

    def capture_buffer(self, stream: str) -> bytearray:
        """Return a frame."""
        if not self.frame:
            raise RuntimeError("the camera has stopped")
        return bytearray(self.frame)

    def close(self) -> None:
        """End."""
        FakePicamera2.is_open = False


def test_the_pis_camera_is_read_through_its_library_and_never_left_open(
    monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    library = ModuleType("picamera2")
    monkeypatch.setattr(library, "Picamera2", FakePicamera2, raising=False)
    monkeypatch.setitem(sys.modules, "picamera2", library)
    picture = seen().resize(SIZE)
    FakePicamera2.frame = sent("YU12", picture, 384)
    frames = PiCamera().open()
    taken = frames.grab(stop)
    assert taken is not None
    assert taken.tobytes() == picture.tobytes()
    with pytest.raises(OSError, match="libcamera cannot open it: Failed to acquire"):
        PiCamera().open()
    FakePicamera2.frame = b""
    with pytest.raises(OSError, match="the camera has stopped"):
        frames.grab(stop)
    frames.close()
    FakePicamera2.is_broken = True
    with pytest.raises(ValueError, match="no such format"):
        PiCamera().open()
    assert not FakePicamera2.is_open


def test_a_camera_sleeps_while_nothing_moves_and_wakes_at_once() -> None:
    attention, empty, chance = Attention(), Image.new("L", (1280, 720), 120), Random(5)

    def noisy(frame: Image.Image) -> Image.Image:
        noise = Image.frombytes("L", (256, 144), chance.randbytes(256 * 144)).resize(frame.size)
        return Image.blend(frame, noise, 0.06)

    looks = [attention.is_due(noisy(empty), step * 0.2) for step in range(100)]
    assert sum(looks[20:]) == pytest.approx(80 * 0.2, abs=2), "a glance each second"
    assert attention.is_due(noisy(seen()), 20.1)
    assert attention.is_moving
    assert attention.is_awake(21.9)
    assert not attention.is_awake(22.2)


@pytest.mark.parametrize(
    ("frame", "hint"),
    [
        (seen(scale=1.3, blur=0.8), Hint.CLOSER),
        (seen(scale=6, blur=5), Hint.HOLD_STILL),
        (seen(light=0.004), Hint.TOO_DARK),
        (seen(light=2, lamp=180), Hint.TOO_BRIGHT),
        (Image.new("L", (1280, 720), 130), None),
        (Image.new("L", (8, 8), 130), None),
    ],
)
def test_a_frame_that_cannot_be_read_says_what_would_help(frame: Image.Image, hint: Hint | None) -> None:
    assert decode(frame) == ()
    assert hints.hint(frame, is_moving=False) is hint


def test_what_moves_is_to_be_held_still() -> None:
    assert hints.hint(seen(scale=5), is_moving=True) is Hint.HOLD_STILL


def test_a_hint_has_to_last_and_then_stays_for_a_second() -> None:
    steady, shown = hints.SteadyHints(), []
    for step in range(40):
        blinking = Hint.CLOSER if step % 2 else None
        steady.see(Hint.TOO_DARK if 10 <= step < 18 else blinking if step < 10 else None, step / 10)
        shown.append(steady.shown)
    assert shown[:16] == [None] * 16, "what comes and goes is not said"
    assert shown[16:26] == [Hint.TOO_DARK] * 10
    assert shown[26:] == [None] * 14
    steady.see(Hint.CLOSER, 5.0)
    steady.see(Hint.CLOSER, 6.0)
    steady.clear()
    assert steady.shown is None, "nothing is wrong with what was read"


def test_a_hint_wakes_the_screen_and_goes_when_the_code_is_read(tmp_path: Path) -> None:
    with camera_rig(tmp_path) as rig:
        dark = io.BytesIO()
        seen(light=0.004).save(dark, "PNG")
        rig.show(dark.getvalue())
        for _ in range(3):
            rig.look()
            rig.pass_time(1.1)
        assert is_readable(rig.scanner, PATIENCE_S)
        assert rig.scanner.read() == []
        assert rig.scanner.hint is Hint.TOO_DARK
        rig.show(drawn(CARD))
        rig.look()
        assert [scan.payload for scan in rig.scanner.read()] == [CARD]
        assert rig.scanner.hint is None


def test_a_day_of_frames_leaves_no_file(tmp_path: Path, rig_files: CameraRig) -> None:
    before = sorted(path.name for path in tmp_path.rglob("*"))
    for number in range(5):
        rig_files.hold_up(f"{CARD} {number}")
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.fixture
def rig_files(tmp_path: Path) -> Iterator[CameraRig]:
    with camera_rig(tmp_path) as rig:
        yield rig
