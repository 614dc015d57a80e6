"""A section's file, carried over object by object: each gets a number of the joined document."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from pikepdf import Object, Pdf

from kbstrack.pdf.joining.writer import Writer

# Strings come first, so that nothing inside them is taken for a reference.
_TOKEN = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f]*>|\b(\d+) (\d+) R\b", re.DOTALL)

ObjGen = tuple[int, int]
Known = Callable[[Object], int | None]
"""The number of the object that already stands for this one in the document, or None."""


class Source:
    """One section's objects. What is asked for is written with everything it refers to."""

    def __init__(self, pdf: Pdf, writer: Writer, known: Known) -> None:
        self._pdf = pdf
        self._writer = writer
        self._known = known
        self._numbers: dict[ObjGen, int] = {}
        self._waiting: deque[ObjGen] = deque()

    def stands_for(self, number: int) -> Object:
        """An object to refer to, which is the one of this number in the joined document."""
        placeholder = self._pdf.make_indirect(self._pdf.Root.Type)
        self._numbers[placeholder.objgen] = number
        return placeholder

    def set_number(self, item: Object, number: int) -> None:
        """This object has that number; it is written with the others."""
        self._numbers[item.objgen] = number
        self._waiting.append(item.objgen)

    def carry_over(self, item: Object) -> int:
        """The number of an object, which is written with everything it refers to."""
        number = self._number_of(item.objgen)
        while self._waiting:
            objgen = self._waiting.popleft()
            self._write(self._numbers[objgen], self._pdf.get_object(objgen))
        return number

    def text_of(self, item: Object) -> bytes:
        """A direct object as PDF text of the joined document."""
        return _TOKEN.sub(self._renumbered, item.unparse(resolved=True))

    def _write(self, number: int, item: Object) -> None:
        if item._type_name != "stream":
            self._writer.put(number, self.text_of(item))
            return
        entries = item.stream_dict
        if "/Length" in entries:
            del entries["/Length"]
        text = self.text_of(entries).removeprefix(b"<<").removesuffix(b">>").strip()
        self._writer.put_stream(number, text, item.read_raw_bytes())

    def _renumbered(self, found: re.Match[bytes]) -> bytes:
        if found[1] is None:
            return found[0]
        return b"%d 0 R" % self._number_of((int(found[1]), int(found[2])))

    def _number_of(self, objgen: ObjGen) -> int:
        number = self._numbers.get(objgen)
        if number is None:
            number = self._known(self._pdf.get_object(objgen))
            if number is None:
                number = self._writer.reserve()
                self._waiting.append(objgen)
            self._numbers[objgen] = number
        return number
