"""What the ids in facts stand for: plain values, resolved from rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Seen:
    """The version of a piece that somebody had before them."""

    evidence_id: uuid.UUID
    evidence_number: int
    version_number: int

    @property
    def label(self) -> str:
        """`E3, version 2`."""
        return f"E{self.evidence_number}, version {self.version_number}"


@dataclass(frozen=True, slots=True)
class References:
    """What the ids in facts stand for: versions, decisions (version, code), sign-offs (code).

    A sample stands for its decision, a request for its version and whoever was asked; their name
    is empty for a reader who is not told of requests.
    """

    versions: Mapping[str, Seen] = field(default_factory=dict)
    decisions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sign_offs: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[str, str] = field(default_factory=dict)
    requests: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    # Which request of its piece it is, counted from 1.
    request_numbers: Mapping[str, int] = field(default_factory=dict)
