"""A client that reads every page like a careful visitor, and fills in forms like a browser."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import lxml.html
from flask import Flask
from lxml.html import HtmlElement
from sqlalchemy import event
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from kbstrack import clock
from kbstrack.db import db
from kbstrack.people.models import Person
from kbstrack.web import proving
from tests.conftest import OutsideClient
from tests.page_checks import problems_of

Value = str | Sequence[str] | tuple[str, bytes] | list[tuple[str, bytes]] | bool
"""What a field is filled with: text; several choices; (file name, bytes); a tick or none."""


_LOOK = "INSERT INTO auditor_view"


class Page:
    """One answer: its status, its text as a reader sees it, and its HTML."""

    def __init__(self, response: TestResponse) -> None:
        # Read to its end, as a browser does: a file that is sent is closed then.
        response.get_data()
        response.close()
        self.response = response
        self.status = response.status_code
        self.path = response.request.full_path.rstrip("?")
        self.headers = response.headers
        # What a redirect says is for programs.
        self.is_html = response.mimetype == "text/html" and not 300 <= self.status < 400
        self.html: HtmlElement = lxml.html.document_fromstring(
            response.text if self.is_html else "<p></p>"
        )

    @property
    def text(self) -> str:
        """The words of the main part, with single spaces."""
        parts = self.html.xpath("//main") or [self.html]
        return " ".join("".join(parts[0].itertext()).split())

    @property
    def whole_text(self) -> str:
        """The words of header, main part and footer, with single spaces."""
        return " ".join("".join(self.html.itertext()).split())

    @property
    def title(self) -> str:
        """The window's title."""
        return " ".join(self.html.findtext(".//title", "").split())

    @property
    def heading(self) -> str:
        """The h1."""
        return " ".join(self.html.xpath("string(//h1)").split())

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        items = self.html.xpath("//*[contains(@class, 'govuk-error-summary__list')]/li")
        return [" ".join(item.text_content().split()) for item in items]

    @property
    def location(self) -> str | None:
        """Where a redirect leads."""
        return self.headers.get("Location")

    def links(self) -> dict[str, str]:
        """Address by text, of every link."""
        return {
            " ".join(link.text_content().split()): link.get("href")
            for link in self.html.xpath("//a[@href]")
        }

    def value_of(self, name: str) -> str:
        """What stands in a field now."""
        for control in self.html.xpath("//main//form//*[@name]"):
            if control.get("name") == name:
                if control.tag == "textarea":
                    # A browser drops the one line break after the tag.
                    return (control.text or "").removeprefix("\n")
                return control.value or ""
        raise AssertionError(f"there is no field {name!r} on {self.path}")


class Pages:
    """Opens pages as one person, or as nobody, and looks each of them over."""

    def __init__(self, app: Flask, *, base_url: str = "http://localhost") -> None:
        self.app = app
        self.base_url = base_url
        self.client = OutsideClient(app, app.response_class, use_cookies=True)

    def sign_in(self, person_id: uuid.UUID) -> Pages:
        """Be this person from now on, without the sign-in page."""
        with self.app.app_context():
            uniquifier = db.session.get_one(Person, person_id).fs_uniquifier
        with self.client.session_transaction(base_url=self.base_url) as session:
            session.clear()
            session["_user_id"] = uniquifier
            session["_fresh"] = True
            session["signed_in_at"] = clock.now().timestamp()
            session[proving.SESSION_KEY] = ["password", clock.now().isoformat()]
        return self

    def get(self, path: str, *, status: int = 200, follow: bool = True, **given: Any) -> Page:
        """Open a page; it must have this status, be well formed, and have written nothing."""
        with self._writes() as writes:
            response = self.client.get(
                path, base_url=self.base_url, follow_redirects=follow, **given
            )
        assert not writes, f"GET {path} wrote to the database: {writes}"
        return self._checked(response, status)

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        follow: bool = True,
        **given: Any,
    ) -> Page:
        """Send a form as it is given, without a token unless there is one in it."""
        response = self.client.post(
            path, data=data or {}, base_url=self.base_url, follow_redirects=follow, **given
        )
        return self._checked(response, status)

    def submit(
        self,
        page: Page,
        fields: Mapping[str, Value] | None = None,
        *,
        button: str | None = None,
        status: int = 200,
        follow: bool = True,
    ) -> Page:
        """Fill in the page's form and press the button with this text (else the first one).

        Fields that are not named keep what the page has in them, as in a browser.
        """
        form, pressed = _form_with(page, button)
        data = _values_of(form)
        for name, value in (fields or {}).items():
            _fill(form, data, name, value)
        if pressed.get("name"):
            data.add(pressed.get("name"), pressed.get("value", ""))
        action = urljoin(page.path, pressed.get("formaction") or form.get("action") or "")
        path = urlsplit(action)._replace(scheme="", netloc="").geturl()
        if form.method == "GET":
            return self.get(path, query_string=data, status=status, follow=follow)
        return self.post(
            path,
            data,
            status=status,
            follow=follow,
            content_type=form.get("enctype") or "application/x-www-form-urlencoded",
        )

    def _checked(self, response: TestResponse, status: int) -> Page:
        page = Page(response)
        assert page.status == status, f"{page.path}: {page.status} {page.location} {page.text}"
        problems = problems_of(page.response, page.html if page.is_html else None)
        assert not problems, f"{page.path}:\n" + "\n".join(problems)
        return page

    @contextmanager
    def _writes(self) -> Iterator[list[str]]:
        written: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            first = statement.lstrip().split(None, 1)[0].upper()
            # An auditor's look is noted before the page is shown, and nothing else ever is.
            if first not in {"SELECT", "BEGIN", "PRAGMA"} and _LOOK not in statement:
                written.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield written
        finally:
            event.remove(engine, "before_cursor_execute", note)


def _form_with(page: Page, button: str | None) -> tuple[HtmlElement, HtmlElement]:
    found = []
    for form in page.html.xpath("//form"):
        for pressed in form.xpath(".//button | .//input[@type='submit']"):
            text = " ".join((pressed.text_content() or pressed.get("value") or "").split())
            is_submit = (pressed.get("type") or "submit") == "submit"
            if is_submit and (text == button or (button is None and _is_in_main(form))):
                return form, pressed
            found.append(text)
    raise AssertionError(f"there is no button {button!r} on {page.path}, only {found}")


def _is_in_main(form: HtmlElement) -> bool:
    return bool(form.xpath("ancestor::main"))


def _values_of(form: HtmlElement) -> MultiDict[str, Any]:
    """What a browser would send if nothing were changed (no button, no file)."""
    data: MultiDict[str, Any] = MultiDict()
    for control in form.xpath(".//input | .//select | .//textarea"):
        name, kind = control.get("name"), (control.get("type") or "text").lower()
        if not name or control.get("disabled") is not None:
            continue
        if control.tag == "textarea":
            # A browser drops the one line break after the tag, and sends CR LF.
            text = (control.text or "").removeprefix("\n")
            data.add(name, text.replace("\r\n", "\n").replace("\n", "\r\n"))
        elif control.tag == "select":
            for value in _selected(control):
                data.add(name, value)
        elif kind in {"checkbox", "radio"}:
            if control.get("checked") is not None:
                data.add(name, control.get("value", "on"))
        elif kind not in {"submit", "button", "image", "reset", "file"}:
            data.add(name, control.get("value", ""))
    return data


def _selected(control: HtmlElement) -> list[str]:
    options = control.xpath(".//option")
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and control.get("multiple") is None:
        chosen = options[:1]
    return [option.get("value", option.text or "") for option in chosen]


def _fill(form: HtmlElement, data: MultiDict[str, Any], name: str, value: Value) -> None:
    controls = [control for control in form.xpath(".//*[@name]") if control.get("name") == name]
    assert controls, f"there is no field {name!r} in this form"
    data.poplist(name)
    kind = controls[0].get("type")
    if kind == "file":
        files = value if isinstance(value, list) else [value]
        for file_name, content in cast(list[tuple[str, bytes]], files):
            data.add(name, (io.BytesIO(content), file_name))
        return
    if isinstance(value, bool):
        values = [controls[0].get("value", "on")] if value else []
    else:
        values = [value] if isinstance(value, str) else [str(item) for item in value]
    if kind in {"checkbox", "radio"}:
        offered = {control.get("value", "on") for control in controls}
        assert offered.issuperset(values), f"{name!r} offers {sorted(offered)}, not {values}"
    for item in values:
        data.add(name, item)
