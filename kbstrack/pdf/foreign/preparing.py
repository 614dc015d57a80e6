"""A working copy of somebody's PDF in which every page says plainly what is seen of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Object

from kbstrack.pdf.foreign.annotations import keep_visible
from kbstrack.pdf.foreign.boxes import Visible, inherited, visible_part

BROKEN = "The file is damaged and its pages could not be read."
LOCKED = "The file is locked with a password, so its pages could not be read."
NO_PAGES = "The file has no pages."
_ACTING = (Name.OpenAction, Name.AA, Name.Names, Name.URI, Name.Outlines, Name.StructTreeRoot)
_ACTING_ON_PAGE = (Name.AA, Name.Tabs, Name.StructParents, Name.PieceInfo, Name.Thumb, Name.B)
_NEVER_IN_A_FORM = (Name.XFA, Name.CO)
_ERRORS = (
    pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError,
    ArithmeticError, IndexError,
)  # fmt: skip


class Unreadable(Exception):
    """The file has no page that can be shown; the message says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """How many pages the original has, and how the first of them are seen: None if unreadable."""

    page_count: int
    seen: tuple[Visible | None, ...]


def prepare(path: Path, copy: Path, most_pages: int) -> Prepared:
    """Write a copy with at most `most_pages` pages, without whatever acts or is not seen.

    Every page has its visible part as its only box. Raises Unreadable.
    """
    try:
        with pikepdf.open(path) as pdf:
            page_count = len(pdf.pages)
            if page_count == 0:
                raise Unreadable(NO_PAGES)
            _drop(pdf.Root, _ACTING)
            form = pdf.Root.get(Name.AcroForm)
            if isinstance(form, Dictionary):
                _drop(form, _NEVER_IN_A_FORM)
            del pdf.pages[most_pages:]
            seen = tuple(_plain(page.obj) for page in pdf.pages)
            pdf.save(copy, deterministic_id=True, encryption=False)
    except pikepdf.PasswordError as problem:
        raise Unreadable(LOCKED) from problem
    except (*_ERRORS, OSError) as problem:
        raise Unreadable(BROKEN) from problem
    return Prepared(page_count, seen)


def _plain(page: Dictionary) -> Visible | None:
    try:
        seen = visible_part(page)
        keep_visible(page)
        resources = inherited(page, Name.Resources)
        if isinstance(resources, Dictionary) and Name.Resources not in page:
            page.Resources = resources
        _drop(page, _ACTING_ON_PAGE)
        for name in (Name.CropBox, Name.BleedBox, Name.TrimBox, Name.ArtBox, Name.UserUnit):
            if name in page:
                del page[name]
        page.MediaBox, page.Rotate = seen.box, seen.rotate
    except _ERRORS:
        return None
    return seen


def _drop(dictionary: Object, names: tuple[Name, ...]) -> None:
    for name in names:
        if name in dictionary:
            del dictionary[name]
