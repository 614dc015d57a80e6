"""Passkeys: what a browser is asked for, and whether its answer holds (WebAuthn)."""

from __future__ import annotations

import ipaddress
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kbstrack.current import settings
from kbstrack.errors import RuleBroken

MOST_CHARACTERS = 20_000
TIMEOUT_MS = 300_000

DID_NOT_WORK = "The passkey did not work. Try again."

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Site:
    """What passkeys are bound to: the host of the public address, and the address itself."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What is kept of a passkey that was just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def site() -> Site | None:
    """From the configured public address, never from a request.

    None where browsers know no passkeys: at a bare number, or without https (but localhost).
    """
    parts = urlsplit(settings().public_url)
    host = (parts.hostname or "").lower()
    usual = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in {None, usual} else f":{parts.port}"
    if _is_number(host) or not (parts.scheme == "https" or host == "localhost"):
        return None
    return Site(host, f"{parts.scheme}://{host}{port}")


def creation_options(
    person_id: uuid.UUID, email: str, *, challenge: bytes, existing: Sequence[bytes]
) -> str:
    """What `navigator.credentials.create` is asked for, as JSON: any kind of passkey will do."""
    place = _place()
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name="kbstrack",
        user_id=person_id.bytes,
        user_name=email,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=known) for known in existing],
    )
    return webauthn.options_to_json(options)


def request_options(*, challenge: bytes, allowed: Sequence[bytes] = ()) -> str:
    """What `navigator.credentials.get` is asked for, as JSON; nobody's in particular at sign-in."""
    options = webauthn.generate_authentication_options(
        rp_id=_place().host,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=known) for known in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def read_new(answer: str, *, challenge: bytes) -> NewPasskey:
    """The passkey in a browser's answer. Raises RuleBroken (field `passkey`)."""
    place = _place()

    def verified() -> NewPasskey:
        found = webauthn.verify_registration_response(
            credential=_json_object(answer),
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
        return NewPasskey(found.credential_id, found.credential_public_key, found.sign_count)

    return _or_broken(verified)


def read_answer(answer: str) -> AuthenticationCredential:
    """A browser's answer, not checked yet: whose passkey it says it is. Raises RuleBroken."""
    return _or_broken(lambda: parse_authentication_credential_json(_json_object(answer)))


def new_sign_count(
    answer: AuthenticationCredential, *, challenge: bytes, public_key: bytes, sign_count: int
) -> int:
    """The passkey's next count, once its answer was found right. Raises RuleBroken.

    It is wrong for another challenge, address or key, without a check of the person by the
    device, and when a count goes back: then the passkey was copied.
    """
    place = _place()
    return _or_broken(
        lambda: (
            webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=place.host,
                expected_origin=place.origin,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            ).new_sign_count
        )
    )


def _json_object(answer: str) -> dict[str, object]:
    if len(answer) > MOST_CHARACTERS:
        raise ValueError("too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _or_broken(read: Callable[[], Result]) -> Result:
    try:
        return read()
    # Hostile bytes make the parsers below raise whatever they happen to stumble over.
    except Exception:
        raise RuleBroken(DID_NOT_WORK, field="passkey") from None


def _place() -> Site:
    place = site()
    if place is None:
        raise RuleBroken("Passkeys need a public address with https.", field="passkey")
    return place


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
