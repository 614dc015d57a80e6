"""What signs: the provider's certificate, or one that the instance makes once for itself."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from kbstrack.backup.archive import is_name
from kbstrack.errors import RuleBroken
from kbstrack.record.keys import public_keys
from kbstrack.sealing.certificate import (
    NAME,
    is_own,
    may_sign,
    name_of,
    own_certificate,
    read_pkcs12,
    signing_certificate,
)
from tests.sealing.certificates import AT, Issuer, make_chain


def test_an_instance_makes_one_certificate_and_keeps_it(tmp_path):
    first = signing_certificate(tmp_path, path=None, password=None, at=AT)
    later = signing_certificate(tmp_path, path=None, password=None, at=AT + timedelta(days=900))

    assert later.fingerprint == first.fingerprint
    assert name_of(first.certificate) == f"kbstrack instance {public_keys(tmp_path).instance}"
    assert is_own(first.certificate)
    assert may_sign(first.certificate)
    assert first.certificate.not_valid_after_utc > AT + timedelta(days=25 * 365)


def test_only_its_owner_reads_it_and_a_backup_takes_it_along(tmp_path):
    own_certificate(tmp_path, AT)
    path = tmp_path / "keys" / NAME

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert is_name(f"keys/{NAME}")


def test_of_many_that_make_it_at_once_all_use_the_same(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: own_certificate(tmp_path, AT).fingerprint, range(8)))

    assert len(set(made)) == 1


def test_a_damaged_one_is_not_replaced_by_another(tmp_path):
    own_certificate(tmp_path, AT)
    path = tmp_path / "keys" / NAME
    path.write_bytes(path.read_bytes()[:-300])

    with pytest.raises(RuleBroken, match="put it back from your last backup"):
        own_certificate(tmp_path, AT)


def test_a_key_is_in_no_text_about_it(tmp_path):
    assert "key" not in repr(own_certificate(tmp_path, AT)).replace("keys", "")


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)]
)
def test_a_bought_certificate_comes_with_its_chain_and_nothing_else(tmp_path, key):
    above = make_chain().above
    owner = Issuer("Larkmoor Training", above, key=key)
    path = owner.p12(tmp_path / "it.p12", "open it", Issuer("Somebody else").certificate)

    found = signing_certificate(tmp_path, path=path, password="open it", at=AT)

    assert name_of(found.certificate) == "Larkmoor Training"
    assert [name_of(each) for each in found.chain] == ["Example Issuing CA", "Example Root"]
    assert not is_own(found.certificate)


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"until": AT - timedelta(days=1)}, "valid from 2025-10-26 to 2026-11-29 only"),
        ({"usage": "key_agreement"}, "not made for signing documents"),
        ({"key": rsa.generate_private_key(65537, 1024)}, "at least 2048"),
        ({"key": ec.generate_private_key(ec.SECP256K1())}, "P-256, P-384 or P-521"),
    ],
)
def test_one_that_cannot_sign_is_refused_with_the_reason(tmp_path, wishes, sentence):
    path = Issuer("Larkmoor Training", **wishes).p12(tmp_path / "it.p12")

    with pytest.raises(RuleBroken, match=sentence):
        signing_certificate(tmp_path, path=path, password="open it", at=AT)


def test_a_wrong_password_a_wrong_file_and_no_file_say_which_setting_to_look_at(tmp_path):
    path = make_chain().p12(tmp_path / "it.p12")
    (tmp_path / "text").write_text("no certificate")

    with pytest.raises(RuleBroken, match="KBSTRACK_CERTIFICATE_PASSWORD must be its password"):
        read_pkcs12(path, "something else")
    with pytest.raises(RuleBroken, match="must name a PKCS#12 file"):
        read_pkcs12(tmp_path / "text", None)
    with pytest.raises(RuleBroken, match="No such file"):
        read_pkcs12(tmp_path / "missing", None)


def test_a_certificate_without_its_key_is_refused(tmp_path):
    path = tmp_path / "it.p12"
    certificate = Issuer("Larkmoor Training").certificate
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(None, None, None, [certificate], NoEncryption())
    )

    with pytest.raises(RuleBroken, match="no private key with its certificate"):
        read_pkcs12(path, None)
