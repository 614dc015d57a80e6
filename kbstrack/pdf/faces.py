"""Which font files a section was drawn with, so that the joined document has each of them once.

Every section would carry a subset of the same few faces. So a section keeps, in the place of the
bytes, the SHA-256 of the face; when the sections are joined, one subset serves them all.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from kbstrack.pdf.fonts import font_files

KEY = "/KbstrackFace"
"""In a section's font descriptors: the SHA-256 of the bundled font file, in hexadecimal."""


@cache
def bundled_faces() -> dict[str, Path]:
    """Every bundled font file by its SHA-256."""
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in font_files()}


def name_faces(document: Any, pdf: Any) -> None:
    """Put its name in the place of each bundled font. WeasyPrint calls this before it writes.

    What is not bundled, or has characters without a letter, stays as WeasyPrint made it.
    """
    import pydyf
    from weasyprint.text.fonts import get_hb_object_data

    names = {}
    for font in document.fonts.values():
        sha256 = hashlib.sha256(get_hb_object_data(font.hb_face)).hexdigest()
        if sha256 in bundled_faces() and not font.missing and not font.variations:
            names[font.name] = sha256
    for item in pdf.objects:
        is_descriptor = isinstance(item, dict) and item.get("Type") == "/FontDescriptor"
        if is_descriptor and item["FontName"] in names and "FontFile2" in item:
            item[KEY.removeprefix("/")] = pydyf.String(names[item["FontName"]])
            del item["FontFile2"]
