"""How far a long piece of work has come, for whoever shows it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told how much there is, and each part of it that is done."""

    def start(self, what: str, total_bytes: int) -> None: ...

    def add(self, done_bytes: int) -> None: ...


class Silent:
    """Shows nothing."""

    def start(self, what: str, total_bytes: int) -> None:
        """A new piece of work."""

    def add(self, done_bytes: int) -> None:
        """Some of it is done."""


SILENT = Silent()
