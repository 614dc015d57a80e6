"""Portfolio to HTML: texts whose only outside addresses are pictures, marks and other sections."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kbstrack import formats, qr
from kbstrack.pdf import changes, pictures, printable, reviews
from kbstrack.pdf.fonts import FAMILIES
from kbstrack.pdf.links import link_to
from kbstrack.pdf.slots import slot, slot_css
from kbstrack.pdf.timeline import timeline
from kbstrack.portfolio.marks import Mark
from kbstrack.portfolio.rules import Portfolio, PortfolioSignOff, PortfolioVersion

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "templates" / "portfolio_print"
STYLES = ("print.css", "pieces.css", "front.css", "sheets.css")


def render(part: str, **values: object) -> str:
    """One section of the document as HTML; equal values give equal text. `part` is its template."""
    return _environment().get_template("section.html").render(part=part, **values)


def declarations(portfolio: Portfolio) -> dict[str, str]:
    """The texts that sign-offs were given or confirmed with, each with the letter that the table
    names it by."""
    signed = [sign_off for ksb in portfolio.ksbs for sign_off in ksb.sign_offs]
    texts = dict.fromkeys(sign_off.declaration for sign_off in signed)
    texts |= dict.fromkeys(
        renewal.declaration for sign_off in signed for renewal in sign_off.renewals
    )
    return {text: _letter(number) for number, text in enumerate(texts)}


def sign_offs(portfolio: Portfolio) -> list[tuple[str, PortfolioSignOff]]:
    """Every sign-off with its KSB's code, in the order of the matrix."""
    return [(ksb.code, sign_off) for ksb in portfolio.ksbs for sign_off in ksb.sign_offs]


def has_changes(portfolio: Portfolio) -> bool:
    """Whether anything counts that was changed since it was decided or signed off."""
    return any(
        ksb.changed_numbers or any(sign_off.changes for sign_off in ksb.sign_offs)
        for ksb in portfolio.ksbs
    )


def _letter(number: int) -> str:
    letters = ""
    while number >= 0:
        letters = chr(ord("A") + number % 26) + letters
        number = number // 26 - 1
    return letters


@cache
def css() -> str:
    """The style of every section: the order of the fonts, then our own files."""
    families = ", ".join(f'"{family}"' for family in FAMILIES)
    parts = [f"html {{ font-family: {families}; }}", slot_css()]
    parts += [(HERE / name).read_text(encoding="utf-8") for name in STYLES]
    return "\n".join(parts)


@cache
def _mark_drawing(name: str) -> Markup:
    """What is inside the mark's own file, to be drawn many times within one picture."""
    svg = (HERE / "marks" / f"{name}.svg").read_text(encoding="utf-8")
    return Markup(svg[svg.index(">") + 1 : svg.rindex("</svg>")])  # noqa: S704


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever a template writes passes here, so no text can reach the page unchecked.
        finalize=_checked,
    )
    environment.filters.update(
        date=formats.say_date,
        short_date=formats.say_short_date,
        time=formats.say_time,
        size=formats.say_size,
        count=formats.say_count,
        paragraphs=printable.paragraphs,
        direction=printable.direction,
        slug=lambda words: words.replace(" ", "-"),
        without_scheme=lambda address: address.partition("://")[2],
    )
    environment.globals.update(_functions())
    return environment


def _functions() -> dict[str, object]:
    """What templates may ask beside the portfolio's own values."""
    return {
        "period": formats.say_period,
        "link": link_to,
        "slot": slot,
        "reviews": reviews.reviews,
        "waiting": reviews.waiting,
        "answers": reviews.answers,
        "passages": changes.passages,
        "has_dropped": changes.has_dropped,
        "say_changes": changes.say_changes,
        "drawn_images": pictures.drawn_images,
        "listed_files": pictures.listed_files,
        "sign_offs": sign_offs,
        "has_changes": has_changes,
        "is_long": _is_long,
        "marks": tuple(Mark),
        "mark_drawing": _mark_drawing,
        "timeline": timeline,
        "qr": qr.picture,
    }


def _checked(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable.printable(value)
    return value


def _is_long(version: PortfolioVersion, code: str) -> bool:
    """Whether a claim and its decision may need more than a page, so that it must break."""
    texts = [
        claim.rationale + claim.locator + (claim.decision.feedback if claim.decision else "")
        for claim in version.claims
        if claim.code == code
    ]
    return sum(len(text) + 80 * text.count("\n") for text in texts) > 1500
