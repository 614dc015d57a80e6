"""A page built anew as one form: its instructions, and of its resources what an archive may hold.

Nothing is copied because it is there: each part is taken because it is used and known. What is
not known makes the page a picture.
"""

from __future__ import annotations

from collections.abc import Iterable

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from kbstrack.pdf.foreign.annotations import Appearance, appearances
from kbstrack.pdf.foreign.boxes import Visible, inherited
from kbstrack.pdf.foreign.budget import content_bytes
from kbstrack.pdf.foreign.content import NotADrawing, Written, write_again
from kbstrack.pdf.foreign.damage import is_whole
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
_DEFAULT_COLOURS = ("/DefaultGray", "/DefaultRGB", "/DefaultCMYK")
_IDENTITY = frozenset({"/Identity", "/Default"})
# The number of whatever is written inside something else.
_DIRECT = (0, 0)


class Drawing:
    """Builds forms in `target` from the pages of `source`, each shared part once."""

    def __init__(self, source: Pdf, target: Pdf) -> None:
        self._source = source
        self._target = target
        self._layers = Layers(source)
        self._built: dict[tuple[tuple[int, int], tuple[int, int]], tuple[Object, int]] = {}
        self._open: list[tuple[int, int]] = []
        self._whole: dict[tuple[int, int], bool] = {}

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
        self._add_defaults(parts, resources)
        return written.content, parts, written.depth + deepest

    def _add_defaults(self, parts: Dictionary, resources: object) -> None:
        """What plain colours mean here, which instructions use without naming it."""
        there = _part(resources, "/ColorSpace")
        if there is None:
            return
        for name in _DEFAULT_COLOURS:
            if name in there:
                if Name.ColorSpace not in parts:
                    parts.ColorSpace = Dictionary()
                parts.ColorSpace[name] = self._copied(there[name])

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
            return self._font(item), 0
        elif part == "/ColorSpace":
            return self._copied(item), 0
        raise NotADrawing(f"{part} is not carried over")

    def _form(self, stream: Stream, resources: object) -> tuple[Object, int]:
        self._layers.check(stream.get(Name.OC))
        if Name.PS in stream or Name.Subtype2 in stream or Name.BBox not in stream:
            raise NotADrawing("a form in PostScript, or without a box")
        own = stream.get(Name.Resources, resources)
        owner = own.objgen if isinstance(own, Object) else _DIRECT
        if Name.Resources in stream:
            owner = stream.objgen
        key = (stream.objgen, owner)
        if key in self._built:
            return self._built[key]
        if stream.objgen in self._open:
            raise NotADrawing("it draws itself")
        if len(self._open) > MOST_DEPTH:
            raise NotADrawing("too deeply nested")
        self._open.append(stream.objgen)
        try:
            made = self._new_form(stream, own)
        finally:
            self._open.pop()
        if owner != _DIRECT:
            self._built[key] = made
        return made

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

    def _font(self, font: Dictionary) -> object:
        taken = self._copied(font)
        if font.get(Name.Subtype) == Name.Type3 or not isinstance(taken, Dictionary):
            raise NotADrawing("letters that are drawings themselves")
        make_public(taken, self._target)
        return taken

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
        for each in (image, image.get(Name.SMask), image.get(Name.Mask)):
            if isinstance(each, Stream) and not self._is_whole(each):
                raise NotADrawing("a damaged picture")
        taken = self._copied(image)
        assert isinstance(taken, Stream)
        for each in (taken, taken.get(Name.SMask), taken.get(Name.Mask)):
            if isinstance(each, Stream):
                for key in set(each.keys()) - _IMAGE_KEYS:
                    del each[key]
        return taken

    def _is_whole(self, image: Stream) -> bool:
        if image.objgen not in self._whole:
            self._whole[image.objgen] = is_whole(image)
        return self._whole[image.objgen]

    def _group(self, group: Dictionary) -> Dictionary:
        return Dictionary(
            {key: self._copied(value) for key, value in group.items() if key in _GROUP_KEYS}
        )

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
