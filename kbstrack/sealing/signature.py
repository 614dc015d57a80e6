"""The signature at the end of a PDF, read byte by byte in the one form that we write.

What a signature covers is the whole file but its own container. That one is sealed (`seal.py`), and
it is written in one way only: capital hexadecimal digits, then zeros. So no byte is left that could
be changed unseen.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO

from asn1crypto import cms
from cryptography import x509

from kbstrack.errors import RuleBroken
from kbstrack.sealing.certificate import chain_of
from kbstrack.sealing.seal import open_seal
from kbstrack.sealing.timestamps import Stamp, read_stamp

# The container with its zeros, and around it what a signature adds to a document.
MOST_TAIL_BYTES = 1_000_000
_CHUNK_BYTES = 1 << 20
_RANGE = re.compile(rb"/ByteRange \[0 (\d{1,12}) (\d{1,12}) (\d{1,12})\]")
_CONTAINER = re.compile(rb"<((?:[0-9A-F]{2})+)>")
_CHANGED = "The signature was changed, or it is none of kbstrack's."


class NotSigned(RuleBroken):
    """There is no signature in the form that we write."""


class BadSignature(RuleBroken):
    """There is one, and it does not hold: the sentence says why."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """What a signature covers: up to `start`, and from `end` on for `rest` bytes."""

    start: int
    end: int
    rest: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that holds: whose it is, when it was stamped, and its seal over `sealed`."""

    covers: ByteRange
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    stamp: Stamp | None
    seal: bytes
    sealed: bytes


def read_signature(file: BinaryIO) -> Signature:
    """The signature of a PDF, checked against every byte of it. Raises NotSigned, BadSignature.

    Whether the seal is one of the instance's key is not asked here: see `PublicKey.has_signed`.
    """
    covers = _byte_range(file)
    content = _container(file, covers)
    try:
        return _checked(covers, content, _digest(file, covers))
    except BadSignature:
        raise
    except RuleBroken as error:
        raise BadSignature(str(error)) from error
    except Exception as error:
        # The libraries say in many ways that bytes make no sense to them.
        raise BadSignature(_CHANGED) from error


def _byte_range(file: BinaryIO) -> ByteRange:
    size = file.seek(0, 2)
    file.seek(max(0, size - MOST_TAIL_BYTES))
    found = _RANGE.findall(file.read(MOST_TAIL_BYTES))
    if not found:
        raise NotSigned("It is not signed, or not by kbstrack.")
    if len(found) > 1:
        raise BadSignature("There is more than one signature at its end: something was added.")
    covers = ByteRange(*(int(number) for number in found[0]))
    if covers.end + covers.rest != size or not 0 < covers.start < covers.end:
        raise BadSignature(
            "The signature does not cover the whole file: something was added or cut off."
        )
    return covers


def _container(file: BinaryIO, covers: ByteRange) -> bytes:
    """The container without the zeros behind it."""
    if covers.end - covers.start > MOST_TAIL_BYTES:
        raise BadSignature(_CHANGED)
    file.seek(covers.start)
    written = _CONTAINER.fullmatch(file.read(covers.end - covers.start))
    if written is None:
        raise BadSignature(_CHANGED)
    padded = bytes.fromhex(written[1].decode())
    # DER says first how long it is: 0x82 or 0x83 and as many bytes of length.
    if len(padded) < 5 or padded[0] != 0x30 or padded[1] not in {0x82, 0x83}:
        raise BadSignature(_CHANGED)
    digits = padded[1] - 0x80
    length = 2 + digits + int.from_bytes(padded[2 : 2 + digits], "big")
    if length > len(padded) or any(padded[length:]):
        raise BadSignature(_CHANGED)
    return padded[:length]


def _digest(file: BinaryIO, covers: ByteRange) -> bytes:
    digest = hashlib.sha256()
    for first, end in ((0, covers.start), (covers.end, covers.end + covers.rest)):
        file.seek(first)
        while chunk := file.read(min(end - file.tell(), _CHUNK_BYTES)):
            digest.update(chunk)
    return digest.digest()


def _checked(covers: ByteRange, content: bytes, digest: bytes) -> Signature:
    from pyhanko.sign.general import extract_certificate_info, extract_signer_info
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    container = cms.ContentInfo.load(content, strict=True)
    if container["content_type"].native != "signed_data":
        raise BadSignature(_CHANGED)
    signer = extract_signer_info(container["content"])
    found = extract_certificate_info(container["content"])
    if signer["digest_algorithm"]["algorithm"].native != "sha256":
        raise BadSignature(_CHANGED)
    is_intact, is_valid = validate_sig_integrity(signer, found.signer_cert, "data", digest)
    if not is_valid:
        raise BadSignature(_CHANGED)
    if not is_intact:
        raise BadSignature("The document was changed after it was signed.")
    seal, sealed = open_seal(content, signer)
    certificate = x509.load_der_x509_certificate(found.signer_cert.dump())
    others = [x509.load_der_x509_certificate(each.dump()) for each in found.other_certs]
    return Signature(
        covers, certificate, chain_of(certificate, others), read_stamp(signer), seal, sealed
    )
