"""The only things a document may fetch: its own pictures and marks. Runs in the child process."""

from __future__ import annotations

from pathlib import Path

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from kbstrack.pdf.pictures import SCHEME

MARKS = Path(__file__).parent / "marks"


class LockedFetcher(URLFetcher):  # type: ignore[misc]
    """Answers `kbstrack-image:<sha256>` and `kbstrack-mark:<name>`, and stops at all else.

    Stopping means FatalURLFetchingError: WeasyPrint would leave out anything milder and go on.
    """

    def __init__(self, images: dict[str, tuple[Path, str]]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._images = images

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The bytes behind one of our own addresses. Raises FatalURLFetchingError."""
        scheme, _, name = url.partition(":")
        if scheme == SCHEME and name in self._images:
            path, media_type = self._images[name]
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})
        mark = {path.stem: path for path in MARKS.glob("*.svg")}.get(name)
        if scheme == "kbstrack-mark" and mark is not None:
            return URLFetcherResponse(url, mark.read_bytes(), {"Content-Type": "image/svg+xml"})
        raise FatalURLFetchingError(f"the document may not fetch {scheme!r} addresses")
