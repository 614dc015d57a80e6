"""The empty field that a signature goes into: on the cover, of no size, and tagged as a form."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf, String

from kbstrack.pdf.joining.source import Source
from kbstrack.pdf.joining.writer import Writer

NAME = "Signature"
_PRINTED_AND_LOCKED = 4 | 128


def add_field(cover: Pdf, source: Source, writer: Writer, tooltip: str) -> int:
    """Add the field to the cover's first page, before its tree is taken over; returns its number.

    PDF/UA-1 asks for the tag and the words, PDF/A-3 for the flag; of no size, it needs no picture.
    """
    page, root = cover.pages[0].obj, cover.Root.StructTreeRoot
    owners = root.ParentTree.Nums
    free = 1 + max((int(owners[at]) for at in range(0, len(owners), 2)), default=-1)
    field = cover.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(NAME),
            TU=String(tooltip),
            Rect=Array([0, 0, 0, 0]),
            F=_PRINTED_AND_LOCKED,
            P=page,
            StructParent=free,
        )
    )
    document = root.K[0]
    element = cover.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=document,
            Pg=page,
            Alt=String(tooltip),
            K=Dictionary(Type=Name.OBJR, Obj=field, Pg=page),
        )
    )
    document.K.append(element)
    owners.append(free)
    owners.append(element)
    page.Annots = Array([*page.get("/Annots", ()), field])
    page.Tabs = Name.S
    number = writer.reserve()
    source.set_number(field, number)
    return number


def field_entries(number: int | None) -> bytes:
    """The catalogue's entry for the field; nothing where there is none."""
    if number is None:
        return b""
    return b" /AcroForm << /Fields [%d 0 R] /SigFlags 3 >>" % number
