"""README.txt: in plain words, what is in a part of a bundle and how to check it without us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kbstrack.bundle import layouts
from kbstrack.bundle.issued import FrozenIssue, Layout
from kbstrack.bundle.layouts import Laid, PieceFiles
from kbstrack.formats import say_count, say_time
from kbstrack.portfolio.spelling import NAME as RECORD
from kbstrack.portfolio.spelling import SCHEMA_NAME
from kbstrack.sealing.extract import NAME as LEDGER
from kbstrack.sealing.manifest import NAME as MANIFEST
from kbstrack.storage.names import one_line

Places = Mapping[int, Sequence[int]]
"""By number of the piece: the parts that its files are in, in order."""

CHECKS = r"""
Every file of this folder is listed in manifest.json with its SHA-256, and the list is signed.

With kbstrack, on any computer and without a network:

    kbstrack verify FILE.zip

Without kbstrack, in this folder, every file (sha256sum, jq):

    jq -r '.files[] | .sha256 + "  " + .name' manifest.json | sha256sum --check --quiet

Without jq, one file; compare what it shows with the file's line in manifest.json:

    sha256sum README.txt                         Linux
    shasum -a 256 README.txt                     macOS
    Get-FileHash README.txt                      Windows (PowerShell)

The signature over the list (OpenSSL 3):

    printf %s "$(sed 's/,"signature":"[^"]*"}$/}/' manifest.json)" > /tmp/said
    sed 's/.*,"signature":"\([^"]*\)"}$/\1==/' manifest.json | tr -- -_ +/ \
        | openssl base64 -d -A > /tmp/signature
    x=$(jq -r .key.x manifest.json | tr -- -_ +/)
    printf '%s\n' '-----BEGIN PUBLIC KEY-----' "MCowBQYDK2VwAyEA$x=" \
        '-----END PUBLIC KEY-----' > /tmp/key.pem
    openssl pkeyutl -verify -pubin -inkey /tmp/key.pem -rawin -in /tmp/said \
        -sigfile /tmp/signature

A key that comes with a list proves nothing by itself: compare its "x" with the keys of whoever
issued it, which are at /.well-known/kbstrack-keys.json of the address above, or with a copy of
them that you saved before.
"""


def readme(issue: FrozenIssue, laid: Laid, *, number: int, count: int, places: Places) -> bytes:
    """The README of part `number` of `count`."""
    sections = (
        _head(issue),
        _parts(number, count),
        _section("What is what", _what(laid)),
        _section("The pieces of evidence", _pieces(laid, count, places)),
        _section("How to check it", _checks(issue)),
        _section("The wording of the KSBs", [issue.portfolio.standard.licence]),
    )
    return "\n".join(line for section in sections for line in section).encode()


def _head(issue: FrozenIssue) -> Iterator[str]:
    portfolio, said = issue.portfolio, issue.said
    standard = portfolio.standard
    yield f"Portfolio of {one_line(portfolio.apprentice)}, ULN {portfolio.uln}"
    yield f"{standard.title} ({standard.reference} version {standard.version})"
    yield f"Issue {said.number} ({said.kind}), frozen on {say_time(said.frozen_at)}"
    yield f"Issued by {one_line(portfolio.provider)}, UKPRN {portfolio.ukprn}"
    yield f"Code {said.code}, to be looked up at {said.check_url}"
    yield ""


def _parts(number: int, count: int) -> Iterator[str]:
    if count > 1:
        yield f"This is part {number} of {count}. Each part can be unpacked and checked by itself."
        if number > 1:
            yield "The PDF, the matrix and the record are in part 1."
        yield ""


def _section(heading: str, lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
    yield heading
    yield "=" * len(heading)
    yield ""
    yield from lines
    yield ""


def _checks(issue: FrozenIssue) -> Iterator[str]:
    yield "In a browser, with nothing installed: open the address below and choose the file"
    yield f"{layouts.PDF}. The page says if it is as it was issued, and if there is a newer one."
    yield ""
    yield f"    {issue.said.check_url}"
    yield ""
    yield from CHECKS.strip("\n").split("\n")


def _what(laid: Laid) -> Iterator[str]:
    is_plain = laid.layout is Layout.PLAIN
    main = "" if is_plain else layouts.SUMMATIVE
    rows = [
        (main + layouts.PDF, "the portfolio, to read and to print"),
        (f"{main}matrix.xlsx", "every KSB with its evidence and sign-off, to look at"),
        (f"{main}matrix.csv", "the same for other programs"),
        (f"{main}E1-…/", "what the apprentice handed in, byte for byte: a folder for each piece"),
    ]
    if not is_plain:
        rows += [
            (layouts.CERTIFICATES, "pieces that are certificates"),
            (layouts.EMPLOYER, "what the employer and witnesses signed"),
            (layouts.GATEWAY, "how ready the record is, and what is to be added"),
        ]
    rows += [
        (RECORD, "everything that the portfolio says, as data"),
        (SCHEMA_NAME, "what is what in that data (JSON Schema)"),
        (LEDGER, "what happened and when, as a chain of hashes without names"),
        (MANIFEST, "every file here with its SHA-256, signed"),
    ]
    width = max(len(name) for name, _ in rows) + 3
    yield from (f"{name:<{width}}{meaning}" for name, meaning in rows)


def _pieces(laid: Laid, count: int, places: Places) -> Iterator[str]:
    if not laid.pieces:
        yield "There are none."
        return
    for found in laid.pieces:
        piece = found.piece
        yield f"{piece.label}  {one_line(piece.latest.title)} ({piece.state.value})"
        yield f"    {_where(found, count, places)}"
    yield ""
    yield "Of a piece with several versions, v1/ has the files of the first, v2/ of the second."
    yield "Bytes that several versions have are there once, with the newest that has them."
    yield "Names are as they were given, but for what some computers cannot keep (such as : or a"
    yield f"second file of the same name). The names as they were given are in {RECORD}."


def _where(found: PieceFiles, count: int, places: Places) -> str:
    if not found.entries:
        return "no files"
    text = f"{found.folder}, {say_count(len(found.entries), 'file')}"
    if count == 1:
        return text
    first, last = places[found.piece.number][0], places[found.piece.number][-1]
    return f"{text}, in part {first}" if first == last else f"{text}, in parts {first} to {last}"
