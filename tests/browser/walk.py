"""Every kind of page: who opens it where, and how its form is filled in wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stop:
    """A page to look at: as it opens, or as it comes back after `press` with `fill` in it."""

    who: str
    path: str
    press: str = ""
    fill: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @property
    def name(self) -> str:
        """`apprentice-/evidence/{draft}/edit-refused`."""
        return f"{self.who or 'nobody'}-{self.path}{'-refused' if self.press else ''}"


def _each(who: str, *paths: str) -> tuple[Stop, ...]:
    return tuple(Stop(who, path) for path in paths)


DOOR = (
    *_each("", "/sign-in", "/forgotten-password", "/set-password/{invitation}"),
    Stop("", "/set-password/not-a-link", status=410),
    Stop("", "/sign-in", press="Sign in", fill={"Email address": "somebody@a.example"}),
    Stop("", "/forgotten-password", press="Send the link", fill={"Email address": "no address"}),
    Stop("", "/set-password/{invitation}", press="Set the password", fill={"Password": "short"}),
)

ACCOUNT = (
    *_each("apprentice", "/account", "/account/password", "/account/address"),
    *_each("apprentice", "/account/address/{new_address}"),
    Stop("assessor", "/account/address/not-a-link", status=410),
    *_each("apprentice", "/account/security", "/account/security/app"),
    *_each("apprentice", "/account/security/passkey", "/account/security/recovery-codes"),
    Stop("apprentice", "/account/security/app", press="Add the app"),
    Stop("apprentice", "/account/password", press="Change the password"),
    Stop("apprentice", "/account/address", press="Send the link"),
)

WRITING = (
    *_each(
        "apprentice", "/enrolments/{full}/evidence/new", "/enrolments/{full}/evidence/new?ksb=K7"
    ),
    *_each("apprentice", "/evidence/{draft}/edit", "/evidence/{blank}/edit"),
    *_each("apprentice", "/evidence/{draft}/files", "/evidence/{blank}/files"),
    *_each("apprentice", "/evidence/{draft}/ksbs", "/evidence/{blank}/ksbs"),
    *_each("apprentice", "/evidence/{draft}/reasons", "/evidence/{blank}/reasons"),
    *_each("apprentice", "/evidence/{draft}/check", "/evidence/{blank}/check"),
    *_each("apprentice", "/evidence/{draft}/discard", "/evidence/{waiting}/withdraw"),
    *_each("apprentice", "/evidence/{waiting}/submitted", "/evidence/{again}/submitted"),
    Stop("apprentice", "/enrolments/{full}/evidence/new", press="Save and continue"),
    Stop("apprentice", "/evidence/{draft}/edit", press="Save and continue", fill={"Title": ""}),
    Stop("apprentice", "/evidence/{draft}/files", press="Add, then choose more"),
    Stop(
        "apprentice",
        "/evidence/{draft}/files",
        press="Save and continue",
        fill={"What does this picture show?": "x" * 301},
    ),
    Stop(
        "apprentice",
        "/evidence/{draft}/reasons",
        press="Save and continue",
        fill={"How does it show K1?": "x" * 1_001},
    ),
    Stop("apprentice", "/evidence/{draft}/check", press="Submit evidence"),
    Stop(
        "apprentice",
        "/evidence/{waiting}/withdraw",
        press="Take it back",
        fill={"Why do you take it back?": "x" * 2_001},
    ),
)

READING = (
    *_each("apprentice", "/", "/my/evidence", "/my/ksbs"),
    *_each("apprentice", "/enrolments/{full}/evidence?page=2"),
    *_each("apprentice", "/enrolments/{full}/evidence?state=withdrawn"),
    *_each("apprentice", *(f"/evidence/{{{name}}}" for name in ("draft", "blank", "waiting"))),
    *_each("apprentice", *(f"/evidence/{{{name}}}" for name in ("returned", "again", "withdrawn"))),
    *_each("apprentice", "/evidence/{accepted}/change", "/evidence/{changed}"),
    *_each("assessor", "/evidence/{changed}", "/evidence/{changed}/versions/1"),
    *_each("assessor", "/evidence/{accepted}", "/evidence/{accepted}/versions/1"),
    *_each("assessor", "/evidence/{accepted}/versions/2/changes"),
    *_each("assessor", "/enrolments/{full}/evidence", "/enrolments/{ended}/evidence"),
    *_each("bare/apprentice", "/", "/my/evidence", "/my/ksbs", "/enrolments/{bare}"),
    *_each("without/apprentice", "/", "/my/evidence", "/my/ksbs"),
)

ASSESSING = (
    *_each("assessor", "/", "/queue", "/queue?page=2", "/caseload", "/caseload?show=all"),
    *_each("assessor", "/evidence/{waiting}/review", "/evidence/{again}/review"),
    *_each("assessor", "/evidence/{accepted}/review", "/evidence/{withdrawn}/review"),
    *_each(
        "assessor", "/enrolments/{full}/ksbs/K2/sign-off", "/enrolments/{full}/ksbs/K4/sign-off"
    ),
    *_each("assessor", "/enrolments/{full}/ksbs/K1/reopen", "/enrolments/{full}/ksbs/K1/sign-off"),
    Stop("assessor", "/evidence/{waiting}/review", press="Save decision"),
    Stop("assessor", "/enrolments/{full}/ksbs/K4/sign-off", press="Sign off K4"),
    Stop("assessor", "/enrolments/{full}/ksbs/K1/reopen", press="Reopen K1"),
    *_each("assessor", "/decisions/{decision}/take-back", "/evidence/{changed}/review"),
    *_each(
        "assessor", *(f"/enrolments/{{full}}/ksbs/{code}/confirm" for code in ("S10", "S11", "K1"))
    ),
    Stop("assessor", "/decisions/{decision}/take-back", press="Take it back"),
    Stop("assessor", "/enrolments/{full}/ksbs/S11/confirm", press="Confirm the sign-off"),
    *_each("bare/assessor", "/", "/queue", "/caseload"),
    *_each("without/assessor", "/", "/queue", "/caseload"),
)

COUNTERSIGNING = (
    *_each("other_assessor", "/", "/countersigning", "/evidence/{to_countersign}/countersign"),
    *_each("other_assessor", "/enrolments/{learning}/ksbs/K3/countersign"),
    *_each("other_assessor", "/enrolments/{learning}/ksbs", "/enrolments/{learning}/ksbs/K1"),
    *_each("other_assessor", "/enrolments/{learning}/ksbs/K3", "/evidence/{to_countersign}"),
    Stop("other_assessor", "/evidence/{to_countersign}/countersign", press="Save"),
    Stop("other_assessor", "/enrolments/{learning}/ksbs/K3/countersign", press="Save"),
    *_each("bare/assessor", "/countersigning"),
    *_each("learning_assessor", "/", "/evidence/{to_decide_learning}/review"),
    *_each("learning_assessor", "/enrolments/{learning}/ksbs/K1/sign-off"),
    *_each("administrator", "/people/{learning_member}"),
    *_each("administrator", "/people/{learning_member}/qualification"),
)

CONFIRMING = (
    *_each("apprentice", "/evidence/{waiting}/ask"),
    Stop("apprentice", "/evidence/{waiting}/ask", press="Send the link"),
    *_each("line_manager", "/evidence/{waiting}/confirm", "/evidence/{waiting}/statement"),
    *_each("line_manager", "/enrolments/{full}/ksbs/K1/seen-at-work"),
    Stop("line_manager", "/evidence/{waiting}/confirm", press="Sign"),
    Stop("line_manager", "/evidence/{waiting}/statement", press="Sign"),
    Stop("line_manager", "/enrolments/{full}/ksbs/K1/seen-at-work", press="Sign"),
    *_each("", "/confirm/{to_confirm}", "/confirm/{to_state}"),
    Stop("", "/confirm/{to_state}", press="Sign and send"),
    Stop("", "/confirm/not-a-link", status=404),
)

ASSURING = (
    *_each("iqa", "/", "/quality", "/quality/coverage", "/quality/plans/new"),
    *_each("iqa", "/quality/plans/{plan}", "/quality/plans/{plan}/again"),
    *_each("iqa", "/quality/plans/{plan}/add", "/quality/plans/{few}/add"),
    *_each("iqa", "/quality/plans/{few}/add/{to_add}"),
    *_each("iqa", *(f"/quality/samples/{{{state}}}" for state in ("sampled", "agreed", "asked"))),
    *_each("iqa", *(f"/quality/samples/{{{state}}}" for state in ("answered", "closed"))),
    *_each("iqa", "/quality/samples/{answered}/close", "/quality/samples/{asked}/close"),
    *_each("assessor", "/quality/actions"),
    *_each("assessor", *(f"/quality/actions/{{{state}}}" for state in ("agreed", "asked"))),
    *_each("assessor", *(f"/quality/actions/{{{state}}}" for state in ("answered", "closed"))),
    *_each("administrator", "/quality", "/quality/samples/{sampled}"),
    *_each("bare/iqa", "/", "/quality", "/quality/coverage"),
    *_each("bare/assessor", "/quality/actions"),
    *_each("without/administrator", "/quality"),
    Stop("iqa", "/quality/plans/new", press="Draw and save", fill={"Seed": ""}),
    Stop("iqa", "/quality/plans/{few}/add/{to_add}", press="Add to the plan"),
    Stop("iqa", "/quality/samples/{sampled}", press="Record the outcome"),
    Stop(
        "iqa",
        "/quality/samples/{answered}/close",
        press="Close the action",
        fill={"What you found": "x" * 5_001},
    ),
    Stop("assessor", "/quality/actions/{asked}", press="Send the answer"),
)

PROGRESS = (
    *_each("assessor", "/enrolments/{full}", "/enrolments/{full}/ksbs", "/enrolments/{ended}"),
    *_each("assessor", "/enrolments/{full}/ksbs?kind=behaviour&state=met"),
    *_each("assessor", *(f"/enrolments/{{full}}/ksbs/{code}" for code in ("K1", "K2", "K7", "S4"))),
    *_each(
        "line_manager", "/", "/apprentices", "/enrolments/{full}", "/enrolments/{full}/portfolio"
    ),
    *_each("bare/apprentice", "/enrolments/{bare}/ksbs/B1", "/enrolments/{bare}/portfolio"),
    *_each("assessor", "/enrolments/{full}/history", "/enrolments/{full}/history?page=2"),
    *_each("assessor", "/enrolments/{full}/history/1", "/enrolments/{full}/history/9"),
    *_each("apprentice", "/enrolments/{full}/ksbs/K1/history", "/evidence/{waiting}/history"),
    *_each("bare/apprentice", "/enrolments/{bare}/ksbs/B1/history", "/enrolments/{bare}/history"),
    *_each("without/line_manager", "/", "/apprentices"),
)

AUDITORS = (
    *_each("", "/audit/{auditor_token}", "/audit/open"),
    Stop("", "/audit/not-a-link", status=410),
    *_each("auditor", "/audit", "/enrolments/{full}", "/enrolments/{full}/ksbs"),
    *_each("auditor", "/evidence/{waiting}", "/enrolments/{full}/portfolio"),
    *_each("administrator", "/auditors", "/auditors/new", "/auditors/{closed_auditor_link}"),
    *_each("administrator", "/auditors/{auditor_link}", "/auditors/{auditor_link}?page=2"),
    *_each("administrator", "/auditors/{auditor_link}/revoke"),
    *_each("without/administrator", "/auditors", "/auditors/new"),
    Stop("administrator", "/auditors/new", press="Make the link"),
)

PEOPLE = (
    *_each("administrator", "/", "/people", "/people?text=zzzz", "/people/new"),
    *_each("administrator", "/people/{new_member}", "/people/{gone_member}"),
    *_each("administrator", "/people/{new_member}/change", "/people/{member}/end"),
    *_each("administrator", "/employers", "/employers?ended=yes", "/employers/new"),
    *_each("administrator", "/employers/{employer}/change", "/employers/{employer}/end"),
    *_each("administrator", "/provider", "/providers/new", "/providers/{provider}/change"),
    *_each("administrator", "/providers/{provider}/end", "/providers/{provider}/second-step"),
    *_each("administrator", "/people/{member}/second-step"),
    Stop("administrator", "/people/{member}/second-step", press="Remove it"),
    Stop("administrator", "/people/new", press="Invite"),
    Stop("administrator", "/people/{new_member}/change", press="Save changes", fill={"Name": ""}),
    Stop("administrator", "/people/{administrator_member}/end", press="End access"),
    Stop("administrator", "/employers/new", press="Add employer"),
    Stop("administrator", "/providers/new", press="Add training provider", fill={"UKPRN": "12"}),
    *_each("without/administrator", "/", "/people", "/employers", "/enrolments", "/enrolments/new"),
)

ENROLMENTS = (
    *_each("administrator", "/record", "/record/check", "/record/check?from=90"),
    *_each("administrator", "/enrolments/{full}/record"),
    *_each("without/administrator", "/record", "/record/check"),
    *_each("administrator", "/enrolments", "/enrolments?text=zzzz", "/enrolments/new"),
    *_each("administrator", "/enrolments/{full}/details", "/enrolments/{ended}/details"),
    *_each("administrator", "/enrolments/{full}/details/change"),
    *_each("administrator", "/enrolments/{full}/details/assessor"),
    *_each("administrator", "/enrolments/{full}/details/employer"),
    *_each("administrator", "/enrolments/{full}/details/end"),
    Stop("administrator", "/enrolments/new", press="Enrol"),
    Stop(
        "administrator",
        "/enrolments/{full}/details/change",
        press="Save changes",
        fill={"Unique learner number (ULN)": "12"},
    ),
    Stop("administrator", "/enrolments/{full}/details/assessor", press="Replace assessor"),
    Stop("administrator", "/enrolments/{full}/details/employer", press="Replace"),
    Stop("administrator", "/enrolments/{full}/details/end", press="End enrolment"),
)

ERRORS = (
    Stop("apprentice", "/nothing-here", status=404),
    Stop("apprentice", "/evidence/{nothing}", status=404),
    Stop("apprentice", "/people", status=404),
    Stop("", "/sign-out", status=405),
)

PRINTED = (
    *_each("line_manager", "/enrolments/{full}/portfolio/jobs/{done_pdf}"),
    *_each("administrator", "/enrolments/{full}/portfolio/jobs/{gone_pdf}"),
    *_each("iqa", "/enrolments/{full}/portfolio/jobs/{failed_pdf}"),
    *_each("assessor", "/enrolments/{full}/portfolio/jobs/{running_pdf}"),
    *_each("assessor", "/enrolments/{full}/portfolio"),
    *_each("apprentice", "/enrolments/{full}/portfolio/jobs/{waiting_pdf}"),
)

ISSUED = (
    *_each("assessor", "/enrolments/{full}/portfolio/issues/new"),
    Stop(
        "learning_assessor",
        "/enrolments/{learning}/portfolio/issues/new",
        press="Freeze and sign issue 1",
    ),
    *_each("bare/administrator", "/enrolments/{bare}/portfolio/issues/new"),
    *_each("assessor", "/enrolments/{full}/portfolio/issues/jobs/{running_issue}"),
    *_each("administrator", "/enrolments/{full}/portfolio/issues/jobs/{failed_issue}"),
    *_each("line_manager", *(f"/enrolments/{{full}}/portfolio/issues/{n}" for n in (1, 2))),
    *_each("apprentice", "/enrolments/{full}/portfolio/issues/2/bundle"),
    *_each("", "/check", "/check/{issue_code}"),
    Stop("", "/check/0000-0000-0000", status=404),
    Stop("", "/check", press="Check"),
)

STOPS = (
    *DOOR,
    *ACCOUNT,
    *WRITING,
    *READING,
    *ASSESSING,
    *COUNTERSIGNING,
    *CONFIRMING,
    *ASSURING,
    *PROGRESS,
    *PRINTED,
    *ISSUED,
    *AUDITORS,
    *PEOPLE,
    *ENROLMENTS,
    *ERRORS,
)

NOT_PAGES = {
    "by_link.show": "where a link leads: walked from there",
    "by_link.decline": "one step behind a link: test_witness looks at it",
    "by_link.file": "files",
    "by_link.original": "files",
    "static": "files",
    "health.health": "for machines",
    "health.ready": "for machines",
    "record.keys": "for machines",
    "files.show": "a picture or a PDF",
    "files.original": "a download",
    "portfolio.download": "a download",
    "issuing.download": "a download",
    "issuing.bundle_part": "a download",
    "quality.decisions": "a download",
    "quality.coverage_csv": "a download",
}
"""Addresses without a page of ours, and what they are."""
