"""The two ways out for an email: an SMTP server, or a file where there is none."""

from __future__ import annotations

import os
import smtplib
import ssl
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kbstrack.config import Settings
from kbstrack.mail.letter import CannotBeSent, Letter, as_email

TIMEOUT_SECONDS = 20
TLS_FROM_THE_START = 465


class Post:
    """Sends letters over one connection, opened with the first; use it as a context manager."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._server: smtplib.SMTP | None = None
        self._unreachable: CannotBeSent | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def send(self, letter: Letter) -> None:
        """Hand one letter over. Raises CannotBeSent; the next one may still go."""
        email = as_email(
            letter, sender=self.settings.mail.sender, public_url=self.settings.public_url
        )
        if self.settings.mail.host is None:
            # People copy the link out of the file: it must stand there in one piece.
            email.set_content(letter.body, cte="8bit")
            _write(self.settings.home / "mail" / letter.file_name, email.as_bytes())
            return
        server = self._connected()
        try:
            refused = server.send_message(email)
            assert not refused, "with one recipient, smtplib raises"
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise CannotBeSent(_said(error)) from error

    def _connected(self) -> smtplib.SMTP:
        if self._unreachable is not None:
            # Asked once a round: a server that is down would cost every letter its patience.
            raise self._unreachable
        if self._server is None:
            try:
                self._server = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                self._unreachable = CannotBeSent(_said(error))
                raise self._unreachable from error
        return self._server

    def _connect(self) -> smtplib.SMTP:
        mail = self.settings.mail
        assert mail.host is not None
        server: smtplib.SMTP
        if mail.port == TLS_FROM_THE_START:
            server = smtplib.SMTP_SSL(
                mail.host,
                mail.port,
                timeout=TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS)
        try:
            if mail.starttls and mail.port != TLS_FROM_THE_START:
                server.starttls(context=ssl.create_default_context())
            if mail.username is not None:
                server.login(mail.username, mail.password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _close(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server.close()
            self._server = None


def _write(path: Path, data: bytes) -> None:
    """All of the file or nothing, and on the disk when this returns. Raises CannotBeSent."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise CannotBeSent(f"The file could not be written ({error.strerror}).") from error


_SENTENCES: tuple[tuple[type[Exception], Callable[[Exception], str]], ...] = (
    (
        smtplib.SMTPAuthenticationError,
        lambda error: f"The mail server refused the user name or password ({_code(error)}).",
    ),
    (
        smtplib.SMTPRecipientsRefused,
        lambda error: f"The mail server refused the person's address ({_code(error)}).",
    ),
    (
        smtplib.SMTPSenderRefused,
        lambda error: f"The mail server refused the sender's address ({_code(error)}).",
    ),
    (
        smtplib.SMTPNotSupportedError,
        lambda _: "The mail server does not offer what is needed (STARTTLS, a login, or UTF-8).",
    ),
    (
        smtplib.SMTPServerDisconnected,
        lambda _: "The mail server ended the connection.",
    ),
    (
        smtplib.SMTPException,
        lambda error: f"The mail server refused the message ({_code(error)}).",
    ),
    (
        ssl.SSLError,
        lambda _: "The mail server's certificate or encryption was not accepted.",
    ),
    (
        OSError,
        lambda error: f"The mail server could not be reached ({type(error).__name__}).",
    ),
)
"""In this order. Servers repeat addresses in their answers, so only their numbers are kept."""


def _said(error: Exception) -> str:
    return next(say(error) for kind, say in _SENTENCES if isinstance(error, kind))


def _code(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ", ".join(sorted({str(code) for code, _ in error.recipients.values()}))
    return str(getattr(error, "smtp_code", type(error).__name__))
