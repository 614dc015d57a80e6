"""Stage 4: internal quality assurance: which decisions are looked at again, and what came of it."""
