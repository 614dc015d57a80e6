"""The portfolio as JSON and back: what is hashed when it is frozen, and handed out in bundles."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from kbstrack.canonical import Json, canonical_json, sha256_of
from kbstrack.errors import RuleBroken
from kbstrack.portfolio.rules import Portfolio

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = "kbstrack-record-1"
NAME = "record.json"
SCHEMA_NAME = "record.schema.json"

_WRONG = "The record is none of kbstrack's, or it was cut off or changed."


def as_json(portfolio: Portfolio) -> dict[str, Json]:
    """Everything that the portfolio says, in plain values; moments and days as ISO 8601."""
    plain: dict[str, Json] = _readable(_adapter().dump_python(portfolio, mode="json"))
    return plain


def portfolio_sha256(portfolio: Portfolio) -> str:
    """SHA-256 (hex) of the portfolio's canonical JSON."""
    return sha256_of(as_json(portfolio))


def record_file(portfolio: Portfolio) -> bytes:
    """`record.json`: the format's name, and the portfolio."""
    return canonical_json({"format": FORMAT, "portfolio": as_json(portfolio)})


def read_record(content: bytes) -> Portfolio:
    """The portfolio that `record_file` wrote. Raises RuleBroken when it is none."""
    try:
        found = json.loads(content)
        if found["format"] != FORMAT:
            raise RuleBroken(_WRONG)
        portfolio: Portfolio = _adapter().validate_python(found["portfolio"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise RuleBroken(_WRONG) from error
    return portfolio


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `record.json`, as it stands in the docs."""
    portfolio = _adapter().json_schema(mode="serialization", ref_template="#/$defs/{model}")
    definitions = portfolio.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A portfolio of kbstrack, as data",
        "type": "object",
        "properties": {"format": {"const": FORMAT}, "portfolio": {"$ref": "#/$defs/Portfolio"}},
        "required": ["format", "portfolio"],
        "additionalProperties": False,
        "$defs": definitions | {"Portfolio": portfolio},
    }


def _readable(value: Any) -> Any:
    """Half of a surrogate pair has no UTF-8; it is written as the number it is printed as."""
    if isinstance(value, dict):
        return {key: _readable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value


@cache
def _adapter() -> TypeAdapter[Any]:
    # Most commands need neither this nor the library that does it.
    from pydantic import TypeAdapter

    return TypeAdapter(Portfolio)
