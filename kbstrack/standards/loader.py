"""YAML bytes to a tree of nodes that know their lines; refuses what a standard never needs.

Aliases, anchors, tags and merge keys are refused, and every value stays the text that was
written: 1.10 is not 1.1 and `no` is not false.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from kbstrack.standards.problems import Report, shorten

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 10
_TOO_DEEP = f"More than {MAX_DEPTH} levels lie inside one another here. A standard needs five."
# What newer versions of libyaml say before they have told us of a single level.
_DEEPER_THAN_THE_READER_GOES = "exceeded maximum nesting depth"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Joiners are part of correct spelling in some scripts; every other format character is hidden.
_ALLOWED_FORMAT = {"\u200c", "\u200d"}
# What the C parser and the Python parser say of a value without quotes.
_PLAIN = {"", None}


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written. `is_plain`: it stood without quotes, so YAML may read more into it."""

    text: str
    line: int
    is_plain: bool = False


@dataclass(slots=True)
class Sequence:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Names and their values, with the line of each name."""

    line: int
    entries: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """Stands where something was refused and reported already."""

    line: int


Node = Scalar | Sequence | Mapping | Refused


def read_tree(content: bytes, report: Report) -> Node | None:
    """The one document in these bytes, or None where nothing can be made of them.

    Everything wrong goes to the report, whatever the bytes are; nothing is raised but
    TooManyProblemsError.
    """
    text = _decode(content, report)
    if text is None:
        return None
    if not _only_visible(text, report):
        return None
    try:
        return _Builder(report).build(text)
    except _TooDeepError as error:
        report.error(error.line, _TOO_DEEP)
    except yaml.YAMLError as error:
        report.error(*_say_syntax(error))
    return None


def _decode(content: bytes, report: Report) -> str | None:
    if len(content) > MAX_BYTES:
        report.error(
            0,
            "The file is larger than 1 MiB, more than any standard needs. "
            "Keep one standard in a file, and nothing else.",
        )
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        report.error(
            line, f"Byte 0x{content[error.start]:02x} is not UTF-8. Save the file again as UTF-8."
        )
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _only_visible(text: str, report: Report) -> bool:
    is_clean = True
    for number, line in enumerate(text.split("\n"), start=1):
        for name in hidden_characters(line):
            is_clean = False
            report.error(number, f"There is a hidden character here ({name}). Remove it.")
    return is_clean


def hidden_characters(text: str) -> list[str]:
    """Names of the control and format characters in a text, each once; none is what is wanted.

    Line feeds and tabs count as visible; so do joiners.
    """
    if text.isascii() and text.isprintable():
        return []
    found = []
    for character in dict.fromkeys(text):
        category = unicodedata.category(character)
        is_hidden = (
            (category in {"Cc", "Cs", "Zl", "Zp"} and character not in "\n\t")
            or (category == "Cf" and character not in _ALLOWED_FORMAT)
            or character in "\ufffe\uffff"
        )
        if is_hidden:
            name = unicodedata.name(character, "control character").lower()
            found.append(f"U+{ord(character):04X}, {name}")
    return found


def _say_syntax(error: yaml.YAMLError) -> tuple[int, str]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    line = mark.line + 1 if mark is not None else 0
    if why == _DEEPER_THAN_THE_READER_GOES:
        return line, _TOO_DEEP
    return line, (
        f"This is not valid YAML: {why}. Look at the indentation, and put quotes around texts "
        "that contain a colon or begin with a special character."
    )


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


class _Builder:
    """Builds the tree from PyYAML's events, without recursion and without its constructors."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.root: Node | None = None
        self.open: list[Sequence | Mapping] = []
        self.keys: list[Scalar | Refused | None] = []

    def build(self, text: str) -> Node | None:
        """Raises yaml.YAMLError for what is not YAML, _TooDeepError for too many levels."""
        for event in _events(text):
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                if self.root is not None:
                    self.report.error(
                        line, "A second document begins here. Keep one standard in a file."
                    )
                    break
            elif isinstance(event, yaml.AliasEvent):
                self.report.error(
                    line, f"Aliases such as *{event.anchor} are not used here. Write the value out."
                )
                self._place(Refused(line))
            elif isinstance(event, yaml.NodeEvent):
                self._refuse_decoration(event, line)
                self._start(event, line)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
                self.keys.pop()
        return self.root

    def _refuse_decoration(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self.report.error(
                line, f"Anchors such as &{event.anchor} are not used here. Remove it."
            )
        # A lone "!" on a quoted text means nothing, but nobody needs it either.
        if event.tag is not None:
            self.report.error(
                line,
                f"Tags such as {event.tag} are not used here. Remove it; values are plain text.",
            )

    def _start(self, event: Any, line: int) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._place(self._scalar(event, line))
            return
        if len(self.open) >= MAX_DEPTH:
            raise _TooDeepError(line)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        node: Sequence | Mapping = Mapping(line) if is_mapping else Sequence(line)
        self._place(node)
        self.open.append(node)
        self.keys.append(None)

    def _scalar(self, event: Any, line: int) -> Scalar | Refused:
        hidden = hidden_characters(event.value)
        for name in hidden:
            self.report.error(line, f"This text contains a hidden character ({name}). Remove it.")
        if hidden:
            return Refused(line)
        return Scalar(event.value, line, is_plain=event.style in _PLAIN)

    def _place(self, node: Node) -> None:
        if not self.open:
            if self.root is None:
                self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif self.keys[-1] is None:
            self.keys[-1] = self._key(node)
        else:
            key, self.keys[-1] = self.keys[-1], None
            if isinstance(key, Scalar):
                self._enter(parent, key, node)

    def _key(self, node: Node) -> Scalar | Refused:
        if isinstance(node, Scalar | Refused):
            return node
        self.report.error(node.line, "A field's name must be plain text, not a list or a mapping.")
        return Refused(node.line)

    def _enter(self, parent: Mapping, key: Scalar, node: Node) -> None:
        if key.text == "<<":
            self.report.error(key.line, "Merge keys (<<) are not used here. Write the fields out.")
        elif key.text in parent.entries:
            self.report.error(
                key.line,
                f"The field {shorten(key.text)} stands here a second time; the first is on line "
                f"{parent.lines[key.text]}. Keep one of them.",
            )
        else:
            parent.entries[key.text] = node
            parent.lines[key.text] = key.line


def _events(text: str) -> Iterator[Any]:
    loader = _LOADER(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()
