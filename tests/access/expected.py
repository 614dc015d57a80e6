"""The expected answers, written by hand: what each kind of person may do, and where.

`yes`; `no`: they may know that it exists, and are told that they may not do this (403);
`hid`: for them it does not exist (404). Nothing here is computed from the policy.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.access.columns import Of, columns_of

OF_A_PROVIDER = """
                                         create provider people enrol check-all auditors | plan sampling
the apprentice                           no     hid      hid    hid   hid       hid      | hid  hid
another apprentice                       no     hid      hid    hid   hid       hid      | hid  hid
an apprentice elsewhere                  no     hid      hid    hid   hid       hid      | hid  hid
the apprentice, named beside it too      no     hid      hid    hid   hid       hid      | hid  hid
the apprentice, assuring quality too     no     no       no     no    no        no       | yes  yes
the assessor                             no     hid      hid    hid   hid       hid      | hid  hid
another assessor                         no     hid      hid    hid   hid       hid      | hid  hid
the former assessor                      no     hid      hid    hid   hid       hid      | hid  hid
an assessor elsewhere                    no     hid      hid    hid   hid       hid      | hid  hid
the assessor without the role            no     hid      hid    hid   hid       hid      | hid  hid
the assessor after ending                no     hid      hid    hid   hid       hid      | hid  hid
the assessor, not yet qualified          no     hid      hid    hid   hid       hid      | hid  hid
the countersigner                        no     hid      hid    hid   hid       hid      | hid  hid
the former countersigner                 no     hid      hid    hid   hid       hid      | hid  hid
the assessor, administrating elsewhere   yes    hid      hid    hid   hid       hid      | hid  hid
the line manager                         no     hid      hid    hid   hid       hid      | hid  hid
another line manager                     no     hid      hid    hid   hid       hid      | hid  hid
the former line manager                  no     hid      hid    hid   hid       hid      | hid  hid
a line manager elsewhere                 no     hid      hid    hid   hid       hid      | hid  hid
the line manager without the role        no     hid      hid    hid   hid       hid      | hid  hid
the line manager after ending            no     hid      hid    hid   hid       hid      | hid  hid
the line manager, administrating too     yes    yes      yes    yes   yes       yes      | no   yes
an IQA                                   no     no       no     no    no        no       | yes  yes
an IQA elsewhere                         no     hid      hid    hid   hid       hid      | hid  hid
a former IQA                             no     hid      hid    hid   hid       hid      | hid  hid
an IQA who decided it                    no     no       no     no    no        no       | yes  yes
an IQA who decided it, now replaced      no     no       no     no    no        no       | yes  yes
an IQA who countersigned it              no     no       no     no    no        no       | yes  yes
an IQA who assesses it since             no     no       no     no    no        no       | yes  yes
an administrator                         yes    yes      yes    yes   yes       yes      | no   yes
a former administrator                   no     hid      hid    hid   hid       hid      | hid  hid
an administrator elsewhere               yes    hid      hid    hid   hid       hid      | hid  hid
an administrator with an assessor's role yes    yes      yes    yes   yes       yes      | no   yes
an auditor                               no     hid      hid    hid   hid       hid      | hid  hid
an auditor of others                     no     hid      hid    hid   hid       hid      | hid  hid
an auditor whose link has ended          no     hid      hid    hid   hid       hid      | hid  hid
an auditor whose link was revoked        no     hid      hid    hid   hid       hid      | hid  hid
whoever was asked                        no     hid      hid    hid   hid       hid      | hid  hid
whoever was asked something else         no     hid      hid    hid   hid       hid      | hid  hid
whoever has answered                     no     hid      hid    hid   hid       hid      | hid  hid
whoever has a link that was revoked      no     hid      hid    hid   hid       hid      | hid  hid
whoever has a link that has ended        no     hid      hid    hid   hid       hid      | hid  hid
somebody without a role                  no     hid      hid    hid   hid       hid      | hid  hid
nobody                                   no     hid      hid    hid   hid       hid      | hid  hid
the operator                             yes    yes      yes    yes   yes       yes      | no   yes
"""  # noqa: E501 - a table is read across
"""Only administrators and the command line run a provider. An IQA knows the provider, an auditor
and whoever follows a link don't. Nobody draws samples who is not an IQA."""

OF_AN_ENROLMENT = """
                                         manage see paper check freeze | write draft decide take-back sign-a sign-e countersign | ask confirm
the apprentice                           no     yes yes   no    no     | yes   yes   no     no        no     no     no          | yes no
another apprentice                       hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
an apprentice elsewhere                  hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the apprentice, named beside it too      no     yes yes   no    no     | yes   yes   no     no        no     no     no          | yes no
the apprentice, assuring quality too     no     yes yes   no    no     | yes   yes   no     no        no     no     no          | yes no
the assessor                             no     yes yes   no    yes    | no    no    yes    yes       yes    no     no          | yes no
another assessor                         hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the former assessor                      hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
an assessor elsewhere                    hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the assessor without the role            hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the assessor after ending                hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the assessor, not yet qualified          no     yes yes   no    yes    | no    no    yes    yes       yes    no     no          | yes no
the countersigner                        no     yes yes   no    no     | no    no    no     no        no     no     yes         | no  no
the former countersigner                 hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the assessor, administrating elsewhere   no     yes yes   no    yes    | no    no    yes    yes       yes    no     no          | yes no
the line manager                         no     yes yes   no    no     | no    no    no     no        no     yes    no          | no  yes
another line manager                     hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the former line manager                  hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
a line manager elsewhere                 hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the line manager without the role        hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the line manager after ending            hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the line manager, administrating too     yes    yes yes   yes   yes    | no    no    no     no        no     yes    no          | no  yes
an IQA                                   no     yes yes   no    no     | no    no    no     no        no     no     no          | no  no
an IQA elsewhere                         hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
a former IQA                             hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
an IQA who decided it                    no     yes yes   no    yes    | no    no    yes    yes       yes    no     no          | yes no
an IQA who decided it, now replaced      no     yes yes   no    no     | no    no    no     no        no     no     no          | no  no
an IQA who countersigned it              no     yes yes   no    no     | no    no    no     no        no     no     yes         | no  no
an IQA who assesses it since             no     yes yes   no    yes    | no    no    yes    yes       yes    no     no          | yes no
an administrator                         yes    yes yes   yes   yes    | no    no    no     no        no     no     no          | no  no
a former administrator                   hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
an administrator elsewhere               hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
an administrator with an assessor's role yes    yes yes   yes   yes    | no    no    no     no        no     no     no          | no  no
an auditor                               no     yes yes   no    no     | no    no    no     no        no     no     no          | no  no
an auditor of others                     hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
an auditor whose link has ended          hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
an auditor whose link was revoked        hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
whoever was asked                        hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
whoever was asked something else         hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
whoever has answered                     hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
whoever has a link that was revoked      hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
whoever has a link that has ended        hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
somebody without a role                  hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
nobody                                   hid    hid hid   hid   hid    | hid   hid   hid    hid       hid    hid    hid         | hid hid
the operator                             yes    yes yes   yes   no     | no    no    no     no        no     no     no          | no  no
"""  # noqa: E501 - a table is read across
"""Whoever stands beside it reads it; each does what is theirs, nobody signs for somebody else, and
unfinished evidence is its apprentice's alone."""

OF_A_DECISION_OR_REQUEST = """
                                         sample judge answer | see-new judge-new answer-new | by-link
the apprentice                           hid    hid   hid    | hid     hid       hid        | hid
another apprentice                       hid    hid   hid    | hid     hid       hid        | hid
an apprentice elsewhere                  hid    hid   hid    | hid     hid       hid        | hid
the apprentice, named beside it too      hid    hid   hid    | hid     hid       hid        | hid
the apprentice, assuring quality too     hid    hid   hid    | hid     hid       hid        | hid
the assessor                             no     no    yes    | hid     hid       hid        | hid
another assessor                         hid    hid   hid    | hid     hid       hid        | hid
the former assessor                      hid    hid   hid    | hid     hid       hid        | hid
an assessor elsewhere                    hid    hid   hid    | hid     hid       hid        | hid
the assessor without the role            hid    hid   hid    | hid     hid       hid        | hid
the assessor after ending                hid    hid   hid    | hid     hid       hid        | hid
the assessor, not yet qualified          no     no    yes    | hid     hid       hid        | hid
the countersigner                        hid    hid   hid    | hid     hid       hid        | hid
the former countersigner                 hid    hid   hid    | hid     hid       hid        | hid
the assessor, administrating elsewhere   no     no    yes    | hid     hid       hid        | hid
the line manager                         hid    hid   hid    | hid     hid       hid        | hid
another line manager                     hid    hid   hid    | hid     hid       hid        | hid
the former line manager                  hid    hid   hid    | hid     hid       hid        | hid
a line manager elsewhere                 hid    hid   hid    | hid     hid       hid        | hid
the line manager without the role        hid    hid   hid    | hid     hid       hid        | hid
the line manager after ending            hid    hid   hid    | hid     hid       hid        | hid
the line manager, administrating too     yes    no    no     | yes     no        no         | hid
an IQA                                   yes    yes   no     | yes     yes       no         | hid
an IQA elsewhere                         hid    hid   hid    | hid     hid       hid        | hid
a former IQA                             hid    hid   hid    | hid     hid       hid        | hid
an IQA who decided it                    yes    no    yes    | yes     no        no         | hid
an IQA who decided it, now replaced      yes    no    no     | yes     no        no         | hid
an IQA who countersigned it              yes    no    no     | yes     no        no         | hid
an IQA who assesses it since             yes    yes   yes    | yes     yes       no         | hid
an administrator                         yes    no    no     | yes     no        no         | hid
a former administrator                   hid    hid   hid    | hid     hid       hid        | hid
an administrator elsewhere               hid    hid   hid    | hid     hid       hid        | hid
an administrator with an assessor's role yes    no    no     | yes     no        no         | hid
an auditor                               hid    hid   hid    | hid     hid       hid        | hid
an auditor of others                     hid    hid   hid    | hid     hid       hid        | hid
an auditor whose link has ended          hid    hid   hid    | hid     hid       hid        | hid
an auditor whose link was revoked        hid    hid   hid    | hid     hid       hid        | hid
whoever was asked                        hid    hid   hid    | hid     hid       hid        | yes
whoever was asked something else         hid    hid   hid    | hid     hid       hid        | hid
whoever has answered                     hid    hid   hid    | hid     hid       hid        | hid
whoever has a link that was revoked      hid    hid   hid    | hid     hid       hid        | hid
whoever has a link that has ended        hid    hid   hid    | hid     hid       hid        | hid
somebody without a role                  hid    hid   hid    | hid     hid       hid        | hid
nobody                                   hid    hid   hid    | hid     hid       hid        | hid
the operator                             yes    no    no     | yes     no        no         | hid
"""  # noqa: E501 - a table is read across
"""An IQA judges no work and no decision of their own, nor what they countersigned. The assessor
answers, whoever made the decision, and learns of nothing before there is an outcome. A
link opens the one request it was made for."""


def _rows(table: str, columns: Iterable[str]) -> dict[str, dict[str, str]]:
    head, *lines = table.strip("\n").splitlines()
    width = len(head) - len(head.lstrip())
    assert head.replace("|", " ").split() == list(columns)
    return {
        line[:width].strip(): dict(
            zip(columns, line[width:].replace("|", " ").split(), strict=True)
        )
        for line in lines
    }


def _read() -> dict[str, dict[str, str]]:
    tables = (
        _rows(OF_A_PROVIDER, columns_of(Of.PROVIDER)),
        _rows(OF_AN_ENROLMENT, columns_of(Of.ENROLMENT)),
        _rows(
            OF_A_DECISION_OR_REQUEST,
            (*columns_of(Of.DECISION), *columns_of(Of.NEW), *columns_of(Of.REQUEST)),
        ),
    )
    assert all(list(table) == list(tables[0]) for table in tables)
    return {
        name: {column: answer for table in tables for column, answer in table[name].items()}
        for name in tables[0]
    }


EXPECTED = _read()
"""Answer by kind of person, then by column."""
