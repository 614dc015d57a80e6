"""Somebody of the cast at the pages, and the addresses that name something."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kbstrack.web.session import PUBLIC
from tests.access.cast import Cast
from tests.access.targets import Target
from tests.pages import Page, Pages


@dataclass(frozen=True)
class Values:
    """What stands in an address for each name; a new name needs its line here."""

    target: Target
    is_other: bool = False
    """The draft instead of the piece that was submitted, and an assessor for the apprentice."""

    def __getitem__(self, name: str) -> str:
        target, world = self.target, self.target.world
        known = {
            "enrolment_id": world.enrolment_id,
            "evidence_id": target.draft_id if self.is_other else target.evidence_id,
            "upload_id": target.draft_upload_id if self.is_other else target.upload_id,
            "member_id": world.people["assessor"].id if self.is_other else target.member_id,
            "employer_id": world.employer_id,
            "provider_id": world.provider_id,
            "request_id": target.request_id,
            "decision_id": target.decision_id,
            "plan_id": target.plan_id,
            "sample_id": target.sample_id,
            "link_id": target.link_id,
            "job_id": target.job_id,
            "freezing_id": target.freezing_id,
            "class_id": target.class_id,
            "layout": "plain",
            "part": 1,
            "factor_id": target.factor_id,
            "code": "K1",
            "number": 2,
            "sequence": 1,
        }
        assert name in known, f"say in Values what <{name}> in an address stands for"
        return str(known[name])


class Invented(Values):
    """Ids of what was never there; a new one every time."""

    def __getitem__(self, name: str) -> str:
        return str(uuid.uuid4()) if name.endswith("_id") else super().__getitem__(name)


def routes(app: Flask, method: str) -> list[Rule]:
    """The routes that name something: everything else shows what is one's own."""
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.arguments and rule.endpoint not in PUBLIC and method in (rule.methods or ())
    ]
    assert found
    return found


def plain_paths(app: Flask) -> dict[str, str]:
    """The pages whose addresses name nothing, by endpoint: each shows what is one's own."""
    return {
        rule.endpoint: rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments and rule.endpoint not in PUBLIC and "GET" in (rule.methods or ())
    }


def address(rule: Rule, values: Values, *, foreign: tuple[str, Values] | None = None) -> str:
    """An address that the rule answers; `foreign` takes one of its values from elsewhere."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return foreign[1][name] if foreign and foreign[0] == name else values[name]

    return re.sub(r"<(?:[^:>]+:)?(\w+)>", value, rule.rule)


class Visitor:
    """Somebody of the cast at the pages, or nobody."""

    def __init__(self, app: Flask, cast: Cast, name: str = "nobody") -> None:
        self.name = name
        self.target = cast.targets[name]
        self.pages = Pages(app)
        self.token = ""
        if name in cast.links:
            self._follow(cast.links[name].token)
        elif name != "nobody":
            self.pages.sign_in(cast.person_ids[name])
            self._take_token("/account")

    @property
    def own(self) -> Values:
        """What they come to."""
        return Values(self.target)

    def _follow(self, token: str) -> None:
        """Open the link that was sent to them, as far as it opens anything."""
        if "auditor" not in self.name:
            self.pages.client.get(f"/confirm/{token}")
            return
        self.pages.client.get(f"/audit/{token}")
        if self.open("/audit/open") == 200:
            self._take_token("/audit/open")
            assert self.send("/audit/open").status_code == 303
            self._take_token("/audit")

    def _take_token(self, path: str) -> None:
        self.token = self.pages.get(path).html.xpath("//input[@name='csrf_token']/@value")[0]

    def open(self, path: str) -> int:
        """The status of a page."""
        return int(self.pages.client.get(path, buffered=True).status_code)

    def reads(self, path: str) -> str:
        """The words of a page."""
        return Page(self.pages.client.get(path)).text

    def send(self, path: str) -> TestResponse:
        """The answer to a form with nothing but its token."""
        return self.pages.client.post(path, data={"csrf_token": self.token})
