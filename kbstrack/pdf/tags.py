"""The tags of a section, tidied: less to wade through, and what PDF/UA asks of tables.

WeasyPrint makes an element of every line of text and every box. An element that says nothing gives
its content to the one around it, so that a paragraph is one element and not five.
"""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from kbstrack.pdf.slots import TEXT

# Elements that may hold text themselves (ISO 32000-1, 14.8.4).
_HOLD_TEXT = frozenset(
    f"/{tag}"
    for tag in (
        *("P", "H1", "H2", "H3", "H4", "H5", "H6"),
        *("TH", "TD", "LBody", "Lbl", "Caption", "Span", "Link"),
    )
)
_SAY_NOTHING = frozenset({"/NonStruct", "/Div"})
_MAY_BE_EMPTY = frozenset({"/TD", "/TH"})


def finish_tags(pdf: Pdf, section: str) -> None:
    """Tidy the tree, and give every header cell a name that no other section uses, and its scope.

    ISO 14289-1, 7.5: a header has the attribute Scope unless its cells can be found otherwise.
    The names are collected in the IDTree, through which a reader finds the headers of a cell.
    """
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        return
    tree = _Tree(section)
    for document in root.K:
        tree.tidy(document)
    nums = root.ParentTree.Nums
    for owners in list(nums)[1::2]:
        if isinstance(owners, Array):
            for place, owner in enumerate(list(owners)):
                owners[place] = tree.heir_of(owner)
    named = Array()
    for name in sorted(tree.named):
        named.extend((String(name), tree.named[name]))
    root.IDTree = pdf.make_indirect(Dictionary(Names=named))


class _Tree:
    def __init__(self, section: str) -> None:
        self._section = section
        self._heirs: dict[tuple[int, int], Object] = {}
        self.named: dict[str, Object] = {}

    def heir_of(self, element: Object) -> Object:
        """The element that has this one's content now."""
        while element.objgen in self._heirs:
            element = self._heirs[element.objgen]
        return element

    def tidy(self, element: Object) -> None:
        """This element and everything in it."""
        kids = Array()
        for kid in _kids(element):
            if _is_element(kid):
                self.tidy(kid)
            self._adopt(kid, element, kids)
        element.K = self._with_captions_inside(kids)
        if element.S in {Name.TH, Name.TD}:
            self._name_headers(element)
        elif element.get("/Alt") == TEXT:
            # The number that will stand there is text, and is read as such.
            element.S = Name.Span
            del element["/Alt"], element["/A"]

    def _adopt(self, kid: Object, element: Object, kids: Array) -> None:
        """Add a kid to those of an element, or what is in it where it says nothing itself."""
        if not _is_element(kid):
            kids.append(kid)
        elif self._gives_way(kid, element):
            self._heirs[kid.objgen] = element
            for grandchild in _kids(kid):
                self._adopt(grandchild, element, kids)
        elif len(_kids(kid)) or str(kid.S) in _MAY_BE_EMPTY:
            kid.P = element
            kids.append(kid)

    def _with_captions_inside(self, kids: Array) -> Array:
        """A picture's caption is printed below it, before its name, and is its alternative too.

        So it goes into the figure, whose alternative stands for all that is in it (ISO 32000-1,
        14.9.3): it is there for the eyes and to search, and read out once.
        """
        if [_tag(kid) for kid in kids] != ["/Figure", "/P", "/Caption"]:
            return kids
        figure, caption, name = kids
        if figure.Pg.objgen != caption.Pg.objgen:
            return kids
        inside = Array(_kids(figure))
        for part in _kids(caption):
            self._adopt(part, figure, inside)
        self._heirs[caption.objgen] = figure
        figure.K = inside
        return Array([figure, name])

    def _gives_way(self, kid: Object, element: Object) -> bool:
        """Whether what is in `kid` may stand in `element` itself."""
        if any(key in kid for key in ("/A", "/Alt", "/ID", "/ActualText", "/Lang")):
            return False
        has_text = any(not isinstance(part, Dictionary) for part in _kids(kid))
        if has_text and "/Pg" in element and kid.Pg.objgen != element.Pg.objgen:
            return False
        if str(kid.S) in _SAY_NOTHING:
            return not has_text or str(element.S) in _HOLD_TEXT
        # A line of text is tagged like the paragraph it stands in.
        return has_text and str(element.S) in _HOLD_TEXT and kid.S in {element.S, Name.Span}

    def _name_headers(self, cell: Object) -> None:
        attributes = cell.get("/A")
        if not isinstance(attributes, Dictionary):
            attributes = Dictionary(O=Name.Table)
        if "/Headers" in attributes:
            attributes.Headers = Array([self._own(name) for name in attributes.Headers])
        if cell.S == Name.TH:
            attributes.Scope = Name.Column if _is_in_head(cell) else Name.Row
            if "/ID" in cell:
                cell.ID = self._own(cell.ID)
                self.named[str(cell.ID)] = cell
        cell.A = attributes

    def _own(self, name: Object) -> String:
        return String(f"{self._section}-{name}")


def _kids(element: Object) -> list[Object]:
    kids = element.get("/K")
    if isinstance(kids, Array):
        return list(kids)
    return [] if kids is None else [kids]


def _is_element(kid: Object) -> bool:
    return isinstance(kid, Dictionary) and "/S" in kid


def _tag(kid: Object) -> str:
    return str(kid.S) if _is_element(kid) else ""


def _is_in_head(cell: Object) -> bool:
    row = cell.get("/P")
    return row is not None and row.get("/P") is not None and row.P.get("/S") == Name.THead
