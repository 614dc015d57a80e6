"""Settings that cannot be are refused in a sentence that names them."""

from __future__ import annotations

import pytest

from kbstrack.config import load_settings
from kbstrack.errors import RuleBroken


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KBSTRACK_PROXIES", "-1"),
        ("KBSTRACK_PROXIES", "²"),
        ("KBSTRACK_MAX_FILE_MB", "0"),
        ("KBSTRACK_DEMO", "maybe"),
        ("KBSTRACK_PUBLIC_URL", "javascript:x"),
        ("KBSTRACK_PUBLIC_URL", "http://[::1"),
        ("KBSTRACK_PUBLIC_URL", "http://host.example:99999"),
        ("KBSTRACK_PUBLIC_URL", "http://host.example/app"),
        ("KBSTRACK_PUBLIC_URL", "http://host.example?page=1"),
        ("KBSTRACK_PUBLIC_URL", "http://somebody@host.example"),
        ("KBSTRACK_PUBLIC_URL", "http://two words.example"),
        ("KBSTRACK_TIMESTAMP_URL", "timestamp.example"),
        ("KBSTRACK_TIMESTAMP_URL", "https://two words.example/tsa"),
        ("KBSTRACK_TIMESTAMP_URL", "ldap://timestamp.example"),
        ("KBSTRACK_OFFICE", "maybe"),
        ("KBSTRACK_OFFICE", "bin/soffice"),
        ("KBSTRACK_OFFICE_CONFINED", "perhaps"),
        ("KBSTRACK_MAIL_FROM", "a@host.example\nBcc: b@host.example"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(name, value):
    with pytest.raises(RuleBroken, match=name):
        load_settings({name: value})


@pytest.mark.parametrize(
    "address", ["https://portfolio.example", "http://127.0.0.1:8000", "http://[::1]:8000"]
)
def test_an_address_is_taken_with_or_without_a_slash_at_its_end(address):
    for given in (address, f"{address}/"):
        assert load_settings({"KBSTRACK_PUBLIC_URL": given}).public_url == address


def test_what_signs_is_named_by_settings_that_no_text_repeats():
    found = load_settings(
        {
            "KBSTRACK_CERTIFICATE": "/srv/it.p12",
            "KBSTRACK_CERTIFICATE_PASSWORD": "open it",
            "KBSTRACK_TIMESTAMP_URL": "https://name:word@timestamp.example/tsa?key=1",
        }
    )

    assert str(found.certificate) == "/srv/it.p12"
    assert found.certificate_password == "open it"
    assert found.timestamp_url == "https://name:word@timestamp.example/tsa?key=1"
    assert "open it" not in repr(found)
    assert "word@" not in repr(found)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("", ""),
        ("no", ""),
        ("0", ""),
        ("yes", "yes"),
        ("True", "yes"),
        ("/opt/libreoffice/program/soffice", "/opt/libreoffice/program/soffice"),
    ],
)
def test_what_makes_pages_of_office_documents_is_nothing_yes_or_a_path(given: str, meant: str):
    found = load_settings({"KBSTRACK_OFFICE": given})

    assert found.office == meant
    assert found.office_is_confined
    assert not load_settings({"KBSTRACK_OFFICE_CONFINED": "no"}).office_is_confined
