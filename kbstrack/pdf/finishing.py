"""A drawn section made ready for joining: its tags tidied, its names its own, its links named."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from kbstrack.pdf.counting import count_images
from kbstrack.pdf.foreign.placing import put_pages
from kbstrack.pdf.links import anchor_of, say_link
from kbstrack.pdf.tags import finish_tags

_PRINTED = 4
"""The annotation flag that PDF/A asks of every link: it is printed with its page."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a section holds."""

    pages: int
    images: int


def finish(
    content: bytes,
    target: Path,
    *,
    section: str,
    slots: dict[str, str],
    pages: Mapping[str, Callable[[Pdf], Object]],
) -> Finished:
    """Write the section's pages to `target`; what only a whole document has is left out.

    `slots` says which pictures stand for page numbers, and for which; `pages` gives the pages of
    people's PDFs that take the places kept for them.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        finish_tags(pdf, section)
        for page in pdf.pages:
            for annotation in page.obj.get("/Annots", ()):
                _finish_link(annotation)
        for item in pdf.objects:
            _drop_empty(item)
        _finish_pictures(pdf, slots)
        images = sum(count_images(page) for page in pdf.pages)
        put_pages(pdf, {key: partial(get, pdf) for key, get in pages.items()})
        _share_places(pdf)
        for key in ("/Outlines", "/Metadata", "/OutputIntents", "/Lang", "/MarkInfo"):
            if key in pdf.Root:
                del pdf.Root[key]
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        pdf.save(
            target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate
        )
        return Finished(len(pdf.pages), images)


def _finish_link(annotation: Object) -> None:
    annotation.F = _PRINTED
    action = annotation.get("/A")
    anchor = anchor_of(str(action.URI)) if action is not None and "/URI" in action else None
    if anchor is not None:
        del annotation["/A"]
        annotation.Dest = String(anchor)
        annotation.Contents = String(say_link(anchor))


def _drop_empty(item: Object) -> None:
    """Resources of which there are none are not mentioned."""
    if item._type_name not in {"dictionary", "stream"}:
        return
    for resources in (item, item.get("/Resources")):
        if isinstance(resources, Dictionary):
            for key in ("/Pattern", "/Shading"):
                if isinstance(resources.get(key), Dictionary) and not resources[key].keys():
                    del resources[key]


def _finish_pictures(pdf: Pdf, slots: dict[str, str]) -> None:
    """Leave the slots open, and take from pictures what PDF/A does not want."""
    # WeasyPrint gives all pages the same resources.
    for resources in {page.obj.Resources.objgen: page.obj.Resources for page in pdf.pages}.values():
        pictures = resources.get("/XObject", Dictionary())
        for name in sorted(pictures.keys()):
            if name in slots:
                pictures[name] = pdf.make_indirect(Dictionary(KbstrackSlot=String(slots[name])))
            elif "/Interpolate" in pictures[name]:
                # Smoothed by the reader or not: PDF/A wants pictures to look the same everywhere.
                del pictures[name]["/Interpolate"]


def _share_places(pdf: Pdf) -> None:
    """Keep the named places where joining finds them: as an object of their own."""
    names = pdf.Root.get("/Names")
    places = names.get("/Dests") if isinstance(names, Dictionary) else None
    found = places.Names if places is not None else Array()
    pdf.Root.KbstrackPlaces = pdf.make_indirect(found)
    if names is not None:
        del pdf.Root[Name.Names]
