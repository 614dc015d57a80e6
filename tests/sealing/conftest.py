"""Issues that several tests check, drawn once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from kbstrack.record import keys
from kbstrack.sealing.certificate import own_certificate
from kbstrack.sealing.signing import sign_pdf
from tests.sealing.certificates import AT
from tests.sealing.issues import draw_issue, make_issue_of, small_portfolio


@dataclass(frozen=True)
class Signer:
    """An instance that signs, and an issue of it before and after that."""

    home: Path
    unsigned: bytes
    signed: bytes

    def seal(self, content: bytes) -> bytes:
        return keys.sign(self.home, content)


@pytest.fixture(scope="session")
def issue(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """A small issue, signed with the certificate that its instance made."""
    home = tmp_path_factory.mktemp("instance")
    unsigned = draw_issue(make_issue_of(small_portfolio()), home)
    signed = sign_pdf(
        unsigned,
        own_certificate(home, AT),
        lambda content: keys.sign(home, content),
        at=AT,
        reason="Issue 2",
    )
    return Signer(home, unsigned, signed)
