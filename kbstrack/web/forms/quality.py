"""Forms of internal quality assurance: a plan, a sample by hand, an outcome, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kbstrack.quality.outcomes import MOST_CHARACTERS, IqaResult
from kbstrack.quality.risks import Risk
from kbstrack.quality.rules import BANDS, Band, Phase, PlanText, SamplingRule
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import ChoiceField, DateField, select_choices
from kbstrack.web.forms.proof import SigningForm

TOO_LONG = f"Shorten this to {MOST_CHARACTERS:,} characters or fewer"


class NumberField(Field):  # type: ignore[misc]
    """A whole number from 0 to 999; what was typed stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed = ""

    def process_data(self, value: int | None) -> None:
        """Show a number that is already known."""
        self.data, self.typed = value, "" if value is None else str(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was sent; raises ValueError with what to do."""
        self.typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not (self.typed.isascii() and self.typed.isdecimal() and len(self.typed) <= 3):
            raise ValueError(f"{self.label.text}: enter a whole number")
        self.data = int(self.typed)

    def _value(self) -> str:
        return self.typed


class _PlanForm(Form):
    """What a plan has besides its numbers."""

    name = StringField("Name of the plan", [InputRequired("Enter a name for the plan")])
    from_on = DateField("First day", [InputRequired("Enter the first day")], noun="First day")
    until_on = DateField("Last day", [InputRequired("Enter the last day")], noun="Last day")
    phase = ChoiceField(
        "Which decisions",
        [InputRequired("Select interim or final")],
        choices=select_choices((phase.value, phase.label) for phase in Phase),
    )

    @property
    def weights(self) -> list[Field]:
        """The field of each risk's weight."""
        return [self[risk.value] for risk in Risk]

    @property
    def shares(self) -> list[Field]:
        """The field of each band's share."""
        return [self[f"{band.value}_share"] for band in BANDS]

    @property
    def plan_text(self) -> PlanText:
        """The plan as the core takes it, once the form is found valid."""
        return PlanText(
            name=self.name.data,
            from_on=self.from_on.day,
            until_on=self.until_on.day,
            phase=Phase(str(self.phase.data)),
            rule=SamplingRule(
                weights={risk: self[risk.value].data for risk in Risk},
                high_from=self["high_from"].data,
                medium_from=self["medium_from"].data,
                shares={band: self[f"{band.value}_share"].data for band in BANDS},
            ),
            seed=self["seed"].data,
        )


def _numbers() -> Mapping[str, Field]:
    weights = {risk.value: NumberField(risk.label) for risk in Risk}
    shares = {f"{band.value}_share": NumberField(f"{band.label}, per cent") for band in BANDS}
    return {
        **weights,
        "high_from": NumberField("High risk from a score of"),
        "medium_from": NumberField("Medium risk from a score of"),
        **shares,
        "seed": StringField("Seed", [InputRequired("Enter a seed: any letters and digits")]),
    }


PlanForm: type[_PlanForm] = type("PlanForm", (_PlanForm,), dict(_numbers()))
"""A plan with the weight of every risk, the bands, their shares and the seed."""


def plan_defaults(rule: SamplingRule) -> dict[str, object]:
    """The rule as the form's fields."""
    return {
        **{risk.value: rule.weights[risk] for risk in Risk},
        "high_from": rule.high_from,
        "medium_from": rule.medium_from,
        **{f"{band.value}_share": rule.shares[Band(band)] for band in BANDS},
    }


class AddSampleForm(Form):
    """A decision added to a plan by hand."""

    reason = TextAreaField(
        "Why is it looked at again?",
        [
            InputRequired("Say why this decision is looked at again"),
            Length(max=MOST_CHARACTERS, message=TOO_LONG),
        ],
    )


class OutcomeForm(SigningForm):
    """What quality assurance says of a decision."""

    result = ChoiceField(
        "What do you say of this decision?",
        choices=select_choices((result.value, result.label) for result in IqaResult),
    )
    feedback = TextAreaField(
        "Feedback to the assessor", [Length(max=MOST_CHARACTERS, message=TOO_LONG)]
    )
    due_on = DateField("To be done by", noun="The day")
    is_declared = BooleanField("I agree to this declaration")

    @property
    def iqa_result(self) -> IqaResult | None:
        """What was selected, if anything."""
        return IqaResult(self.result.data) if self.result.data else None


class ReplyForm(Form):
    """An assessor's answer to an action."""

    text = TextAreaField(
        "Your answer",
        [InputRequired("Write your answer"), Length(max=MOST_CHARACTERS, message=TOO_LONG)],
    )


class CloseForm(Form):
    """An action that is done."""

    note = TextAreaField("What you found", [Length(max=MOST_CHARACTERS, message=TOO_LONG)])
