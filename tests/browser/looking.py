"""What is true of every page in a window: nothing sticks out, focus shows, axe finds nothing."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.windows import DESK, NARROW

# Everything axe looks for unless told otherwise, and the size of targets (WCAG 2.2 AA). A radio
# button that reveals a field says so by aria-expanded, which ARIA leaves to other roles; GOV.UK
# Frontend keeps it, since screen readers read it out and people are helped.
AXE = """async () => {
    const found = await axe.run(document, {
        resultTypes: ["violations"], rules: {"target-size": {enabled: true}},
    });
    const known = (rule, node) => rule.id === "aria-allowed-attr"
        && node.html.includes('class="govuk-radios__input"')
        && node.any.concat(node.all, node.none).every(
            check => String(check.data).startsWith("aria-expanded"));
    return found.violations.flatMap(rule => rule.nodes.filter(node => !known(rule, node)).map(
        node => `${rule.id}: ${node.failureSummary} ${node.html.slice(0, 200)}`));
}"""

STICKING_OUT = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const out = [...document.querySelectorAll("body *")].filter(
        element => element.getBoundingClientRect().right > width + 1);
    return [`${document.documentElement.scrollWidth}px wide: ` + out.slice(-3).map(
        element => element.outerHTML.slice(0, 160)).join(" | ")];
}"""

SQUASHED = """async () => {
    const pictures = [...document.querySelectorAll("main img")];
    for (const picture of pictures) picture.loading = "eager";
    await Promise.all(pictures.map(picture => picture.decode().catch(() => null)));
    return pictures.filter(picture => picture.clientHeight && picture.naturalHeight
        && Math.abs(picture.clientWidth / picture.clientHeight
            / (picture.naturalWidth / picture.naturalHeight) - 1) > 0.02,
    ).map(picture => "squashed: " + picture.outerHTML.slice(0, 160));
}"""

OPEN_DETAILS = """() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
}"""

FOCUS = """() => {
    const shown = element => element.getClientRects().length
        && getComputedStyle(element).visibility !== "hidden";
    // GOV.UK's ticks are drawn by the label beside the input.
    const drawn = element => element.matches(".govuk-radios__input, .govuk-checkboxes__input")
        ? [element.parentElement.querySelector("label"), "::before"] : [element, null];
    const look = element => {
        const style = getComputedStyle(...drawn(element));
        return [style.outline, style.boxShadow, style.backgroundColor, style.color].join();
    };
    const lost = [];
    const all = document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
    for (const element of all) {
        if (!shown(element) || element.disabled) continue;
        element.blur();
        const before = look(element);
        element.focus({preventScroll: true});
        const is_reached = document.activeElement === element;
        if (!is_reached) lost.push("cannot be reached: " + element.outerHTML);
        else if (look(element) === before) lost.push("focus is not seen: " + element.outerHTML);
        element.blur();
    }
    return lost.map(text => text.slice(0, 200));
}"""


def problems_in_window(page: Page) -> list[str]:
    """Everything that is wrong with the page as it stands, in a narrow and in a wide window."""
    found = []
    page.wait_for_load_state()
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.evaluate(AXE_SCRIPT)
    for size in (NARROW, DESK):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        found += _at(size, page.evaluate(STICKING_OUT))
        found += _at(size, page.evaluate(SQUASHED))
        page.evaluate(OPEN_DETAILS)
        found += _at(size, page.evaluate(STICKING_OUT))
        found += _at(size, page.evaluate(AXE))
    # From here on the browser takes every focus for one by keyboard.
    page.keyboard.press("Tab")
    found += page.evaluate(FOCUS)
    return list(dict.fromkeys(found))


def _at(size: dict[str, int], found: list[str]) -> list[str]:
    return [f"{size['width']}px: {problem}" for problem in found]
