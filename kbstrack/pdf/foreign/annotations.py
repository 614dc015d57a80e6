"""What lies on top of a page: filled form fields, stamps and notes, as they look when printed."""

from __future__ import annotations

from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Stream

from kbstrack.pdf.foreign.boxes import number

# Bits of an annotation's flags (ISO 32000-1, table 165).
_INVISIBLE, _HIDDEN, _PRINT, _NO_VIEW = 1, 2, 4, 32
# A link is an area to press; a popup opens when somebody asks for it.
_NEVER_DRAWN = frozenset({"/Link", "/Popup"})


@dataclass(frozen=True, slots=True)
class Appearance:
    """A form to draw, and the matrix that brings it to its place on the page."""

    form: Stream
    matrix: Array
    # The layer it belongs to, if any.
    layer: object


def keep_visible(page: Dictionary) -> None:
    """Take every annotation off the page that is not printed, and all that press or open one."""
    annotations = page.get(Name.Annots)
    if Name.Annots not in page:
        return
    found = list(annotations) if isinstance(annotations, Array) else []
    kept = [item for item in found if isinstance(item, Dictionary) and _is_visible(item)]
    del page[Name.Annots]
    if kept:
        page.Annots = Array(kept)


def appearances(page: Dictionary) -> list[Appearance]:
    """Everything that the annotations left by `keep_visible` draw, in their order."""
    annotations = page.get(Name.Annots)
    found = []
    for annotation in list(annotations) if isinstance(annotations, Array) else []:
        form = _current(annotation)
        matrix = None if form is None else _placed(form, annotation.get(Name.Rect))
        if form is not None and matrix is not None:
            found.append(Appearance(form, matrix, annotation.get(Name.OC)))
    return found


def _is_visible(annotation: Object) -> bool:
    flags = annotation.get(Name.F, 0)
    bits = flags if isinstance(flags, int) else 0
    is_hidden = bits & (_INVISIBLE | _HIDDEN | _NO_VIEW)
    return (
        bool(bits & _PRINT)
        and not is_hidden
        and str(annotation.get(Name.Subtype)) not in _NEVER_DRAWN
    )


def _current(annotation: Object) -> Stream | None:
    looks = annotation.get(Name.AP)
    normal = looks.get(Name.N) if isinstance(looks, Dictionary) else None
    if isinstance(normal, Dictionary):
        state = annotation.get(Name.AS)
        normal = normal.get(state) if isinstance(state, Name) else None
    return normal if isinstance(normal, Stream) else None


def _placed(form: Stream, rectangle: object) -> Array | None:
    """The matrix of ISO 32000-1, 12.5.5: the form's box, as its own matrix turns it, on `Rect`."""
    place, box = _four(rectangle), _four(form.get(Name.BBox))
    if place is None or box is None:
        return None
    turned = _turned(box, form.get(Name.Matrix))
    wide, high = turned[2] - turned[0], turned[3] - turned[1]
    if wide <= 0 or high <= 0:
        return None
    x, y = (place[2] - place[0]) / wide, (place[3] - place[1]) / high
    values = (x, 0, 0, y, place[0] - turned[0] * x, place[1] - turned[1] * y)
    return Array([number(float(value)) for value in values])


def _turned(box: tuple[float, ...], matrix: object) -> tuple[float, ...]:
    values = [float(v) for v in matrix] if isinstance(matrix, Array) and len(matrix) == 6 else None
    if values is None:
        return box
    a, b, c, d, e, f = values
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across = [a * x + c * y + e for x, y in corners]
    up = [b * x + d * y + f for x, y in corners]
    return min(across), min(up), max(across), max(up)


def _four(box: object) -> tuple[float, float, float, float] | None:
    if not isinstance(box, Array) or len(box) != 4:
        return None
    x1, y1, x2, y2 = (float(value) for value in box)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
