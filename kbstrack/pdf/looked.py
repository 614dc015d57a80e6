"""What is known already of the files of a portfolio, from when it was drawn before."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from kbstrack.pdf.foreign.pages import ForeignFile, from_json
from kbstrack.pdf.office.documents import Documents, OfficeWish
from kbstrack.pdf.papers import Papers, all_papers, not_shown
from kbstrack.pdf.reading import key_of
from kbstrack.pdf.texts import printed_text
from kbstrack.pdf.versions import own_version
from kbstrack.portfolio.rules import Portfolio
from kbstrack.storage.derived import DerivedStore


@dataclass(frozen=True, slots=True)
class LookedInto:
    """A line for everything in people's files that is not printed, and how many PDFs and office
    documents nobody has looked into yet."""

    not_shown: tuple[str, ...]
    unknown_count: int


def look_into(
    portfolio: Portfolio,
    store: DerivedStore,
    read: Callable[[str], bytes],
    office: OfficeWish | None = None,
) -> LookedInto:
    """What cannot be printed, without opening a PDF: only what is kept from an earlier drawing."""
    documents = Documents(portfolio, office, store)
    documents.look()
    wanted, versions = all_papers(portfolio, documents.made), own_version()
    pdfs: dict[str, ForeignFile] = dict(documents.failed)
    texts = {}
    for sha256, paper in wanted.items():
        if paper.is_text:
            texts[sha256] = printed_text(read(sha256))
        if sha256 in texts or sha256 in pdfs:
            continue
        kept = store.take(key_of(versions, sha256))
        if kept is not None:
            pdfs[sha256] = from_json(json.loads(kept.partition(b"\n")[0]))
    found = Papers(pdfs=pdfs, texts=texts, made=documents.made)
    return LookedInto(not_shown(portfolio, found), len(wanted) - len(pdfs) - len(texts))
