"""The files of a draft: added, described by whoever adds them, and taken out."""

from __future__ import annotations

import uuid

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Actor
from kbstrack.assessment.working import Work, save_work, see_work
from kbstrack.current import settings
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.rules import (
    MOST_CAPTION_CHARACTERS,
    FileText,
    caption_field,
    check_file_count,
    clean_files,
)
from kbstrack.evidence.service import add_upload
from kbstrack.formats import say_count, say_size
from kbstrack.storage.stored import NoRoom
from kbstrack.web.evidence.routes import Page, blueprint, file_views
from kbstrack.web.evidence.writing import next_step, turned_away
from kbstrack.web.forms.files import FilesForm, files_data, files_form
from kbstrack.web.kept import form_of, leave_files_unread
from kbstrack.web.session import current_actor

FILES_AT_ONCE = 5
"""One sending of the form may be as large as this many of the largest files."""

FILES_READ_THROUGH = 20
"""What is larger than that is not even read to say so on the form: the page for 413 does."""

ATTACH_TRIES = 10
"""As often as others may save the same draft at the same moment."""

NOTHING_ARRIVED = "No file arrived, perhaps because the connection broke. Try again."
CHOOSE_AGAIN = "Choose your files again: they were not saved."
ASKED = "{pictures} saved. Say in a line what can be seen, or leave it empty and go on."


@blueprint.get("/evidence/<uuid:evidence_id>/files")
def files(evidence_id: uuid.UUID) -> Response | str:
    """The files there are with their captions, and a field for more."""
    work = see_work(current_actor(), evidence_id)
    if closed := turned_away(work):
        return closed
    data = files_data(work.files, work.made_on)
    return _files_page(form_of(files_form(work.files), data=data), work)


@blueprint.post("/evidence/<uuid:evidence_id>/files")
def files_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Take the files that can be taken; those that cannot are named with what to do.

    Whoever has added pictures is asked what they show before the next step.
    """
    has_room = _make_room()
    actor = current_actor()
    work = see_work(actor, evidence_id)
    form = form_of(files_form(work.files))
    form.offer_removal(work.files)
    status = _refuse_form(form, work, has_room=has_room)
    taken: list[FileRow] = []
    if not status:
        taken, refused = _take(form, actor, work)
        status = _attach(form, evidence_id, taken) or refused
    work = see_work(actor, evidence_id)
    if status:
        return _files_page(form, work), status
    is_asked = not form.is_draft and _ask_what_they_show(work, taken)
    stays = bool(form.more.data) or is_asked
    return next_step(form, evidence_id, "evidence.files" if stays else "evidence.ksbs")


def _make_room() -> bool:
    """Let the files of this form in; False when together they are too large to be read.

    What else is in the form can be read in either case.
    """
    if request.mimetype != "multipart/form-data":
        return True  # no files: such a form is held in memory, and is as small as any other
    sent_bytes, most_bytes = request.content_length or 0, _most_bytes()
    # One more than there is: behind waitress a request of just the limit counts as too large.
    request.max_content_length = most_bytes + 1
    if sent_bytes <= most_bytes:
        return True
    most_read = FILES_READ_THROUGH * settings().max_file_bytes
    leave_files_unread(most_bytes=min(sent_bytes + 1, most_read))
    return False


def _most_bytes() -> int:
    return settings().max_file_bytes * FILES_AT_ONCE


def _refuse_form(form: FilesForm, work: Work, *, has_room: bool) -> int:
    """The status with which nothing of this form is taken, or 0 when it can be."""
    if not request.form and not request.files:
        form.refuse(NOTHING_ARRIVED, field="files")
        return 422
    if not (form.validate() and _has_fitting_captions(form, work)):
        if form.files.data:
            form.refuse(CHOOSE_AGAIN, field="files")
        return 422
    if not has_room:
        form.refuse(
            f"Together these files are larger than {say_size(_most_bytes())}, so none was saved. "
            "Add fewer at a time.",
            field="files",
        )
        return 413
    # Captions alone may be saved with this button too.
    if form.more.data and not form.files.data and not form.describes(work.files):
        form.refuse("Choose a photo or a file first.", field="files")
        return 422
    return 0


def _has_fitting_captions(form: FilesForm, work: Work) -> bool:
    """Whether the captions can be saved; asked before files are taken that would be lost then."""
    try:
        clean_files(_files_after(form, work, []))
    except RuleBroken as problem:
        form.refuse_all(problem)
        return False
    return True


def _take(form: FilesForm, actor: Actor, work: Work) -> tuple[list[FileRow], int]:
    """Store what can be stored; each refusal is said at the field, and there is a status for it.

    After the first file for which there is no room the others are not tried.
    """
    taken: list[FileRow] = []
    status = 0
    kept = [file for file in work.files if file.upload_id not in form.removed]
    try:
        check_file_count(len(kept) + len(form.files.data or []))
    except RuleBroken as problem:
        form.refuse(str(problem), field="files")
        return [], 422
    for sent in form.files.data or []:
        try:
            taken.append(
                add_upload(
                    actor,
                    work.page.enrolment.id,
                    stream=sent.stream,
                    name=sent.filename or "",
                    at=clock.now(),
                )
            )
        except NoRoom as problem:
            form.refuse(str(problem), field="files")
            return taken, 507
        except RuleBroken as problem:
            form.refuse(str(problem), field="files")
            status = 422
    return taken, status


def _attach(form: FilesForm, evidence_id: uuid.UUID, taken: list[FileRow]) -> int:
    """Change the draft as it is now: new files, captions that were typed, files taken out.

    A status, or 0 when all of it is saved. Nothing else of the draft is touched, so it does not
    matter from which state the page was made, nor what is saved at the same moment: it is tried
    again on what the draft is then. Only a caption that somebody else changed is asked about.
    """
    conflict = ""
    for _ in range(ATTACH_TRIES):
        work = see_work(current_actor(), evidence_id)
        files = _files_after(form, work, taken)
        try:
            if files != [file.text for file in work.files]:
                save_work(
                    current_actor(),
                    work,
                    text=work.text,
                    files=files,
                    revision=work.revision,
                    version=form.version.data,
                    at=clock.now(),
                )
        except RuleBroken as problem:
            form.refuse_all(problem)
            return 422
        except Conflict as problem:
            conflict = str(problem)
        else:
            return 0 if form.show_captions(work.files) else 409
    form.refuse(conflict)
    if taken:
        form.refuse(CHOOSE_AGAIN, field="files")
    form.show_as_made_on(see_work(current_actor(), evidence_id).made_on)
    return 409


def _files_after(form: FilesForm, work: Work, taken: list[FileRow]) -> list[FileText]:
    """The draft's files with the new ones; one that is there already is not added again."""
    kept = [file for file in work.files if file.upload_id not in form.removed]
    there = {(file.sha256, file.name) for file in kept}
    files = [FileText(file.upload_id, form.caption_of(file)) for file in kept]
    for file in taken:
        if (file.sha256, file.name) not in there:
            there.add((file.sha256, file.name))
            files.append(file.text)
    return files


def _ask_what_they_show(work: Work, taken: list[FileRow]) -> bool:
    """Whether there are new pictures without a caption; the page that asks then says so."""
    new = {file.upload_id for file in taken}
    bare = [
        file
        for file in work.files
        if file.upload_id in new and file.is_picture and not file.caption
    ]
    if bare:
        flash(ASKED.format(pictures=say_count(len(bare), "picture")), "success")
    return bool(bare)


def _files_page(form: FilesForm, work: Work) -> str:
    form.offer_removal(work.files)
    form.ask_about(work.files)
    views = file_views(work.files)
    return render_template(
        "evidence/files.html",
        form=form,
        work=work,
        files=[(view, form[caption_field(view.id)]) for view in views],
        has_pictures=any(file.is_picture for file in work.files),
        most_bytes=settings().max_file_bytes,
        most_caption=MOST_CAPTION_CHARACTERS,
    )
