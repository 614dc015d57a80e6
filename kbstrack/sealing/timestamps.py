"""Time stamps (RFC 3161): asking a service for one, and whether one fits what it was made for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from asn1crypto import cms, core, tsp

from kbstrack.errors import KbstrackError, RuleBroken

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

HASH = "sha256"
_ATTRIBUTE = "signature_time_stamp_token"
_WRONG = "The time stamp does not belong to this signature, or it was changed."


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a service says that a signature was there, and the service's name for itself."""

    at: datetime
    by: str


def timestamper(url: str, seconds: float) -> TimeStamper:
    """What asks the service at this address, for so many seconds at most."""
    from pyhanko.sign.timestamps import HTTPTimeStamper

    class Careful(HTTPTimeStamper):
        """Says in a sentence what went wrong, whatever it was."""

        async def async_timestamp(
            self, message_digest: bytes, md_algorithm: str
        ) -> cms.ContentInfo:
            """The time stamp. Raises KbstrackError."""
            try:
                token = await super().async_timestamp(message_digest, md_algorithm)
                # The answer is read as it is looked at.
                return cms.ContentInfo.load(token.dump(), strict=True)
            except OSError as error:
                raise KbstrackError(_refused(url, error)) from error
            except Exception as error:
                # Anything may have been sent, and the library asks nothing of it.
                raise KbstrackError(
                    f"The time stamping service at {_place(url)} sent something that is no time "
                    "stamp. Nothing was signed: check KBSTRACK_TIMESTAMP_URL, or try again later."
                ) from error

    return Careful(url, timeout=seconds)


def read_stamp(signer: cms.SignerInfo) -> Stamp | None:
    """The time stamp of a signature, checked; None where there is none.

    Raises RuleBroken when it does not fit, and whatever the libraries raise about damaged ones.
    """
    attributes = signer["unsigned_attrs"]
    found = [
        token
        for attribute in ([] if isinstance(attributes, core.Void) else attributes)
        if attribute["type"].native == _ATTRIBUTE
        for token in attribute["values"]
    ]
    if not found:
        return None
    if len(found) > 1 or found[0]["content_type"].native != "signed_data":
        raise RuleBroken(_WRONG)
    return _checked(found[0]["content"], signer["signature"].native)


def _checked(signed: cms.SignedData, signature: bytes) -> Stamp:
    from pyhanko.sign.general import extract_certificate_info, extract_signer_info
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    content = signed["encap_content_info"]["content"]
    said = content.parsed
    if not isinstance(said, tsp.TSTInfo):
        raise RuleBroken(_WRONG)
    imprint = said["message_imprint"]
    is_of_it = (
        imprint["hash_algorithm"]["algorithm"].native == HASH
        and imprint["hashed_message"].native == hashlib.sha256(signature).digest()
    )
    signer = extract_signer_info(signed)
    certificate = extract_certificate_info(signed).signer_cert
    digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native, bytes(content)).digest()
    is_whole = all(validate_sig_integrity(signer, certificate, "tst_info", digest))
    usage = certificate.extended_key_usage_value
    if not is_of_it or not is_whole or usage is None or "time_stamping" not in usage.native:
        raise RuleBroken(_WRONG)
    return Stamp(said["gen_time"].native, str(certificate.subject.human_friendly))


def _refused(url: str, error: OSError) -> str:
    return (
        f"The time stamping service at {_place(url)} gave no time stamp: {_why(error)}. "
        "Nothing was signed: try again later, or check KBSTRACK_TIMESTAMP_URL."
    )


def _why(error: OSError) -> str:
    # What the libraries say of it may hold the whole address.
    cause = error.__cause__
    if cause is None:
        return str(error)
    if isinstance(cause, TimeoutError):
        return "it took too long"
    status = getattr(cause, "status", None)
    return f"it answered with {status}" if status else "nobody answers there"


def _place(url: str) -> str:
    """Whom it is about, without a password or a key that the address may hold."""
    return urlsplit(url).hostname or "that address"
