"""Pictures: decoded whole, turned upright, copied onto a clean sheet without any metadata.

Runs in the child process only.
"""

import io
import struct
import warnings
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from kbstrack.errors import RuleBroken
from kbstrack.storage.kinds import FileFamily, Inspected, Limits

# Enough for a page of A4 at 210 dots per inch.
LONG_EDGE = 2400
JPEG_QUALITY = 85
# A camera's progressive photo has about ten; each costs a pass over the whole picture.
MOST_SCANS = 100

_FORMATS = {
    "image/jpeg": ["JPEG"],
    "image/png": ["PNG"],
    "image/webp": ["WEBP"],
    "image/gif": ["GIF"],
    "image/heic": ["HEIF"],
}
DAMAGED = "This photo is damaged or was not fully copied. Take it again or send the original file."


def inspect_picture(path: Path, media_type: str, copy: Path, limits: Limits) -> Inspected:
    """Decode every pixel and write the copy to show: sRGB, upright, long edge 2400 at most.

    Raises RuleBroken with a sentence when it is damaged or too large.
    """
    # The size is checked by ourselves, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    if media_type == "image/heic":
        _open_heic()
    if media_type == "image/jpeg":
        _check_scans(path.read_bytes())
    try:
        with warnings.catch_warnings():
            # A small fault in the metadata, which is dropped anyway, is no reason to refuse.
            warnings.simplefilter("ignore")
            upright = _upright(path, media_type, limits)
    except RuleBroken:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        EOFError,
        ValueError,
        SyntaxError,
        struct.error,
    ) as problem:
        raise RuleBroken(DAMAGED) from problem
    except (LookupError, ArithmeticError, AttributeError, TypeError, RuntimeError) as problem:
        # The decoders' metadata readers trip over hostile files in these ways too.
        raise RuleBroken(DAMAGED) from problem
    copy_media_type = _save(upright, copy)
    return Inspected(
        media_type=media_type,
        family=FileFamily.IMAGE,
        width=upright.width,
        height=upright.height,
        copy=copy,
        copy_media_type=copy_media_type,
    )


def _check_scans(data: bytes) -> None:
    """Refuse a JPEG with too many scans, or without an end: libjpeg paints what is missing grey.

    Within the compressed data neither marker can occur by chance.
    """
    start_of_scan, end_of_image = b"\xff\xda", b"\xff\xd9"
    is_complete = data.rfind(end_of_image) > data.rfind(start_of_scan)
    if not is_complete or data.count(start_of_scan) > MOST_SCANS:
        raise RuleBroken(DAMAGED)


def _open_heic() -> None:
    import pi_heif

    pi_heif.register_heif_opener(decode_threads=1, thumbnails=False)


def _upright(path: Path, media_type: str, limits: Limits) -> Image.Image:
    with Image.open(path, formats=_FORMATS[media_type]) as image:
        if image.width * image.height > limits.most_pixels:
            raise RuleBroken(
                f"This picture has {image.width} by {image.height} pixels, more than we can "
                "open. Make it smaller, or take a screenshot of it, and add that."
            )
        # A JPEG can be decoded at a half or a quarter of its size: every byte is still read.
        image.draft("RGB", (LONG_EDGE, LONG_EDGE))
        image.load()
        turned = ImageOps.exif_transpose(image)
    turned = _in_srgb(turned)
    turned.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS)
    clean = Image.new(turned.mode, turned.size)
    clean.paste(turned)
    return clean


def _in_srgb(image: Image.Image) -> Image.Image:
    """The same picture as RGB, or as RGBA where some of it is see-through."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        image = _in_eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() == (255, 255):
            image = image.convert("RGB")
    elif image.mode not in {"RGB", "CMYK", "L"}:
        image = image.convert("RGB")
    image = _by_profile(image, profile)
    return image if image.mode in {"RGB", "RGBA"} else image.convert("RGB")


def _in_eight_bits(image: Image.Image) -> Image.Image:
    low, high = image.convert("I").getextrema()
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        raise TypeError("a grey picture has one channel")
    scale = 1 / 257 if high > 255 else 1
    grey = image.convert("I").point(lambda value: value * scale).convert("L")
    # The see-through value is on the old scale; such a picture loses nothing without it.
    grey.info.pop("transparency", None)
    return grey


def _by_profile(image: Image.Image, profile: object) -> Image.Image:
    if not isinstance(profile, bytes):
        return image
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=target,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A broken profile, or one for other channels: the plain numbers are near enough.
        return image
    return image if converted is None else converted


def _save(image: Image.Image, copy: Path) -> str:
    if image.mode == "RGBA":
        image.save(copy, format="PNG", optimize=False, compress_level=6)
        return "image/png"
    image.save(copy, format="JPEG", quality=JPEG_QUALITY, optimize=True)
    return "image/jpeg"
