"""Drawing instructions, read and written again without the marks that belong to another document.

Marked content numbers would be taken for the portfolio's own tags. Layers are decided here: what
is shown stays, and a page with anything that is not shown is no drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Name

# A map or a plan has more; as a picture it is smaller, too.
MOST_BYTES = 3_000_000
_MARKS = frozenset({"BMC", "BDC", "EMC", "MP", "DP", "BX", "EX"})
_KNOWN = """
    w J j M d ri i gs q Q cm m l c v y h re S s f F f* B B* b b* n W W* BT ET Tc Tw Tz TL Tf Tr
    Ts Td TD Tm T* Tj TJ ' " d0 d1 CS cs SC SCN sc scn G g RG rg K k sh Do
"""
_OPERATORS = frozenset(_KNOWN.split())
# Which part of the resources the first operand of an operator names.
_NAMES_ONE_OF = {
    "Tf": "/Font",
    "Do": "/XObject",
    "gs": "/ExtGState",
    "cs": "/ColorSpace",
    "CS": "/ColorSpace",
    "sh": "/Shading",
}
_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/G", "/RGB", "/CMYK"})
_INDEXED = frozenset({"/Indexed", "/I"})

_Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage
_SAVE, _RESTORE = (
    pikepdf.ContentStreamInstruction([], pikepdf.Operator(name)) for name in ("q", "Q")
)


class NotADrawing(Exception):
    """The page cannot be carried over as it is; a picture of it can."""


@dataclass(frozen=True, slots=True)
class Written:
    """Instructions that mean the same alone: balanced, unmarked, with the names they use."""

    content: bytes
    # For each part of the resources (`/Font`, …) the names in it that are used.
    used: dict[str, set[str]]
    # How deep the graphics state is saved at most.
    depth: int


@dataclass(slots=True)
class _Writing:
    kept: list[_Instruction] = field(default_factory=list)
    used: dict[str, set[str]] = field(default_factory=dict)
    depth: int = 0

    def use(self, part: str, name: object) -> None:
        if isinstance(name, Name):
            self.used.setdefault(part, set()).add(str(name))


def write_again(stream: pikepdf.Stream, check_layer: Callable[[pikepdf.Object], None]) -> Written:
    """The stream's instructions without marks. `check_layer` is told the name of every layer.

    Raises NotADrawing for what cannot be read, or whatever `check_layer` raises.
    """
    try:
        if len(stream.read_bytes()) > MOST_BYTES:
            raise NotADrawing("too many instructions")
        instructions = pikepdf.parse_content_stream(stream)
    except (pikepdf.PdfError, ValueError, TypeError) as problem:
        raise NotADrawing(str(problem)) from problem
    writing = _Writing()
    for instruction in instructions:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            _use_colours_of(instruction, writing)
            writing.kept.append(instruction)
            continue
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "BDC" and len(operands) == 2 and operands[0] == Name.OC:
            check_layer(operands[1])
        # What no reader knows no reader draws; it may not stay in an archive.
        if operator in _MARKS or operator not in _OPERATORS:
            continue
        if _is_kept(operator, writing):
            _note_names(operator, operands, writing)
            writing.kept.append(instruction)
    instructions, deepest = _flattened(writing)
    content = pikepdf.unparse_content_stream(instructions)
    return Written(content, writing.used, deepest)


def _flattened(writing: _Writing) -> tuple[list[_Instruction], int]:
    """The instructions with every saved state restored, and none saved twice for nothing.

    PDF/A allows only so many levels, and some programs save the state for each box in a box.
    """
    kept = writing.kept + [_RESTORE] * writing.depth
    needless: set[int] = set()
    open_at: list[int] = []
    pairs: dict[int, int] = {}
    depth = deepest = 0
    for place, instruction in enumerate(kept):
        if instruction.operator == _SAVE.operator:
            open_at.append(place)
        elif instruction.operator == _RESTORE.operator:
            start = open_at.pop()
            pairs[start] = place
            if pairs.get(start + 1) == place - 1:
                needless |= {start, place}
    left = [item for place, item in enumerate(kept) if place not in needless]
    for instruction in left:
        if instruction.operator == _SAVE.operator:
            depth += 1
            deepest = max(deepest, depth)
        elif instruction.operator == _RESTORE.operator:
            depth -= 1
    return left, deepest


def _is_kept(operator: str, writing: _Writing) -> bool:
    if operator == "q":
        writing.depth += 1
    elif operator == "Q":
        # One too many would restore the state of whoever draws this.
        if writing.depth == 0:
            return False
        writing.depth -= 1
    return True


def _note_names(operator: str, operands: Iterable[object], writing: _Writing) -> None:
    values = list(operands)
    if not values:
        return
    if operator in {"scn", "SCN"}:
        writing.use("/Pattern", values[-1])
    elif (part := _NAMES_ONE_OF.get(operator)) and str(values[0]) not in _DEVICE:
        writing.use(part, values[0])
    elif str(values[0]) == "/Pattern":
        writing.use("/Pattern", values[0])


def _use_colours_of(image: pikepdf.ContentStreamInlineImage, writing: _Writing) -> None:
    colours = image.iimage.obj.get("/ColorSpace", image.iimage.obj.get("/CS"))
    if isinstance(colours, Name) and str(colours) not in _DEVICE | _INDEXED:
        writing.use("/ColorSpace", colours)
