"""An enrolment stays on the very standard it began on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from kbstrack import current
from kbstrack.errors import BadStandard
from kbstrack.people import enrolment_queries
from kbstrack.people.pinned import check_pins, standard_of
from kbstrack.standards.catalogue import Catalogue
from tests.builders import make_world


def with_catalogue(app: Flask, *standards: object) -> None:
    app.extensions[current.CATALOGUE] = Catalogue(standards)


def test_the_pinned_standard_is_found_while_its_file_is_unchanged(app):
    world = make_world()

    check_pins()

    enrolment = enrolment_queries.enrolment(world.enrolment_id)
    assert standard_of(enrolment).reference == "ST9999"


def test_a_changed_file_under_the_same_version_is_refused(app, catalogue):
    make_world()
    kites = catalogue.get("ST9999", "1.0")
    with_catalogue(app, replace(kites, summary="Kites, and balloons too."))

    with pytest.raises(BadStandard, match="changed after apprentices were enrolled"):
        check_pins()


def test_a_missing_file_is_named(app, catalogue):
    make_world()
    with_catalogue(app, catalogue.get("ST0321", "1.0"))

    with pytest.raises(BadStandard, match=r"ST9999 version 1\.0, but its file is missing"):
        check_pins()


def test_new_prompts_are_no_change(app, catalogue):
    make_world()
    kites = catalogue.get("ST9999", "1.0")
    ksbs = tuple(replace(ksb, prompts=("Another idea?",)) for ksb in kites.ksbs)
    with_catalogue(app, replace(kites, ksbs=ksbs))

    check_pins()
