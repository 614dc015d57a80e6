"""The certificate that signs issues: the provider's own from a PKCS#12 file, or the instance's.

One that the instance made for itself shows that two documents come from the same instance and were
not changed since. It does not show whose instance that is: nobody but the instance vouches for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from kbstrack.errors import RuleBroken
from kbstrack.record import keys

NAME = "certificate.pem"
OWN_NAME = "kbstrack instance "
MOST_BYTES = 1_000_000
_LEAST_RSA_BITS = 2048
_MOST_IN_A_CHAIN = 10
# Records are kept for six years at least; nobody is there to renew it in time.
_OWN_DAYS = 30 * 365
_SETTING = "KBSTRACK_CERTIFICATE"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its key; `chain` are those above it as far as they are known, in order."""

    certificate: x509.Certificate
    key: PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the certificate."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


def signing_certificate(
    home: Path, *, path: Path | None, password: str | None, at: datetime
) -> Certificate:
    """The certificate in `path` (PKCS#12), or without one the instance's, made on first use.

    Raises RuleBroken, saying what to do, when it cannot sign at that moment.
    """
    if path is None:
        return own_certificate(home, at)
    found = read_pkcs12(path, password)
    _check_usable(found.certificate, path, at)
    return found


def own_certificate(home: Path, at: datetime) -> Certificate:
    """The certificate that the instance made for itself, in `keys/` below its home.

    Of two processes that make it at once, one wins and both use that one.
    """
    path = home / keys.FOLDER / NAME
    if not path.exists():
        instance = keys.ensure_key(home, at).instance
        with contextlib.suppress(FileExistsError):
            keys.put_new(path, _made(instance, at))
    wrong = RuleBroken(f"The certificate in {path} is damaged: put it back from your last backup.")
    try:
        content = path.read_bytes()
        key = load_pem_private_key(content, None)
        certificate = x509.load_pem_x509_certificate(content)
        is_whole = key.public_key() == certificate.public_key()
    except (ValueError, TypeError) as error:
        raise wrong from error
    if not is_whole or not isinstance(key, PrivateKey):
        raise wrong
    return Certificate(certificate, key)


def read_pkcs12(path: Path, password: str | None) -> Certificate:
    """A certificate with its key and chain. Raises RuleBroken."""
    content = _content(path)
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(
            content, password.encode() if password else None
        )
    except (ValueError, TypeError) as error:
        raise RuleBroken(
            f"The certificate in {path} cannot be opened: {_SETTING} must name a PKCS#12 file "
            f"(.p12 or .pfx), and {_SETTING}_PASSWORD must be its password."
        ) from error
    if key is None or certificate is None or key.public_key() != certificate.public_key():
        raise RuleBroken(
            f"There is no private key with its certificate in {path}: export both together from "
            "where the certificate was made."
        )
    if not isinstance(key, PrivateKey) or not _is_strong(key):
        raise RuleBroken(
            f"The key in {path} cannot be used: it must be RSA with at least {_LEAST_RSA_BITS} "
            "bits, or ECDSA on P-256, P-384 or P-521."
        )
    return Certificate(certificate, key, chain_of(certificate, others))


def is_own(certificate: x509.Certificate) -> bool:
    """Whether it looks like one that an instance made for itself, and is signed by itself."""
    return is_signed_by(certificate, certificate) and name_of(certificate).startswith(OWN_NAME)


def is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key signed this certificate, and the names agree."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def chain_of(
    certificate: x509.Certificate, others: Sequence[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """Those above it, in order, as far as they are there; what does not belong is left out."""
    found: list[x509.Certificate] = []
    last = certificate
    while len(found) < _MOST_IN_A_CHAIN and not is_signed_by(last, last):
        above = next((other for other in others if is_signed_by(last, other)), None)
        if above is None or above in found:
            break
        found.append(above)
        last = above
    return tuple(found)


def name_of(certificate: x509.Certificate) -> str:
    """Whom it names: the common name, or else everything it says of them."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether its issuer lets it sign documents; one that says nothing of its use may."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
    return usage.digital_signature or usage.content_commitment


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise RuleBroken(
            f"The certificate in {path} cannot be read ({error.strerror}): {_SETTING} must name a "
            "PKCS#12 file that kbstrack may read. Without it the instance makes one itself."
        ) from error


def _check_usable(certificate: x509.Certificate, path: Path, at: datetime) -> None:
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        raise RuleBroken(
            f"The certificate in {path} is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d} only: "
            f"put one there that is valid now, or take {_SETTING} out."
        )
    if not may_sign(certificate):
        raise RuleBroken(
            f"The certificate in {path} is not made for signing documents: its key usage needs "
            "digital signature or non-repudiation."
        )


def _is_strong(key: PrivateKey) -> bool:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.key_size >= _LEAST_RSA_BITS
    return isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1)


def _made(instance: str, at: datetime) -> bytes:
    """A new key and its certificate, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{OWN_NAME}{instance}")])
    others = "key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
    usage = dict.fromkeys((*others.split(), "encipher_only", "decipher_only"), False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=_OWN_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem + certificate.public_bytes(Encoding.PEM)
