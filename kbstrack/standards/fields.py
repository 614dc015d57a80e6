"""Reads typed fields out of a node tree, reporting in a sentence whatever does not fit."""

from __future__ import annotations

import re
from difflib import get_close_matches

import yaml

from kbstrack.standards.loader import Mapping, Node, Refused, Scalar, Sequence
from kbstrack.standards.problems import Report, shorten

_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_READ_AS = {
    "tag:yaml.org,2002:bool": "as true or false",
    "tag:yaml.org,2002:null": "as nothing",
    "tag:yaml.org,2002:int": "as a number",
    "tag:yaml.org,2002:float": "as a number",
    "tag:yaml.org,2002:timestamp": "as a date",
}
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Fields:
    """The fields of one mapping. `where` completes sentences: "of K1", or nothing at the top.

    Every method returns None (or an empty list) for what is missing or wrong; wrong and missing
    required values are in the report then.
    """

    def __init__(
        self, node: Mapping, hints: dict[str, str], report: Report, *, where: str = ""
    ) -> None:
        self.node = node
        self.hints = hints
        self.report = report
        self.where = where
        for name in node.entries:
            if name not in hints:
                self._unknown(name)

    def line(self, name: str) -> int:
        """The line of a field, or of the mapping where the field is missing."""
        return self.node.lines.get(name, self.node.line)

    def has(self, name: str) -> bool:
        """Whether the field is written at all."""
        return name in self.node.entries

    def value(self, name: str, *, required: bool = False) -> Node | None:
        """The node of a field; None where it is missing or was refused."""
        node = self.node.entries.get(name)
        if node is None and required:
            self.report.error(
                self.node.line,
                f"The field {name}{self._of()} is missing. Add it: {self.hints[name]}.",
            )
        return None if isinstance(node, Refused) else node

    def error(self, name: str, what: str) -> None:
        """Report what is wrong with a field, followed by what to write."""
        self.report.error(self.line(name), f"{name}{self._of()} {what}. Write {self.hints[name]}.")

    def text(self, name: str, *, required: bool = False, is_long: bool = False) -> str | None:
        """Words, without spaces around them; on one line unless `is_long`."""
        node = self.value(name, required=required)
        if node is None:
            return None
        return self._words(name, node, is_long=is_long)

    def code(self, name: str, pattern: str, *, required: bool = False) -> str | None:
        """Text that matches the whole pattern; quotes are not needed, whatever it looks like."""
        node = self.value(name, required=required)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self._wrong_type(name, node, "one value")
            return None
        if not re.fullmatch(pattern, node.text, re.ASCII):
            self.error(name, f"is {self._quote(node)}")
            return None
        return node.text

    def number(self, name: str, least: int, most: int, *, required: bool = False) -> int | None:
        """A whole number between the two bounds."""
        text = self.code(name, r"\d{1,9}", required=required)
        if text is None:
            return None
        if not least <= int(text) <= most:
            self.error(name, f"is {text}")
            return None
        return int(text)

    def flag(self, name: str, default: bool) -> bool:
        """Yes or no."""
        text = self.code(name, "(?i:yes|no|true|false)")
        return default if text is None else _YES_NO[text.lower()]

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of words; nothing where the field is missing."""
        words = [
            self._words(name, item, is_long=False)
            for item in self.nodes(name)
            if not isinstance(item, Refused)
        ]
        return tuple(word for word in words if word is not None)

    def nodes(self, name: str, *, required: bool = False) -> list[Node]:
        """The items of a list."""
        node = self.value(name, required=required)
        if node is None:
            return []
        if not isinstance(node, Sequence):
            self._wrong_type(name, node, "a list, each item on a line beginning with a dash")
            return []
        if required and not node.items:
            self.error(name, "is empty")
        return node.items

    def section(self, name: str, hints: dict[str, str], *, required: bool = False) -> Fields | None:
        """The fields of a mapping below this one."""
        node = self.value(name, required=required)
        if node is None:
            return None
        if not isinstance(node, Mapping):
            self._wrong_type(name, node, f"fields of its own ({', '.join(hints)})")
            return None
        return Fields(node, hints, self.report, where=f"of {name}{self._of()}")

    def sections(self, name: str, hints: dict[str, str], *, required: bool = False) -> list[Fields]:
        """A list of mappings; each is called by its code, or by its place in the list."""
        found = []
        for number, node in enumerate(self.nodes(name, required=required), start=1):
            if isinstance(node, Mapping):
                where = f"of {_code_of(node) or f'item {number} of {name}'}"
                found.append(Fields(node, hints, self.report, where=where))
            elif not isinstance(node, Refused):
                self.report.error(
                    node.line,
                    f"Item {number} of {name} must have fields of its own "
                    f"({', '.join(hints)}), but {_kind_of(node)} stands here.",
                )
        return found

    def _words(self, name: str, node: Node, *, is_long: bool) -> str | None:
        if not isinstance(node, Scalar):
            self._wrong_type(name, node, "text")
            return None
        text = node.text.strip()
        read_as = _read_as(node)
        problem = None
        if not text:
            problem = f"{name}{self._of()} is empty. Write {self.hints[name]}."
        elif read_as:
            problem = (
                f"{name}{self._of()} must be text, but YAML reads {shorten(text)} {read_as}. "
                f'Put it in quotes: "{shorten(text)}".'
            )
        elif "\n" in text and not is_long:
            problem = (
                f"{name}{self._of()} must be one line of text. Begin it with >- so that its lines "
                "are joined."
            )
        if problem:
            self.report.error(node.line, problem)
            return None
        return text

    def _wrong_type(self, name: str, node: Node, wanted: str) -> None:
        self.report.error(
            node.line,
            f"{name}{self._of()} must be {wanted}, but {_kind_of(node)} stands here. "
            f"Write {self.hints[name]}.",
        )

    def _unknown(self, name: str) -> None:
        near = get_close_matches(name[:60], self.hints, n=1, cutoff=0.6)
        advice = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(self.hints)}."
        self.report.error(
            self.node.lines[name], f"The field {shorten(name)}{self._of()} is not known. {advice}"
        )

    def _of(self) -> str:
        return f" {self.where}" if self.where else ""

    def _quote(self, node: Scalar) -> str:
        return f'"{shorten(node.text)}"' if node.text.strip() else "empty"


def _read_as(node: Scalar) -> str | None:
    """What YAML would make of a value without quotes, if not text."""
    if not node.is_plain:
        return None
    for tag, pattern in _RESOLVERS.get(node.text[:1], []):
        if tag in _READ_AS and pattern.match(node.text):
            return _READ_AS[tag]
    return None


def _kind_of(node: Node) -> str:
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a group of fields"
    if isinstance(node, Scalar) and node.text.strip():
        return f'"{shorten(node.text, 40)}"'
    return "nothing"


def _code_of(node: Mapping) -> str | None:
    code = node.entries.get("code")
    return shorten(code.text, 20) if isinstance(code, Scalar) and code.text.strip() else None
