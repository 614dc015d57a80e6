"""File names people's devices give: made into labels to show and into download headers.

A label is never a path: bytes lie under their SHA-256 (`local.py`).
"""

import re
import unicodedata
from urllib.parse import quote

MOST_BYTES = 200
NO_NAME = "file"

_JOINER = "\u200d"
# Letters and marks that show nothing, though Unicode does not count them as format characters.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_EXTENSION = re.compile(r"\.\w{1,10}\Z")
# What RFC 5987 lets stand unescaped in `filename*`.
_PLAIN_IN_HEADER = "!#$&+-.^_`|~"

# Computers run files with these names when somebody opens them, whatever is inside.
_RUNNABLE = """
    bat cmd com exe scr pif msi ps1 psm1 vbs vbe js jse mjs wsf wsh hta sh bash zsh py pyw rb pl
    php jar reg lnk url desktop command scpt applescript inf cpl html htm xhtml shtml mht mhtml
    svg xml xsl xslt swf
"""
RUNNABLE = frozenset(_RUNNABLE.split())
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/heic": "heic",
    "application/pdf": "pdf",
    "text/plain": "txt",
}


def clean_name(raw: str) -> str:
    """The label to show for a file that arrived under the name `raw`.

    NFC; the part after the last / or \\; without control, bidi, zero-width and other format
    characters (a zero-width joiner stays between two emoji, where it makes one picture of them);
    white space as single spaces; at most 200 bytes of UTF-8 with the extension kept; never empty.
    """
    text = _without_surrogates(raw)
    text = _shortened(one_line(text.replace("\\", "/").rsplit("/", 1)[-1]))
    return text if text.strip(" .") else NO_NAME


def one_line(text: str) -> str:
    """The text in one line (NFC), without what is invisible or steers the line's direction."""
    shown = "".join(_shown(_without_surrogates(text)))
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def extension(name: str) -> str:
    """The extension of a label in lower case without its dot, or "" where it has none."""
    found = _EXTENSION.search(name)
    return found.group()[1:].lower() if found else ""


def harmless_name(name: str, media_type: str | None = None) -> str:
    """The label under which a file is handed out: what a computer would run gets another ending."""
    label = clean_name(name)
    if extension(label) in RUNNABLE:
        label = clean_name(f"{label}.{_ENDINGS.get(media_type or '', 'download')}")
    return label


def content_disposition(name: str, inline: bool, *, media_type: str | None = None) -> str:
    """The Content-Disposition header under which a file is handed out (RFC 6266).

    `filename` is an ASCII approximation for old browsers, `filename*` the whole label. A label
    that a computer would run ("x.bat") gets a harmless ending, that of `media_type` if known.
    """
    label = harmless_name(name, media_type)
    decomposed = unicodedata.normalize("NFKD", label)
    without_accents = "".join(c for c in decomposed if not unicodedata.combining(c))
    # Quotes, backslashes and percent signs are read differently by different browsers.
    ascii_name = re.sub(r'[^ -~]|["\\%/]', "_", without_accents)
    kind = "inline" if inline else "attachment"
    encoded = quote(label, safe=_PLAIN_IN_HEADER)
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{encoded}"


def _without_surrogates(raw: str) -> str:
    """Join surrogate pairs to the character they mean; a lone one becomes U+FFFD."""
    return raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _shown(text: str) -> list[str]:
    kept: list[str] = []
    for position, character in enumerate(text):
        if character == _JOINER:
            after = text[position + 1 : position + 2]
            if kept and _joins(kept[-1]) and after and _is_emoji(after):
                kept.append(character)
        elif character.isspace():
            kept.append(" ")
        elif unicodedata.category(character) not in {"Cc", "Cf"} and character not in _INVISIBLE:
            kept.append(character)
    return kept


def _joins(character: str) -> bool:
    # An emoji may be followed by its variation selector or a skin tone before the joiner.
    return character == "\ufe0f" or ord(character) in _SKIN_TONES or _is_emoji(character)


def _is_emoji(character: str) -> bool:
    return unicodedata.category(character) == "So"


def _shortened(text: str) -> str:
    if len(text.encode()) <= MOST_BYTES:
        return text
    found = _EXTENSION.search(text)
    ending = found.group() if found else ""
    room = MOST_BYTES - len(ending.encode())
    stem = text.removesuffix(ending).encode()[:room].decode(errors="ignore")
    return stem.rstrip(f" {_JOINER}") + ending
