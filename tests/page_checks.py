"""What is true of every page of ours: structure, labels, safety, headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement
from werkzeug.test import TestResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "",
    "Permissions-Policy": "",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# "None of these" and "None yet" are English; what Python writes for nothing stands alone.
LEFTOVERS = re.compile(r"\bNone\b(?! of | yet|,)|\bundefined\b|\{\{|\}\}|\bUUID\(|\bdatetime\.")


def problems_of(response: TestResponse, html: HtmlElement | None) -> list[str]:
    """Everything that is wrong with an answer, a sentence each; an empty list if all is well."""
    found = list(_headers(response, is_page=html is not None))
    if html is not None:
        for check in (_frame, _ids, _controls, _scripts, _forms, _contents, _words):
            found.extend(check(html))
    return found


def _headers(response: TestResponse, *, is_page: bool) -> Iterator[str]:
    if response.request.path.startswith("/static/"):
        return
    for name, beginning in HEADERS.items():
        value = response.headers.get(name)
        is_own = name == "Content-Security-Policy" and not is_page
        if value is None or (not is_own and not value.startswith(beginning)):
            yield f"header {name} is {value!r}"


def _frame(html: HtmlElement) -> Iterator[str]:
    if not html.get("lang"):
        yield "the page has no language"
    headings = [" ".join(item.text_content().split()) for item in html.xpath("//h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"the page needs one h1, it has {headings}"
        return
    title = " ".join(html.findtext(".//title", "").split())
    has_errors = bool(html.xpath("//*[contains(@class, 'govuk-error-summary')]"))
    wanted = f"Error: {headings[0]}" if has_errors else headings[0]
    if not title.startswith(wanted):
        yield f"the title {title!r} does not begin with {wanted!r}"
    if len(html.xpath("//main")) != 1:
        yield "the page needs one main part"


def _ids(html: HtmlElement) -> Iterator[str]:
    ids = Counter(html.xpath("//@id"))
    for name, count in ids.items():
        if count > 1:
            yield f"the id {name!r} is there {count} times"
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "headers"):
        for value in html.xpath(f"//@{attribute}"):
            for name in value.split():
                if name not in ids:
                    yield f"{attribute} names {name!r}, which is not there"
    for href in html.xpath("//a/@href[starts-with(., '#')]"):
        if href[1:] not in ids:
            yield f"a link leads to {href}, which is not there"


def _controls(html: HtmlElement) -> Iterator[str]:
    for control in html.xpath("//input | //select | //textarea"):
        if (control.get("type") or "text") in {"hidden", "submit", "button", "image"}:
            continue
        own = control.get("id")
        labels = [label for label in html.xpath("//label") if own and label.get("for") == own]
        has_name = control.get("aria-label") or control.get("aria-labelledby")
        if not (labels or has_name or control.xpath("ancestor::label")):
            yield f"the field {control.get('name')!r} has no label"
    for element in html.xpath("//button | //a[@href]"):
        name = element.text_content().strip() or element.get("aria-label")
        if not name and not element.xpath(".//img[@alt != '']"):
            yield f"a {element.tag} has no text: {element.attrib}"
    for error in html.xpath("//*[contains(@class, 'govuk-error-summary__list')]//a/@href"):
        if not error.startswith("#"):
            yield f"the error summary leads to {error}"


def _scripts(html: HtmlElement) -> Iterator[str]:
    for element in html.iter("*"):
        for name, value in element.attrib.items():
            if name == "style" or name.startswith("on"):
                yield f"<{element.tag}> has {name}={value!r}"
            if (
                name in {"href", "src", "action"}
                and not value.startswith(("/", "#", "?", "https:", "http:", "mailto:"))
                and value
            ):
                yield f"<{element.tag}> has {name}={value!r}"
    for script in html.xpath("//script"):
        if not script.get("src") or not script.get("nonce") or script.text_content().strip():
            yield "a script stands in the page or has no nonce"
    if html.xpath("//style"):
        yield "a style stands in the page"


CHANGES_NOTHING = {"/check"}
"""Sent without a token: anybody asks, and nothing is written."""


def _forms(html: HtmlElement) -> Iterator[str]:
    for form in html.xpath("//form"):
        has_token = bool(form.xpath(".//input[@name='csrf_token'][@value != '']"))
        if form.method == "POST" and not has_token and form.get("action") not in CHANGES_NOTHING:
            yield f"the form to {form.get('action')!r} has no token"
        if form.method == "GET" and has_token:
            yield f"the form to {form.get('action')!r} puts its token into the address"
        if form.xpath(".//input[@type='file']") and form.get("enctype") != "multipart/form-data":
            yield f"the form to {form.get('action')!r} cannot send its files"


def _contents(html: HtmlElement) -> Iterator[str]:
    for image in html.xpath("//img[not(@alt)]"):
        yield f"the picture {image.get('src')} has no alt"
    for header in html.xpath("//th[not(@scope)]"):
        yield f"the table header {header.text_content()!r} has no scope"


def _words(html: HtmlElement) -> Iterator[str]:
    for text in html.xpath("//body//text()[not(parent::textarea)]"):
        if LEFTOVERS.search(text):
            yield f"the page says {text.strip()!r}"
    for value in html.xpath("//@href | //@action | //@src | //input/@value"):
        if value == "None" or "/None" in value or "=None" in value:
            yield f"an attribute is {value!r}"
