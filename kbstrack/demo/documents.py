"""Generated PDFs of a recruitment office: adverts, schedules, reports, statements, certificates."""

from collections.abc import Callable
from html import escape
from importlib.resources import as_file, files
from random import Random

from kbstrack.demo import sheets
from kbstrack.demo.roles import vacancy

_FONT = "kbstrack-demo:font-"
_DATE = "<p class=small>Candidates are shown by number; names stay on the database.</p>"


def _fetch_fonts_only() -> object:
    """WeasyPrint's fetcher for these pages: the bundled font's bytes, and nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class FontsOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            name = url.removeprefix(_FONT)
            if name not in {"Regular", "Bold"}:
                raise ValueError(f"A demo document may not fetch {url}")
            font = files("kbstrack").joinpath("static", "fonts", f"AtkinsonHyperlegible-{name}.ttf")
            with as_file(font) as path:
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})

    return FontsOnly()


def _pdf(title: str, body: str, *, landscape: bool = False) -> bytes:
    """The page's bytes, equal for equal text: no clock, no random identifier."""
    from weasyprint import HTML

    style = sheets.STYLE + ("@page { size: A4 landscape }" if landscape else "")
    page = (
        f"<html lang=en-GB><head><title>{escape(title)}</title><style>{style}</style></head>"
        f"<body>{body}</body></html>"
    )
    document = HTML(string=page, url_fetcher=_fetch_fonts_only())
    pdf: bytes = document.write_pdf(pdf_identifier=title.encode())
    return pdf


def _list(points: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{escape(point)}" for point in points) + "</ul>"


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    top = "".join(f"<th>{escape(cell)}" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def job_advert(variant: int) -> bytes:
    """One page: the advert as approved."""
    role = vacancy(variant)
    body = f"""<p class=band>Vacancy {1040 + variant} · approved for posting</p>
    <h1>{escape(role.title)}</h1>
    <p class=lead>{escape(role.lead)}</p>
    <dl><dt>Pay<dd>{escape(role.pay)}<dt>Hours<dd>{escape(role.hours)}
    <dt>Where<dd>{escape(role.place)}</dl>
    <h2>What you will do</h2>{_list(role.duties)}
    <h2>What you bring</h2>{_list(role.needs)}
    <h2>How to apply</h2><p>Send a CV, or just your number and the best time to ring: we reply to
    everybody within three working days. Tell us if anything about the process should be different
    for you, for example more time or a step-free room, and we will arrange it.</p>
    <p class=box>We welcome applications from everyone. Age, disability, sex, race, religion,
    sexual orientation, gender reassignment, pregnancy, marriage: none of it plays a part in
    who we shortlist.</p>
    <p class=small>Advert version 3 · wording checked against the house style · expires after
    28 days · equal opportunities wording last reviewed this quarter</p>"""
    return _pdf(f"Advert: {role.title}", body)


def interview_schedule(variant: int) -> bytes:
    """One page: a day's interviews with rooms, panel and what each candidate asked for."""
    rnd = Random(f"schedule {variant}")
    needs = ("none", "step-free room", "copy of the questions on paper", "none", "video link")
    rows: list[tuple[object, ...]] = []
    for slot in range(6):
        minutes = 9 * 60 + 30 + slot * 55
        time = f"{minutes // 60}:{minutes % 60:02}"
        room = ("Beech room", "Video", "Beech room")[slot % 3]
        rows.append((time, f"C-{rnd.randint(104, 389)}", room, rnd.choice(needs), "confirmed"))
    role = vacancy(variant)
    body = f"""<p class=band>Interview day · vacancy {1040 + variant}</p>
    <h1>{escape(role.title)}: schedule</h1>
    <p>Panel: the hiring manager and one colleague. Forty minutes each, fifteen minutes in between
    for notes. Lunch is after the fourth interview.</p>
    {_table(("Start", "Candidate", "Room", "Asked for", "Reply"), rows)}
    <h2>Before the day</h2>
    {
        _list(
            (
                "Confirmations sent three days before, with map and names of the panel's roles",
                "Reminder by text message the afternoon before",
                "Question sheets printed; scoring grid on the shared drive",
                "Reception has the list by first name initial and time only",
            )
        )
    }
    <h2>If somebody cancels</h2><p>Offer the reserve slot at 15:05 first, then the video slots on
    the following day. Tell the panel in the same message, with the new order.</p>{_DATE}"""
    return _pdf(f"Interview schedule: {role.title}", body)


def kpi_report(variant: int) -> bytes:
    """Two pages: twelve weeks of figures, a bar chart, and what they mean."""
    rnd = Random(f"report {variant}")
    rows: list[tuple[object, ...]] = []
    level = 3.4
    totals = [0, 0, 0, 0]
    bars = ""
    for week in range(1, 13):
        level = max(2.0, min(9.4, level + rnd.uniform(-0.7, 1.3)))
        arranged = round(level)
        figures = (arranged * 3 + rnd.randint(0, 4), arranged + rnd.randint(2, 4), arranged,
                   round(arranged * 0.7))  # fmt: skip
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        rows.append((f"Week {week}", *figures, "yes" if arranged >= 6 else "no"))
        bars += sheets.bar(week, arranged, target=6)
    rows.append(("Total", *totals, ""))
    head = ("", "Phone screens", "CVs sent", "Interviews", "Attended", "Target of 6 met")
    body = f"""<p class=band>Activity report · twelve weeks</p><h1>KPI report, resourcing desk</h1>
    <p class=lead>{totals[0]} phone screens led to {totals[2]} interviews:
    {totals[0] / totals[2]:.1f} screens for each interview.</p>
    {sheets.chart(bars)}
    {_table(head, rows)}
    {sheets.KPI_MEANING}"""
    return _pdf("KPI report, resourcing desk", body)


def compliance_checklist(variant: int) -> bytes:
    """Two pages: pre-employment checks of one candidate, with who saw what."""
    who = f"C-{210 + variant}"
    dbs = ("DBS", "Not needed for this role", "not needed", "HR")
    if "Care" in vacancy(variant).title:
        dbs = ("DBS", "Enhanced certificate seen, number noted", "done", "HR")
    checks: list[tuple[object, ...]] = [
        ("Right to work", "Original passport seen in person", "done", "resourcer"),
        ("Right to work", "Copy dated, stored in the restricted folder", "done", "resourcer"),
        ("Identity", "Photo, name and date of birth agree", "done", "resourcer"),
        ("Address", "Bank statement, under three months old", "done", "resourcer"),
        ("Reference 1", "Last employer: dates and role agree with the CV", "done", "resourcer"),
        ("Reference 2", "Requested twice; arrived on the ninth day", "done", "resourcer"),
        ("Gaps", "Five months: caring for a relative, written explanation", "done", "resourcer"),
        ("Qualification", "Certificate seen, number checked with the awarder", "done", "HR"),
        dbs,
        ("Health", "Questionnaire only after the conditional offer", "not yet", "HR"),
    ]
    body = f"""<p class=band>Confidential · compliance file</p>
    <h1>Pre-employment checks, candidate {who}</h1>
    <dl><dt>Vacancy<dd>{escape(vacancy(variant).title)}<dt>Policy<dd>Safer recruitment, section 4
    <dt>Result<dd>Clear to proceed, one item open</dl>
    {_table(("Check", "What was seen", "State", "By"), checks)}
    {sheets.COMPLIANCE_NOTES}"""
    return _pdf(f"Pre-employment checks, candidate {who}", body)


def witness_statement(variant: int) -> bytes:
    """One page: what a person at work saw, signed by role."""
    witness, seen = sheets.TESTIMONIES[variant % len(sheets.TESTIMONIES)]
    body = f"""<p class=band>Witness testimony</p><h1>What I saw at work</h1>
    <dl><dt>Witness<dd>{escape(witness)}<dt>Relationship<dd>works with the apprentice every week
    <dt>Contact<dd>through the employer's switchboard</dl>
    {"".join(f"<p>{escape(paragraph)}</p>" for paragraph in seen)}
    <p class=box>I describe what I saw myself. I have not been asked to say whether the standard
    is met, and I do not.</p>
    <p class=signature>Signed: {escape(witness.lower())}</p>"""
    return _pdf("Witness testimony", body)


def certificate(variant: int) -> bytes:
    """One landscape page: a course attended."""
    course, hours, covered = sheets.COURSES[variant % len(sheets.COURSES)]
    body = f"""<div class=certificate><p class=band>Larkmoor Training (demonstration)</p>
    <p>This is to record attendance at</p><h1>{escape(course)}</h1>
    <p class=lead>{escape(hours)}, with a short test at the end: passed</p>
    <p>{escape(covered)}</p><p class=signature>Signed: course tutor</p></div>"""
    return _pdf(course, body, landscape=True)


def resourcing_plan(variant: int) -> bytes:
    """Two pages: a plan for filling one role, with sources, timetable, cost and risks."""
    role = vacancy(variant)
    body = f"""<p class=band>Resourcing plan · vacancy {1040 + variant}</p>
    <h1>Filling “{escape(role.title)}”</h1><p class=lead>Three people in six weeks, from five
    sources, for under £600.</p><dl><dt>Pay<dd>{escape(role.pay)}<dt>Hours<dd>{escape(role.hours)}
    <dt>Where<dd>{escape(role.place)}</dl>{sheets.PLAN_SOURCES}
    {_table(("Source", "Expected replies", "Cost", "Starts"), sheets.PLAN_ROWS)}
    {sheets.PLAN_SEARCH}
    {_table(("Week", "What happens", "Who"), sheets.PLAN_WEEKS)}
    {sheets.PLAN_RISKS}"""
    return _pdf(f"Resourcing plan: {role.title}", body)


def market_report(variant: int) -> bytes:
    """Two pages: pay and demand for one role from four sources, and how far to trust each."""
    role = vacancy(variant)
    body = f"""<p class=band>Market research note</p><h1>Pay and demand: {escape(role.title)}</h1>
    <p class=lead>Our offer of {escape(role.pay)} sits just above the middle of what is advertised
    within 20 miles.</p>{sheets.MARKET_METHOD}
    {_table(("Source", "Sample", "Low", "Middle", "High"), sheets.market_rows(role.hourly))}
    <div class=newpage></div>{sheets.MARKET_TRUST}"""
    return _pdf(f"Pay and demand: {role.title}", body)


DOCUMENTS: dict[str, Callable[[int], bytes]] = {
    each.__name__: each
    for each in (
        certificate,
        compliance_checklist,
        interview_schedule,
        job_advert,
        kpi_report,
        market_report,
        resourcing_plan,
        witness_statement,
    )
}
"""Every PDF by its generator's name; a variant gives the bytes."""
