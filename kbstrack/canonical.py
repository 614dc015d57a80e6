"""One way to turn values into bytes, so that equal values have equal hashes everywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"


def canonical_json(value: Json) -> bytes:
    """UTF-8 JSON as RFC 8785 writes it, for values without floating-point numbers.

    Keys are ordered by their UTF-16 code units, as that RFC asks; there is no white space.
    """
    return json.dumps(
        _ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256_of(value: Json) -> str:
    """The SHA-256 of the canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _ordered(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {
            key: _ordered(value[key])
            for key in sorted(value, key=lambda text: text.encode("utf-16-be"))
        }
    if isinstance(value, str) or not isinstance(value, Sequence):
        if isinstance(value, float):
            raise TypeError("a floating-point number has no one way to be written")
        return value
    return [_ordered(item) for item in value]
