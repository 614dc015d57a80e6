"""A page built anew as one form: its instructions, and of its resources what an archive may hold.

Nothing is copied because it is there: each part is taken because it is used and known. What is
not known makes the page a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from kbstrack.pdf.foreign.annotations import Appearance, appearances
from kbstrack.pdf.foreign.boxes import Visible, inherited
from kbstrack.pdf.foreign.budget import content_bytes
from kbstrack.pdf.foreign.content import NotADrawing, Written, write_again
from kbstrack.pdf.foreign.layers import Layers
from kbstrack.pdf.foreign.letters import make_public

# PDF/A allows 28 levels of saved state; the portfolio's page has used seven when it draws this.
MOST_DEPTH = 19
_IMAGE = """
    Type Subtype Width Height ColorSpace BitsPerComponent Intent ImageMask Mask SMask
    Decode Filter DecodeParms SMaskInData Matte Length
"""
_IMAGE_KEYS = frozenset(f"/{name}" for name in _IMAGE.split())
_STATE = "Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK"
_STATE_KEYS = frozenset(f"/{name}" for name in _STATE.split())
_GROUP_KEYS = frozenset({"/Type", "/S", "/CS", "/I", "/K"})
_LETTER_KEYS = frozenset(
    {"/FontBBox", "/FontMatrix", "/Encoding", "/FirstChar", "/LastChar", "/Widths", "/ToUnicode"}
)
_IDENTITY = frozenset({"/Identity", "/Default"})
# The number of whatever is written inside something else.
_DIRECT = (0, 0)
_Build = Callable[[Any, object], tuple[Object, int]]


class Drawing:
    """Builds forms in `target` from the pages of `source`, each shared part once."""

    def __init__(self, source: Pdf, target: Pdf) -> None:
        self._source = source
        self._target = target
        self._layers = Layers(source)
        self._built: dict[tuple[tuple[int, int], tuple[int, int]], tuple[Object, int]] = {}
        self._open: list[tuple[int, int]] = []

    def page_form(self, page: Dictionary, seen: Visible) -> Stream:
        """The page and what lies on it as a form in the target that fills the unit square.

        Raises NotADrawing.
        """
        resources = inherited(page, Name.Resources)
        written = self._written(self._source.make_stream(content_bytes(page)), resources)
        content, parts, depth = self._parts(written, resources)
        on_top = appearances(page)
        if on_top:
            drawn, deeper = self._on_top(on_top, parts, resources)
            content, depth = b"q\n" + content + b"\nQ\n" + drawn, max(depth + 1, deeper)
        _check_depth(depth)
        form = self._target.make_stream(content)
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox, form.Matrix = seen.box, seen.to_unit_square
        form.Resources = parts
        group = page.get(Name.Group)
        if isinstance(group, Dictionary):
            form.Group = self._group(group)
        return form

    def _on_top(
        self, found: Iterable[Appearance], parts: Dictionary, resources: object
    ) -> tuple[bytes, int]:
        if Name.XObject not in parts:
            parts.XObject = Dictionary()
        objects = parts.XObject
        lines, deepest = [], 0
        for place, item in enumerate(found):
            self._layers.check(item.layer)
            name = next(n for n in _names("/OnTop", place) if n not in objects)
            form, depth = self._form(item.form, resources)
            objects[name] = form
            matrix = b" ".join(str(value).encode() for value in item.matrix)
            lines.append(b"q\n%s cm\n%s Do\nQ" % (matrix, name.encode()))
            deepest = max(deepest, depth + 1)
        return b"\n".join(lines), deepest

    def _written(self, stream: Stream, resources: object) -> Written:
        def check(layer: Object) -> None:
            properties = _part(resources, "/Properties")
            known = properties.get(layer) if isinstance(layer, Name) and properties else layer
            self._layers.check(known if known is not None else layer)

        return write_again(stream, check)

    def _parts(self, written: Written, resources: object) -> tuple[bytes, Dictionary, int]:
        """The instructions, the resources they use, and how deep both save the state."""
        parts, deepest = Dictionary(), 0
        for part, names in sorted(written.used.items()):
            there = _part(resources, part)
            taken = Dictionary()
            for name in sorted(names):
                if there is None or name not in there:
                    raise NotADrawing(f"{part} {name} is not there")
                taken[name], depth = self._taken(part, there[name], resources)
                deepest = max(deepest, depth)
            parts[part] = taken
        return written.content, parts, written.depth + deepest

    def _taken(self, part: str, item: object, resources: object) -> tuple[object, int]:
        if part == "/XObject" and isinstance(item, Stream):
            kind = item.get(Name.Subtype)
            if kind == Name.Image:
                return self._image(item), 0
            if kind == Name.Form:
                return self._form(item, resources)
        elif part == "/ExtGState" and isinstance(item, Dictionary):
            return self._state(item, resources)
        elif part == "/Font" and isinstance(item, Dictionary):
            return self._font(item, resources)
        elif part == "/ColorSpace":
            return self._copied(item), 0
        raise NotADrawing(f"{part} is not carried over")

    def _form(self, stream: Stream, resources: object) -> tuple[Object, int]:
        self._layers.check(stream.get(Name.OC))
        if Name.PS in stream or Name.Subtype2 in stream or Name.BBox not in stream:
            raise NotADrawing("a form in PostScript, or without a box")
        own = stream.get(Name.Resources, resources)
        return self._once(stream, own, self._new_form)

    def _new_form(self, stream: Stream, resources: object) -> tuple[Object, int]:
        content, parts, depth = self._parts(self._written(stream, resources), resources)
        form = self._target.make_stream(content)
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = self._copied(stream.BBox)
        if Name.Matrix in stream:
            form.Matrix = self._copied(stream.Matrix)
        form.Resources = parts
        group = stream.get(Name.Group)
        if isinstance(group, Dictionary):
            form.Group = self._group(group)
        return form, depth

    def _font(self, font: Dictionary, resources: object) -> tuple[Object, int]:
        if font.get(Name.Subtype) == Name.Type3:
            own = font.get(Name.Resources, resources)
            return self._once(font, own, self._new_letters)
        taken = self._copied(font)
        assert isinstance(taken, Dictionary)
        make_public(taken, self._target)
        return taken, 0

    def _new_letters(self, font: Object, resources: object) -> tuple[Object, int]:
        """A font whose letters are drawings, each of them written again."""
        letters = font.get(Name.CharProcs)
        if not isinstance(letters, Dictionary):
            raise NotADrawing("a font without letters")
        taken = self._target.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary())
        )
        for key in sorted(_LETTER_KEYS & set(font.keys())):
            taken[key] = self._copied(font[key])
        used: dict[str, set[str]] = {}
        depth = 0
        for name, letter in sorted(letters.items()):
            if not isinstance(letter, Stream):
                raise NotADrawing("a letter that is no drawing")
            written = self._written(letter, resources)
            taken.CharProcs[name] = self._target.make_stream(written.content)
            depth = max(depth, written.depth)
            for part, names in written.used.items():
                used.setdefault(part, set()).update(names)
        _, taken.Resources, deeper = self._parts(Written(b"", used, 0), resources)
        make_public(taken, self._target)
        return taken, depth + deeper

    def _state(self, state: Dictionary, resources: object) -> tuple[Object, int]:
        """Graphics state, without what only a printing press understands."""
        taken, depth = Dictionary(), 0
        for key, value in state.items():
            if key in _STATE_KEYS:
                taken[key] = self._copied(value)
            elif key in {"/TR", "/TR2"} and str(value) not in _IDENTITY:
                raise NotADrawing("colours are changed by a function")
            elif key == "/Font":
                raise NotADrawing("a font in the graphics state")
        mask = state.get(Name.SMask)
        if isinstance(mask, Dictionary):
            taken.SMask, depth = self._mask(mask, resources)
        elif mask is not None:
            taken.SMask = Name("/None")
        return taken, depth

    def _mask(self, mask: Dictionary, resources: object) -> tuple[Object, int]:
        group = mask.get(Name.G)
        if not isinstance(group, Stream) or str(mask.get(Name.TR, Name.Identity)) != "/Identity":
            raise NotADrawing("a mask that cannot be carried over")
        form, depth = self._form(group, resources)
        taken = Dictionary(Type=Name.Mask, S=mask.get(Name.S), G=form)
        if Name.BC in mask:
            taken.BC = self._copied(mask.BC)
        return taken, depth

    def _image(self, image: Stream) -> Object:
        self._layers.check(image.get(Name.OC))
        taken = self._copied(image)
        assert isinstance(taken, Stream)
        for each in (taken, taken.get(Name.SMask), taken.get(Name.Mask)):
            if isinstance(each, Stream):
                for key in set(each.keys()) - _IMAGE_KEYS:
                    del each[key]
        return taken

    def _group(self, group: Dictionary) -> Dictionary:
        return Dictionary(
            {key: self._copied(value) for key, value in group.items() if key in _GROUP_KEYS}
        )

    def _once(self, item: Object, resources: object, build: _Build) -> tuple[Object, int]:
        """What `build` makes of the item, or made of it before with the same resources."""
        owner = resources.objgen if isinstance(resources, Object) else _DIRECT
        if Name.Resources in item:
            owner = item.objgen
        key = (item.objgen, owner)
        if key in self._built:
            return self._built[key]
        if item.objgen in self._open and item.is_indirect:
            raise NotADrawing("it draws itself")
        if len(self._open) > MOST_DEPTH:
            raise NotADrawing("too deeply nested")
        self._open.append(item.objgen)
        try:
            made = build(item, resources)
        finally:
            self._open.pop()
        if _DIRECT not in key:
            self._built[key] = made
        return made

    def _copied(self, item: object) -> object:
        """The same in the target; what the source shares stays shared."""
        if not isinstance(item, Object) or isinstance(item, Name):
            return item
        if item.is_indirect:
            return self._target.copy_foreign(item)
        if isinstance(item, Array):
            return Array([self._copied(value) for value in item])
        if isinstance(item, Dictionary):
            return Dictionary({key: self._copied(value) for key, value in item.items()})
        return item


def _part(resources: object, part: str) -> Dictionary | None:
    found = resources.get(part) if isinstance(resources, Dictionary) else None
    return found if isinstance(found, Dictionary) else None


def _names(stem: str, place: int) -> Iterable[str]:
    yield f"{stem}{place}"
    yield from (f"{stem}{place}x{number}" for number in range(1, 10_000))


def _check_depth(depth: int) -> None:
    if depth > MOST_DEPTH:
        raise NotADrawing("the state is saved too often")
