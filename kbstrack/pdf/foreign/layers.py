"""Optional content: layers that a reader may show or hide, as the file opens."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf

from kbstrack.pdf.foreign.content import NotADrawing

_SHOWS_WHEN_ALL_ARE_ON = frozenset({"/AnyOn", "/AllOn"})


class Layers:
    """The layers of one file."""

    def __init__(self, pdf: Pdf) -> None:
        self.can_hide = _can_hide(pdf.Root.get(Name.OCProperties))
        """Whether anything that belongs to a layer may be hidden when the file opens."""

    def check(self, layer: object) -> None:
        """Raise NotADrawing unless what belongs to this layer is certainly shown.

        Which layers are on can depend on the language, the zoom and each other. A picture shows
        what a reader shows; working it out a second time here could only differ.
        """
        if layer is None:
            return
        if self.can_hide or not isinstance(layer, Dictionary):
            raise NotADrawing("a layer may be hidden")
        if layer.get(Name.Type) == Name.OCG:
            return
        rule = str(layer.get(Name.P, Name.AnyOn))
        if Name.VE in layer or rule not in _SHOWS_WHEN_ALL_ARE_ON:
            raise NotADrawing("a layer depends on others")


def _can_hide(properties: object) -> bool:
    if not isinstance(properties, Dictionary):
        return False
    default = properties.get(Name.D)
    if not isinstance(default, Dictionary):
        return False
    starts_on = default.get(Name.BaseState, Name.ON) == Name.ON
    lists = [default.get(name) for name in (Name.OFF, Name.AS)]
    return not starts_on or any(isinstance(item, Array) and len(item) > 0 for item in lists)
