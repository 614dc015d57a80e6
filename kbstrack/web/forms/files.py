"""The form of a draft's files: what to add, what to take out, and what each of them shows.

Two windows may describe the same file. So with every caption goes a mark of what the page showed:
what was left as it was changes nothing, and what was changed on both sides is asked about.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField, SubmitField, TextAreaField

from kbstrack.canonical import sha256_of
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.rules import caption_field, clean_line
from kbstrack.web.forms.evidence import DraftForm
from kbstrack.web.forms.fields import ChoicesField, FilesField, select_choices

OF_A_PICTURE = "What does this picture show?"
OF_A_FILE = "What is in this file? (optional)"


class FilesForm(DraftForm):
    """Files to add, ticks at those to remove, and captions; `files_form` adds their fields."""

    files = FilesField("Photos and files")
    remove = ChoicesField("Remove")
    more = SubmitField("Add")

    @property
    def removed(self) -> frozenset[uuid.UUID]:
        """The files to take out."""
        return frozenset(uuid.UUID(value) for value in self.remove.data or [])

    def offer_removal(self, files: Sequence[FileRow]) -> None:
        """Let these files be ticked; of one that went meanwhile nothing need be said."""
        self.remove.choices = select_choices([(str(file.upload_id), file.name) for file in files])
        offered = {str(file.upload_id) for file in files}
        self.remove.data = [value for value in self.remove.data or [] if value in offered]

    def ask_about(self, files: Sequence[FileRow]) -> None:
        """Add the fields of files that the form was not made for."""
        for file in files:
            for name, field, value in _fields(file):
                if name not in self:
                    self._fields[name] = field.bind(form=self, name=name)
                    self._fields[name].process(None, value)

    def caption_of(self, file: FileRow) -> str:
        """The caption that a file gets: what was typed, or what it has where nothing was, or
        where somebody else has written something since."""
        typed = self._typed(file)
        return file.caption if typed is None or self._is_overtaken(file) else typed

    def describes(self, files: Sequence[FileRow]) -> bool:
        """Whether a caption of one of these was written or changed."""
        return any(self._typed(file) is not None for file in files)

    def show_captions(self, before: Sequence[FileRow]) -> bool:
        """Carry what is saved now, of files as they were before; False when a caption is not
        saved because somebody else has written another one. What was typed stays then."""
        is_saved = True
        for file in before:
            if caption_field(file.upload_id) not in self or file.upload_id in self.removed:
                continue
            now, is_overtaken = self.caption_of(file), self._is_overtaken(file)
            if is_overtaken:
                self.refuse(_overtaken(now), field=caption_field(file.upload_id))
                is_saved = False
            else:
                self[caption_field(file.upload_id)].data = now
            self[_shown_field(file.upload_id)].data = _mark_of(now)
        return is_saved

    def _typed(self, file: FileRow) -> str | None:
        """What was written for a file, or None where the page's own words were left."""
        name = caption_field(file.upload_id)
        if name not in self:
            return None
        typed = clean_line(self[name].data or "")
        return None if _mark_of(typed) == self._shown(file) else typed

    def _is_overtaken(self, file: FileRow) -> bool:
        typed = self._typed(file)
        return typed not in (None, file.caption) and _mark_of(file.caption) != self._shown(file)

    def _shown(self, file: FileRow) -> str:
        return self[_shown_field(file.upload_id)].data or ""


def files_form(files: Sequence[FileRow]) -> type[FilesForm]:
    """The form for these files; its fields are `caption-…` as rules name them, and `shown-…`."""
    fields = {name: field for file in files for name, field, _ in _fields(file)}
    return type("FilesForm", (FilesForm,), fields)


def files_data(files: Sequence[FileRow], made_on: Mapping[str, int]) -> Mapping[str, Any]:
    """What the form begins with; `made_on` has the revision and version of the piece."""
    captions = {name: value for file in files for name, _, value in _fields(file)}
    return {**made_on, **captions}


def _fields(file: FileRow) -> list[tuple[str, Any, str]]:
    label = OF_A_PICTURE if file.is_picture else OF_A_FILE
    return [
        (caption_field(file.upload_id), TextAreaField(label), file.caption),
        (_shown_field(file.upload_id), HiddenField(), _mark_of(file.caption)),
    ]


def _shown_field(upload_id: uuid.UUID) -> str:
    return f"shown-{upload_id.hex}"


def _mark_of(caption: str) -> str:
    """Enough to know a caption by, in one word; empty for none."""
    return sha256_of(caption)[:16] if caption else ""


def _overtaken(caption: str) -> str:
    if not caption:
        return "It was taken out in another window meanwhile. Save again to write yours."
    return f"In another window it was saved as “{caption}” meanwhile. Save again to write yours."
