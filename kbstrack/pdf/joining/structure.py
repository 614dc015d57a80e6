"""One tree of tags out of the trees of all sections, and the way back from page to tag."""

from __future__ import annotations

from pikepdf import Array, Pdf, String

from kbstrack.pdf.joining.source import Source
from kbstrack.pdf.joining.writer import Writer


class Structure:
    """The document's structure tree; `add` sections in order, then `finish`."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._document = writer.reserve()
        self._kids: list[int] = []
        # Who owns the content of each page, and each link: a number tree (ISO 32000-1, 14.7.4.4).
        self._owners: list[tuple[int, int]] = []
        self._next = 0
        self._named: list[tuple[bytes, int]] = []

    def add(self, pdf: Pdf, source: Source) -> None:
        """Take over a section's tree; its pages are carried over afterwards."""
        root = pdf.Root.get("/StructTreeRoot")
        if root is None:
            return
        offset = self._next
        # First of all: from an element one comes to its links, and they are written with it.
        for page in pdf.pages:
            page.obj.StructParents = offset + int(page.obj.StructParents)
            for annotation in page.obj.get("/Annots", ()):
                annotation.StructParent = offset + int(annotation.StructParent)
        parent = source.stands_for(self._document)
        for document in root.K:
            for element in document.K:
                element.P = parent
                self._kids.append(source.carry_over(element))
        nums = root.ParentTree.Nums
        for at in range(0, len(nums), 2):
            key, owners = offset + int(nums[at]), nums[at + 1]
            self._next = max(self._next, key + 1)
            if isinstance(owners, Array):
                self._owners.append((key, self._writer.add(source.text_of(owners))))
            else:
                self._owners.append((key, source.carry_over(owners)))
        names = root.IDTree.Names
        for at in range(0, len(names), 2):
            self._named.append((bytes(names[at]), source.carry_over(names[at + 1])))

    def finish(self) -> int:
        """Write the tree; returns the number of its root."""
        writer = self._writer
        root = writer.reserve()
        writer.put(
            self._document,
            b"<< /Type /StructElem /S /Document /P %d 0 R /K [%s] >>" % (root, _refs(self._kids)),
        )
        owners = writer.add(
            b"<< /Nums [%s] >>" % b" ".join(b"%d %d 0 R" % owner for owner in self._owners)
        )
        named = b" ".join(
            String(name).unparse() + b" %d 0 R" % number for name, number in sorted(self._named)
        )
        writer.put(
            root,
            b"<< /Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d"
            b" /IDTree << /Names [%s] >> >>" % (self._document, owners, self._next, named),
        )
        return root


def _refs(numbers: list[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
