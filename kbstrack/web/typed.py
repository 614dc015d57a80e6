"""What was sent with a form that the service could not carry out: to send again, or to copy."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

from kbstrack.web.kept import page_path

_SECRET = ("password", "proof")
_ID = re.compile(r"-[0-9a-f]{32}$")
OURS = frozenset({"csrf_token", "key", "writer"})
"""The fields that every form has; nobody fills them in."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that came in. `fields` has all of it, its one-time key too; none of it is secret.

    A password or a code is not given back but asked for again, in the field `asks`; that is empty
    when there was none. `can_be_sent` is False when there is more that is not given back: a file,
    a passkey's answer, a second secret.
    """

    href: str
    fields: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    had_files: bool
    asks: str
    can_be_sent: bool


def what_was_typed(*, without: Collection[str] = ()) -> Typed | None:
    """The form of this request, or None when there is none that can be read.

    Fields whose names are in `without` are left out.
    """
    if request.method != "POST":
        return None
    try:
        sent = [field for field in request.form.items(multi=True) if field[0] not in without]
        had_files = any(file.filename for file in request.files.values())
    except (HTTPException, OSError):
        return None
    if not sent:
        return None
    fields = tuple((name, value) for name, value in sent if not _is_secret(name))
    secrets = [name for name, value in sent if _is_secret(name) and value]
    asks = secrets[0] if len(secrets) == 1 and "passkey" not in secrets[0] else ""
    return Typed(
        href=page_path(),
        fields=fields,
        texts=tuple((_label(name), value) for name, value in fields if _is_text(name, value)),
        had_files=had_files,
        asks=asks,
        can_be_sent=not had_files and bool(asks or not secrets),
    )


def _is_secret(name: str) -> bool:
    return name == "code" or any(word in name.lower() for word in _SECRET)


def _is_text(name: str, value: str) -> bool:
    """Whether somebody wrote it in words, so that it hurts to lose."""
    return name not in OURS and len(value.split()) > 1


def _label(name: str) -> str:
    """`claim-K1` → `Claim K1`: not the field's own label, but enough to know it by.

    The id of a file says nothing to anybody: `caption-…` → `Caption`.
    """
    words = _ID.sub("", name).replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
