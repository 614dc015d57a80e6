"""Where a message goes, in words: by mail, or into a folder where there is no mail server."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, url_for

from kbstrack import current


@dataclass(frozen=True, slots=True)
class Instead:
    """What people do where nothing is sent; the demonstration has a page to link to."""

    sentence: str
    href: str = ""
    link: str = ""


FOLDER = Instead(
    "No mail server is set up, so it is written as a file into KBSTRACK_HOME/mail: "
    "whoever looks after this service can pass it on."
)


def instead_of_mail() -> Instead | None:
    """Where the messages are found; None where they are sent."""
    settings = current.settings()
    if settings.mail.host is not None:
        return None
    if settings.is_demo:
        return Instead(
            "The demonstration sends nothing.", url_for("demo.messages"), "Read the message here"
        )
    return FOLDER


def flash_posted(*, sent: str, written: str) -> None:
    """Say after a redirect that a message is sent, or else that it is written and where it is."""
    instead = instead_of_mail()
    if instead is None:
        flash(sent, "success")
    else:
        flash_linked(f"{written} {instead.sentence}", href=instead.href, link=instead.link)


def flash_linked(text: str, *, href: str, link: str) -> None:
    """Say after a redirect that something is done, with a link to what comes next, if any."""
    flash({"text": text, "href": href, "link": link} if href else text, "success")  # type: ignore[arg-type]
