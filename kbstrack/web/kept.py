"""Forms that outlive a session: what was typed comes back after signing in again."""

from __future__ import annotations

import io
import uuid
from typing import IO, Any, TypeVar

from flask import after_this_request, current_app, flash, g, request, session
from flask_login import current_user
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import HiddenField

from kbstrack import current

FIELD = "writer"
"""The hidden field of every form: who writes, and on which page."""

SESSION_KEY = "kept_forms"
"""Where the session holds what one person typed: a form each of a page, the newest last."""

SIGNED_OUT = "You were signed out while writing."
"""Why a form was kept, unless something else is said."""

MAX_BYTES = 256 * 1024
MOST_FORMS = 5

_MAX_AGE_SECONDS = 7 * 24 * 3600
_NEVER_KEPT = ("csrf", "password", "proof", FIELD)

Kept = dict[str, Any]
FormType = TypeVar("FormType", bound=FlaskForm)


class WriterField(HiddenField):  # type: ignore[misc]
    """Says, signed, who writes which form on which page; what comes in is never a value."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._form_name = type(kwargs.get("_form")).__name__

    def _value(self) -> str:
        return writer_value(self._form_name)


def form_of(kind: type[FormType], **given: Any) -> FormType:
    """The form of a page: as sent on a POST; as kept after a lost session; else from `given`.

    Every view makes its form by this. `given` is what the form's constructor takes (`obj`,
    `data`, choices); kept fields win over it.
    """
    kept = None if request.method == "POST" else kept_form_data(kind.__name__)
    if kept is not None:
        given["formdata"] = kept
    form: FormType = kind(**given)
    return form


def kept_form_data(form_name: str) -> MultiDict[str, str] | None:
    """What this person typed into this form of this page before their session ended, or None.

    It stays until the form is sent or they sign out. The page says where the text comes from.
    """
    if not session.get(SESSION_KEY) or not current_user.is_authenticated:
        return None
    writer = (current_user.id.hex, page_path(), form_name)
    kept = next((form for form in session[SESSION_KEY] if _writer_of(form) == writer), None)
    if kept is None:
        return None
    if "kept_form_said" not in g:
        g.kept_form_said = True
        files = " Choose your files again." if kept["had_files"] else ""
        why = kept.get("why", SIGNED_OUT)
        flash(f"{why} Here is what you wrote: check it and send it again.{files}")
    return MultiDict((name, value) for name, value in kept["fields"])


def writer_value(form_name: str) -> str:
    """The value of the hidden field on the page that is being shown; empty for nobody."""
    if not current_user.is_authenticated:
        return ""
    # A form shown again after errors still belongs to the page where it was begun.
    path = _page_of(request.form.get(FIELD)) if request.method == "POST" else None
    return _signer().dumps([current_user.id.hex, path or page_path(), form_name])


def is_own_form() -> bool:
    """Whether what came in was begun by this person, on the page that it was sent from.

    Then that page was theirs to see, whatever has become of it.
    """
    if request.method != "POST" or not current_user.is_authenticated:
        return False
    try:
        path = _page_of(request.form.get(FIELD))
    except HTTPException:
        return False
    return path is not None and path.partition("?")[0] == request.path


def keep_form(*, why: str = SIGNED_OUT) -> str | None:
    """Keep what somebody sent who can't go on now; the path of its page, or None if not ours.

    `why` is the sentence that they read with it later.

    Only a form that we gave to a signed-in person is kept, without its files. Forms of other
    pages that they have not sent yet stay, the newest ones, as long as there is room.
    """
    limit = current_app.config["MAX_CONTENT_LENGTH"]
    leave_files_unread(most_bytes=limit + current.settings().max_file_bytes)
    try:
        writer = _read(request.form.get(FIELD))
    except RequestEntityTooLarge:
        return None
    if writer is None:
        return None
    person, path, form_name = writer
    fields = [
        [name, value]
        for name, value in request.form.items(multi=True)
        if not any(word in name.lower() for word in _NEVER_KEPT)
    ]
    form = {
        "person": person,
        "path": path,
        "form": form_name,
        "why": why,
        "fields": fields,
        "had_files": any(file.filename for file in request.files.values()),
    }
    if _size_bytes(form) > MAX_BYTES:
        return None
    others = [old for old in session.get(SESSION_KEY, ()) if old["person"] == person]
    session[SESSION_KEY] = _newest([*_without(others, writer), form])
    return path


def forget_when_sent() -> None:
    """Drop a kept form once it was sent again and answered."""
    if session.get(SESSION_KEY) and request.method == "POST":

        @after_this_request
        def forget(response: Response) -> Response:
            # The form is read only now: a view may still have said how large it may be.
            try:
                writer = _read(request.form.get(FIELD))
            except HTTPException:
                return response
            if writer is not None and response.status_code < 500 and SESSION_KEY in session:
                session[SESSION_KEY] = _without(session[SESSION_KEY], writer)
            return response


def page_path() -> str:
    """The address of the page with its query, without the host."""
    return request.full_path.rstrip("?")


def written_by(forms: list[Kept], person_id: uuid.UUID) -> list[Kept]:
    """The kept forms that this person wrote: nobody else may see them."""
    return [form for form in forms if form["person"] == person_id.hex]


class _Nowhere(io.BytesIO):
    """Takes the bytes of a file and keeps none."""

    def write(self, data: Any) -> int:
        return len(data)


def leave_files_unread(*, most_bytes: int) -> None:
    """Let the text of a form with large files through, and nothing of the files.

    To be called before the form is read; `most_bytes` is how large the request may be.
    """

    def nowhere(
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return _Nowhere()

    if request.mimetype == "multipart/form-data":
        request.max_content_length = most_bytes
        request._get_file_stream = nowhere  # type: ignore[method-assign]


def _newest(forms: list[Kept]) -> list[Kept]:
    """The last of them: a few only, and as many bytes in all as one may have."""
    forms = forms[-MOST_FORMS:]
    while sum(map(_size_bytes, forms)) > MAX_BYTES:
        forms = forms[1:]
    return forms


def _size_bytes(form: Kept) -> int:
    return sum(len(name.encode()) + len(value.encode()) for name, value in form["fields"])


def _without(forms: list[Kept], writer: tuple[str, str, str]) -> list[Kept]:
    return [form for form in forms if _writer_of(form) != writer]


def _writer_of(form: Kept) -> tuple[str, str, str]:
    return form["person"], form["path"], form["form"]


def _signer() -> URLSafeTimedSerializer:
    secret = current_app.secret_key
    assert secret is not None
    return URLSafeTimedSerializer(secret, salt="kbstrack.web.kept")


def _read(value: str | None) -> tuple[str, str, str] | None:
    try:
        person, path, form_name = _signer().loads(value or "", max_age=_MAX_AGE_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return str(person), str(path), str(form_name)


def _page_of(value: str | None) -> str | None:
    writer = _read(value)
    if writer is None or writer[0] != current_user.id.hex:
        return None
    return writer[1]
