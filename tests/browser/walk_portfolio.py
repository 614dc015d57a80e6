"""The pages about portfolios: PDFs that were asked for, and frozen issues."""

from __future__ import annotations

from tests.browser.stop import Stop, each

PRINTED = (
    *each("line_manager", "/enrolments/{full}/portfolio/jobs/{done_pdf}"),
    *each("administrator", "/enrolments/{full}/portfolio/jobs/{gone_pdf}"),
    *each("iqa", "/enrolments/{full}/portfolio/jobs/{failed_pdf}"),
    *each("assessor", "/enrolments/{full}/portfolio/jobs/{running_pdf}"),
    *each("assessor", "/enrolments/{full}/portfolio"),
    *each("apprentice", "/enrolments/{full}/portfolio/jobs/{waiting_pdf}"),
    *each("administrator", "/enrolments/portfolios", "/enrolments/portfolios?text=zzzz"),
    *each("administrator", "/enrolments/portfolios/{waiting_class}"),
    *each("administrator", "/enrolments/portfolios/{running_class}"),
    *each("administrator", "/enrolments/portfolios/{done_class}"),
    *each("administrator", "/enrolments/portfolios/{gone_class}"),
    *each("administrator", "/enrolments/portfolios/{none_class}"),
    *each("administrator", "/enrolments/portfolios/{failed_class}"),
    *each("bare/administrator", "/enrolments/portfolios"),
    *each("without/administrator", "/enrolments/portfolios"),
    Stop("administrator", "/enrolments/portfolios", press="Make those ticked"),
)

ISSUED = (
    *each("assessor", "/enrolments/{full}/portfolio/issues/new"),
    Stop(
        "learning_assessor",
        "/enrolments/{learning}/portfolio/issues/new",
        press="Freeze and sign issue 1",
    ),
    *each("bare/administrator", "/enrolments/{bare}/portfolio/issues/new"),
    *each("assessor", "/enrolments/{full}/portfolio/issues/jobs/{running_issue}"),
    *each("administrator", "/enrolments/{full}/portfolio/issues/jobs/{failed_issue}"),
    *each("line_manager", *(f"/enrolments/{{full}}/portfolio/issues/{n}" for n in (1, 2))),
    *each("apprentice", "/enrolments/{full}/portfolio/issues/2/bundle"),
    *each("", "/check", "/check/{issue_code}"),
    Stop("", "/check/0000-0000-0000", status=404),
    Stop("", "/check", press="Check"),
)
