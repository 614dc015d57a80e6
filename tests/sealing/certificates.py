"""Certificates as somebody would buy them, and time stamping services."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
STAMPED_AT = datetime(2026, 11, 30, 9, 0, 3, tzinfo=UTC)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Issuer:
    """Somebody with a certificate; makes others for those below."""

    def __init__(self, name: str, above: Issuer | None = None, **wishes: object) -> None:
        self.key: Key = wishes.pop("key", None) or ec.generate_private_key(ec.SECP256R1())
        self.above = above
        self.certificate = _certificate(name, self.key, above, **wishes)

    def p12(self, path: Path, password: str = "open it", *others: x509.Certificate) -> Path:
        """Its key and certificate, with those above it, as a file."""
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"name",
                self.key,
                self.certificate,
                [*self.chain(), *others],
                BestAvailableEncryption(password.encode()),
            )
        )
        return path

    def chain(self) -> list[x509.Certificate]:
        """Those above it, in order."""
        return [self.above.certificate, *self.above.chain()] if self.above else []


def _certificate(
    name: str,
    key: Key,
    above: Issuer | None,
    *,
    usage: str = "digital_signature content_commitment",
    extended: x509.ObjectIdentifier | None = None,
    until: datetime = AT + timedelta(days=365),
) -> x509.Certificate:
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    allowed = x509.KeyUsage(**{each: each in usage.split() for each in every.split()})
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(above.certificate.subject if above else own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=400))
        .not_valid_after(until)
        .add_extension(allowed, critical=True)
    )
    if extended is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([extended]), critical=True)
    return builder.sign(above.key if above else key, hashes.SHA256())


def make_chain() -> Issuer:
    """A provider's certificate below one that is below a root."""
    root = Issuer("Example Root", usage="key_cert_sign")
    return Issuer("Larkmoor Training", Issuer("Example Issuing CA", root, usage="key_cert_sign"))


def make_stamper() -> DummyTimeStamper:
    """A time stamping service, without the network."""
    owner = Issuer(
        "Example Time Stamping",
        Issuer("Example Stamps Root", usage="key_cert_sign"),
        key=rsa.generate_private_key(65537, 2048),
        extended=ExtendedKeyUsageOID.TIME_STAMPING,
    )
    private = owner.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        asn1.Certificate.load(owner.certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(private),
        certs_to_embed=[
            asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in owner.chain()
        ],
        fixed_dt=STAMPED_AT,
    )


@contextmanager
def served(answer: Callable[[bytes], bytes], *, status: int = 200) -> Iterator[str]:
    """A service on this machine that answers what is posted to it; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsa?key=secret"
        finally:
            server.shutdown()
            thread.join()


def stamping() -> Callable[[bytes], bytes]:
    """What a time stamping service answers."""
    stamper = make_stamper()
    return lambda body: stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
