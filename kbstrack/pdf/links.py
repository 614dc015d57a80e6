"""Links from one section to a place in another, which only the joined document has."""

from __future__ import annotations

_SCHEME = "kbstrack-to:"


def link_to(anchor: str) -> str:
    """The address that a section writes for a place that may stand in another section."""
    return _SCHEME + anchor


def anchor_of(address: str) -> str | None:
    """The place that such an address names, or None for any other address."""
    return address.removeprefix(_SCHEME) if address.startswith(_SCHEME) else None


def say_link(anchor: str) -> str:
    """Where a link leads, for those who hear it and do not see what stands around it."""
    kind, _, name = anchor.partition("-")
    if kind == "piece":
        return f"Go to evidence E{name}"
    if kind == "ksb":
        return f"Go to {name} in the KSB matrix"
    if kind == "grid" and name:
        return f"Go to {name} in the KSB matrix at a glance"
    if "-file-" in anchor:
        label, _, number = anchor.partition("-file-")
        return f"Go to file {number} of evidence {label}"
    if anchor == "checking":
        return "Go to how this can be checked"
    return f"Go to {anchor.replace('-', ' ')}"
