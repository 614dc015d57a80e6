"""For anybody who was given a portfolio: is it what the training provider issued?

A PDF is hashed while it arrives and is never kept, in memory or elsewhere.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Response

from kbstrack import current
from kbstrack.formats import say_size
from kbstrack.issues.rules import read_code
from kbstrack.issuing.reading import Answer, answer_to_code, answer_to_pdf
from kbstrack.web.forms.issuing import CheckForm

blueprint = Blueprint("checking", __name__)

Page = str | tuple[str, int]

_SAYS_IT_IS = re.compile(rb"kbstrack-issue:([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})")
"""What an issue says of itself in its metadata, where nothing is compressed."""

_ZIP = b"PK\x03\x04"
_LONGEST = 64
_MOST_BESIDE = 500_000
"""How much larger a form may be than the file in it, and how much of it is read at once."""

NOTHING = "Choose the PDF, or type the code from its cover"
NO_ISSUE = (
    "No issue has this code. Compare it with the cover, letter by letter: there is no O, I or L "
    "in it."
)


class Passing(io.BytesIO):
    """Takes a file's bytes, keeps their hash and count, and forgets them."""

    def __init__(self) -> None:
        super().__init__()
        self._digest = hashlib.sha256()
        self._end = b""
        self.size_bytes = 0
        self.begins_with = b""
        self.says_code = ""

    def write(self, data: Any, /) -> int:
        """Look at some bytes once."""
        content = bytes(data)
        self._digest.update(content)
        self.size_bytes += len(content)
        self.begins_with = (self.begins_with + content[:8])[:8]
        found = _SAYS_IT_IS.search(self._end + content)
        if found is not None:
            self.says_code = found[1].decode()
        self._end = (self._end + content)[-_LONGEST:]
        return len(content)

    @property
    def sha256(self) -> str:
        """Of everything that passed."""
        return self._digest.hexdigest()


@blueprint.get("/check")
def ask() -> Page:
    """The form: a PDF, or the code from a cover."""
    return _ask_page()


@blueprint.post("/check")
def ask_submitted() -> Response | Page:
    """What the file or the code says. Nothing is changed, so no token is asked for."""
    request.max_content_length = _most_bytes()
    try:
        typed, passed = _read()
    except RequestEntityTooLarge:
        most = say_size(current.settings().max_file_bytes)
        return _ask_page(
            file_error=f"This PDF is larger than the {most} that can be checked here. Type the "
            "code from its cover, or check the file with “kbstrack verify”.",
            status=413,
        )
    except HTTPException:
        return _ask_page(file_error="The file did not arrive. Try again", status=400)
    if passed is not None and passed.size_bytes:
        return _file_page(passed)
    if not typed.strip():
        return _ask_page(code_error=NOTHING, status=422)
    code = read_code(typed)
    if code is None or answer_to_code(code) is None:
        return _ask_page(typed=typed, code_error=NO_ISSUE, status=422)
    return redirect(url_for("checking.show", code=code), 303)


@blueprint.get("/check/<code>")
def show(code: str) -> Response | Page:
    """What the code on a cover says: the address behind its picture of squares."""
    read = read_code(code)
    found = answer_to_code(read) if read is not None else None
    if found is None:
        return _ask_page(typed=code[:40], code_error=NO_ISSUE, status=404)
    if read != code:
        return redirect(url_for("checking.show", code=read), 303)
    return _answer_page("code", found)


def _most_bytes() -> int:
    """Files pass by; every other kind of form is held in memory as a whole, several times over."""
    has_files = request.mimetype == "multipart/form-data"
    return current.settings().max_file_bytes + _MOST_BESIDE if has_files else _MOST_BESIDE


def _read() -> tuple[str, Passing | None]:
    """The code that was typed, and the file that passed by, if there was one."""
    passing: list[Passing] = []

    def take(*_about: object, **_more: object) -> Any:
        passing.append(Passing())
        return passing[-1]

    parser = FormDataParser(
        stream_factory=take,
        max_form_memory_size=_MOST_BESIDE,
        max_content_length=request.max_content_length,
        max_form_parts=20,
    )
    _stream, form, _files = parser.parse(
        request.stream, request.mimetype, request.content_length, request.mimetype_params
    )
    return form.get("code", ""), next((one for one in passing if one.size_bytes), None)


def _file_page(passed: Passing) -> Page:
    found = answer_to_pdf(passed.sha256)
    if found is not None:
        return _answer_page("file", found)
    # A bundle holds its PDF as it is, and so says the code, but its bytes are not the PDF's.
    if passed.begins_with.startswith(_ZIP):
        return _answer_page("zip", None)
    said = answer_to_code(passed.says_code) if passed.says_code else None
    if said is not None:
        return _answer_page("changed", said), 200
    is_pdf = b"%PDF-" in passed.begins_with
    return _answer_page("unknown" if is_pdf else "no-pdf", None, size_bytes=passed.size_bytes)


def _answer_page(state: str, answer: Answer | None, size_bytes: int = 0) -> str:
    return render_template(
        "checking/answer.html", state=state, answer=answer, size_bytes=size_bytes
    )


def _ask_page(
    *, typed: str = "", file_error: str = "", code_error: str = "", status: int = 200
) -> Page:
    form = CheckForm(code=typed)
    form.pdf.errors = [file_error] if file_error else []
    form.code.errors = [code_error] if code_error else []
    most = say_size(current.settings().max_file_bytes)
    return render_template("checking/ask.html", form=form, most=most), status
