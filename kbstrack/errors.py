"""The few errors of the core; `web/errors.py` and `cli` say them to people."""


class KbstrackError(Exception):
    """Anything the core refuses. The message is a sentence for the person who asked."""


class NotFound(KbstrackError):
    """It does not exist, or this person may not know that it does (404)."""


class NotAllowed(KbstrackError):
    """This person may see it but not do that (403)."""


class RuleBroken(KbstrackError):
    """The record does not allow it now (422 beside the field, where `field` names one)."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(KbstrackError):
    """Somebody else was quicker: what was asked rests on an older state (409)."""


class BadStandard(KbstrackError):
    """A standard's file cannot be used; the message lists every reason, a line each."""
