"""Reads an apprentice's story from `evidence/<key>.yaml` into the shapes of `script.py`.

The files say dates as "12-tue": Tuesday of the twelfth week of the apprenticeship. Claims map a
code to its reason, `where` the same codes to their place, files a name to "generator variant",
`shows` the same names to their captions.
A claim that a decision does not name is met without a sentence of its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from kbstrack.demo import people, script
from kbstrack.demo.script import (
    DemoActionPoint,
    DemoClaim,
    DemoContent,
    DemoCountersignature,
    DemoDecision,
    DemoFile,
    DemoOutcome,
    DemoPiece,
    DemoRenewal,
    DemoReopening,
    DemoSigning,
    DemoSignOff,
    DemoStory,
    DemoVersion,
)

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
_Node = Mapping[str, Any]


@cache
def story(key: str) -> DemoStory:
    """The story of the apprentice with this key; without a file, one in which nothing happened."""
    who = people.apprentice(key)
    source = files("kbstrack.demo").joinpath("evidence", f"{key}.yaml")
    if not source.is_file():
        return DemoStory(key, (), ())
    node = yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    pieces = [
        _piece(who, f"{key}-{number:02}", piece) for number, piece in enumerate(node["pieces"], 1)
    ]
    events = [event for each in node.get("sign_offs", ()) for event in _sign_off_events(who, each)]
    return DemoStory(key, tuple(pieces), tuple(events))


def stories() -> tuple[DemoStory, ...]:
    """Every apprentice's story, in the order of `people.APPRENTICES`."""
    return tuple(story(each.person.key) for each in people.APPRENTICES)


def _day(who: people.DemoApprentice, text: str) -> date:
    """The date that "12-tue" means for this apprentice."""
    week, weekday = text.split("-")
    return who.start_on + timedelta(weeks=int(week) - 1, days=_WEEKDAYS.index(weekday))


def _flow(text: str) -> str:
    """Lines of a paragraph joined, paragraphs kept apart by one empty line."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _piece(who: people.DemoApprentice, key: str, node: _Node) -> DemoPiece:
    first, _, last = node["when"].partition(" to ")
    content = DemoContent(
        description=_flow(node.get("description", "")),
        claims=_claims(node.get("claims", {}), node.get("where", {})),
        files=_files(node.get("files", {}), node.get("shows", {})),
    )
    piece = DemoPiece(
        key=key,
        title=node["title"],
        kind=node["kind"],
        first_on=_day(who, first),
        last_on=_day(who, last or first),
        written=content,
        versions=(),
    )
    return _with_history(who, piece, node.get("history", ()))


def _with_history(who: people.DemoApprentice, piece: DemoPiece, events: Any) -> DemoPiece:
    """The piece after each event in turn: submitted, decided, resubmitted, rewritten, withdrawn."""
    for event in events:
        if "submitted" in event:
            piece = _submitted(who, piece, event)
        elif "rewritten" in event:
            piece = replace(piece, written=_changed(piece.written, event))
        elif "decided" in event:
            decision = _decision(who, piece, event)
            latest = replace(piece.versions[-1], decision=decision)
            piece = replace(piece, versions=(*piece.versions[:-1], latest))
        else:
            piece = replace(
                piece,
                withdrawn_at=script.moment(_day(who, event["withdrawn"]), 13, 3, piece.key),
                withdrawal_reason=_flow(event["reason"]),
            )
    return piece


def _submitted(who: people.DemoApprentice, piece: DemoPiece, event: _Node) -> DemoPiece:
    number = len(piece.versions) + 1
    content = _changed(piece.written, event)
    version = DemoVersion(
        number=number,
        submitted_at=script.moment(_day(who, event["submitted"]), 8, 5, f"{piece.key} {number}"),
        content=content,
        what_changed=_flow(event.get("changed", "")),
        decision=None,
    )
    return replace(piece, written=content, versions=(*piece.versions, version))


def _changed(content: DemoContent, event: _Node) -> DemoContent:
    """The content with an event's paragraphs added, claims replaced or dropped and files added."""
    description = content.description
    if "add" in event:
        description = f"{description}\n\n{_flow(event['add'])}"
    claims = {claim.code: claim for claim in content.claims}
    for claim in _claims(event.get("claims", {}), event.get("where", {})):
        claims[claim.code] = claim
    for code in event.get("drop", ()):
        del claims[code]
    return DemoContent(
        description=description,
        claims=tuple(claims.values()),
        files=content.files + _files(event.get("files", {}), event.get("shows", {})),
    )


def _claims(reasons: Mapping[str, str], places: Mapping[str, str]) -> tuple[DemoClaim, ...]:
    return tuple(
        DemoClaim(code, _flow(reason), places.get(code, "")) for code, reason in reasons.items()
    )


def _files(recipes: Mapping[str, str], captions: Mapping[str, str]) -> tuple[DemoFile, ...]:
    made = []
    for name, recipe in recipes.items():
        generator, _, variant = recipe.partition(" ")
        made.append(DemoFile(name, generator, int(variant or 0), captions.get(name, "")))
    return tuple(made)


def _decision(who: people.DemoApprentice, piece: DemoPiece, event: _Node) -> DemoDecision:
    version = piece.versions[-1]
    met, not_yet = event.get("met", {}), event.get("not_yet_met", {})
    unknown = {*met, *not_yet} - {claim.code for claim in version.content.claims}
    if unknown:
        raise ValueError(f"{piece.key} has a decision on {sorted(unknown)}, which it never claims")
    lacks = event.get("lacks", ())
    return DemoDecision(
        by=event.get("by", who.assessor),
        decided_at=script.moment(
            _day(who, event["decided"]), 13, 3, f"{piece.key} {version.number}"
        ),
        feedback=_flow(event["feedback"]),
        outcomes=tuple(
            DemoOutcome(
                claim.code,
                claim.code not in not_yet,
                _flow(not_yet.get(claim.code) or met.get(claim.code) or ""),
            )
            for claim in version.content.claims
        ),
        is_valid="valid" not in lacks,
        is_authentic="authentic" not in lacks,
        is_current="current" not in lacks,
        is_sufficient="sufficient" not in lacks,
        action_points=tuple(
            DemoActionPoint(_flow(each["do"]), _day(who, each["due"]))
            for each in event.get("actions", ())
        ),
        countersignature=_countersignature(who, piece, event.get("countersigned")),
    )


def _countersignature(
    who: people.DemoApprentice, piece: DemoPiece, node: _Node | None
) -> DemoCountersignature | None:
    if node is None:
        return None
    at = script.moment(_day(who, node["when"]), 10, 2, f"{piece.key} countersigned")
    return DemoCountersignature(node["by"], at, tuple(node["codes"]), _flow(node["remark"]))


def _sign_off_events(who: people.DemoApprentice, node: _Node) -> list[DemoSigning]:
    """The sign-offs or confirmations of one entry (several codes on one day), or a reopening."""
    day, by, reason = _day(who, node["when"]), node.get("by", who.assessor), node.get("reason", "")
    if "reopen" in node:
        at = script.moment(day, 8, 2, f"{who.uln} reopen")
        return [DemoReopening(node["reopen"], by, at, _flow(reason))]
    if "confirm" in node:
        at = script.moment(day, 17, 1, f"{who.uln} confirm")
        return [DemoRenewal(code, by, at, _flow(reason)) for code in node["confirm"]]
    at = script.moment(day, 16, 1, f"{who.uln} sign")
    return [DemoSignOff(code, by, at, _flow(reason)) for code in node["codes"]]
