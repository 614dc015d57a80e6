"""Generated office files: a shortlist as docx, a tracker as xlsx, call notes as plain text."""

from collections.abc import Callable
from html import escape
from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kbstrack.demo.roles import vacancy

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _package(parts: dict[str, str]) -> bytes:
    """A zip with fixed dates, so that equal parts give equal bytes."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, xml in parts.items():
            entry = ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, _HEAD + xml)
    return out.getvalue()


def _types(part: str, kind: str, extra: str = "") -> str:
    base = "application/vnd.openxmlformats-officedocument."
    return (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{base}{kind}.main+xml"/>{extra}</Types>'
    )


def _relation(target: str, kind: str) -> str:
    return (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _paragraph(text: str, *, bold: bool = False, half_points: int = 22) -> str:
    weight = "<w:b/>" if bold else ""
    return (
        f'<w:p><w:pPr><w:spacing w:after="120"/></w:pPr><w:r><w:rPr>{weight}'
        f'<w:sz w:val="{half_points}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def shortlist(variant: int) -> bytes:
    """A docx: five candidates by number, each against the three essential points."""
    rnd = Random(f"shortlist {variant}")
    role = vacancy(variant)
    lines = [_paragraph(f"Shortlist: {role.title}", bold=True, half_points=36)]
    lines.append(_paragraph("Five candidates in the order of the scoring grid. Names on request."))
    strengths = (
        "stayed three years in the last job and trained two starters",
        "has the exact shift pattern now and wants to keep it",
        "moved from a neighbouring trade and finished the first course unpaid",
        "lives two stops away and can start within a week",
        "answers briefly and to the point; good examples of safe working",
    )
    for rank, strength in enumerate(strengths, 1):
        lines.append(
            _paragraph(f"{rank}. Candidate C-{rnd.randint(104, 389)}", bold=True, half_points=26)
        )
        for need in role.needs:
            score = rnd.choice(("meets fully", "meets", "meets with training"))
            lines.append(_paragraph(f"– {need}: {score}"))
        lines.append(_paragraph(f"Stands out: {strength}."))
        question = rnd.choice(("notice period", "travel on Sundays", "reason for leaving"))
        lines.append(_paragraph(f"Ask at interview: {question}."))
    body = "".join(lines)
    part = "word/document.xml"
    return _package(
        {
            "[Content_Types].xml": _types(part, "wordprocessingml.document"),
            "_rels/.rels": _relation(part, "officeDocument"),
            part: f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        }
    )


def _cell(column: int, row: int, value: str | int) -> str:
    place = f"{'ABCDEFGH'[column]}{row}"
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _tracker_rows(variant: int) -> list[tuple[str | int, ...]]:
    """The heading and thirty candidates by number."""
    rnd = Random(f"tracker {variant}")
    stages = ("sourced", "screened", "CV sent", "interview", "not this time")
    steps = ("ring", "send pack", "chase panel", "confirm slot", "give feedback")
    rows: list[tuple[str | int, ...]] = [
        ("Candidate", "Source", "Stage", "Days in stage", "Next step", "Permission to share")
    ]
    for number in range(30):
        stage = rnd.randrange(5)
        source = rnd.choice(("database", "board A", "board B", "referral", "open day"))
        permission = "yes" if stage >= 2 else rnd.choice(("yes", "ask"))
        rows.append(
            (
                f"C-{110 + variant * 31 + number * 3}",
                source,
                stages[stage],
                rnd.randint(0, 9),
                steps[stage],
                permission,
            )
        )
    return rows


def pipeline_tracker(variant: int) -> bytes:
    """An xlsx: thirty candidates with source, stage, days waiting and the next step."""
    cells = "".join(
        f'<row r="{row}">'
        + "".join(_cell(column, row, value) for column, value in enumerate(values))
        + "</row>"
        for row, values in enumerate(_tracker_rows(variant), 1)
    )
    part, sheet = "xl/workbook.xml", "xl/worksheets/sheet1.xml"
    sheet_type = (
        f'<Override PartName="/{sheet}" ContentType="application/vnd.openxmlformats-officedocument'
        '.spreadsheetml.worksheet+xml"/>'
    )
    return _package(
        {
            "[Content_Types].xml": _types(part, "spreadsheetml.sheet", sheet_type),
            "_rels/.rels": _relation(part, "officeDocument"),
            part: f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets><sheet name="Pipeline" '
            'sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relation("worksheets/sheet1.xml", "worksheet"),
            sheet: f'<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData></worksheet>',
        }
    )


def call_notes(variant: int) -> bytes:
    """A txt: notes by minute of a discussion, feedback calls, a sales call, or calls to leavers."""
    heading, lines = _NOTES[variant % len(_NOTES)]
    return f"{heading}\nVacancy talked about: {vacancy(variant).title}\n\n{lines}\n".encode()


_NOTES = (
    (
        "Professional discussion, notes taken while it ran",
        """ 0:00  The three pieces I chose, and why these.
 7:45  Recruitment models: a race, a search, a managed contract. What each asks of me.
12:20  A call that went wrong. A promised Friday became a Monday. What I changed.
16:05  Checks before the first day, checks after an offer, how long papers are kept.
21:30  Equality in adverts and interviews, rights from day one, the twelve weeks.
26:00  Work sample or structured interview? Depends on what the job needs first.
33:10  Figures: what is counted, and why a voicemail is not a phone screen.
40:00  Could not answer at once: applications of people who asked to stay on file.""",
    ),
    (
        "Feedback calls, notes straight afterwards",
        """ 0:00  Said the result in the first sentence. Silence. Waited.
 2:15  What went well, from the panel's grid: prepared, honest about the gap.
 4:30  What stood in the way: spoke of own part only in the busy shift example.
 7:45  Asked how it felt. "The second question was hard to follow." Wrote it down.
10:20  Tried another example together. Much better the second time.
14:00  Agreed: may ring again for similar roles. Thanked each other.""",
    ),
    (
        "Sales call with the consultant, what I prepared and heard",
        """ 0:00  Opening: who we are, why today (the second site is in the local paper).
 3:10  Open question: what has to be in place on the first day?
 6:40  They talk for five minutes. Three roles, two shifts, worry about weekends.
12:20  Benefit, not feature: "shortlist in six working days", figure from my report.
15:50  Objection: "you were slow last time". Agreed, said what has changed since.
19:00  Small next step: twenty minutes on site next week. Date agreed.""",
    ),
    (
        "Calls to people who left, same four questions each",
        """ 1  Left after 9 days.  Expected two nights off in a row. Pay fine.
 2  Left after 12 days. The same. Would come back for a fixed rota.
 3  Left after 4 days.  Cold. Had not been told how cold.
 4  Left after 13 days. Nights off. Liked the team.
 5  Left after 10 days. Nights off.
 6  Left after 8 days.  Bus changed its timetable.
 7  Left after 14 days. Nights off, and a better rota elsewhere.""",
    ),
)

OFFICE_FILES: dict[str, Callable[[int], bytes]] = {
    each.__name__: each for each in (call_notes, pipeline_tracker, shortlist)
}
"""Every office file by its generator's name; a variant gives the bytes."""
