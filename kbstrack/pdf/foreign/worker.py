"""The process that opens somebody's PDF: `python -m kbstrack.pdf.foreign.worker DIRECTORY`.

The directory holds `request.json`; the process leaves `pages.pdf` and `answer.json` there, and in
`at` the number of the page it is at, so that whoever waits knows which page ended it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path

from pikepdf import ObjectStreamMode, Pdf, Stream

from kbstrack.pdf.foreign import budget, conforming, picture
from kbstrack.pdf.foreign.boxes import Visible
from kbstrack.pdf.foreign.content import NotADrawing
from kbstrack.pdf.foreign.drawing import Drawing
from kbstrack.pdf.foreign.layers import Layers
from kbstrack.pdf.foreign.pages import ForeignFile, ForeignPage, Limits, shorten
from kbstrack.pdf.foreign.preparing import Unreadable, prepare

TOO_MUCH = "Page {} is too large or too intricate to be drawn."
NOT_DRAWN = "Page {} is damaged and could not be drawn."
EMPTY = "Page {} shows nothing."


def main(directory: Path) -> None:
    """Answer one request."""
    request = json.loads((directory / "request.json").read_text(encoding="utf-8"))
    limits = Limits(**request["limits"])
    logging.disable()
    picture.use_bundled_fonts()
    _bound_memory(limits.memory_bytes)
    answer = _look(Path(request["path"]), directory, limits, frozenset(request["without"]))
    (directory / "answer.json").write_text(json.dumps(asdict(answer)), encoding="utf-8")


def _look(path: Path, directory: Path, limits: Limits, without: frozenset[int]) -> ForeignFile:
    working = directory / "working.pdf"
    with Pdf.new() as result:
        _note(directory, 0, limits)
        try:
            prepared = prepare(path, working, limits.most_pages)
            with Pdf.open(working) as source, picture.Looks(working) as looks:
                desk = _Desk(source, looks, result)
                for place, seen in enumerate(prepared.seen):
                    if place + 1 not in without:
                        _note(directory, place + 1, limits)
                        desk.take(place, seen)
                problems = desk.problems
                pages = tuple(desk.pages)
                result.save(
                    directory / "pages.pdf",
                    deterministic_id=True,
                    object_stream_mode=ObjectStreamMode.generate,
                )
        except Unreadable as problem:
            return ForeignFile(0, (), (str(problem),))
    for number in sorted(without):
        problems[number] = TOO_MUCH.format(number)
    return ForeignFile(
        prepared.page_count,
        pages,
        (
            *(problems[number] for number in sorted(problems)),
            *_left_out(prepared.page_count, limits),
        ),
    )


class _Desk:
    """Where the pages of one file are made ready, one after the other."""

    def __init__(self, source: Pdf, looks: picture.Looks, result: Pdf) -> None:
        self._source, self._looks, self._result = source, looks, result
        self._drawing = Drawing(source, result)
        self._hides_layers = Layers(source).can_hide
        self.pages: list[ForeignPage] = []
        self.problems: dict[int, str] = {}

    def take(self, place: int, seen: Visible | None) -> None:
        """Add the page, from 0, to the result, or say why not."""
        try:
            if seen is None:
                raise ValueError
            budget.check_page(self._source.pages[place].obj)
            problem = self._added(place, seen)
        except (budget.TooMuch, MemoryError):
            problem = TOO_MUCH
        except Exception:
            # Whatever a library raises over a damaged page is about that page alone.
            problem = NOT_DRAWN
        if problem:
            self.problems[place + 1] = problem.format(place + 1)

    def _added(self, place: int, seen: Visible) -> str | None:
        try:
            form, text = self._as_drawing(place, seen)
            if_white = EMPTY
        except Exception:
            # Readers draw what they can of a damaged page, and so does the picture.
            form, text, if_white = None, None, NOT_DRAWN
        is_drawing = form is not None
        if form is None:
            image = self._looks.picture(place, seen.width, seen.height)
            if picture.is_white(image):
                return if_white
            form = picture.as_image(self._result, image)
        if text is None:
            # What is on a hidden layer is not to be read out either.
            text = "" if self._hides_layers else self._looks.text(place)
        conforming.add_page(self._result, form, seen.width, seen.height)
        self.pages.append(
            ForeignPage(
                place + 1, round(seen.width, 3), round(seen.height, 3), shorten(text), is_drawing
            )
        )
        return None

    def _as_drawing(self, place: int, seen: Visible) -> tuple[Stream | None, str | None]:
        """The page's form, or None where it must be a picture; and its text if that is known."""
        page = self._source.pages[place].obj
        try:
            form = self._drawing.page_form(page, seen)
        except NotADrawing:
            return None, None
        with conforming.alone(form, seen.width, seen.height) as alone:
            is_conforming = conforming.is_conforming(alone)
            with picture.Looks(conforming.saved(alone)) as copy:
                text = copy.text(0)
                size = (seen.width, seen.height)
                original = self._looks.glance(place, *size)
                is_same = picture.is_alike(original, copy.glance(0, *size))
                is_readable = copy.has_only_readable_letters(0)
        is_seen = bool(text) or not picture.is_white(original)
        is_fit = is_conforming and is_same and is_readable and is_seen
        return form if is_fit else None, text


def _left_out(page_count: int, limits: Limits) -> list[str]:
    first = limits.most_pages + 1
    if page_count < first:
        return []
    if limits.is_beginning:
        return [f"It has more than {limits.most_pages} pages; the first of them are printed."]
    if page_count == first:
        return [f"Page {first} is not printed."]
    return [f"Pages {first} to {page_count} are not printed."]


def _note(directory: Path, number: int, limits: Limits) -> None:
    """Write down which page comes now, and give it its time."""
    (directory / "at").write_text(str(number), encoding="ascii")
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + limits.cpu_seconds_a_page
    _hard, most = resource.getrlimit(resource.RLIMIT_CPU)
    if most != resource.RLIM_INFINITY:
        until = min(until, most)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (until, most))


def _bound_memory(most_bytes: int) -> None:
    try:
        import resource
    except ImportError:
        return
    for which, most in ((resource.RLIMIT_AS, most_bytes), (resource.RLIMIT_CORE, 0)):
        # A Mac knows the first limit but refuses to set it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
