"""Signing a PDF: PAdES, certifying, into the empty field that the document was drawn with."""

from __future__ import annotations

import asyncio
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kbstrack.errors import KbstrackError, RuleBroken
from kbstrack.sealing.certificate import Certificate
from kbstrack.sealing.seal import Seal, with_seal
from kbstrack.sealing.signature import read_signature
from kbstrack.sealing.timestamps import timestamper

if TYPE_CHECKING:
    from asn1crypto import cms
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.signers.pdf_signer import PdfSigner
    from pyhanko.sign.timestamps import TimeStamper

FIELD = "Signature"
TIMESTAMP_SECONDS = 15
# Twice as much is written, as hexadecimal digits. Time stamping services send some thousand bytes.
_SIGNATURE_BYTES, _TIMESTAMP_BYTES = 4096, 16_384


def sign_pdf(
    pdf: bytes,
    certificate: Certificate,
    seal: Seal,
    *,
    at: datetime,
    timestamp_url: str | None = None,
    reason: str = "",
    location: str = "",
) -> bytes:
    """The document with a signature that allows no change at all (DocMDP 1), added at its end.

    `seal` signs with the instance's key, the one that signed the manifest inside. The signature
    says that it was made `at`; with `timestamp_url` a service (RFC 3161) says when. Raises
    KbstrackError when that service does not answer as it should: there is no document then.
    """
    stamper = timestamper(timestamp_url, TIMESTAMP_SECONDS) if timestamp_url else None
    signer = _signer(certificate, seal)
    room = _SIGNATURE_BYTES + (_TIMESTAMP_BYTES if stamper else 0)
    room += sum(len(_der(each)) for each in (certificate.certificate, *certificate.chain))
    signing = _sign(pdf, _pdf_signer(signer, stamper, reason, location), at=at, room_bytes=room)
    # In a thread of its own, with the context of this one, which may run an event loop already.
    with ThreadPoolExecutor(max_workers=1) as beside:
        signed = beside.submit(copy_context().run, asyncio.run, signing).result()
    _check_own(signed, is_stamped=stamper is not None)
    return signed


async def _sign(pdf: bytes, signer: PdfSigner, *, at: datetime, room_bytes: int) -> bytes:
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    output = io.BytesIO()
    try:
        session = signer.init_signing_session(_addition(pdf), existing_fields_only=True)
        session.system_time = at
        document = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * room_bytes)
        prepared, _ = document.digest_tbs_document(output=output)
        await document.perform_signature(prepared.document_digest, PdfCMSSignedAttributes())
    except SigningError as error:
        raise KbstrackError(f"The document could not be signed: {error}") from error
    return output.getvalue()


def _addition(pdf: bytes) -> IncrementalPdfFileWriter:
    """What is added at the end of the document: nothing but the signature."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Base
    from pyhanko.pdf_utils.reader import PdfFileReader

    class Addition(Base):
        """Leaves the document's description as it is, and depends on nothing but the document."""

        def _update_meta(self) -> None:
            """The library would write itself and the present time into it."""

        @classmethod
        def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
            first, _ = prev.trailer["/ID"]
            second = generic.ByteStringObject(hashlib.sha256(pdf).digest()[:16])
            return generic.ArrayObject([first, second])

    return Addition(io.BytesIO(pdf))


def _pdf_signer(
    signer: SimpleSigner, stamper: TimeStamper | None, reason: str, location: str
) -> PdfSigner:
    from pyhanko.pdf_utils.writer import BasePdfFileWriter
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata
    from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
    from pyhanko.sign.signers.pdf_signer import PdfSigner as Base

    class Archivable(Base):
        """Stays PDF 1.7, as PDF/A-3 asks: the library declares PDF 2.0 for elliptic curves."""

        def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
            """Declare PAdES only."""
            pdf_out.register_extension(ESIC_EXTENSION_1)

    wanted = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason or None,
        location=location or None,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    return Archivable(wanted, signer, timestamper=stamper)


def _signer(certificate: Certificate, seal: Seal) -> SimpleSigner:
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from pyhanko.sign.signers import SimpleSigner as Base
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class Sealing(Base):
        """Adds the seal when all the rest is there."""

        async def async_sign_prescribed_attributes(
            self, *asked: Any, **more: Any
        ) -> cms.ContentInfo:
            """The container with its seal."""
            return with_seal(await super().async_sign_prescribed_attributes(*asked, **more), seal)

    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    for each in certificate.chain:
        store.register(asn1.Certificate.load(_der(each)))
    key = certificate.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return Sealing(
        signing_cert=asn1.Certificate.load(_der(certificate.certificate)),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=store,
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _check_own(signed: bytes, *, is_stamped: bool) -> None:
    """Read it as its readers will. Raises KbstrackError when that does not hold."""
    try:
        found = read_signature(io.BytesIO(signed))
    except RuleBroken as error:
        raise KbstrackError(f"The signature that was made does not hold: {error}") from error
    if is_stamped and found.stamp is None:
        raise KbstrackError("The signature that was made has no time stamp.")
