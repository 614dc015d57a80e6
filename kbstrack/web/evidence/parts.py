"""What a draft gets after its text: files, KSBs, and a reason for each KSB."""

from __future__ import annotations

import uuid

from flask import render_template, request
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Actor
from kbstrack.assessment.working import Work, save_work, see_work
from kbstrack.current import settings
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.rules import check_file_count
from kbstrack.evidence.service import add_upload
from kbstrack.formats import say_size
from kbstrack.storage.stored import NoRoom
from kbstrack.web.evidence.routes import Page, asked_for, blueprint, file_views
from kbstrack.web.evidence.writing import keep, next_step, turned_away
from kbstrack.web.forms.evidence import (
    FilesForm,
    KsbsForm,
    ReasonsForm,
    reasons_data,
    reasons_form,
)
from kbstrack.web.forms.fields import select_choices
from kbstrack.web.kept import form_of, leave_files_unread
from kbstrack.web.session import current_actor

FILES_AT_ONCE = 5
"""One sending of the form may be as large as this many of the largest files."""

FILES_READ_THROUGH = 20
"""What is larger than that is not even read to say so on the form: the page for 413 does."""

ATTACH_TRIES = 10
"""As often as others may save the same draft at the same moment."""

NOTHING_ARRIVED = "No file arrived, perhaps because the connection broke. Try again."


@blueprint.get("/evidence/<uuid:evidence_id>/files")
def files(evidence_id: uuid.UUID) -> Response | str:
    """The files there are, and a field for more."""
    work = see_work(current_actor(), evidence_id)
    if closed := turned_away(work):
        return closed
    return _files_page(form_of(FilesForm, data=work.made_on), work)


@blueprint.post("/evidence/<uuid:evidence_id>/files")
def files_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Take the files that can be taken; those that cannot are named with what to do."""
    has_room = _make_room()
    actor = current_actor()
    work = see_work(actor, evidence_id)
    form = form_of(FilesForm)
    _offer_removal(form, work)
    status = _refuse_form(form, has_room=has_room)
    if not status:
        taken, refused = _take(form, actor, work)
        status = _attach(form, evidence_id, taken) or refused
    if status:
        return _files_page(form, see_work(actor, evidence_id)), status
    return next_step(form, evidence_id, "evidence.files" if form.more.data else "evidence.ksbs")


@blueprint.get("/evidence/<uuid:evidence_id>/ksbs")
def ksbs(evidence_id: uuid.UUID) -> Response | str:
    """The standard's KSBs, to choose from."""
    work = see_work(current_actor(), evidence_id)
    if closed := turned_away(work):
        return closed
    chosen = [claim.code for claim in work.text.claims]
    return _ksbs_page(form_of(KsbsForm, data={"claims": chosen, **work.made_on}), work)


@blueprint.post("/evidence/<uuid:evidence_id>/ksbs")
def ksbs_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Keep the choice, and go on to the reasons if anything was chosen."""
    work = see_work(current_actor(), evidence_id)
    form = form_of(KsbsForm)
    _offer_ksbs(form, work)
    status = 0 if form.validate() else 422
    status = status or keep(form, work, text=form.text(work.text))
    if status:
        return _ksbs_page(form, work), status
    return next_step(
        form, evidence_id, "evidence.reasons" if form.claims.data else "evidence.check"
    )


@blueprint.get("/evidence/<uuid:evidence_id>/reasons")
def reasons(evidence_id: uuid.UUID) -> Response | str:
    """A reason and a place for each chosen KSB."""
    work = see_work(current_actor(), evidence_id)
    if closed := turned_away(work):
        return closed
    data = reasons_data(work.text, work.made_on)
    return _reasons_page(form_of(_reasons_kind(work), data=data), work)


@blueprint.post("/evidence/<uuid:evidence_id>/reasons")
def reasons_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Keep the reasons, and go on to the check."""
    work = see_work(current_actor(), evidence_id)
    form = form_of(_reasons_kind(work))
    status = 0 if form.validate() else 422
    status = status or keep(form, work, text=form.text(work.text))
    if status:
        return _reasons_page(form, work), status
    return next_step(form, evidence_id, "evidence.check")


def _make_room() -> bool:
    """Let the files of this form in; False when together they are too large to be read.

    What else is in the form can be read in either case.
    """
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


def _refuse_form(form: FilesForm, *, has_room: bool) -> int:
    """The status with which nothing of this form is taken, or 0 when it can be."""
    if not request.form and not request.files:
        form.refuse(NOTHING_ARRIVED, field="files")
        return 422
    if not form.validate():
        if form.files.data:
            form.refuse("Choose your files again: they were not saved.", field="files")
        return 422
    if not has_room:
        form.refuse(
            f"Together these files are larger than {say_size(_most_bytes())}, so none was saved. "
            "Add fewer at a time.",
            field="files",
        )
        return 413
    if form.more.data and not form.files.data:
        form.refuse("Choose a photo or a file first.", field="files")
        return 422
    return 0


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
    """Add to the draft as it is now and take out what was ticked; a status, or 0 when saved.

    Nothing else of it is touched, so it does not matter from which state the page was made, nor
    what is saved at the same moment: it is tried again on what the draft is then.
    """
    conflict = ""
    for _ in range(ATTACH_TRIES):
        work = see_work(current_actor(), evidence_id)
        files = _files_after(form, work, taken)
        if files == list(work.files):
            return 0
        try:
            save_work(
                current_actor(),
                work,
                text=work.text,
                upload_ids=[file.upload_id for file in files],
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
            return 0
    form.refuse(conflict)
    if taken:
        form.refuse("Choose your files again: they were not saved.", field="files")
    form.show_as_made_on(see_work(current_actor(), evidence_id).made_on)
    return 409


def _files_after(form: FilesForm, work: Work, taken: list[FileRow]) -> list[FileRow]:
    """The draft's files with the new ones; one that is there already is not added again."""
    kept = [file for file in work.files if file.upload_id not in form.removed]
    there = {(file.sha256, file.name) for file in kept}
    for file in taken:
        if (file.sha256, file.name) not in there:
            there.add((file.sha256, file.name))
            kept.append(file)
    return kept


def _files_page(form: FilesForm, work: Work) -> str:
    _offer_removal(form, work)
    return render_template(
        "evidence/files.html",
        form=form,
        work=work,
        files=file_views(work.files),
        most_bytes=settings().max_file_bytes,
    )


def _offer_removal(form: FilesForm, work: Work) -> None:
    """Only files that are there can be ticked; one that went meanwhile needs no message."""
    form.remove.choices = select_choices([(str(file.upload_id), file.name) for file in work.files])
    offered = {str(file.upload_id) for file in work.files}
    form.remove.data = [value for value in form.remove.data or [] if value in offered]


def _ksbs_page(form: KsbsForm, work: Work) -> str:
    _offer_ksbs(form, work)
    return render_template("evidence/ksbs.html", form=form, work=work, standard=work.page.standard)


def _offer_ksbs(form: KsbsForm, work: Work) -> None:
    form.claims.choices = select_choices([(code, code) for code in work.page.standard.codes])


def _reasons_page(form: ReasonsForm, work: Work) -> str:
    chosen = [
        (ksb, form[f"claim-{ksb.code}"], form[f"where-{ksb.code}"])
        for ksb in work.page.standard.ksbs
        if f"claim-{ksb.code}" in form
    ]
    return render_template(
        "evidence/reasons.html", form=form, work=work, chosen=chosen, asked=asked_for(work.page)
    )


def _reasons_kind(work: Work) -> type[ReasonsForm]:
    """The form for what is claimed; also for what was sent, when the claims changed meanwhile."""
    claimed = {claim.code for claim in work.text.claims}
    return reasons_form(
        [
            code
            for code in work.page.standard.codes
            if code in claimed or f"claim-{code}" in request.form
        ]
    )
