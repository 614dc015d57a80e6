"""Checking the record: recomputed from rows and files, and compared with the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Subquery, func, inspect, select, union

from kbstrack import access
from kbstrack.access import Action, Actor, ProviderScope
from kbstrack.current import catalogue, store
from kbstrack.db import db
from kbstrack.errors import RuleBroken
from kbstrack.ledger import queries
from kbstrack.ledger.models import LedgerEntry, LedgerSide
from kbstrack.ledger.rows import plain
from kbstrack.ledger.rules import Entry, Event, Flaw, What, chain_flaws, moment, short_hash
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.models import AssessorAssignment, EmployerAssignment, Enrolment
from kbstrack.record import bindings, rules
from kbstrack.record.bindings import HandedIn
from kbstrack.record.damage import AT_ONCE, UNREADABLE, broken_bytes, unreadable_columns
from kbstrack.record.naming import Naming
from kbstrack.record.sources import SOURCES
from kbstrack.record.whole import whole_flaws


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of one enrolment looked at, and what it found."""

    enrolment_id: uuid.UUID
    entries: int
    versions: int
    files: int
    size_bytes: int
    head: tuple[int, str] | None
    flaws: tuple[Flaw, ...]

    @property
    def is_sound(self) -> bool:
        """Whether everything is as it was entered."""
        return not self.flaws

    @property
    def short_hash(self) -> str:
        """Enough of the last entry's hash to compare by eye; empty without any entry."""
        return short_hash(self.head[1]) if self.head else ""


def check_record(actor: Actor, enrolment_id: uuid.UUID) -> Checked:
    """Recompute an enrolment's record from its rows and files and compare it with its ledger.

    Reads every byte of its files and changes nothing. Raises NotFound, NotAllowed.
    """
    scope = enrolment_queries.enrolment(enrolment_id).scope
    access.require(actor, Action.RECORD_CHECK, scope)
    return check(enrolment_id)


def see_checkable(
    actor: Actor, provider_id: uuid.UUID, *, most: int, skip: int = 0
) -> tuple[list[EnrolmentRow], int]:
    """A part of the provider's enrolments, running ones first, and how many there are in all.

    Raises NotFound.
    """
    access.require(actor, Action.RECORD_CHECK, ProviderScope(provider_id))
    count = enrolment_queries.count_administered(actor, provider_id)
    rows = enrolment_queries.administered_by(actor, provider_id, most=most, skip=skip)
    return rows, count


def see_damage(actor: Actor, provider_id: uuid.UUID) -> list[Flaw]:
    """The columns with values that cannot be read, where not even the enrolments can be listed.

    Raises NotFound.
    """
    access.require(actor, Action.RECORD_CHECK, ProviderScope(provider_id))
    return list(unreadable_columns("people"))


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a provider's enrolments, checked: where they begin, and how many there are in all.

    `next_skip` is where the next part begins, None after the last one.
    """

    checked: tuple[tuple[EnrolmentRow, Checked], ...]
    skip: int
    total: int

    @property
    def next_skip(self) -> int | None:
        """How many were checked up to here."""
        done = self.skip + len(self.checked)
        return done if done < self.total else None

    @property
    def flaws(self) -> int:
        """How many were found."""
        return sum(len(checked.flaws) for _, checked in self.checked)


def check_part(
    actor: Actor, provider_id: uuid.UUID, *, skip: int = 0, most: int = 50, most_bytes: int
) -> Part:
    """`check_record` for some of a provider's enrolments, in the order of `see_checkable`.

    It ends early, but not before the first, once it has read so many bytes of files. Raises
    NotFound.
    """
    rows, total = see_checkable(actor, provider_id, most=most, skip=skip)
    checked: list[tuple[EnrolmentRow, Checked]] = []
    seen_plans: set[uuid.UUID] = set()
    for row in rows:
        checked.append((row, check(row.id, seen_plans=seen_plans)))
        if sum(one.size_bytes for _, one in checked) >= most_bytes:
            break
    return Part(tuple(checked), skip, total)


def every_enrolment() -> Iterator[uuid.UUID]:
    """The ids of all enrolments, in their order and in little memory.

    One whose row is gone still has its chain, and is among them. Raises RuleBroken when one of
    them is no id.
    """
    last = uuid.UUID(int=0)
    while batch := _ids_after(last):
        yield from batch
        last = batch[-1]


def _ids_after(last: uuid.UUID) -> Sequence[uuid.UUID]:
    known = _known_ids()
    after = select(known.c.id).where(known.c.id > last).order_by(known.c.id)
    try:
        return db.session.scalars(after.limit(AT_ONCE)).all()
    except UNREADABLE as error:
        raise RuleBroken(
            "The ids in the table enrolment cannot be read: the database was damaged. "
            "`kbstrack fsck` says more."
        ) from error


def count_enrolments() -> int:
    """How many `every_enrolment` has."""
    return db.session.scalar(select(func.count()).select_from(_known_ids())) or 0


def is_known(enrolment_id: uuid.UUID) -> bool:
    """Whether `every_enrolment` has this one."""
    known = _known_ids()
    return db.session.scalar(select(known.c.id).where(known.c.id == enrolment_id)) is not None


def _known_ids() -> Subquery:
    return union(
        select(Enrolment.id), select(LedgerEntry.enrolment_id), select(LedgerSide.enrolment_id)
    ).subquery()


def check(
    enrolment_id: uuid.UUID,
    *,
    broken: Mapping[str, str] | None = None,
    alone: bool = True,
    seen_plans: set[uuid.UUID] | None = None,
) -> Checked:
    """What `check_record` does, for commands; `broken` says which bytes are not as they were.

    Without it the bytes of this enrolment's files are read. `alone` is False where `whole_flaws`
    looks at all enrolments at once; `seen_plans` are the sampling plans it knows already.
    """
    flaws: list[Flaw] = []
    entries, events = _read_rows(enrolment_id, flaws)
    naming = Naming(events)
    files: list[HandedIn] = _read(lambda: [*bindings.files_of(events, naming)], "evidence", flaws)
    judge = partial(_all, bindings.version_flaws, events, naming, enrolment_id)
    flaws += _read(judge, "evidence", flaws)
    flaws += _read(partial(_all, bindings.binding_flaws, events, naming), "assessment", flaws)
    reword = partial(_all, bindings.wording_flaws, events, naming, catalogue())
    flaws += _read(reword, "assessment", flaws)
    if alone:
        flaws += whole_flaws(enrolment_id, seen_plans=seen_plans)
    # Reading files takes long, and the database should not wait for that.
    db.session.rollback()
    if broken is None:
        broken = broken_bytes(store(), sorted({file.sha256 for file in files}))
    flaws += [Flaw(file.place, broken[file.sha256]) for file in files if file.sha256 in broken]
    return Checked(
        enrolment_id=enrolment_id,
        entries=len(entries),
        versions=sum(event.what is What.SUBMISSION for event in events),
        files=len(files),
        size_bytes=sum({file.sha256: file.size_bytes for file in files}.values()),
        head=(entries[-1].sequence, entries[-1].hash) if entries else None,
        flaws=tuple(dict.fromkeys(flaws)),
    )


def _read_rows(enrolment_id: uuid.UUID, flaws: list[Flaw]) -> tuple[list[Entry], list[Event]]:
    """Entries and rows as they are at one moment; where they differ is added to the flaws."""
    _begin_snapshot()
    entries: list[Entry] = _read(partial(queries.entries, enrolment_id), "ledger", flaws)
    are_entries_read, unread = not flaws, list[Flaw]()
    events: list[Event] = []
    for stage, source in SOURCES.items():
        events += _read(partial(_all, source, enrolment_id), stage, unread)
    flaws += unread
    # A value that SQLite keeps as another kind than its column's can be read, but not hashed.
    flaws += _read(partial(chain_flaws, entries), "ledger", flaws)
    if are_entries_read:
        compare = partial(rules.entry_flaws, entries, events, is_all_read=not unread)
        flaws += _read(lambda: [*compare(Naming(events))], "ledger", flaws)
    flaws += _read(partial(_sides_apart, enrolment_id), "ledger", flaws)
    beside = partial(_beside, enrolment_id, entries, events, is_all_read=not unread)
    flaws += _read(beside, "people", flaws)
    return entries, events


def _all(read: Callable[..., Iterable[Any]], *about: Any) -> list[Any]:
    return list(read(*about))


def _begin_snapshot() -> None:
    """See one state of the database until the next rollback, whatever is added meanwhile."""
    db.session.rollback()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _read(read: Callable[[], list[Any]], stage: str, flaws: list[Flaw]) -> list[Any]:
    """What `read` answers; nothing, and flaws that say where, when a value cannot be read."""
    try:
        return read()
    except UNREADABLE as error:
        _begin_snapshot()
        found = list(unreadable_columns(stage))
        why = type(error).__name__
        flaws += found or [Flaw(f"the rows of {stage}", f"they cannot be read ({why}).")]
        _begin_snapshot()
        return []


def _sides_apart(enrolment_id: uuid.UUID) -> list[Flaw]:
    """Names that are kept beside no entry."""
    return [
        Flaw(
            f"the names beside entry {sequence}",
            "there is no such entry: they were added past the ledger, or it was removed.",
        )
        for sequence in queries.sides_apart(enrolment_id)
    ]


def _beside(
    enrolment_id: uuid.UUID, entries: list[Entry], events: list[Event], *, is_all_read: bool
) -> list[Flaw]:
    """The enrolment's present row, and those who stood beside it one after the other."""
    row = db.session.get(Enrolment, enrolment_id)
    if row is None:
        return [Flaw("the enrolment", "its row is gone, but it was entered.")]
    columns = inspect(Enrolment).column_attrs
    present = {column.key: plain(getattr(row, column.key)) for column in columns}
    found = list(rules.state_flaws(present, events, is_all_read=is_all_read))
    for what, model in _BESIDE.items():
        periods = {
            str(period.id): (
                moment(period.assigned_at),
                moment(period.ended_at) if period.ended_at else None,
            )
            for period in db.session.scalars(
                select(model).where(model.enrolment_id == enrolment_id)
            )
        }
        found += rules.succession_flaws(what, periods, entries)
    return found


_BESIDE: dict[What, Any] = {
    What.ASSESSOR: AssessorAssignment,
    What.EMPLOYER: EmployerAssignment,
}
