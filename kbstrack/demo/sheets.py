"""The style and the longer texts of the demo's PDFs."""

STYLE = """
@font-face { font-family: Atkinson; src: url(kbstrack-demo:font-Regular) }
@font-face { font-family: Atkinson; font-weight: bold; src: url(kbstrack-demo:font-Bold) }
@page { size: A4; margin: 20mm 22mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Atkinson; color: #555 } }
body { font: 11.5pt/1.55 Atkinson; color: #1c2024; margin: 0 }
h1 { font-size: 23pt; line-height: 1.15; margin: 0 0 5mm }
h2 { font-size: 13pt; margin: 7mm 0 2mm; color: #10595c; break-after: avoid }
p, ul { margin: 0 0 3mm } ul { padding-left: 5mm } li { margin-bottom: 1mm }
.band { background: #10595c; color: white; padding: 2mm 4mm; font-weight: bold; font-size: 9pt;
  margin-bottom: 8mm; letter-spacing: .3pt }
.lead { font-size: 13pt; color: #34404a; margin-bottom: 5mm }
.box { border-left: 1.2mm solid #e0a030; background: #fbf5e8; padding: 3mm 4mm; margin-top: 6mm }
.small { font-size: 8.5pt; color: #555; margin-top: 6mm }
.signature { margin-top: 12mm; padding-top: 2mm; border-top: .3mm solid #444; width: 75mm }
.newpage { break-before: page }
dl { display: grid; grid-template-columns: 28mm 1fr; margin: 0 0 5mm }
dt { font-weight: bold; padding: 1mm 0 } dd { margin: 0; padding: 1mm 0 }
table { width: 100%; border-collapse: collapse; font-size: 10.5pt; margin: 2mm 0 4mm }
th { text-align: left; border-bottom: .5mm solid #10595c; padding: 1.6mm 2mm 1.6mm 0 }
td { border-bottom: .2mm solid #ccd2d6; padding: 1.6mm 2mm 1.6mm 0; vertical-align: top }
svg { display: block; margin: 2mm 0 5mm }
.certificate { border: 1mm double #10595c; padding: 26mm 22mm; text-align: center }
.certificate h1 { font-size: 30pt; margin: 6mm 0 } .certificate .signature { margin: 14mm auto 0 }
"""


def bar(week: int, height: int, *, target: int) -> str:
    """One SVG bar; hatched dark where the target was met, light where not."""
    x = 30 + week * 48
    colour = "#10796a" if height >= target else "#e0a94a"
    return (
        f'<rect x="{x}" y="{160 - height * 14}" width="30" height="{height * 14}" fill="{colour}"/>'
        f'<text x="{x + 15}" y="{152 - height * 14}" text-anchor="middle">{height}</text>'
        f'<text x="{x + 15}" y="178" text-anchor="middle">w{week}</text>'
    )


def chart(bars: str) -> str:
    """The bars in their frame with the target's line."""
    return (
        '<svg viewBox="0 0 680 190" width="166mm" height="46mm" font-family="Atkinson"'
        f' font-size="12">{bars}<line x1="60" x2="660" y1="76" y2="76" stroke="#a02c2c"'
        ' stroke-dasharray="6 4" stroke-width="1.5"/><text x="4" y="80" fill="#a02c2c">target 6'
        "</text></svg>"
    )


TESTIMONIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Senior recruitment consultant",
        (
            "I share a bank of desks with the apprentice and hear most of their calls. In the "
            "spring we had a maintenance role that had been open for five weeks. Two shortlists "
            "had come to nothing: one candidate took another job, one did not turn up.",
            "The apprentice did not wait to be told. They went back to people we had spoken to the "
            "year before, rang fourteen of them over three evenings and asked each one whom else "
            "they would recommend. Eleven said no. The twelfth gave a name that was not on our "
            "database, and that person went to interview.",
            "They also rewrote our search: instead of the job title they searched for the "
            "machines people work on. I use that search myself now.",
        ),
    ),
    (
        "Compliance lead",
        (
            "I check a sample of files every week. Over the last quarter I looked at eleven files "
            "that the apprentice had prepared. Ten were complete at first sight; in one the date "
            "on the copy was the date of scanning and not the day the original was seen.",
            "In the spring the apprentice came to me before lunch with a document that did not "
            "look right: the photo was laid over the background. They had kept the candidate's day "
            "going, had said nothing to colleagues, and had not put the copy on the shared drive. "
            "That is exactly what our procedure asks for.",
            "When a consultant asked them to send a CV out before permission was on the record, "
            "they said no politely, rang the candidate, and sent it twenty minutes later.",
        ),
    ),
    (
        "Hiring manager",
        (
            "The apprentice looked after our vacancy from the first call. They asked what a good "
            "first month would look like and which of my eleven requirements I would drop if I "
            "had to. Nobody had asked me that before; we dropped four.",
            "I had the draft advert within a day and the shortlist a week later: five people with "
            "half a page on each, strengths and open questions. All five were worth meeting.",
            "When I moved the interviews at short notice they rearranged all of them by the next "
            "morning and told me plainly that one candidate could not make the new time.",
        ),
    ),
)

COURSES = (
    (
        "Data protection for recruiters",
        "Six hours",
        "Lawful basis and consent, what may be kept and for how long, subject access requests, "
        "sending CVs safely, and what to do in the first hour after a mistake.",
    ),
    (
        "Right to work checks in practice",
        "Four hours",
        "Manual, digital and online checks, lists of acceptable documents, follow-up dates, and "
        "treating every candidate the same way.",
    ),
    (
        "Equality, diversity and inclusion in selection",
        "Five hours",
        "Protected characteristics, wording of adverts, reasonable adjustments at interview, "
        "scoring before talking, and how to raise a concern.",
    ),
)

PLAN_SOURCES = """<h2>Who we look for</h2><p>The last eight people who stayed longer than a
year came from related work, not from the same job title. The plan therefore looks for what people
can do: reliable attendance, safe habits, and the one skill that takes longest to teach. Everything
else is in the first month's training.</p><h2>Where we look</h2>"""

PLAN_ROWS: list[tuple[object, ...]] = [
    ("Own database, spoken to within 18 months", 25, "£0", "week 1"),
    ("Two job boards, advert version 3", 40, "£390", "week 1"),
    ("Employee referrals, £100 after three months", 6, "£100", "week 2"),
    ("College and job centre open afternoon", 15, "£80", "week 3"),
    ("Workers from sites that are closing", 10, "£0", "week 2"),
]

PLAN_SEARCH = """<h2>Search strings</h2><p>Broad: <b>(installer OR fitter OR technician OR mechanic)
AND (heating OR pipework OR boiler OR “process plant”)</b></p><p>Narrow, when there are more than
sixty results: add <b>AND (commissioning OR “pressure test” OR “gas safe” OR offshore) NOT
(director OR “head of”)</b></p><p>Each string is run on a Monday, the new results are rung on Monday
and Tuesday, and the count is written down so that the next plan can compare.</p>
<h2>Timetable</h2>"""

PLAN_WEEKS: list[tuple[object, ...]] = [
    (1, "Advert approved and live; database search; first twenty calls", "resourcer"),
    (2, "Referral note to all staff; screening calls; advert's title compared", "resourcer"),
    (3, "Open afternoon; first shortlist of five to the hiring manager", "resourcer, manager"),
    (4, "Interviews; feedback to everybody within two days", "panel, resourcer"),
    (5, "Second shortlist if needed; checks for those with an offer", "resourcer, HR"),
    (6, "Review: replies, cost and time by source", "resourcer, line manager"),
]

PLAN_RISKS = """<h2>What could go wrong</h2><ul><li>Few replies by day ten: change the advert's
title and put pay in the first line, before paying for a third board.<li>The hiring manager has no
time: agree two fixed mornings now, with a deputy.<li>Candidates from closing sites start later:
ask for the leaving date in the first call and plan two starts.</ul><h2>Fairness</h2><p>The same six
questions for everybody, scored before the panel talks. The open afternoon is on a bus route and
the room is step-free. The advert was read for coded wording by two colleagues.</p><h2>How we will
know it worked</h2><p>Three people started, at least one of them from outside the sector; no
applicant without an answer; cost below £600. The figures go into the next plan whether they are
good or not.</p><p class=box>Agreed with the line manager and the hiring manager. My part: sources,
search strings, timetable and the weekly count. The budget was set by the line manager.</p>"""

MARKET_METHOD = """<h2>How I looked</h2><p>I read every advert for the role within 20 miles on two
boards over ten working days, took the middle of the stated range, and left out double postings and
those without pay. I asked nine candidates what would make them move, with the same three questions.
Then I compared both with the national survey for the occupation.</p>"""


def market_rows(offer: float) -> list[tuple[object, ...]]:
    """Pay by source, in pounds an hour, around an offer a little above the middle."""
    shift = offer - 13.4
    figures = (
        ("Job board A", "34 adverts", 12.4, 13.2, 14.9),
        ("Job board B", "21 adverts", 12.2, 13.0, 14.5),
        ("Candidates asked by phone", "9 people", 12.5, 13.5, 15.0),
        ("National survey, last year", "region", 11.9, 12.8, 14.2),
    )
    return [
        (source, sample, *(f"£{pay + shift:.2f}" for pay in (low, middle, high)))
        for source, sample, low, middle, high in figures
    ]


MARKET_TRUST = """<h2>How far the figures can be trusted</h2><ul><li>Adverts show what is offered,
not what is agreed; pay is often left out at the top of the range.<li>Nine calls are few, and they
were people already looking. I use them for reasons, not for averages.<li>The survey is sound but a
year old, and its region is wider than a bus ride.</ul><h2>What people said</h2><ul><li>“A fixed
rota matters more than fifty pence.” Four of nine said something like it.<li>Two would move from
oil and gas work for paid retraining, even at slightly lower pay.<li>Three did not apply last time
because the advert gave no pay at all.</ul><h2>What I suggest</h2><p>Keep the rate, publish it in
the first line, and offer the rota four weeks ahead. Widen the search to people with heating,
refrigeration or offshore maintenance experience: there are too few with the exact title, and the
skills carry over.</p><p class=box>Shared with the consultant and used in the next vacancy's
brief.</p>"""


KPI_MEANING = """<div class=newpage></div><h2>How each figure is counted</h2><ul>
<li>Phone screen: a finished call with notes on the record, not a voicemail
<li>CV sent: to a named vacancy with the candidate's permission recorded
<li>Interview: day and time confirmed by both sides
<li>Attended: from the panel's feedback, entered the same day</ul><h2>What moved the figures</h2>
<p>The first weeks show many screens for few interviews: I was ringing everybody who applied, in the
order of their arrival. Later I sorted applications by the three essential points first, and rang
people between half past four and six, when those with jobs can talk. The share of screens that led
to an interview went up.</p><h2>What I will try next</h2><ul>
<li>Send the reminder text on the day before at four, not at nine in the evening
<li>Ask the hiring manager for two fixed interview mornings a week
<li>Keep a list of good second choices per vacancy and ring them first next time</ul>
<p class=box>Reviewed with the line manager at the monthly one-to-one. Target for the next quarter:
six interviews arranged a week, three quarters of them attended.</p>"""

COMPLIANCE_NOTES = """<div class=newpage></div><h2>Notes</h2><p>The reference from the second
employer
gave a different leaving month from the CV. I asked the candidate before I asked anybody else: the
notice month had been paid but not worked. The payslip confirmed it. I wrote that on the record and
told the compliance lead the same day.</p><h2>Where the papers are</h2><ul>
<li>Right to work copy: restricted folder, delete two years after employment ends
<li>References: candidate record, visible to the compliance group only
<li>Paper copies: shredded after scanning, noted on the record</ul><h2>Second look</h2><p>Checked by
the compliance lead against the policy. One correction: the copy's date must be the day the original
was seen, not the day of scanning. Corrected.</p>
<p class=signature>Signed: compliance lead</p>"""
