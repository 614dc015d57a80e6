"""The only things a document may fetch: its own pictures and marks. Runs in the child process."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from kbstrack.pdf.pictures import SCHEME
from kbstrack.pdf.slots import EMPTY, is_slot

_NOT_MUCH_WIDER = 1.25
_QUALITY = 84
MARKS = Path(__file__).parent / "marks"


class LockedFetcher(URLFetcher):  # type: ignore[misc]
    """Answers `kbstrack-image:<key>`, with `@<width>` where it may be smaller,
    `kbstrack-mark:<name>` and slots.

    All else stops it with FatalURLFetchingError: WeasyPrint would leave out anything milder and
    go on.
    """

    def __init__(self, images: dict[str, tuple[Path, str]]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._images = images

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The bytes behind one of our own addresses. Raises FatalURLFetchingError."""
        scheme, _, name = url.partition(":")
        if is_slot(url):
            return URLFetcherResponse(url, EMPTY, {"Content-Type": "image/png"})
        key, _, wanted = name.partition("@")
        if scheme == SCHEME and key in self._images and (wanted.isdecimal() or key == name):
            path, media_type = self._images[key]
            content = shrunk(path, media_type, int(wanted)) if wanted else path.read_bytes()
            return URLFetcherResponse(url, content, {"Content-Type": media_type})
        mark = {path.stem: path for path in MARKS.glob("*.svg")}.get(name)
        if scheme == "kbstrack-mark" and mark is not None:
            return URLFetcherResponse(url, mark.read_bytes(), {"Content-Type": "image/svg+xml"})
        raise FatalURLFetchingError(f"the document may not fetch {scheme!r} addresses")


@lru_cache(maxsize=16)
def shrunk(path: Path, media_type: str, width: int) -> bytes:
    """The picture in about this width in pixels; as it is where it is not much wider.

    What cannot be read is given as it is: whether it was drawn is counted afterwards.
    """
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as picture:
            if picture.width <= width * _NOT_MUCH_WIDER:
                return path.read_bytes()
            height = max(1, round(picture.height * width / picture.width))
            # A JPEG is decoded in about the size that is wanted, and never as a whole.
            picture.draft("RGB", (width, height))
            small = _on_paper(picture).resize(
                (width, height), Image.Resampling.LANCZOS, reducing_gap=2
            )
            target = io.BytesIO()
            if media_type == "image/jpeg":
                small.save(target, "JPEG", quality=_QUALITY, optimize=True)
            else:
                small.save(target, "PNG", optimize=True)
            return target.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return path.read_bytes()


def _on_paper(picture: Image.Image) -> Image.Image:
    """In red, green and blue, and white where one can see through it."""
    if picture.has_transparency_data:
        see_through = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(see_through, mask=see_through.getchannel("A"))
        return paper
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")
