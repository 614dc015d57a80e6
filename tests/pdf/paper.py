"""A finished document read back: its text, structure, words with their places, and pixels."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
from PIL import Image

XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Word:
    """A word and its box in points from the top left of its page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Paper:
    """What a reader finds in the bytes of a PDF."""

    def __init__(self, content: bytes, directory: Path) -> None:
        self.content = content
        self.path = directory / "paper.pdf"
        self.path.write_bytes(content)
        self.pdf = pikepdf.open(io.BytesIO(content))

    @cached_property
    def texts(self) -> list[str]:
        """The text of each page, as a person would select it."""
        text = self._tool("pdftotext", "-enc", "UTF-8", str(self.path), "-").decode()
        return text.split("\f")[: len(self.pdf.pages)]

    @cached_property
    def text(self) -> str:
        """All text in one line, with single spaces."""
        return " ".join(" ".join(self.texts).split())

    def lines(self, page: int) -> list[str]:
        """The lines of a page, from 1, as they stand on the paper, with single spaces."""
        where = ("-f", str(page), "-l", str(page), "-layout", "-enc", "UTF-8")
        text = self._tool("pdftotext", *where, str(self.path), "-").decode()
        return [" ".join(line.split()) for line in text.splitlines() if line.strip()]

    @cached_property
    def words(self) -> list[list[Word]]:
        """The words of each page."""
        xml = self._tool("pdftotext", "-bbox", "-enc", "UTF-8", str(self.path), "-").decode()
        # The tool writes controls as they are, which no XML reader takes.
        tree = ElementTree.fromstring(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", xml))
        return [[_word(node) for node in page] for page in tree.iter(f"{XHTML}page")]

    def fonts(self) -> list[tuple[str, bool]]:
        """The name of every font without its subset's tag, and whether it is embedded."""
        found = []
        for item in self.pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                is_embedded = any(key in item for key in ("/FontFile2", "/FontFile3"))
                found.append((str(item.FontName).partition("+")[2], is_embedded))
        return found

    def elements(self, tag: str) -> list[pikepdf.Object]:
        """Every structure element with this tag."""
        return [
            item
            for item in self.pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == f"/{tag}"
        ]

    def destinations(self) -> dict[str, int]:
        """The page, from 1, of every place that a link can lead to."""
        pages = {page.objgen: number for number, page in enumerate(self.pdf.pages, 1)}
        names = list(self.pdf.Root.Names.Dests.Names)
        return {
            str(name): pages[target[0].objgen]
            for name, target in zip(names[::2], names[1::2], strict=True)
        }

    def links(self) -> list[tuple[int, str]]:
        """The page of every link, from 1, and the name of the place it leads to."""
        return [
            (number, str(annotation.Dest))
            for number, page in enumerate(self.pdf.pages, 1)
            for annotation in page.get("/Annots", [])
        ]

    def bookmarks(self) -> list[tuple[int, str]]:
        """Depth and words of every bookmark, in order."""
        with self.pdf.open_outline() as outline:
            return list(_walk(outline.root, 0))

    def pixels(self, page: int, dpi: int = 40) -> Image.Image:
        """The page, from 1, as a picture."""
        where = ("-f", str(page), "-l", str(page), "-r", str(dpi), "-png")
        return Image.open(io.BytesIO(self._tool("pdftoppm", *where, str(self.path))))

    def page_of(self, words: str) -> int:
        """The first page, from 1, that says these words."""
        for number, text in enumerate(self.texts, 1):
            if words in " ".join(text.split()):
                return number
        raise AssertionError(f"no page says {words!r}")

    def _tool(self, *command: str) -> bytes:
        return subprocess.run(command, check=True, capture_output=True).stdout


def _word(node: ElementTree.Element) -> Word:
    place = (float(node.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax"))
    return Word(node.text or "", *place)


def _walk(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, str]]:
    for item in items:
        yield depth, item.title
        yield from _walk(item.children, depth + 1)
