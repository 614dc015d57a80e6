"""Somebody who uses the pages over HTTP: reads forms, fills them in, and keeps what was sent."""

from __future__ import annotations

import http.client
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

import lxml.html
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

MOST_REDIRECTS = 5
LONGEST_ANSWER_SECONDS = 60.0

Value = str | Sequence[str]


class Lost(Exception):
    """The connection ended before there was an answer."""


@dataclass(frozen=True)
class SentFile:
    """A file chosen in a form's field."""

    field: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Sent:
    """A form exactly as it is sent, so that it can be sent again."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[SentFile, ...] = ()

    @property
    def body(self) -> tuple[str, bytes]:
        """Its content type and its bytes."""
        if not self.files:
            return "application/x-www-form-urlencoded", urlencode(self.fields).encode()
        data: MultiDict[str, object] = MultiDict(self.fields)
        for file in self.files:
            data.add(file.field, FileStorage(io.BytesIO(file.content), filename=file.name))
        boundary, body = encode_multipart(data)
        return f"multipart/form-data; boundary={boundary}", body


class Page:
    """An answer: its status, where it leads, and what is on it."""

    def __init__(self, path: str, status: int, location: str, text: str) -> None:
        self.path, self.status, self.location = path, status, location
        self.html = lxml.html.document_fromstring(text or "<p></p>")

    @property
    def said(self) -> str:
        """The words of its main part."""
        parts = self.html.xpath("//main") or [self.html]
        return " ".join("".join(parts[0].itertext()).split())

    def links(self, pattern: str) -> list[str]:
        """The addresses on it that match, each once, in their order."""
        found = [link.get("href") for link in self.html.xpath("//main//a[@href]")]
        return list(dict.fromkeys(href for href in found if re.fullmatch(pattern, href)))

    def names(self, pattern: str) -> list[str]:
        """The names of fields that match, each once."""
        found = [control.get("name") for control in self.html.xpath("//main//form//*[@name]")]
        return list(dict.fromkeys(name for name in found if re.fullmatch(pattern, name)))

    def filled_in(
        self,
        given: Mapping[str, Value],
        *,
        files: Sequence[SentFile] = (),
        password: str = "",
    ) -> Sent:
        """The form of the page with these answers; everything else as the page has it.

        A password is typed where the page asks for one.
        """
        [form] = self.html.xpath("//main//form[@method='post']")
        fields = [pair for pair in form.form_values() if pair[0] not in given]
        asked = [field.get("name") for field in form.xpath(".//input[@type='password']")]
        fields = [pair for pair in fields if pair[0] not in asked]
        fields += [(name, password) for name in asked]
        for name, value in given.items():
            fields += [(name, item) for item in ([value] if isinstance(value, str) else value)]
        path = urljoin(self.path, form.get("action") or self.path)
        return Sent(path, tuple(fields), tuple(files))


class Visitor:
    """One person with a browser's cookies."""

    def __init__(self, email: str, password: str) -> None:
        self.email, self.password = email, password
        self.address = ""
        self._cookies: dict[str, str] = {}

    def sign_in(self) -> None:
        """Sign in by the page. Raises Lost."""
        self._cookies.clear()
        page = self._follow("/sign-in")
        answer = self.send(page.filled_in({"email": self.email}, password=self.password))
        if answer.status != 303:
            raise AssertionError(f"{self.email} cannot sign in: {answer.status} {answer.said}")

    def get(self, path: str) -> Page:
        """Open a page, signed in. Raises Lost."""
        page = self._follow(path)
        if page.path.startswith("/sign-in"):
            self.sign_in()
            page = self._follow(path)
        return page

    def send(self, form: Sent) -> Page:
        """Send a form once; the answer as it comes, redirects not followed. Raises Lost."""
        content_type, body = form.body
        return self._ask("POST", form.path, body, {"Content-Type": content_type})

    def _follow(self, path: str) -> Page:
        for _ in range(MOST_REDIRECTS):
            page = self._ask("GET", path)
            if page.status != 303:
                return page
            path = urljoin(path, page.location)
        raise AssertionError(f"{path} leads on and on")

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Page:
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=LONGEST_ANSWER_SECONDS
        )
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            connection.request(method, path, body, {**(headers or {}), "Cookie": cookies})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise Lost(path) from error
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", ()):
            self._cookies.update({name: part.value for name, part in SimpleCookie(line).items()})
        location = urlsplit(answer.headers.get("Location", ""))
        leads_to = location._replace(scheme="", netloc="").geturl()
        return Page(path, answer.status, leads_to, text)
