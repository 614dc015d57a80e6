"""What looks at every page must see a fault when there is one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import problems_in_window

pytestmark = pytest.mark.browser

WIDE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'/>"
PAGE = """<!doctype html><html lang="en"><head><title>Queue</title>
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>Queue</h1>%s</main></body></html>"""


def look_at(chromium: Browser, content: str) -> list[str]:
    page = chromium.new_page()
    page.set_content(PAGE % content)
    found = problems_in_window(page)
    page.close()
    return found


def test_a_sound_page_has_no_problems(chromium):
    assert look_at(chromium, '<p><a href="/">Home</a></p>') == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<input type="text">', "label: "),
        ('<p style="color: #bbb; background: #fff">Waiting</p>', "color-contrast: "),
        ('<p style="width: 400px">Waiting</p>', "320px: 4"),
        ('<details><summary>Why</summary><p style="width: 400px">So</p></details>', "320px: 4"),
        ('<a href="/" style="outline: none">Home</a>', "focus is not seen"),
        ('<img src="data:,">', "image-alt: "),
        (f'<img alt="A board" src="{WIDE}" style="width: 20px; height: 20px">', "squashed: "),
    ],
)
def test_faults_are_seen(chromium, content, expected):
    assert expected in "\n".join(look_at(chromium, content))
