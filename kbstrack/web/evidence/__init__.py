"""Evidence as pages: reading it, writing it in steps, submitting it and taking it back."""

from kbstrack.web.evidence import (
    attaching,
    changing,
    parts,
    reading,
    submitting,
    taking_back,
    writing,
)
from kbstrack.web.evidence.routes import blueprint

__all__ = [
    "attaching",
    "blueprint",
    "changing",
    "parts",
    "reading",
    "submitting",
    "taking_back",
    "writing",
]
