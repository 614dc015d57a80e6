"""An instance with two training providers, for commands about people."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kbstrack import current
from kbstrack.cli import main
from kbstrack.db import db
from tests.builders import make_world


@pytest.fixture
def world(app):
    return make_world()


@pytest.fixture
def other(world):
    return make_world(mark="b", ukprn="10000002", uln="9000000024")


@pytest.fixture
def run_people(app, monkeypatch):
    """Run `kbstrack people …` on the instance of `app`; it must end with `exit_code`."""
    settings = app.extensions[current.SETTINGS]
    monkeypatch.setenv("KBSTRACK_HOME", str(settings.home))
    monkeypatch.setenv("KBSTRACK_DATABASE", settings.database_url)
    monkeypatch.setenv("KBSTRACK_STANDARDS", str(settings.standards_directories[0]))

    def run(*arguments, exit_code=0):
        db.session.rollback()
        result = CliRunner().invoke(main, ["people", *arguments])
        assert result.exit_code == exit_code, result.output
        return result.stdout if exit_code == 0 else result.stderr

    return run
