"""Text files of people's evidence, printed as the text that they are."""

from __future__ import annotations

from dataclasses import dataclass

from kbstrack.pdf.printable import paragraphs

# About twenty pages; the file itself goes with the document where it is longer.
MOST_CHARACTERS = 60_000


@dataclass(frozen=True, slots=True)
class PrintedText:
    """What is printed of a text file, and a sentence where that is not all of it."""

    paragraphs: tuple[str, ...]
    problems: tuple[str, ...] = ()


def printed_text(content: bytes) -> PrintedText:
    """The text of a checked copy, which is UTF-8."""
    text = content.decode("utf-8", "replace")
    if not text.strip():
        return PrintedText((), ("The file has no text in it.",))
    if len(text) <= MOST_CHARACTERS:
        return PrintedText(tuple(paragraphs(text)))
    kept = text[:MOST_CHARACTERS]
    said = f"Its first {MOST_CHARACTERS:,} of {len(text):,} characters are printed."
    return PrintedText(
        tuple(paragraphs(kept[: kept.rindex(" ")] if " " in kept else kept)), (said,)
    )
