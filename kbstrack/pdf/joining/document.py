"""The joined document: the pages of all sections in their order, with one of everything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf

from kbstrack.pdf.joining.attached import add_attachments
from kbstrack.pdf.joining.field import add_field, field_entries
from kbstrack.pdf.joining.fonts import Fonts
from kbstrack.pdf.joining.furniture import Furniture, drawn_once
from kbstrack.pdf.joining.metadata import describe
from kbstrack.pdf.joining.navigation import Places, add_outline
from kbstrack.pdf.joining.numbers import Slots
from kbstrack.pdf.joining.pictures import Pictures
from kbstrack.pdf.joining.source import Source
from kbstrack.pdf.joining.structure import Structure
from kbstrack.pdf.joining.writer import Writer

_A4 = b"[0 0 595.275591 841.889764]"


def join(directory: Path, _order: dict[str, Any]) -> dict[str, Any]:
    """Join what `plan.json` names into `portfolio.pdf`; the answer has the number of pages.

    The plan has the sections in order (name, file, whether a leaf must begin with it), the
    furniture's file, the page on which each section begins, the bookmarks, what the document says
    of itself, and the field for a signature if it is to have one.
    """
    plan = json.loads((directory / "plan.json").read_text(encoding="utf-8"))
    with (directory / "portfolio.pdf").open("wb") as file:
        joined = _Joined(Writer(file), directory, plan)
        for section in plan["sections"]:
            joined.add(section)
        return {"problem": joined.finish(), "pages": joined.page_count}


class _Joined:
    def __init__(self, writer: Writer, directory: Path, plan: dict[str, Any]) -> None:
        self._writer = writer
        self._directory = directory
        self._plan = plan
        self._root, self._tree = writer.reserve(), writer.reserve()
        self._pages: list[int] = []
        self._fonts = Fonts(writer)
        self._pictures = Pictures(writer)
        self._slots = Slots(writer, self._fonts, plan["first_pages"])
        self._structure = Structure(writer)
        self._places = Places()
        self._field: int | None = None
        with pikepdf.open(directory / f"{plan['furniture']}.pdf") as pdf:
            forms = drawn_once(pdf, self._source(pdf))
        self._furniture = Furniture(forms, self._fonts, total=plan["pages"])

    @property
    def page_count(self) -> int:
        """How many pages there are so far."""
        return len(self._pages)

    def add(self, section: dict[str, Any]) -> None:
        """The pages of the next section, after a blank one where it is to begin on a new leaf."""
        if section["on_new_leaf"] and self.page_count % 2:
            self._add_blank_page()
        with pikepdf.open(self._directory / f"{section['file']}.pdf") as pdf:
            source = self._source(pdf)
            parent = source.stands_for(self._tree)
            numbers = []
            for page in pdf.pages:
                page.obj.Parent = parent
                numbers.append(self._writer.reserve())
                source.set_number(page.obj, numbers[-1])
            self._furniture.lay_under(
                pdf, source, self.page_count + 1, is_cover=section["name"] == "cover"
            )
            if section["name"] == "cover" and self._plan["field"] is not None:
                self._field = add_field(pdf, source, self._writer, self._plan["field"])
            self._structure.add(pdf, source)
            self._places.add(pdf, source)
            for page in pdf.pages:
                source.carry_over(page.obj)
            self._pages += numbers

    def _add_blank_page(self) -> None:
        """The back of a leaf, with nothing but head, foot and number."""
        with pikepdf.new() as pdf:
            page = pdf.add_blank_page(page_size=(595.275591, 841.889764))
            page.obj.Resources, page.obj.Contents = Dictionary(), Array()
            source = self._source(pdf)
            page.obj.Parent = source.stands_for(self._tree)
            number = self._writer.reserve()
            source.set_number(page.obj, number)
            self._furniture.lay_under(pdf, source, self.page_count + 1)
            source.carry_over(page.obj)
            self._pages.append(number)

    def finish(self) -> str | None:
        """Write what the document has once; returns what is wrong with it, if anything."""
        writer = self._writer
        self._fonts.embed()
        entries, info = describe(writer, self._plan["about"])
        outline = add_outline(writer, self._plan["bookmarks"], self._places)
        attached = add_attachments(writer, self._directory, self._plan["attachments"])
        pages = b" ".join(b"%d 0 R" % number for number in self._pages)
        writer.put(
            self._tree,
            b"<< /Type /Pages /Count %d /Kids [%s] /MediaBox %s >>" % (self.page_count, pages, _A4),
        )
        writer.put(
            self._root,
            b"<< /Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R /MarkInfo << /Marked true >> "
            b"/Names << /Dests %d 0 R %s /Outlines %d 0 R /PageMode /UseOutlines "
            b"/PageLabels << /Nums [0 << /S /D >>] >> %s%s >>"
            % (
                self._tree,
                self._structure.finish(),
                self._places.finish(writer),
                attached or b">>",
                outline,
                entries,
                field_entries(self._field),
            ),
        )
        writer.finish(root=self._root, info=info)
        if self.page_count != self._plan["pages"]:
            return f"it has {self.page_count} pages instead of {self._plan['pages']}"
        return self._places.problem(entry["anchor"] for entry in self._plan["bookmarks"])

    def _source(self, pdf: Pdf) -> Source:
        return Source(pdf, self._writer, self._known)

    def _known(self, item: Object) -> int | None:
        """What stands for an object of a section, asked once for each before it is carried over."""
        for shared in (self._fonts, self._slots, self._pictures):
            number = shared.number_of(item)
            if number is not None:
                return number
        return None
