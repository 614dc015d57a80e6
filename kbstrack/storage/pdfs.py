"""PDFs: opened, counted, and copied without anything that acts, hides or calls out.

Runs in the child process only.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from kbstrack.errors import RuleBroken
from kbstrack.storage.kinds import PDF, UNSAFE, FileFamily, Inspected, Limits

MOST_PAGES = 5_000
BROKEN = "This PDF is damaged. Open it on your device, print or save it as a new PDF and add that."
LOCKED = (
    "This PDF is locked with a password. Open it, print or save it as a new PDF without a "
    "password, and add that."
)
# Entries that run something, carry other files, or fetch from elsewhere, in any dictionary.
_DROPPED = (
    Name.OpenAction,
    Name.AA,
    Name.JavaScript,
    Name.JS,
    Name.EmbeddedFiles,
    Name.EF,
    Name.AF,
    Name.XFA,
    Name.Collection,
    Name.RichMediaContent,
    Name.RichMediaSettings,
    Name.Ref,
    Name.OPI,
)
_ACTIONS = """
    /JavaScript /Launch /SubmitForm /ImportData /GoToR /GoToE /Rendition /Movie /Sound
    /RichMediaExecute /ResetForm /Thread /GoTo3DView
"""
_DROPPED_ACTIONS = frozenset(_ACTIONS.split())
_DROPPED_ANNOTATIONS = frozenset(
    {"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"}
)
_LINKS = ("http://", "https://", "mailto:")
_UNPACKING = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})
_FLATE = frozenset({"/FlateDecode", "/Fl"})


def inspect_pdf(path: Path, copy: Path, limits: Limits) -> Inspected:
    """Count the pages and write the copy to show. Raises RuleBroken."""
    try:
        with pikepdf.open(path, inherit_page_attributes=False) as pdf:
            pages = len(pdf.pages)
            if not 0 < pages <= MOST_PAGES:
                raise RuleBroken(BROKEN)
            _check_unpacked_size(pdf, limits.most_unpacked_bytes)
            _make_harmless(pdf)
            pdf.save(
                copy,
                deterministic_id=True,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            )
    except pikepdf.PasswordError as locked:
        raise RuleBroken(LOCKED) from locked
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise RuleBroken(BROKEN) from problem
    except (RuntimeError, OSError, ArithmeticError) as problem:
        raise RuleBroken(UNSAFE) from problem
    return Inspected(PDF, FileFamily.PDF, pages=pages, copy=copy, copy_media_type=PDF)


def _make_harmless(pdf: Pdf) -> None:
    # Indirect objects come one by one; what is written inside them is walked from there.
    for item in pdf.objects:
        for dictionary in _dictionaries(item):
            _clean(dictionary)


def _dictionaries(item: Object) -> Iterator[Object]:
    """The dictionary `item` is, if so, and every one written inside it (not referred to)."""
    waiting = [item]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Array):
            inside = list(current)
        elif isinstance(current, (Dictionary, pikepdf.Stream)):
            yield current
            inside = [value for _key, value in current.items()]
        else:
            continue
        waiting += [v for v in inside if isinstance(v, Object) and not v.is_indirect]


def _clean(dictionary: Object) -> None:
    for name in _DROPPED:
        if name in dictionary:
            del dictionary[name]
    if isinstance(dictionary, pikepdf.Stream):
        # A stream whose bytes are in another file.
        for name in (Name.F, Name.FFilter, Name.FDecodeParms):
            if name in dictionary:
                del dictionary[name]
        return
    if _is_dropped_action(dictionary):
        for key in list(dictionary.keys()):
            del dictionary[key]
    annotations = dictionary.get(Name.Annots)
    if isinstance(annotations, Array):
        kept = [a for a in annotations if not _is_dropped_annotation(a)]
        if len(kept) < len(annotations):
            dictionary.Annots = Array(kept)


def _is_dropped_action(dictionary: Object) -> bool:
    kind = dictionary.get(Name.S)
    # A tagged document's structure also has /S, beside the /P that no action has.
    if not isinstance(kind, Name) or Name.P in dictionary:
        return False
    if str(kind) == "/URI":
        target = str(dictionary.get(Name.URI, "")).strip().lower()
        return not target.startswith(_LINKS)
    return str(kind) in _DROPPED_ACTIONS


def _is_dropped_annotation(annotation: object) -> bool:
    return (
        not isinstance(annotation, Dictionary)
        or str(annotation.get(Name.Subtype)) in _DROPPED_ANNOTATIONS
    )


def _check_unpacked_size(pdf: Pdf, most_bytes: int) -> None:
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        filters = _filters(item)
        unpacking = [f for f in filters if f in _UNPACKING]
        if len(unpacking) > 1 and not set(filters) <= _FLATE:
            raise RuleBroken(UNSAFE)
        if filters and set(filters) <= _FLATE:
            _count_flate(item.read_raw_bytes(), len(filters), most_bytes)


def _filters(stream: pikepdf.Stream) -> list[str]:
    found = stream.get(Name.Filter)
    if isinstance(found, Array):
        return [str(name) for name in found]
    return [] if found is None else [str(found)]


def _count_flate(raw: bytes, layers: int, most_bytes: int) -> None:
    """Raise RuleBroken if unpacking gives more than `most_bytes`; nothing larger is ever held."""
    # Deflate cannot make more than 1032 bytes of one.
    if layers == 1 and len(raw) * 1032 <= most_bytes:
        return
    unpackers = [zlib.decompressobj() for _ in range(layers)]
    totals = [0] * layers

    def unpack(data: bytes, layer: int) -> None:
        unpacker = unpackers[layer]
        while data and not unpacker.eof:
            piece = unpacker.decompress(data, 1 << 20)
            data = unpacker.unconsumed_tail
            totals[layer] += len(piece)
            if totals[layer] > most_bytes:
                raise RuleBroken(UNSAFE)
            if layer + 1 < layers:
                unpack(piece, layer + 1)
            if not piece and not data:
                break

    try:
        unpack(raw, 0)
    except zlib.error:
        # Damaged data unpacks to less than the limit; a viewer shows what there is.
        return
