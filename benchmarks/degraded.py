"""Pictures of codes as a kiosk's camera gets them: drawn, held askew, badly lit, shaken, far away, on a telephone.

Everything is drawn from a seed, so that two runs look at the same pictures, and shows people who do not exist.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from random import Random

import segno
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from kiosk.records import Record

SCENE_PX = 6
"""Of one module before the camera looks at it."""

NO_CODE = "no code"
"""The kind of picture in which nothing is to be found."""

_NAMES = ("Nguyễn", "Trần", "Đỗ", "Thị", "Văn", "Ánh", "Quỳnh", "Hoàng", "Phúc", "Lê", "Đặng", "Bưởi", "Thuỵ", "Ước")
_PLACES = ("Số 1 Hàng Trống, Hoàn Kiếm, Hà Nội", "Thôn 3, Xã Chương Mỹ, Hà Nội", "Tổ 5, Cửa Nam, Hoàn Kiếm, Hà Nội")
_STRIPES = (110, 255, 60, 10)
"""How bright a screen's red, green and blue stripes and the gap between its pixels are in grey."""


class Photograph(Record):
    """One picture in grey, what its code says ("" where there is none), and what is wrong with it."""

    kind: str
    payload: str
    picture: Image.Image


def photographs(seed: str, of_each: int) -> Iterator[Photograph]:
    """Yield `of_each` pictures of every kind, always the same ones for a seed."""
    for kind in (*KINDS, *LABELS, NO_CODE):
        for number in range(of_each):
            yield photograph(kind, Random(f"{seed} {kind} {number}"))


def photograph(kind: str, rng: Random) -> Photograph:
    """Return one picture of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    if kind == NO_CODE:
        return Photograph(kind, "", _of_nothing(rng))
    if kind in LABELS:
        payload, fault = _dossier(rng), rng.choice((_plain, _blurred, _shaken, _dark, _shadowed, _far, _turned))
        return Photograph(kind, payload, fault(rng, _scene(rng, _label(payload, LABELS[kind]))))
    payload = _card(rng) if rng.random() < 0.75 else _link(rng)
    return Photograph(kind, payload, KINDS[kind](rng, _scene(rng, _qr(rng, payload))))


def _card(rng: Random) -> str:
    number = f"{rng.choice(('001', '079', '096'))}{rng.randrange(10**9):09}"
    name = " ".join(rng.choices(_NAMES, k=rng.randint(2, 4)))
    day, old = f"{rng.randint(1, 28):02}{rng.randint(1, 12):02}", rng.choice(("", f"{rng.randrange(10**9):09}"))
    rest = f"{day}{rng.randint(1930, 2008)}|{rng.choice(('Nam', 'Nữ'))}|{rng.choice(_PLACES)}|{day}2021"
    return f"{number}|{old}|{name}|{rest}{rng.choice(('', '||||'))}"


def _link(rng: Random) -> str:
    return "https://kiosk.example/t/" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=20))


def _dossier(rng: Random) -> str:
    return f"{rng.choice(('H26', '000.00.01.H26'))}-260930-{rng.randrange(10**4):04}"


def _qr(rng: Random, payload: str) -> Image.Image:
    drawn = io.BytesIO()
    made = segno.make(payload.encode(), micro=False, error=rng.choice("LMMQ"), boost_error=False)
    made.save(drawn, kind="png", scale=SCENE_PX, border=4)
    return Image.open(drawn).convert("L")


def _label(payload: str, symbology: zxingcpp.BarcodeFormat) -> Image.Image:
    drawn = Image.fromarray(zxingcpp.create_barcode(payload, symbology).to_image(scale=SCENE_PX))
    return ImageOps.expand(drawn.convert("L"), 4 * SCENE_PX, 255)


def _scene(rng: Random, code: Image.Image) -> Image.Image:
    """Return a card with a code on it, lying on a table."""
    side = max(code.size)
    scene = _cloth(rng, (side * 11 // 5, side * 8 // 5))
    pen = ImageDraw.Draw(scene)
    left, top = side // 2 + rng.randint(-side // 8, side // 8), side // 4
    card = (left - side // 3, top - side // 8, left + side * 3 // 2, top + side * 9 // 8)
    pen.rounded_rectangle(card, side // 20, 215)
    for line in range(7):  # a name, an address: what stands beside the code
        y = top + line * side // 7
        pen.rectangle((left + side, y, left + side + rng.randint(side // 5, side * 2 // 5), y + side // 30), 70)
    scene.paste(code.point(lambda grey: 225 if grey > 127 else 35), (left, top))
    return scene


def _cloth(rng: Random, size: tuple[int, int]) -> Image.Image:
    coarse = Image.frombytes("L", (24, 16), rng.randbytes(24 * 16)).resize(size, Image.Resampling.BICUBIC)
    return coarse.point(lambda grey: 90 + grey // 4)


def _taken(rng: Random, scene: Image.Image, px: float, noise: float = 4, blur: float = 0.5) -> Image.Image:
    """Return what the camera makes of a scene: `px` pixels to a module, its own blur and noise, saved as JPEG."""
    size = (round(scene.width * px / SCENE_PX), round(scene.height * px / SCENE_PX))
    seen = scene.resize(size, Image.Resampling.BOX if px < SCENE_PX else Image.Resampling.BICUBIC)
    return _saved(_noisy(rng, seen.filter(ImageFilter.GaussianBlur(blur)), noise), 88)


def _noisy(rng: Random, picture: Image.Image, deviation: float) -> Image.Image:
    """Return the picture with noise: the mean of four even ones is bell-shaped enough."""
    pixels = picture.width * picture.height
    one, other, third, fourth = (Image.frombytes("L", picture.size, rng.randbytes(pixels)) for _ in range(4))
    noise = Image.blend(Image.blend(one, other, 0.5), Image.blend(third, fourth, 0.5), 0.5)
    factor = deviation / 36.9  # 73.9 is the deviation of one, of the mean of four half of that
    spread = noise.point(lambda grey: round(128 + (grey - 127.5) * factor))
    return ImageChops.add(picture, spread, 1, -128)


def _saved(picture: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("L")


def _plain(rng: Random, scene: Image.Image) -> Image.Image:
    return _taken(rng, scene, rng.uniform(3.5, 8))


def _blurred(rng: Random, scene: Image.Image) -> Image.Image:
    px = rng.uniform(3, 8)
    return _taken(rng, scene, px, blur=px * rng.uniform(0.3, 0.6))


def _shaken(rng: Random, scene: Image.Image) -> Image.Image:
    length, angle, steps = rng.uniform(0.6, 1.5) * SCENE_PX, rng.uniform(0, math.pi), 12
    moved: Image.Image | None = None
    for step in range(steps):
        way = (step / (steps - 1) - 0.5) * length
        offset = (1, 0, way * math.cos(angle), 0, 1, way * math.sin(angle))
        there = scene.transform(scene.size, Image.Transform.AFFINE, offset, Image.Resampling.BICUBIC)
        moved = there if moved is None else Image.blend(moved, there, 1 / (step + 1))
    return _taken(rng, moved or scene, rng.uniform(3.5, 8))


def _glaring(rng: Random, scene: Image.Image) -> Image.Image:
    """A lamp mirrored in the card's foil: a soft bright spot, white at its heart, over a part of the code."""
    spot = ImageChops.invert(Image.radial_gradient("L"))
    side = round(scene.height * rng.uniform(0.4, 1.0))
    spot = spot.resize((side, round(side * rng.uniform(0.4, 1)))).point(lambda grey: min(255, grey * 2))
    light = Image.new("L", scene.size, 0)
    light.paste(spot, (round(scene.width * rng.uniform(0.15, 0.45)), round(scene.height * rng.uniform(0, 0.5))))
    strength = rng.uniform(0.45, 0.95)
    lit = ImageChops.screen(scene, light.point(lambda grey: round(grey * strength)))
    return _taken(rng, lit, rng.uniform(3.5, 8))


def _tilted(rng: Random, scene: Image.Image) -> Image.Image:
    tilt, turn = math.radians(rng.uniform(25, 58)), rng.uniform(0, 360)
    return _taken(rng, _leaning(scene, tilt, turn), rng.uniform(5, 9))


def _leaning(scene: Image.Image, tilt: float, turn: float) -> Image.Image:
    """Return the scene turned in its plane (degrees), then leaning away from the camera (radians)."""
    scene = scene.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=120)
    width, height = scene.size
    far, sine, cosine = 1.4 * width, math.sin(tilt), math.cos(tilt)
    # A point of the picture (u, v) shows the card's point (u·d, v·d·cos) / (d·cos − u·sin), from the middle.
    x, y = width / 2, height / 2
    g, h, w = -sine, 0.0, far * cosine + x * sine
    a, c = far + x * g, -x * far + x * w
    b_v, c_v = far * cosine, -y * far * cosine + y * w
    numbers = (a, 0.0, c, y * g, b_v, c_v, g, h)
    return scene.transform(
        scene.size,
        Image.Transform.PERSPECTIVE,
        tuple(number / w for number in numbers),
        Image.Resampling.BICUBIC,
        fillcolor=120,
    )


def _dark(rng: Random, scene: Image.Image) -> Image.Image:
    light, ground = rng.uniform(0.08, 0.3), rng.randint(4, 20)
    dim = scene.point(lambda grey: round(ground + grey * light))
    return _taken(rng, dim, rng.uniform(4, 8), noise=rng.uniform(4, 11))


def _shadowed(rng: Random, scene: Image.Image) -> Image.Image:
    return _taken(rng, _shaded(rng, scene), rng.uniform(3.5, 8), noise=5)


def _shaded(rng: Random, scene: Image.Image) -> Image.Image:
    """Return the scene with a hand between it and the lamp: a hard edge across the code."""
    shade = Image.new("L", scene.size, 255)
    pen, slope = ImageDraw.Draw(shade), rng.uniform(-0.6, 0.6)
    edge = scene.width * rng.uniform(0.3, 0.55)
    far_edge = edge + slope * scene.height
    pen.polygon([(0, 0), (edge, 0), (far_edge, scene.height), (0, scene.height)], rng.randint(50, 120))
    return ImageChops.multiply(scene, shade.filter(ImageFilter.GaussianBlur(rng.uniform(2, 15))))


def _folded(rng: Random, scene: Image.Image) -> Image.Image:
    """A sheet with a crease through the code: one half leans, the other is darker, the crease itself is worn."""
    at = round(scene.width * rng.uniform(0.32, 0.52))
    halves = Image.new("L", scene.size, 120)
    narrow, skew = rng.uniform(0.9, 1), rng.uniform(-0.04, 0.04)
    right = scene.crop((at, 0, scene.width, scene.height))
    right = right.transform(
        right.size, Image.Transform.AFFINE, (1 / narrow, 0, 0, skew, 1, 0), Image.Resampling.BICUBIC
    )
    halves.paste(scene.crop((0, 0, at, scene.height)), (0, 0))
    shade = rng.uniform(0.6, 0.9)
    halves.paste(right.point(lambda grey: round(grey * shade)), (at, 0))
    ImageDraw.Draw(halves).line((at, 0, at, scene.height), 200, rng.randint(1, SCENE_PX))
    return _taken(rng, halves, rng.uniform(3.5, 8))


def _far(rng: Random, scene: Image.Image) -> Image.Image:
    return _taken(rng, scene, rng.uniform(1.5, 3), noise=3)


def _on_a_screen(rng: Random, scene: Image.Image) -> Image.Image:
    """A telephone's screen: its stripes and the camera's pixels beat against each other."""
    screen = scene.resize((scene.width * 2, scene.height * 2), Image.Resampling.BICUBIC)
    row = bytes(_STRIPES[x % len(_STRIPES)] for x in range(screen.width))
    dark = bytes(shade // 4 for shade in row)
    rows = b"".join(dark if y % 4 == 3 else row for y in range(screen.height))
    glowing = ImageChops.multiply(screen, Image.frombytes("L", screen.size, rows))
    turn, px = math.radians(rng.uniform(-12, 12)), rng.uniform(4, 8)
    step = 2 * SCENE_PX / px
    size = (round(screen.width / step), round(screen.height / step))
    cosine, sine = step * math.cos(turn), step * math.sin(turn)
    x, y = screen.width / 2, screen.height / 2
    way = (cosine, -sine, x - cosine * size[0] / 2 + sine * size[1] / 2)
    down = (sine, cosine, y - sine * size[0] / 2 - cosine * size[1] / 2)
    seen = glowing.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.7)))
    seen = seen.transform(size, Image.Transform.AFFINE, way + down, Image.Resampling.BILINEAR)
    bright = ImageEnhance.Brightness(seen).enhance(rng.uniform(1.2, 2.4))
    return _saved(_noisy(rng, bright, 4), 88)


def _inverted(rng: Random, scene: Image.Image) -> Image.Image:
    """A screen's dark mode, now and then in a shadow."""
    inverted = ImageChops.invert(scene)
    return _taken(rng, _shaded(rng, inverted) if rng.random() < 0.3 else inverted, rng.uniform(3.5, 8))


def _crushed(rng: Random, scene: Image.Image) -> Image.Image:
    return _saved(_taken(rng, scene, rng.uniform(3, 6)), rng.randint(3, 14))


def _turned(rng: Random, scene: Image.Image) -> Image.Image:
    angle = rng.choice((15, 45, 90, 135, 180, 270, rng.uniform(0, 360)))
    return _taken(rng, scene.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=120), rng.uniform(3.5, 8))


def _worn(rng: Random, scene: Image.Image) -> Image.Image:
    """Scratches, and a finger on the edge."""
    pen = ImageDraw.Draw(scene)
    for _ in range(rng.randint(3, 14)):
        places = [rng.uniform(0, 1) * side for side in scene.size * 2]
        pen.line(places, rng.choice((60, 170, 235)), rng.randint(1, SCENE_PX))
    thumb, x = scene.height * 0.25, scene.width * rng.uniform(0.3, 0.8)
    y = scene.height * rng.uniform(0.85, 0.95)
    pen.ellipse((x - thumb / 2, y - thumb / 2, x + thumb / 2, y + thumb), 140)
    return _taken(rng, scene, rng.uniform(3.5, 8))


def _of_a_telephone(rng: Random, scene: Image.Image) -> Image.Image:
    """Twelve megapixels with the card somewhere in it, small, or larger and softer than a decoder likes."""
    px = rng.uniform(2.2, 12)
    size = (round(scene.width * px / SCENE_PX), round(scene.height * px / SCENE_PX))
    code = scene.resize(size, Image.Resampling.BICUBIC).filter(
        ImageFilter.GaussianBlur(0.5 + px * rng.uniform(0.1, 0.45))
    )
    ground = _cloth(rng, (4000, 3000))
    room = [max(0, whole - part) for whole, part in zip(ground.size, code.size, strict=True)]
    ground.paste(code, (rng.randint(0, room[0]), rng.randint(0, room[1])))
    return _saved(_noisy(rng, ground, rng.uniform(4, 12)), 88)


def _of_nothing(rng: Random) -> Image.Image:
    """What a camera sees all day: cloth, print, stripes and chequers, some of it much like a code."""
    scene = _cloth(rng, (960, 540))
    pen = ImageDraw.Draw(scene)
    for _ in range(rng.randint(3, 12)):
        x, y, step = rng.randrange(900), rng.randrange(500), rng.randint(3, 12)
        for row in range(rng.randint(1, 30)):
            for column in range(rng.randint(10, 40)):
                if rng.random() < 0.5:
                    place = (x + column * step, y + row * step)
                    pen.rectangle((*place, place[0] + step - 1, place[1] + step - 1), rng.choice((30, 60, 220)))
    for _ in range(rng.randint(0, 6)):  # squares within squares, as in a code's corners
        x, y, unit = rng.randrange(900), rng.randrange(500), rng.randint(2, 6)
        for inset, shade in ((0, 30), (1, 220), (2, 30)):
            far = unit * (7 - inset) - 1
            pen.rectangle((x + unit * inset, y + unit * inset, x + far, y + far), shade)
    return _taken(rng, scene, SCENE_PX, noise=rng.uniform(2, 12), blur=rng.uniform(0.3, 1.5))


KINDS: dict[str, Callable[[Random, Image.Image], Image.Image]] = {
    "plain": _plain,
    "blurred": _blurred,
    "shaken": _shaken,
    "glare": _glaring,
    "tilted": _tilted,
    "low light": _dark,
    "shadow": _shadowed,
    "folded": _folded,
    "far away": _far,
    "on a screen": _on_a_screen,
    "light on dark": _inverted,
    "JPEG 3–14": _crushed,
    "turned": _turned,
    "worn": _worn,
    "telephone, 12 MP": _of_a_telephone,
}
"""What may be wrong with a picture, and who draws it."""

LABELS = {
    "label, Data Matrix": zxingcpp.BarcodeFormat.DataMatrix,
    "receipt, Code 128": zxingcpp.BarcodeFormat.Code128,
}
"""The codes that are no QR codes, each with one of the milder faults."""
