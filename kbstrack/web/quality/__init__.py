"""Internal quality assurance as pages: plans, samples, what assessors answer, coverage."""

from kbstrack.web.quality import adding, answering, coverage, planning, samples
from kbstrack.web.quality.routes import blueprint

__all__ = ["adding", "answering", "blueprint", "coverage", "planning", "samples"]
