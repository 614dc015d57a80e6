"""Finishing touches on the tags: what PDF/UA asks of tables and links and WeasyPrint leaves out."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Object, Pdf


def finish_tags(pdf: Pdf) -> None:
    """Give every header cell its scope, so that a screen reader can say it with the cells.

    ISO 14289-1, 7.5: a header has the attribute Scope unless its cells can be found otherwise.
    """
    for element in pdf.objects:
        if not isinstance(element, Dictionary) or element.get("/S") != Name.TH:
            continue
        attributes = element.get("/A")
        if not isinstance(attributes, Dictionary):
            attributes = Dictionary(O=Name.Table)
        attributes.Scope = Name.Column if _is_in_head(element) else Name.Row
        element.A = attributes


def _is_in_head(cell: Object) -> bool:
    row = cell.get("/P")
    return row is not None and row.get("/P") is not None and row.P.get("/S") == Name.THead
