"""The drawing of one document: what is kept is taken, the rest is drawn, and all is joined."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbstrack.errors import KbstrackError, NotFound
from kbstrack.pdf import plan
from kbstrack.pdf.attachments import Attachment, attachments
from kbstrack.pdf.enclosing import Enclose, enclosed_with
from kbstrack.pdf.foreign.pages import Limits
from kbstrack.pdf.office.documents import Documents, OfficeWish
from kbstrack.pdf.papers import Paper, Papers, all_papers, not_shown
from kbstrack.pdf.plan import Drawn
from kbstrack.pdf.reading import PaperReader
from kbstrack.pdf.sections import Section, evidence, sections
from kbstrack.pdf.sheets import Sheet
from kbstrack.pdf.texts import printed_text
from kbstrack.pdf.versions import own_version
from kbstrack.pdf.workforce import Workforce
from kbstrack.portfolio.rules import Portfolio
from kbstrack.storage.derived import DerivedStore

Read = Callable[[str], bytes]
"""The bytes of a picture, of a PDF's checked copy, or of an original, by their SHA-256."""

Progress = Callable[[int, int], object]
"""Hears how many sections are ready, of all."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a document is wanted: sound and film up to `attach_most_bytes` inside it, every piece on
    a new leaf or not, and with pages of office documents where `office` says what makes them.

    One that will be signed has `enclose`: it says what is enclosed beside the attachments, and the
    document gets an empty field for the signature.
    """

    attach_most_bytes: int = 20_000_000
    on_new_leaf: bool = False
    enclose: Enclose | None = None
    office: OfficeWish | None = None


class Work:
    """The drawing of one document: which file holds each section, and how many pages it has."""

    def __init__(
        self,
        directory: Path,
        workforce: Workforce,
        read: Read,
        *,
        store: DerivedStore | None,
        progress: Progress | None,
        wishes: Wishes,
        documents: Documents,
        at_once: int,
    ) -> None:
        self._directory = directory
        self._workforce = workforce
        self._read = read
        self._store = store
        self._progress = progress
        self._versions = own_version()
        self._wishes = wishes
        self._documents = documents
        self._at_once = at_once
        self._papers = PaperReader(directory, self._paper_bytes, store, self._versions)
        self.not_shown: tuple[str, ...] = ()
        self._drawn: dict[str, Drawn] = {}
        self.drawn = 0
        self.kept = 0

    def draw(
        self, portfolio: Portfolio, *, only_evidence: bool = False
    ) -> tuple[list[Section], tuple[Attachment, ...]]:
        """Have every section drawn that is not kept; returns all of them, and what is attached.

        With `only_evidence` it is those that do not change with every decision on something else.
        """
        with ThreadPoolExecutor(max_workers=1) as beside:
            # While the first child loads its libraries, the texts are written.
            told = beside.submit(self._ask, {"do": "libraries"})
            found = self._opened(all_papers(portfolio, self._documents.made).values())
            most_bytes = self._wishes.attach_most_bytes
            attached = attachments(portfolio, found, most_bytes=most_bytes)
            parts = evidence if only_evidence else sections
            wanted = list(parts(portfolio, found, attached))
            self._versions += json.dumps(told.result()["libraries"])
        self.not_shown = not_shown(portfolio, found)
        self._draw(wanted)
        return wanted, attached

    def make(self, portfolio: Portfolio) -> int:
        """Leave `portfolio.pdf` in the directory; returns its number of pages."""
        wanted, attached = self.draw(portfolio)
        for item in attached:
            self._bring(item.sha256)
        enclosed = enclosed_with(attached, self._wishes.enclose, self._directory)
        furniture, *drawn = (self._drawn[section.name] for section in wanted)
        on_new_leaf = self._wishes.on_new_leaf
        made = plan.make(portfolio, furniture, drawn, attached, enclosed, on_new_leaf=on_new_leaf)
        _write(self._directory / "plan.json", json.dumps(made))
        pages: int = self._ask({"do": "join"})["pages"]
        self._tell(len(wanted), len(wanted))
        return pages

    def _opened(self, wanted: Collection[Paper]) -> Papers:
        """What is in people's files that are printed."""
        failed = self._documents.failed
        texts = [paper.sha256 for paper in wanted if paper.is_text]
        pdfs = [paper.sha256 for paper in wanted if not paper.is_text and not paper.maker]
        made = [paper.sha256 for paper in wanted if paper.maker and paper.sha256 not in failed]
        read_all, at_once = self._papers.read_all, self._at_once
        return Papers(
            pdfs={
                **read_all(pdfs, at_once=at_once),
                **read_all(made, at_once=at_once, limits=Limits(is_beginning=True)),
                **failed,
            },
            texts={key: printed_text(whole_bytes(key, self._read)) for key in texts},
            made=self._documents.made,
        )

    def _paper_bytes(self, key: str) -> bytes:
        """A PDF that was handed in, or what was made of an office document."""
        made = self._documents.paths.get(key)
        return made.read_bytes() if made is not None else whole_bytes(key, self._read)

    def _bring(self, sha256: str) -> None:
        """Put a file that is attached into the directory."""
        path = self._directory / f"attached-{sha256}"
        path.write_bytes(whole_bytes(sha256, self._read))

    def _draw(self, wanted: Sequence[Section]) -> None:
        """Take what is kept, and have the rest drawn."""
        missing = [section for section in wanted if not self._take(section)]
        ready = len(wanted) - len(missing)
        self._tell(ready, len(wanted))

        def note(at: int, answer: dict[str, Any]) -> None:
            nonlocal ready
            self._note(missing[at], _whole(answer))
            ready += 1
            # The last one is told when the document is there.
            self._tell(min(ready, len(wanted) - 1), len(wanted))

        self._workforce.ask_all([self._order(section) for section in missing], note)

    def _take(self, section: Section) -> bool:
        """Whether the section is there from an earlier drawing."""
        key = self._key(section)
        content = self._store.take(key) if self._store is not None else None
        if content is None:
            return False
        pages, _, pdf = content.partition(b"\n")
        (self._directory / f"{key}.pdf").write_bytes(pdf)
        self._drawn[section.name] = Drawn(section.name, key, int(pages))
        self.kept += 1
        return True

    def _order(self, section: Section) -> dict[str, Any]:
        """Put what the child needs into the directory, and say what it is to do."""
        for image in dict.fromkeys(section.images):
            path = self._directory / "images" / image.sha256
            if not path.exists():
                path.write_bytes(whole_bytes(image.sha256, self._read))
        key = self._key(section)
        _write(self._directory / f"{key}.html", section.html)
        return {
            "do": "draw",
            "file": key,
            "section": section.name,
            "is_tagged": section.is_tagged,
            "images": {image.sha256: image.media_type for image in section.images},
            "image_count": len(section.images) + len(section.sheets),
            "pages": {sheet.key: self._place_of(sheet) for sheet in section.sheets},
        }

    def _place_of(self, sheet: Sheet) -> tuple[str, int]:
        return self._papers.key(sheet.file_sha256), sheet.place_in_file

    def _note(self, section: Section, answer: dict[str, Any]) -> None:
        key = self._key(section)
        self._drawn[section.name] = Drawn(section.name, key, answer["pages"])
        self.drawn += 1
        if self._store is not None:
            pdf = (self._directory / f"{key}.pdf").read_bytes()
            self._store.keep(key, b"%d\n%s" % (answer["pages"], pdf))

    def _key(self, section: Section) -> str:
        """What its pages depend on, as one hash: its text (which names its pictures by their
        hashes), its place in the tree of tags, and everything that draws."""
        said = "\0".join((self._versions, section.name, str(section.is_tagged), section.html))
        return hashlib.sha256(said.encode()).hexdigest()

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        return _whole(self._workforce.ask(order))

    def _tell(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(done, total)


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["problem"]:
        raise KbstrackError(f"The portfolio could not be made whole: {answer['problem']}.")
    return answer


def whole_bytes(sha256: str, read: Read) -> bytes:
    """The bytes that this names. Raises KbstrackError when they are missing or others."""
    try:
        content = read(sha256)
    except NotFound as gone:
        raise KbstrackError(
            f"The stored file {sha256} is missing. Restore it from a backup, "
            "then make the portfolio again."
        ) from gone
    if hashlib.sha256(content).hexdigest() != sha256:
        raise KbstrackError(
            f"The stored file {sha256} is damaged. Restore it from a backup, "
            "then make the portfolio again."
        )
    return content


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
