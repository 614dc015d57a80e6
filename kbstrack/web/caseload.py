"""Many enrolments in one list: the assessor's caseload and the employer's apprentices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import render_template, request, url_for

from kbstrack import clock
from kbstrack.access import Role
from kbstrack.clock import day_of
from kbstrack.progress.service import CaseloadRow, see_caseload
from kbstrack.web.administering import PAGE_LENGTH, paging_of
from kbstrack.web.session import current_actor

SORTS = {
    "name": "name",
    "activity": "longest without evidence",
    "behind": "furthest behind",
}
"""What the list can be ordered by, and how the page calls it; the first one unless asked."""

SHOWS = {"running": "Running", "behind": "Behind", "all": "All, with ended ones"}
"""Which enrolments the list can be narrowed to; the first one unless asked."""

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """A row with the days since the last submission; None when there was none."""

    row: CaseloadRow
    days_quiet: int | None


def caseload() -> str:
    """Everybody the assessor assesses."""
    return _page(Role.ASSESSOR, title="Caseload", is_employer=False)


def apprentices() -> str:
    """Everybody the line manager stands beside."""
    return _page(Role.EMPLOYER, title="Your apprentices", is_employer=True)


def with_days(rows: Iterable[CaseloadRow], today: date) -> list[Listed]:
    """The rows with how long each has been quiet."""
    return [
        Listed(
            row,
            (today - day_of(row.last_submitted_at)).days if row.last_submitted_at else None,
        )
        for row in rows
    ]


def in_order(rows: Iterable[CaseloadRow], sort: str) -> list[CaseloadRow]:
    """The rows by what was asked; those that are equal stay in the order of their names."""
    if sort == "activity":
        return sorted(rows, key=lambda row: row.last_submitted_at or _LONG_AGO)
    if sort == "behind":
        return sorted(rows, key=lambda row: -row.pace.gap)
    return list(rows)


def _page(role: Role, *, title: str, is_employer: bool) -> str:
    sort = _chosen("sort", SORTS)
    show = _chosen("show", SHOWS)
    now = clock.now()
    found = see_caseload(current_actor(), role, at=now, with_ended=show == "all")
    behind = [row for row in found if _is_behind(row)]
    rows = in_order(behind if show == "behind" else found, sort)
    paging = paging_of(len(rows))
    assert request.endpoint is not None

    def href(**changed: str | int) -> str:
        values = {"sort": sort, "show": show} | changed
        kept = {
            name: value
            for name, value in values.items()
            if value not in (next(iter(SORTS)), next(iter(SHOWS)), 1)
        }
        return url_for(str(request.endpoint), **kept)  # type: ignore[arg-type]

    return render_template(
        "progress/caseload.html",
        title=title,
        is_employer=is_employer,
        listed=with_days(rows[paging.skip : paging.skip + PAGE_LENGTH], day_of(now)),
        count=len(rows),
        behind_count=len(behind),
        waiting_count=sum(row.waiting_count for row in rows),
        paging=paging,
        href=href,
        page_href=lambda number: href(page=number),
        sort=sort,
        show=show,
        sorts=SORTS,
        shows=SHOWS,
    )


def _is_behind(row: CaseloadRow) -> bool:
    return row.enrolment.ended_on is None and row.pace.is_behind


def _chosen(name: str, offered: dict[str, str]) -> str:
    """What the address asks for, or the first offer."""
    given = request.args.get(name, "")
    return given if given in offered else next(iter(offered))
