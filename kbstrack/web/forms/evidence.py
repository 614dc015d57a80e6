"""The forms of evidence: what was done, files, KSBs, reasons, submitting and taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, HiddenField, StringField, SubmitField, TextAreaField

from kbstrack.evidence.rules import ClaimText, EvidenceKind, EvidenceText
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import (
    ChoiceField,
    ChoicesField,
    DateField,
    ListField,
    select_choices,
)

KINDS = {
    EvidenceKind.WORK_PRODUCT: "something you made or used at work",
    EvidenceKind.OBSERVATION: "somebody watched you do it",
    EvidenceKind.WITNESS_TESTIMONY: "somebody at work says what they saw",
    EvidenceKind.EXPERT_WITNESS_TESTIMONY: "an expert in the job says what they saw",
    EvidenceKind.PROFESSIONAL_DISCUSSION: "you talked it through with your assessor",
    EvidenceKind.QUESTIONING: "questions you answered",
    EvidenceKind.PROJECT: "a longer piece of work",
    EvidenceKind.CASE_STUDY: "how one case went",
    EvidenceKind.SIMULATION: "practised, not at work",
    EvidenceKind.CERTIFICATE: "training or a test you passed",
    EvidenceKind.REFLECTIVE_ACCOUNT: "you look back on what you learned",
    EvidenceKind.AUDIO_OR_VIDEO: "a recording",
}

DAYS_AGO = {"today": 0, "yesterday": 1}
WHEN = (("today", "Today"), ("yesterday", "Yesterday"), ("other", "Another day, or several days"))


class RevisionField(HiddenField):  # type: ignore[misc]
    """Which saved state the page was made from; whatever is not a number fits to none."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number that was sent."""
        sent = str(valuelist[0]) if valuelist else ""
        self.data = int(sent) if sent.isdecimal() and len(sent) < 10 else -1

    def _value(self) -> str:
        return str(self.data or 0)


class DraftForm(Form):
    """What every step has: which state it was made from, and which button was pressed.

    That is the draft's revision and the number of the version submitted last.
    """

    revision = RevisionField(default=0)
    version = RevisionField(default=0)
    draft = SubmitField("Save draft")

    def show_as_made_on(self, state: Mapping[str, int]) -> None:
        """Carry what the page shows now: sent again, it is meant for that."""
        self.revision.data, self.version.data = state["revision"], state["version"]

    @property
    def is_draft(self) -> bool:
        """Whether the person wants to stop here for now."""
        return bool(self.draft.data)


class TextForm(DraftForm):
    """What was done: only the title cannot be empty."""

    ksb = HiddenField(default="")
    title = StringField("Title")
    description = TextAreaField("What did you do?")
    when = ChoiceField("When did it happen?", choices=select_choices(WHEN))
    first_on = DateField("Day, or first day", noun="The date")
    last_on = DateField("Last day, if it took several days", noun="The last date")
    kind = ListField("What kind of evidence is it?", default="")

    def offer_kinds(self, *, with_reflection: bool) -> None:
        """Fill the list; a kind that the standard does not take is only there if chosen before."""
        pairs = [("", "Choose one, or leave it for later")]
        for kind, explained in KINDS.items():
            is_taken = with_reflection or kind is not EvidenceKind.REFLECTIVE_ACCOUNT
            if is_taken or self.kind.data == kind.value:
                pairs.append((kind.value, f"{kind.label}: {explained}"))
        self.kind.choices = select_choices(pairs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the days only where they are asked for."""
        if self.when.data in DAYS_AGO:
            self.first_on.process_errors = self.last_on.process_errors = []
        elif any((*self.first_on.typed, *self.last_on.typed)):
            self.when.data = "other"
        return super().validate(extra_validators)

    def text(self, before: EvidenceText, *, today: date) -> EvidenceText:
        """What was typed, with the claims of `before`."""
        first_on, last_on = self.first_on.data, self.last_on.data
        if self.when.data in DAYS_AGO:
            first_on, last_on = today - timedelta(days=DAYS_AGO[self.when.data]), None
        return EvidenceText(
            title=self.title.data or "",
            kind=EvidenceKind(self.kind.data) if self.kind.data else None,
            first_on=first_on,
            last_on=last_on,
            description=self.description.data or "",
            claims=before.claims,
        )


def text_data(text: EvidenceText, made_on: Mapping[str, int]) -> dict[str, Any]:
    """What `TextForm` begins with for a saved piece; `made_on` has its revision and version."""
    return {
        **made_on,
        "title": text.title,
        "description": text.description,
        "when": "other" if text.first_on else None,
        "first_on": text.first_on,
        "last_on": text.last_on,
        "kind": text.kind.value if text.kind else "",
    }


class KsbsForm(DraftForm):
    """The KSBs that the piece is to show."""

    claims = ChoicesField("KSBs")

    def text(self, before: EvidenceText) -> EvidenceText:
        """The chosen claims, with the reasons they had."""
        written = {claim.code: claim for claim in before.claims}
        chosen = tuple(written.get(code, ClaimText(code)) for code in self.claims.data or [])
        return replace(before, claims=chosen)


class ReasonsForm(DraftForm):
    """A reason and a place for each chosen KSB; `reasons_form` adds the fields."""

    def text(self, before: EvidenceText) -> EvidenceText:
        """What was typed for each KSB of the form, and the claims it does not ask about."""
        claims = [claim for claim in before.claims if f"claim-{claim.code}" not in self]
        for field in self:
            if field.name.startswith("claim-"):
                code = field.name.removeprefix("claim-")
                claims.append(ClaimText(code, field.data or "", self[f"where-{code}"].data or ""))
        return replace(before, claims=tuple(claims))


def reasons_form(codes: Sequence[str]) -> type[ReasonsForm]:
    """The form for these KSBs; its fields are `claim-K1` and `where-K1`, as rules name them."""
    fields: dict[str, Any] = {}
    for code in codes:
        fields[f"claim-{code}"] = TextAreaField(f"How does it show {code}?")
        fields[f"where-{code}"] = StringField(f"Where to look for {code} (optional)")
    return type("ReasonsForm", (ReasonsForm,), fields)


def reasons_data(text: EvidenceText, made_on: Mapping[str, int]) -> Mapping[str, Any]:
    """What the reasons form begins with; `made_on` has the revision and version of the piece."""
    data: dict[str, Any] = dict(made_on)
    for claim in text.claims:
        data[f"claim-{claim.code}"] = claim.rationale
        data[f"where-{claim.code}"] = claim.locator
    return data


class SubmitEvidenceForm(Form):
    """The declaration."""

    revision = RevisionField(default=0)
    version = RevisionField(default=0)
    is_declared = BooleanField("I declare this")


class WithdrawForm(Form):
    """Why it is taken back."""

    revision = RevisionField(default=0)
    reason = TextAreaField("Why do you take it back? (optional)")


class DiscardForm(Form):
    """Nothing but the button."""

    revision = RevisionField(default=0)
    version = RevisionField(default=0)


class ChangeForm(Form):
    """Nothing but the button."""

    version = RevisionField(default=0)
