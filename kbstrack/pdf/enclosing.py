"""What is enclosed in a document that will be signed: what others can check it by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kbstrack.errors import KbstrackError
from kbstrack.pdf.attachments import Attachment


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of ours inside the document."""

    name: str
    description: str
    content: bytes
    modified_at: datetime
    media_type: str = "application/json"


Enclose = Callable[[Sequence[Attachment]], Sequence[Enclosed]]
"""Hears what is attached, with the names that the files have in the document, and says what is
enclosed beside them."""


def enclosed_with(
    attached: Sequence[Attachment], enclose: Enclose | None, directory: Path
) -> tuple[Enclosed, ...] | None:
    """Put what is enclosed into the directory; None for a document that will not be signed.

    Raises KbstrackError when two files would have one name.
    """
    if enclose is None:
        return None
    found = tuple(enclose(attached))
    names = [*(item.name for item in attached), *(item.name for item in found)]
    if len(set(names)) != len(names):
        raise KbstrackError("The portfolio could not be made: two of its files have one name.")
    for item in found:
        (directory / f"enclosed-{item.name}").write_bytes(item.content)
    return found
