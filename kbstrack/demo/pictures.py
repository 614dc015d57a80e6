"""Generated workplace photos: boards, screens, calendars and lists that look photographed."""

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from kbstrack.demo import photo
from kbstrack.demo.photo import Colour, scrawl
from kbstrack.demo.roles import vacancy

INK: Colour = (38, 42, 74)
GREEN: Colour = (34, 122, 72)
RED: Colour = (176, 44, 44)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


def kpi_whiteboard(variant: int) -> bytes:
    """A whiteboard with the week's tally marks against target."""
    rnd = Random(f"whiteboard {variant}")
    pen = ImageDraw.Draw(board := Image.new("RGB", (1400, 960), (244, 246, 246)))
    scrawl(board, (70, 45), f"Team KPIs - week {3 + variant * 4 % 45}", 64, INK, rnd=rnd)
    for x, heading in ((660, "so far"), (1010, "goal"), (1190, "left")):
        scrawl(board, (x, 150), heading, 40, RED, rnd=rnd)
    rows = (
        ("calls to candidates", 20),
        ("phone screens", 15),
        ("CVs sent", 10),
        ("interviews arranged", 6),
        ("new leads", 4),
        ("feedback given", 12),
    )
    for row, (label, goal) in enumerate(rows):
        y = 225 + row * 112
        done = min(goal, max(2, int(goal * rnd.uniform(0.55, 1.05))))
        pen.line((60, y - 12, 1340, y - 14 + rnd.randint(-4, 4)), fill=(176, 188, 196), width=3)
        scrawl(board, (75, y + 12), label, 50, INK, rnd=rnd)
        _tally(pen, 640, y + 14, min(done, 20), rnd)
        scrawl(board, (1020, y + 14), f"{done}/{goal}", 46, GREEN if done == goal else INK, rnd=rnd)
        scrawl(
            board, (1205, y + 14), "done!" if done == goal else str(goal - done), 46, RED, rnd=rnd
        )
    scrawl(board, (80, 895), "ask if you are stuck - huddle at 4 pm", 40, GREEN, rnd=rnd)
    framed = Image.new("RGB", (1440, 1000), (168, 172, 176))
    framed.paste(board, (20, 20))
    wall = photo.gradient((214, 208, 196), (188, 181, 168))
    tilt = rnd.randint(-14, 14)
    corners = ((92, 96 + tilt), (1512, 70), (1492, 1092), (110, 1118 - tilt))
    return photo.jpeg(photo.develop(photo.stand(framed, wall, corners), variant))


def _tally(pen: ImageDraw.ImageDraw, x: int, y: int, count: int, rnd: Random) -> None:
    """Strokes in fives, the fifth across the four."""
    for stroke in range(count):
        group, place = divmod(stroke, 5)
        left = x + group * 86 + place * 15
        if place == 4:
            pen.line((left - 70, y + 50, left + 4, y + 6), fill=GREEN, width=6)
        else:
            lean = rnd.randint(-4, 4)
            pen.line((left, y, left + lean, y + 56), fill=GREEN, width=6)


def pipeline_board(variant: int) -> bytes:
    """A wall board with sticky notes moving from sourced to placed."""
    return photo.jpeg(_pipeline(variant))


def pipeline_board_on_its_side(variant: int) -> bytes:
    """The same board as a phone stores it: turned by EXIF, with the place in it."""
    return photo.held_upright(_pipeline(variant))


def _pipeline(variant: int) -> Image.Image:
    rnd = Random(f"pipeline {variant}")
    board = Image.new("RGB", (1500, 1040), (232, 234, 232))
    pen = ImageDraw.Draw(board)
    role = vacancy(variant).title.split(",")[0]
    scrawl(board, (50, 28), role, 52, INK, rnd=rnd)
    columns = ("sourced", "screened", "CV sent", "interview", "offer")
    papers: tuple[Colour, ...] = (
        (250, 226, 110),
        (158, 214, 232),
        (248, 172, 186),
        (176, 226, 160),
    )
    counts = (6, 5, 4, 3, 1)
    for column, heading in enumerate(columns):
        x = 40 + column * 290
        if column:
            pen.line((x - 14, 125, x - 16, 1010), fill=(150, 156, 160), width=5)
        scrawl(board, (x + 30, 120), heading, 44, RED, rnd=rnd)
        for note in range(counts[column]):
            _note(board, (x, 190 + note * 136), papers[(column + note + variant) % 4], rnd)
    wall = photo.gradient((196, 202, 204), (160, 166, 170))
    corners = ((60, 120), (1546, 52), (1520, 1150), (84, 1092))
    return photo.develop(photo.stand(board, wall, corners), 100 + variant)


def _note(board: Image.Image, at: tuple[int, int], paper: Colour, rnd: Random) -> None:
    """A sticky note for one candidate, by number only, a little crooked, with its shadow."""
    shift = (rnd.randint(0, 34), rnd.randint(-5, 5))
    note = Image.new("RGB", (228, 120), paper)
    scrawl(note, (16, 8), f"C-{rnd.randint(104, 389)}", 38, INK, rnd=rnd)
    words = ("call back Thu", "2 yrs exp.", "CV v2 in", "free now", "prefers eves", "refs ok")
    scrawl(note, (16, 62), rnd.choice(words), 30, INK, rnd=rnd)
    mask = Image.new("L", note.size, 255)
    turn = rnd.uniform(-4.5, 4.5)
    bicubic = Image.Resampling.BICUBIC
    note, mask = (each.rotate(turn, bicubic, expand=True) for each in (note, mask))
    spot = (at[0] + shift[0], at[1] + shift[1])
    board.paste((176, 178, 178), (spot[0] + 6, spot[1] + 8), mask)
    board.paste(note, spot, mask)


def desk_calendar(variant: int) -> bytes:
    """A week planner on a desk with interview slots pencilled in."""
    rnd = Random(f"calendar {variant}")
    page = Image.new("RGB", (1400, 1000), (252, 250, 244))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 1400, 110), fill=(38, 96, 108))
    pen.text((50, 28), f"Week {6 + variant * 5 % 44}", font=photo.font(52, bold=True), fill="white")
    for column, day in enumerate(DAYS):
        x = 110 + column * 256
        pen.text((x + 84, 126), day, font=photo.font(40, bold=True), fill=(60, 64, 70))
        pen.line((x, 120, x, 1000), fill=(196, 196, 190), width=3)
    for row, hour in enumerate(range(9, 17)):
        y = 190 + row * 100
        pen.line((0, y, 1400, y), fill=(212, 212, 206), width=2)
        pen.text((18, y + 8), f"{hour}:00", font=photo.font(28), fill=(110, 112, 116))
    marks = ("interview", "phone screen", "ref. call", "second int.")
    tints: tuple[Colour, ...] = ((206, 232, 214), (252, 232, 176), (214, 224, 244))
    for column in range(5):
        for row in sorted(rnd.sample(range(8), 3)):
            x, y = 116 + column * 256, 194 + row * 100
            pen.rectangle((x, y, x + 244, y + 92), fill=rnd.choice(tints))
            scrawl(page, (x + 12, y + 4), rnd.choice(marks), 32, INK, rnd=rnd)
            scrawl(page, (x + 12, y + 46), f"C-{rnd.randint(104, 389)}", 32, INK, rnd=rnd)
    corners = ((150, 70), (1490, 132), (1430, 1130), (64, 1060))
    return photo.jpeg(photo.develop(photo.stand(page, photo.desk(variant), corners), 200 + variant))


def ticked_checklist(variant: int) -> bytes:
    """A printed pre-employment checklist with ticks and initials in pen."""
    rnd = Random(f"checklist {variant}")
    page = Image.new("RGB", (980, 1240), (253, 253, 251))
    pen = ImageDraw.Draw(page)
    pen.text((70, 60), "Pre-employment checks", font=photo.font(56, bold=True), fill=(30, 30, 34))
    pen.text((70, 136), f"Candidate C-{210 + variant}   Start: to be confirmed",
             font=photo.font(32), fill=(70, 70, 76))  # fmt: skip
    lines = (
        "Right to work: original seen, copy dated",
        "Identity matches photo and date of birth",
        "Proof of address within three months",
        "Reference 1 requested",
        "Reference 1 received and read",
        "Reference 2 requested",
        "Gaps over one month explained",
        "Health questionnaire sent (after offer)",
        "Record updated, paper copies shredded",
    )
    for row, line in enumerate(lines):
        y = 220 + row * 98
        pen.rectangle((72, y, 116, y + 44), outline=(60, 60, 66), width=4)
        pen.text((146, y + 2), line, font=photo.font(36), fill=(36, 36, 40))
        pen.line((70, y + 74, 910, y + 74), fill=(214, 214, 210), width=2)
        if row == 4:
            scrawl(page, (640, y + 2), "chase Tue", 34, RED, rnd=rnd)
            continue
        wobble = rnd.randint(-5, 5)
        tick = ((76, y + 20 + wobble), (94, y + 40), (132, y - 14 + wobble))
        pen.line(tick, fill=(28, 52, 150), width=7, joint="curve")
    scrawl(page, (76, 1130), "checked twice, copied once", 46, (28, 52, 150), rnd=rnd)
    corners = ((372, 40), (1212, 66), (1262, 1176), (302, 1150))
    scene = photo.stand(page, photo.desk(30 + variant), corners)
    return photo.jpeg(photo.develop(scene, 300 + variant, warm=1.4))


def advert_screen(variant: int) -> bytes:
    """A job advert on a monitor, photographed from the chair."""
    role = vacancy(variant)
    page = Image.new("RGB", (1400, 860), (250, 250, 250))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 1400, 64), fill=(52, 60, 72))
    pen.rounded_rectangle((180, 14, 1100, 50), 16, fill=(84, 92, 104))
    pen.text((206, 18), "jobs.demo.example/preview", font=photo.font(24), fill=(214, 218, 224))
    pen.rectangle((0, 64, 1400, 150), fill=(16, 110, 112))
    pen.text((60, 84), "Job board - preview", font=photo.font(36, bold=True), fill="white")
    pen.text((60, 186), role.title, font=photo.font(58, bold=True), fill=(24, 28, 34))
    pen.text((60, 266), f"{role.pay}  |  {role.hours}", font=photo.font(28), fill=(70, 74, 82))
    pen.text((60, 310), role.place, font=photo.font(28), fill=(70, 74, 82))
    y = _listing(pen, 60, 372, "What you will do", role.duties)
    _listing(pen, 60, y + 18, "What you bring", role.needs)
    pen.rounded_rectangle((1060, 190, 1340, 262), 10, fill=(16, 110, 112))
    pen.text((1128, 206), "Apply now", font=photo.font(32, bold=True), fill="white")
    pen.rounded_rectangle((1060, 290, 1340, 560), 10, outline=(200, 204, 208), width=3)
    facts = (f"Views {180 + 37 * variant}", f"Clicks {24 + 5 * variant}",
             f"Applied {6 + variant}", "Expires in 14 d", "Status: draft 2")  # fmt: skip
    for row, fact in enumerate(facts):
        pen.text((1090, 312 + row * 46), fact, font=photo.font(28), fill=(50, 54, 60))
    return photo.jpeg(photo.develop(_on_monitor(page, variant), 400 + variant, warm=-0.4))


def _listing(
    pen: ImageDraw.ImageDraw, x: int, y: int, heading: str, points: tuple[str, ...]
) -> int:
    """A heading and its points; gives the y below them."""
    pen.text((x, y), heading, font=photo.font(34, bold=True), fill=(16, 90, 92))
    for row, point in enumerate(points, 1):
        pen.ellipse((x + 4, y + 19 + row * 46, x + 14, y + 29 + row * 46), fill=(60, 64, 70))
        pen.text((x + 34, y + 6 + row * 46), point, font=photo.font(27), fill=(44, 48, 54))
    return y + 52 + len(points) * 46


def kpi_chart(variant: int) -> bytes:
    """A dashboard on a monitor: interviews arranged against target, week by week."""
    rnd = Random(f"chart {variant}")
    levels = [3]
    while len(levels) < 12:
        levels.append(max(2, min(9, levels[-1] + rnd.choice((-1, 0, 0, 1, 1, 2)))))
    page = Image.new("RGB", (1400, 860), (247, 248, 250))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 1400, 92), fill=(44, 48, 66))
    pen.text((50, 24), "My activity, last twelve weeks", font=photo.font(40, bold=True),
             fill="white")  # fmt: skip
    tiles = (("Phone screens", 3 * sum(levels) + variant), ("Interviews arranged", sum(levels)),
             ("Adverts live", 4 + variant % 3), ("Reply time", "3 h 10"))  # fmt: skip
    for column, (label, figure) in enumerate(tiles):
        x = 50 + column * 330
        pen.rounded_rectangle((x, 120, x + 300, 250), 12, fill="white", outline=(216, 220, 226))
        pen.text((x + 24, 136), str(figure), font=photo.font(52, bold=True), fill=(22, 90, 110))
        pen.text((x + 24, 204), label, font=photo.font(26), fill=(90, 94, 104))
    for week, level in enumerate(levels):
        x, top = 120 + week * 104, 770 - level * 50
        met = level >= 6
        pen.rectangle((x, top, x + 64, 770), fill=(40, 140, 120) if met else (224, 164, 70))
        pen.text((x + 12, 784), f"w{week + 1}", font=photo.font(26), fill=(90, 94, 104))
        pen.text((x + 22, top - 40), str(level), font=photo.font(30), fill=(50, 54, 60))
    pen.line((100, 470, 1340, 470), fill=(180, 50, 60), width=4)
    pen.text((104, 430), "target: 6 a week", font=photo.font(26), fill=(180, 50, 60))
    return photo.jpeg(photo.develop(_on_monitor(page, variant + 7), 500 + variant, warm=-0.4))


def _on_monitor(page: Image.Image, variant: int) -> Image.Image:
    """The screen in its bezel on a desk, with the shine of a window across the glass."""
    bezel = Image.new("RGB", (1460, 930), (26, 27, 30))
    bezel.paste(page, (30, 28))
    shine = Image.new("L", bezel.size, 0)
    left = 300 + variant * 130 % 700
    ImageDraw.Draw(shine).polygon(
        ((left, 0), (left + 260, 0), (left - 40, 930), (left - 300, 930)), fill=26
    )
    bezel.paste((255, 255, 255), (0, 0), shine)
    scene = photo.gradient((206, 204, 198), (172, 168, 160))
    table = photo.desk(60 + variant).crop((0, 0, 1600, 210))
    scene.paste(table, (0, 990))
    pen = ImageDraw.Draw(scene)
    pen.polygon(((730, 960), (880, 960), (900, 1090), (700, 1090)), fill=(60, 62, 66))
    pen.ellipse((560, 1060, 1040, 1130), fill=(52, 54, 58))
    return photo.stand(bezel, scene, ((96, 92), (1500, 60), (1486, 1008), (110, 990)))


def call_notes_page(variant: int) -> bytes:
    """A lined notebook page of a phone screen, questions on the left, answers beside them."""
    rnd = Random(f"notes {variant}")
    page = Image.new("RGB", (1000, 1260), (254, 252, 240))
    pen = ImageDraw.Draw(page)
    for y in range(150, 1240, 62):
        pen.line((0, y, 1000, y), fill=(176, 200, 224), width=2)
    pen.line((120, 0, 120, 1260), fill=(226, 140, 140), width=3)
    scrawl(page, (150, 84), f"Screen - C-{230 + variant} - {vacancy(variant).title.split()[0]}",
           46, INK, rnd=rnd)  # fmt: skip
    answers = (
        ("why this job?", "wants steady hours"), ("last role", "18 months, tills + returns"),
        ("gap in spring", "looked after a parent"), ("travel", "bus 14, ok from 6:30"),
        ("pay hoped for", "in our range"), ("notice", "2 weeks"), ("weekends", "every second one"),
        ("best day at work?", "calmed a long queue"),
    )  # fmt: skip
    for row, (question, answer) in enumerate(answers):
        scrawl(page, (150, 164 + row * 124), f"- {question}", 42, RED, rnd=rnd)
        scrawl(page, (210, 226 + row * 124), answer, 42, INK, rnd=rnd)
    corners = ((420, 22), (1236, 96), (1180, 1178), (320, 1120))
    scene = photo.stand(page, photo.desk(80 + variant), corners)
    return photo.jpeg(photo.develop(scene, 600 + variant, warm=1.2))


PICTURES: dict[str, Callable[[int], bytes]] = {
    each.__name__: each
    for each in (
        advert_screen,
        call_notes_page,
        desk_calendar,
        kpi_chart,
        kpi_whiteboard,
        pipeline_board,
        pipeline_board_on_its_side,
        ticked_checklist,
    )
}
"""Every picture by its generator's name; a variant gives JPEG bytes."""
