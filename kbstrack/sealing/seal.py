"""The seal: the instance's key over everything in a signature, its unsigned parts too.

A PDF's signature leaves its own container open: certificates that go with it, a time stamp that
was added later. The seal is one more unsigned attribute, which other readers pass over. It is an
Ed25519 signature over the whole container with the seal's own 64 bytes set to zero. As the
container holds the hash of the document, it also binds every page to the key that signed the
manifest: a certificate that anybody could make for themselves is not all that there is.
"""

from __future__ import annotations

from collections.abc import Callable

from asn1crypto import cms, core

from kbstrack.errors import RuleBroken

# An identifier that needs no registration: 2.25 and a random UUID (ITU-T X.667).
OID = "2.25.161138628246424840523899595872428840420"
SEAL_BYTES = 64
_BLANK = bytes(SEAL_BYTES)

Seal = Callable[[bytes], bytes]
"""Signs with the instance's key."""


def with_seal(container: cms.ContentInfo, seal: Seal) -> cms.ContentInfo:
    """The container with its seal added; nothing of it may change afterwards."""
    signer = container["content"]["signer_infos"][0]
    present = signer["unsigned_attrs"]
    values = core.SetOf([core.OctetString(_BLANK)], spec=core.OctetString)
    attribute = cms.CMSAttribute({"type": OID, "values": cms.SetOfAny.load(values.dump())})
    others = [] if isinstance(present, core.Void) else list(present)
    signer["unsigned_attrs"] = cms.CMSAttributes([*others, attribute])
    blank = container.dump()
    place = _place_of(blank, _BLANK)
    sealed = blank[:place] + seal(blank) + blank[place + SEAL_BYTES :]
    return cms.ContentInfo.load(sealed, strict=True)


def open_seal(content: bytes, signer: cms.SignerInfo) -> tuple[bytes, bytes]:
    """The seal of a container, and the bytes that it is a signature over.

    Raises RuleBroken when it has none, or more than one.
    """
    found = [item for item in signer["unsigned_attrs"] if item["type"].dotted == OID]
    values = [value.parse(core.OctetString) for item in found for value in item["values"]]
    if len(values) != 1 or len(values[0].native) != SEAL_BYTES:
        raise RuleBroken("The signature has no seal of kbstrack.")
    seal: bytes = values[0].native
    place = _place_of(content, seal)
    return seal, content[:place] + _BLANK + content[place + SEAL_BYTES :]


def _place_of(content: bytes, seal: bytes) -> int:
    # With its type before it, so that nothing else can be taken for it.
    head = core.ObjectIdentifier(OID).dump()
    values = core.SetOf([core.OctetString(seal)], spec=core.OctetString).dump()
    if content.count(head) != 1 or content.count(head + values) != 1:
        raise RuleBroken("The signature has no seal of kbstrack.")
    return content.index(head + values) + len(head) + len(values) - SEAL_BYTES
