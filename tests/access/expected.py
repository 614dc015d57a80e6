"""The expected answers, written by hand: what each kind of person may do with an enrolment.

`yes`; `no`: they may know that it exists, and are told that they may not do this (403);
`hid`: for them it does not exist (404). Nothing here is computed from the policy.
"""

from __future__ import annotations

from kbstrack.access import Action

COLUMNS: dict[str, Action] = {
    "create": Action.PROVIDER_CREATE,
    "provider": Action.PROVIDER_MANAGE,
    "people": Action.PEOPLE_MANAGE,
    "enrol": Action.ENROLMENT_MANAGE,
    "manage": Action.ENROLMENT_MANAGE,
    "see": Action.ENROLMENT_SEE,
    "write": Action.EVIDENCE_WRITE,
    "draft": Action.DRAFT_SEE,
    "decide": Action.EVIDENCE_DECIDE,
    "sign-a": Action.SIGN_OFF_AS_ASSESSOR,
    "sign-e": Action.SIGN_OFF_AS_EMPLOYER,
    "countersign": Action.COUNTERSIGN,
    "paper": Action.PORTFOLIO_SEE,
}
"""The four first are asked of the provider, the others of the enrolment."""

OF_THE_PROVIDER = ("create", "provider", "people", "enrol")

TABLE = """
                                       create provider people enrol | manage see write draft decide sign-a sign-e countersign paper
the apprentice                         no     hid      hid    hid   | no     yes yes   yes   no     no     no     no          yes
another apprentice                     no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
an apprentice elsewhere                no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the assessor                           no     hid      hid    hid   | no     yes no    no    yes    yes    no     no          yes
another assessor                       no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the former assessor                    no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
an assessor elsewhere                  no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the assessor without the role          no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the assessor after ending              no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the assessor, not yet qualified        no     hid      hid    hid   | no     yes no    no    yes    yes    no     no          yes
the countersigner                      no     hid      hid    hid   | no     yes no    no    no     no     no     yes         yes
the former countersigner               no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the assessor, administrating elsewhere yes    hid      hid    hid   | no     yes no    no    yes    yes    no     no          yes
the line manager                       no     hid      hid    hid   | no     yes no    no    no     no     yes    no          yes
another line manager                   no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the former line manager                no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
a line manager elsewhere               no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the line manager without the role      no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the line manager after ending          no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the line manager, administrating too   yes    yes      yes    yes   | yes    yes no    no    no     no     yes    no          yes
an administrator                       yes    yes      yes    yes   | yes    yes no    no    no     no     no     no          yes
a former administrator                 no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
an administrator elsewhere             yes    hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the apprentice, named beside it too    no     hid      hid    hid   | no     yes yes   yes   no     no     no     no          yes
somebody without a role                no     hid      hid    hid   | hid    hid hid   hid   hid    hid    hid    hid         hid
the operator                           yes    yes      yes    yes   | yes    yes no    no    no     no     no     no          yes
"""  # noqa: E501 - a table is read across


def _read() -> dict[str, dict[str, str]]:
    head, *lines = TABLE.strip("\n").splitlines()
    width = head.index("create")
    answers = {}
    for line in lines:
        cells = line[width:].replace("|", " ").split()
        answers[line[:width].strip()] = dict(zip(COLUMNS, cells, strict=True))
    assert head.replace("|", " ").split() == list(COLUMNS)
    return answers


EXPECTED = _read()
"""Answer by kind of person, then by column."""
