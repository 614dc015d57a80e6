"""Form fields that WTForms lacks or that need plainer messages."""

import calendar
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import Field, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from kbstrack.formats import join_words

NOT_OFFERED = "Select one of the answers shown"
PART_NAMES = ("day", "month", "year")
MONTHS = tuple(name.lower() for name in calendar.month_name)[1:]


def select_choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Choices for a select, radio or checkbox field from (value, text) pairs."""
    return [SelectChoice(value=value, label=text) for value, text in pairs]


class KeyField(HiddenField):  # type: ignore[misc]
    """A one-time key: a UUID that stays the same while its form is shown again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", uuid.uuid4)
        super().__init__(*args, **kwargs)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the key that was sent; a missing one becomes a fresh one, a broken one an error."""
        if not valuelist or not valuelist[0]:
            return
        try:
            self.data = uuid.UUID(str(valuelist[0]))
        except ValueError:
            raise ValueError("The form arrived incomplete. Check it and send it again.") from None

    def _value(self) -> str:
        return str(self.data)


class ChoiceField(RadioField):  # type: ignore[misc]
    """Radio buttons, none chosen at first; leaving it empty is for the validators to judge."""

    def process_data(self, value: Any) -> None:
        """Keep None as None: WTForms would make the text "None" of it."""
        self.data = None if value is None else self.coerce(value)

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that was not offered."""
        if self.data is not None:
            _check_offered(self, [self.data])


class ListField(SelectField):  # type: ignore[misc]
    """A drop-down list whose message says what to do."""

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that was not offered."""
        _check_offered(self, [self.data])


class ChoicesField(SelectMultipleField):  # type: ignore[misc]
    """Checkboxes: any number of the answers shown, none included."""

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that was not offered."""
        _check_offered(self, self.data or [])


class FilesField(MultipleFileField):  # type: ignore[misc]
    """Any number of files; `data` is a list of werkzeug FileStorage, empty when none was sent."""


def _check_offered(field: Any, values: Iterable[Any]) -> None:
    offered = {field.coerce(choice.value) for choice in field.iter_choices()}
    if any(value not in offered for value in values):
        raise ValidationError(NOT_OFFERED)


@dataclass(frozen=True, slots=True)
class DatePart:
    """One of the three inputs of a date."""

    id: str
    label: str
    width: int
    value: str
    is_wrong: bool


class DateField(Field):  # type: ignore[misc]
    """A date typed as day, month (number or name) and year; `data` is a date or None.

    `noun` begins the messages ("Start date must include a month"). What was typed stays.
    """

    def __init__(self, *args: Any, noun: str = "Date", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.noun = noun
        self.typed: tuple[str, str, str] = ("", "", "")
        self.wrong: tuple[str, ...] = ()

    def process_data(self, value: date | None) -> None:
        """Show a date that is already known."""
        self.data = value
        if value is not None:
            self.typed = (str(value.day), str(value.month), str(value.year))

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was sent, however many values; raises ValueError with what to do."""
        texts = [value.strip() for value in valuelist if isinstance(value, str)]
        self.typed = _split(texts)
        # Required and Optional look at the first raw value: let it speak for all three parts.
        self.raw_data = [" ".join(self.typed).strip()]
        self.data = None
        if not any(self.typed):
            return
        self._require_parts()
        self.data = self._read()

    def _value(self) -> str:
        return " ".join(self.typed).strip()

    @property
    def day(self) -> date:
        """The date of a required field, once its form is found valid."""
        assert self.data is not None, "ask only after validate()"
        return self.data

    @property
    def parts(self) -> list[DatePart]:
        """The three inputs; the first has the field's own id, so that a link to it works."""
        marked = self.wrong or (PART_NAMES if self.errors else ())
        return [
            DatePart(
                id=self._part_id(name),
                label=name.capitalize(),
                width=4 if name == "year" else 3 if name == "month" else 2,
                value=value,
                is_wrong=bool(self.errors) and name in marked,
            )
            for name, value in zip(PART_NAMES, self.typed, strict=True)
        ]

    @property
    def focus_id(self) -> str:
        """The id of the first input that has to change."""
        return self._part_id(self.wrong[0] if self.wrong else "day")

    def _part_id(self, name: str) -> str:
        return str(self.id) if name == "day" else f"{self.id}-{name}"

    def _require_parts(self) -> None:
        missing = [n for n, text in zip(PART_NAMES, self.typed, strict=True) if not text]
        if missing:
            self.wrong = tuple(missing)
            raise ValueError(f"{self.noun} must include a {join_words(missing)}")

    def _read(self) -> date:
        day, month, year = _number(self.typed[0]), _month(self.typed[1]), _number(self.typed[2])
        if month is None or not 1 <= month <= 12:
            raise self._fail("month", "must have a month from 1 to 12, or its name")
        if year is None or not 1900 <= year <= 2200:
            raise self._fail("year", "must have a year with 4 digits, such as 2026")
        if day is None or not 1 <= day <= calendar.monthrange(year, month)[1]:
            last, name = calendar.monthrange(year, month)[1], MONTHS[month - 1].title()
            raise self._fail("day", f"must have a day from 1 to {last} in {name}")
        return date(year, month, day)

    def _fail(self, part: str, sentence: str) -> ValueError:
        self.wrong = (part,)
        return ValueError(f"{self.noun} {sentence}")


def _split(texts: list[str]) -> tuple[str, str, str]:
    """Three parts from what was sent; one value is taken as a whole date in one line."""
    filled = [text for text in texts if text]
    if len(texts) == 1 and filled:
        words = re.split(r"[\s/.,-]+", filled[0].strip(" ,."))
        if len(words) == 3 and len(words[0]) == 4:
            words.reverse()
        texts = words
    day, month, year = (*texts, "", "", "")[:3]
    return day, month, year


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 4 else None


def _month(text: str) -> int | None:
    word = text.lower().rstrip(".")
    if len(word) >= 3 and word.isalpha():
        for number, name in enumerate(MONTHS, start=1):
            if name.startswith(word) or (word == "sept" and name == "september"):
                return number
    return _number(text)
