"""The form of a countersigner: agreed or returned, for each decision of a piece or one sign-off."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from wtforms import BooleanField, Field, FormField, HiddenField, TextAreaField
from wtforms.validators import Length

from kbstrack.assessment.countersign_rules import Answer
from kbstrack.web.forms.assessment import MOST_REASON_CHARACTERS, Part
from kbstrack.web.forms.fields import ChoiceField, select_choices
from kbstrack.web.forms.proof import SigningForm

AGREE, RETURN = "agree", "return"


class AnswerPart(Part):
    """The answer to one decision or sign-off; nothing is chosen beforehand."""

    subject = HiddenField()
    is_agreed = ChoiceField("Do you agree?")
    remark = TextAreaField(
        "Reason or remark",
        [Length(max=MOST_REASON_CHARACTERS, message="Shorten the remark to 2,000 characters")],
    )

    def ask_about(self, what: str) -> None:
        """Write what it is about into the labels: each is read out on its own."""
        self.is_agreed.label.text = f"Do you agree with {what}?"
        self.remark.label.text = f"Reason or remark on {what}"
        self.is_agreed.choices = select_choices(
            [(AGREE, "I agree: it counts from now on"), (RETURN, "I don’t agree: it goes back")]
        )

    def answer(self, code: str) -> Answer | None:
        """What was answered, as the core takes it; None for a page that was not ours."""
        try:
            subject_id = uuid.UUID(self.subject.data or "")
        except ValueError:
            return None
        chosen = {AGREE: True, RETURN: False}.get(self.is_agreed.data or "")
        return Answer(subject_id, code, chosen, self.remark.data or "")

    def as_text(self, code: str) -> str:
        """Everything that was typed here, to read and to copy."""
        chosen = {AGREE: "agreed", RETURN: "not agreed"}.get(self.is_agreed.data or "")
        return f"{code}: {chosen or 'no answer'}\n{self.remark.data or ''}".strip()


class CountersignForm(SigningForm):
    """All answers and one declaration; `countersign_form` adds the part of each KSB."""

    codes: tuple[str, ...] = ()

    def part(self, code: str) -> AnswerPart:
        """The part for one KSB."""
        found: AnswerPart = self[code].form
        return found

    def ask_about(self, words: Mapping[str, str]) -> None:
        """What each answer is about, by KSB."""
        for code in self.codes:
            self.part(code).ask_about(words[code])

    @property
    def answers(self) -> list[Answer]:
        """One for each KSB."""
        given = (self.part(code).answer(code) for code in self.codes)
        return [answer for answer in given if answer is not None]

    @property
    def agrees(self) -> bool:
        """Whether there is anything to sign."""
        return any(answer.is_agreed for answer in self.answers)

    @property
    def as_text(self) -> str:
        """Everything that was typed, to read and to copy."""
        return "\n\n".join(self.part(code).as_text(code) for code in self.codes)

    def refuse(self, sentence: str, *, field: str | None = None) -> None:
        """Add what a rule said at its field, also in a part: `K1-remark`."""
        control = self._inner(field or "")
        if control is None:
            super().refuse(sentence, field=field)
        else:
            control.errors = [*control.errors, sentence]

    def _inner(self, name: str) -> Field | None:
        code, _, rest = name.partition("-")
        if code not in self.codes or rest not in self.part(code):
            return None
        control: Field = self.part(code)[rest]
        return control


def countersign_form(codes: Sequence[str]) -> type[CountersignForm]:
    """The form for the decisions on these KSBs."""
    fields: dict[str, object] = {code: FormField(AnswerPart) for code in codes}
    return type(
        "CountersignFormOfCodes",
        (CountersignForm,),
        fields
        | {"codes": tuple(codes), "is_declared": BooleanField("I agree to this declaration")},
    )
