"""The composition root: what an application is made of, and when it refuses to be made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from kbstrack import current
from kbstrack.app import check_database, create_app, open_app
from kbstrack.config import Settings
from kbstrack.db import DatabaseNotReady, db, transaction
from kbstrack.errors import BadStandard, RuleBroken
from kbstrack.people.models import Provider

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_provider(name: str = "Northbridge Training") -> None:
    with transaction():
        db.session.add(Provider(name=name, ukprn="10000001", created_at=MONDAY))


def test_a_row_is_kept_with_its_zone(app):
    make_provider()
    db.session.expire_all()

    row = db.session.scalars(select(Provider)).one()

    assert row.created_at == MONDAY
    assert row.created_at.tzinfo is UTC


@pytest.mark.parametrize("attempt", [1, 2])
def test_every_test_begins_with_empty_tables(app, attempt):
    assert db.session.scalars(select(Provider)).all() == []
    make_provider()


def test_services_reach_settings_catalogue_and_store(app, settings):
    assert current.settings() == settings
    assert current.catalogue().latest("ST0321").reference == "ST0321"
    assert current.store().root == settings.home / "files"


def test_statements_are_counted(app, count_statements):
    with count_statements() as statements:
        db.session.scalars(select(Provider)).all()

    assert len(statements) == 1


def at_home(tmp_path, **changes) -> Settings:
    given = {"home": tmp_path / "home", "database_url": f"sqlite:///{tmp_path}/none.sqlite"}
    return Settings(**(given | changes))


def test_without_a_database_nothing_is_made_and_the_person_hears_what_to_do(tmp_path):
    with pytest.raises(DatabaseNotReady, match=r"kbstrack init.*kbstrack migrate"):
        open_app(at_home(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_said_in_one_line(tmp_path):
    url = "postgresql://someone:secret@127.0.0.1:1/kbstrack"

    with pytest.raises(DatabaseNotReady, match="cannot be used") as refusal:
        check_database(at_home(tmp_path, database_url=url))

    assert "secret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["mysql://root:secret@host/db", "sqlite://", "sqlite:///:memory:", "kbstrack.sqlite"]
)
def test_an_address_of_another_kind_is_refused_without_repeating_it(tmp_path, url):
    with pytest.raises(RuleBroken, match="KBSTRACK_DATABASE") as refusal:
        create_app(at_home(tmp_path, database_url=url))

    assert "secret" not in str(refusal.value)


def test_a_bad_standard_keeps_the_application_from_starting(tmp_path):
    folder = tmp_path / "standards"
    folder.mkdir()
    (folder / "bad.yaml").write_text("reference: ST9999\n", encoding="utf-8")

    with pytest.raises(BadStandard, match=r"bad\.yaml"):
        create_app(at_home(tmp_path, standards_directories=(folder,)))


def test_the_secret_key_is_readable_by_its_owner_only(tmp_path):
    app = create_app(at_home(tmp_path))

    key = tmp_path / "home" / "secret-key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert app.config["SECRET_KEY"] == key.read_bytes()
    assert len(key.read_bytes()) == 64
