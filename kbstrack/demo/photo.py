"""Makes a flat drawing look photographed: stood in a scene, lit from one side, grainy, as JPEG.

Everything is a function of its arguments; randomness comes from `random.Random(seed)` alone.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SIZE = (1600, 1200)
Point = tuple[float, float]
Colour = tuple[int, int, int]


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The bundled font at this size in pixels, or Pillow's own where it is not installed."""
    wanted = "bold" if bold else "regular"
    folder = files("kbstrack").joinpath("static", "fonts")
    if folder.is_dir():
        found = sorted(entry.name for entry in folder.iterdir() if wanted in entry.name.lower())
        for name in found:
            if name.endswith((".ttf", ".otf", ".woff2")) and "italic" not in name.lower():
                with as_file(folder.joinpath(name)) as path:
                    return ImageFont.truetype(BytesIO(path.read_bytes()), size)
    return ImageFont.load_default(size)


def scrawl(
    sheet: Image.Image, at: Point, text: str, size: int, ink: Colour, *, rnd: Random
) -> None:
    """Write `text` as if by hand: letters wander off the line, slant and vary in weight."""
    x, y = at
    slope = rnd.uniform(-0.014, 0.014)
    for letter in text:
        face = font(size + rnd.randint(-2, 2))
        width = face.getlength(letter)
        tile = Image.new("L", (int(width) + size, size * 2), 0)
        ImageDraw.Draw(tile).text((size // 2, size // 3), letter, font=face, fill=235)
        tile = tile.transform(
            tile.size,
            Image.Transform.AFFINE,
            (1, 0.16 + rnd.uniform(-0.03, 0.03), -size * 0.16, 0, 1, 0),
            Image.Resampling.BICUBIC,
        ).rotate(rnd.uniform(-3, 3), Image.Resampling.BICUBIC)
        spot = (int(x) - size // 2, int(y + rnd.uniform(-1.6, 1.6)) - size // 3)
        sheet.paste(ink, spot, tile)
        x += width * 0.98 + rnd.uniform(-0.6, 1.2)
        y += slope * width


def stand(sheet: Image.Image, scene: Image.Image, corners: Sequence[Point]) -> Image.Image:
    """The scene with the sheet's corners at `corners` (from top left, clockwise) and its shadow."""
    width, height = sheet.size
    source = ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height)))
    coefficients = _perspective(corners, source)
    how = (SIZE, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    turned = sheet.transform(*how)
    mask = Image.new("L", sheet.size, 255).transform(*how)
    shadow = ImageChops.offset(mask, 14, 20).filter(ImageFilter.GaussianBlur(22))
    dark = Image.new("RGB", SIZE, (18, 16, 20))
    scene = Image.composite(dark, scene, shadow.point(lambda level: int(level * 0.45)))
    return Image.composite(turned, scene, mask)


def develop(scene: Image.Image, seed: int, *, warm: float = 1.0) -> Image.Image:
    """Light falls off from one corner, edges darken, the lens softens, the sensor adds grain."""
    rnd = Random(seed)
    light = _light(rnd)
    shaded = ImageChops.multiply(scene, Image.merge("RGB", (light, light, light)))
    red, green, blue = shaded.split()
    tinted = Image.merge(
        "RGB",
        (
            red.point(lambda level: min(255, int(level * (1 + 0.02 * warm)))),
            green,
            blue.point(lambda level: int(level * (1 - 0.045 * warm))),
        ),
    )
    soft = tinted.filter(ImageFilter.GaussianBlur(0.8))
    return _grain(soft, rnd)


def jpeg(picture: Image.Image, *, exif: Image.Exif | None = None) -> bytes:
    """JPEG bytes, the same for the same picture."""
    out = BytesIO()
    if exif is None:
        picture.save(out, "JPEG", quality=84)
    else:
        picture.save(out, "JPEG", quality=84, exif=exif)
    return out.getvalue()


def held_upright(picture: Image.Image) -> bytes:
    """A phone's JPEG: pixels lie on their side, EXIF says how to turn them, and tells the place."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Demo phone"
    place = exif.get_ifd(0x8825)
    # Null Island: a position that is certainly nobody's home.
    place.update({1: "N", 2: (0.0, 0.0, 1.0), 3: "E", 4: (0.0, 0.0, 1.0)})
    return jpeg(picture.rotate(90, expand=True), exif=exif)


def gradient(top: Colour, bottom: Colour) -> Image.Image:
    """A scene that runs from one colour at the top to another at the bottom."""
    ramp = Image.linear_gradient("L").resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), ramp)


def desk(seed: int) -> Image.Image:
    """A wooden desk top seen from above: long streaks of grain over a brown ground."""
    rnd = Random(seed)
    streaks = Image.frombytes("L", (40, 400), rnd.randbytes(16_000)).resize(
        SIZE, Image.Resampling.BICUBIC
    )
    streaks = streaks.transpose(Image.Transpose.ROTATE_90).resize(SIZE)
    light, dark = Image.new("RGB", SIZE, (186, 150, 112)), Image.new("RGB", SIZE, (158, 120, 84))
    return Image.composite(light, dark, streaks.filter(ImageFilter.GaussianBlur(3)))


def _light(rnd: Random) -> Image.Image:
    """Grey levels from bright to dim: an off-centre pool of light that is also the vignette."""
    width, height = SIZE
    pool = Image.radial_gradient("L").resize((int(width * 1.9), int(height * 1.9)))
    left, top = int(width * rnd.uniform(0.25, 0.6)), int(height * rnd.uniform(0.3, 0.6))
    pool = pool.crop((left, top, left + width, top + height))
    return pool.point(lambda level: max(90, 255 - int(level * 0.62)))


def _grain(picture: Image.Image, rnd: Random) -> Image.Image:
    width, height = SIZE
    noise = Image.frombytes("L", (width, height), rnd.randbytes(width * height))
    noise = noise.filter(ImageFilter.GaussianBlur(0.9))
    layer = Image.merge("RGB", (noise, noise, noise))
    return ImageChops.overlay(picture, Image.blend(Image.new("RGB", SIZE, (128,) * 3), layer, 0.16))


def _perspective(target: Sequence[Point], source: Sequence[Point]) -> list[float]:
    """Pillow's eight coefficients: the map from points of the result back to the sheet."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [
                    value - factor * base
                    for value, base in zip(rows[row], rows[column], strict=True)
                ]
    return [row[8] for row in rows]
