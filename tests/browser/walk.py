"""Every kind of page: who opens it where, and how its form is filled in wrongly."""

from __future__ import annotations

from tests.browser.stop import Stop, each
from tests.browser.walk_portfolio import ISSUED, PRINTED

DOOR = (
    *each("", "/sign-in", "/forgotten-password", "/set-password/{invitation}"),
    Stop("", "/set-password/not-a-link", status=410),
    Stop("", "/sign-in", press="Sign in", fill={"Email address": "somebody@a.example"}),
    Stop("", "/forgotten-password", press="Send the link", fill={"Email address": "no address"}),
    Stop("", "/set-password/{invitation}", press="Set the password", fill={"Password": "short"}),
)

ACCOUNT = (
    *each("apprentice", "/account", "/account/password", "/account/address"),
    *each("apprentice", "/account/address/{new_address}"),
    Stop("assessor", "/account/address/not-a-link", status=410),
    *each("apprentice", "/account/security", "/account/security/app"),
    *each("apprentice", "/account/security/passkey", "/account/security/recovery-codes"),
    Stop("apprentice", "/account/security/app", press="Add the app"),
    Stop("apprentice", "/account/password", press="Change the password"),
    Stop("apprentice", "/account/address", press="Send the link"),
)

WRITING = (
    *each(
        "apprentice", "/enrolments/{full}/evidence/new", "/enrolments/{full}/evidence/new?ksb=K7"
    ),
    *each("apprentice", "/evidence/{draft}/edit", "/evidence/{blank}/edit"),
    *each("apprentice", "/evidence/{draft}/files", "/evidence/{blank}/files"),
    *each("apprentice", "/evidence/{draft}/ksbs", "/evidence/{blank}/ksbs"),
    *each("apprentice", "/evidence/{draft}/reasons", "/evidence/{blank}/reasons"),
    *each("apprentice", "/evidence/{draft}/check", "/evidence/{blank}/check"),
    *each("apprentice", "/evidence/{draft}/discard", "/evidence/{waiting}/withdraw"),
    *each("apprentice", "/evidence/{waiting}/submitted", "/evidence/{again}/submitted"),
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
    *each("apprentice", "/", "/my/evidence", "/my/ksbs"),
    *each("apprentice", "/enrolments/{full}/evidence?page=2"),
    *each("apprentice", "/enrolments/{full}/evidence?state=withdrawn"),
    *each("apprentice", *(f"/evidence/{{{name}}}" for name in ("draft", "blank", "waiting"))),
    *each("apprentice", *(f"/evidence/{{{name}}}" for name in ("returned", "again", "withdrawn"))),
    *each("apprentice", "/evidence/{accepted}/change", "/evidence/{changed}"),
    *each("assessor", "/evidence/{changed}", "/evidence/{changed}/versions/1"),
    *each("assessor", "/evidence/{accepted}", "/evidence/{accepted}/versions/1"),
    *each("assessor", "/evidence/{accepted}/versions/2/changes"),
    *each("assessor", "/enrolments/{full}/evidence", "/enrolments/{ended}/evidence"),
    *each("bare/apprentice", "/", "/my/evidence", "/my/ksbs", "/enrolments/{bare}"),
    *each("without/apprentice", "/", "/my/evidence", "/my/ksbs"),
)

ASSESSING = (
    *each("assessor", "/", "/queue", "/queue?page=2", "/caseload", "/caseload?show=all"),
    *each("assessor", "/evidence/{waiting}/review", "/evidence/{again}/review"),
    *each("assessor", "/evidence/{accepted}/review", "/evidence/{withdrawn}/review"),
    *each("assessor", "/enrolments/{full}/ksbs/K2/sign-off", "/enrolments/{full}/ksbs/K4/sign-off"),
    *each("assessor", "/enrolments/{full}/ksbs/K1/reopen", "/enrolments/{full}/ksbs/K1/sign-off"),
    Stop("assessor", "/evidence/{waiting}/review", press="Save decision"),
    Stop("assessor", "/enrolments/{full}/ksbs/K4/sign-off", press="Sign off K4"),
    Stop("assessor", "/enrolments/{full}/ksbs/K1/reopen", press="Reopen K1"),
    *each("assessor", "/decisions/{decision}/take-back", "/evidence/{changed}/review"),
    *each(
        "assessor", *(f"/enrolments/{{full}}/ksbs/{code}/confirm" for code in ("S10", "S11", "K1"))
    ),
    Stop("assessor", "/decisions/{decision}/take-back", press="Take it back"),
    Stop("assessor", "/enrolments/{full}/ksbs/S11/confirm", press="Confirm the sign-off"),
    *each("bare/assessor", "/", "/queue", "/caseload"),
    *each("without/assessor", "/", "/queue", "/caseload"),
)

COUNTERSIGNING = (
    *each("other_assessor", "/", "/countersigning", "/evidence/{to_countersign}/countersign"),
    *each("other_assessor", "/enrolments/{learning}/ksbs/K3/countersign"),
    *each("other_assessor", "/enrolments/{learning}/ksbs", "/enrolments/{learning}/ksbs/K1"),
    *each("other_assessor", "/enrolments/{learning}/ksbs/K3", "/evidence/{to_countersign}"),
    Stop("other_assessor", "/evidence/{to_countersign}/countersign", press="Save"),
    Stop("other_assessor", "/enrolments/{learning}/ksbs/K3/countersign", press="Save"),
    *each("bare/assessor", "/countersigning"),
    *each("learning_assessor", "/", "/evidence/{to_decide_learning}/review"),
    *each("learning_assessor", "/enrolments/{learning}/ksbs/K1/sign-off"),
    *each("administrator", "/people/{learning_member}"),
    *each("administrator", "/people/{learning_member}/qualification"),
)

CONFIRMING = (
    *each("apprentice", "/evidence/{waiting}/ask"),
    Stop("apprentice", "/evidence/{waiting}/ask", press="Send the link"),
    *each("line_manager", "/evidence/{waiting}/confirm", "/evidence/{waiting}/statement"),
    *each("line_manager", "/enrolments/{full}/ksbs/K1/seen-at-work"),
    Stop("line_manager", "/evidence/{waiting}/confirm", press="Sign"),
    Stop("line_manager", "/evidence/{waiting}/statement", press="Sign"),
    Stop("line_manager", "/enrolments/{full}/ksbs/K1/seen-at-work", press="Sign"),
    *each("", "/confirm/{to_confirm}", "/confirm/{to_state}"),
    Stop("", "/confirm/{to_state}", press="Sign and send"),
    Stop("", "/confirm/not-a-link", status=404),
)

ASSURING = (
    *each("iqa", "/", "/quality", "/quality/coverage", "/quality/plans/new"),
    *each("iqa", "/quality/plans/{plan}", "/quality/plans/{plan}/again"),
    *each("iqa", "/quality/plans/{plan}/add", "/quality/plans/{few}/add"),
    *each("iqa", "/quality/plans/{few}/add/{to_add}"),
    *each("iqa", *(f"/quality/samples/{{{state}}}" for state in ("sampled", "agreed", "asked"))),
    *each("iqa", *(f"/quality/samples/{{{state}}}" for state in ("answered", "closed"))),
    *each("iqa", "/quality/samples/{answered}/close", "/quality/samples/{asked}/close"),
    *each("assessor", "/quality/actions"),
    *each("assessor", *(f"/quality/actions/{{{state}}}" for state in ("agreed", "asked"))),
    *each("assessor", *(f"/quality/actions/{{{state}}}" for state in ("answered", "closed"))),
    *each("administrator", "/quality", "/quality/samples/{sampled}"),
    *each("bare/iqa", "/", "/quality", "/quality/coverage"),
    *each("bare/assessor", "/quality/actions"),
    *each("without/administrator", "/quality"),
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
    *each("assessor", "/enrolments/{full}", "/enrolments/{full}/ksbs", "/enrolments/{ended}"),
    *each("assessor", "/enrolments/{full}/ksbs?kind=behaviour&state=met"),
    *each("assessor", *(f"/enrolments/{{full}}/ksbs/{code}" for code in ("K1", "K2", "K7", "S4"))),
    *each(
        "line_manager", "/", "/apprentices", "/enrolments/{full}", "/enrolments/{full}/portfolio"
    ),
    *each("bare/apprentice", "/enrolments/{bare}/ksbs/B1", "/enrolments/{bare}/portfolio"),
    *each("assessor", "/enrolments/{full}/history", "/enrolments/{full}/history?page=2"),
    *each("assessor", "/enrolments/{full}/history/1", "/enrolments/{full}/history/9"),
    *each("apprentice", "/enrolments/{full}/ksbs/K1/history", "/evidence/{waiting}/history"),
    *each("bare/apprentice", "/enrolments/{bare}/ksbs/B1/history", "/enrolments/{bare}/history"),
    *each("without/line_manager", "/", "/apprentices"),
)

AUDITORS = (
    *each("", "/audit/{auditor_token}", "/audit/open"),
    Stop("", "/audit/not-a-link", status=410),
    *each("auditor", "/audit", "/enrolments/{full}", "/enrolments/{full}/ksbs"),
    *each("auditor", "/evidence/{waiting}", "/enrolments/{full}/portfolio"),
    *each("administrator", "/auditors", "/auditors/new", "/auditors/{closed_auditor_link}"),
    *each("administrator", "/auditors/{auditor_link}", "/auditors/{auditor_link}?page=2"),
    *each("administrator", "/auditors/{auditor_link}/revoke"),
    *each("without/administrator", "/auditors", "/auditors/new"),
    Stop("administrator", "/auditors/new", press="Make the link"),
)

PEOPLE = (
    *each("administrator", "/", "/people", "/people?text=zzzz", "/people/new"),
    *each("administrator", "/people/{new_member}", "/people/{gone_member}"),
    *each("administrator", "/people/{new_member}/change", "/people/{member}/end"),
    *each("administrator", "/employers", "/employers?ended=yes", "/employers/new"),
    *each("administrator", "/employers/{employer}/change", "/employers/{employer}/end"),
    *each("administrator", "/provider", "/providers/new", "/providers/{provider}/change"),
    *each("administrator", "/providers/{provider}/end", "/providers/{provider}/second-step"),
    *each("administrator", "/people/{member}/second-step"),
    Stop("administrator", "/people/{member}/second-step", press="Remove it"),
    Stop("administrator", "/people/new", press="Invite"),
    Stop("administrator", "/people/{new_member}/change", press="Save changes", fill={"Name": ""}),
    Stop("administrator", "/people/{administrator_member}/end", press="End access"),
    Stop("administrator", "/employers/new", press="Add employer"),
    Stop("administrator", "/providers/new", press="Add training provider", fill={"UKPRN": "12"}),
    *each("without/administrator", "/", "/people", "/employers", "/enrolments", "/enrolments/new"),
)

ENROLMENTS = (
    *each("administrator", "/record", "/record/check", "/record/check?from=90"),
    *each("administrator", "/enrolments/{full}/record"),
    *each("without/administrator", "/record", "/record/check"),
    *each("administrator", "/enrolments", "/enrolments?text=zzzz", "/enrolments/new"),
    *each("administrator", "/enrolments/{full}/details", "/enrolments/{ended}/details"),
    *each("administrator", "/enrolments/{full}/details/change"),
    *each("administrator", "/enrolments/{full}/details/assessor"),
    *each("administrator", "/enrolments/{full}/details/employer"),
    *each("administrator", "/enrolments/{full}/details/end"),
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
    "classes.download": "a download",
    "issuing.download": "a download",
    "issuing.bundle_part": "a download",
    "quality.decisions": "a download",
    "quality.coverage_csv": "a download",
}
"""Addresses without a page of ours, and what they are."""
