"""Settings: read once from the environment, checked, frozen; all are in `docs/operations.md`."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kbstrack.errors import RuleBroken

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where messages go. Without a host they are written as files into `<home>/mail`."""

    host: str | None = None
    port: int = 587
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool = True
    sender: str = "kbstrack <no-reply@localhost>"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between two installations."""

    home: Path
    database_url: str
    public_url: str = "http://127.0.0.1:8000"
    standards_directories: tuple[Path, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    max_file_bytes: int = 100 * MEGABYTE
    is_demo: bool = False
    # Where workers are woken; empty is a file in the home directory.
    queue: str = field(default="", repr=False)
    jobs_at_once: int = 2
    # Whether a piece is drawn as soon as it is decided on.
    draw_ahead: bool = True
    # Sound and film up to this size go with a portfolio's PDF.
    attach_most_bytes: int = 20 * MEGABYTE
    on_new_leaf: bool = False
    # What signs issues of portfolios (PKCS#12); without it the instance makes a certificate itself.
    certificate: Path | None = None
    certificate_password: str | None = field(default=None, repr=False)
    # Who says when an issue was signed (RFC 3161); it may hold a password.
    timestamp_url: str | None = field(default=None, repr=False)
    # What whoever receives a portfolio takes as one file; larger bundles come in parts.
    receiver_most_bytes: int = 2_000 * MEGABYTE
    # What turns office documents into pages: empty for nothing, "yes" for the soffice on the PATH.
    office: str = ""
    office_is_confined: bool = True
    mail: MailSettings = MailSettings()

    @property
    def is_https(self) -> bool:
        """Whether people reach this installation over https (cookies and HSTS depend on it)."""
        return self.public_url.startswith("https://")

    @property
    def is_here_only(self) -> bool:
        """Whether the address that others are told leads every reader to their own computer."""
        host = urlsplit(self.public_url).hostname or ""
        return host == "localhost" or host.startswith("127.") or host == "::1"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment.

    Raises RuleBroken naming the variable and what to write instead.
    """
    env = os.environ if environ is None else environ
    home = Path(env.get("KBSTRACK_HOME") or "instance").expanduser().absolute()
    return Settings(
        home=home,
        database_url=env.get("KBSTRACK_DATABASE") or f"sqlite:///{home / 'kbstrack.sqlite'}",
        public_url=_url(env, "KBSTRACK_PUBLIC_URL", "http://127.0.0.1:8000"),
        standards_directories=tuple(
            Path(part).expanduser().absolute()
            for part in env.get("KBSTRACK_STANDARDS", "").split(os.pathsep)
            if part
        ),
        trusted_hosts=tuple(env.get("KBSTRACK_TRUSTED_HOSTS", "").replace(",", " ").split()),
        proxies=_number(env, "KBSTRACK_PROXIES", 0, most=10),
        max_file_bytes=_number(env, "KBSTRACK_MAX_FILE_MB", 100, least=1, most=4000) * MEGABYTE,
        is_demo=_flag(env, "KBSTRACK_DEMO", default=False),
        queue=_queue(env, "KBSTRACK_QUEUE"),
        jobs_at_once=_number(env, "KBSTRACK_JOBS_AT_ONCE", 2, least=1, most=64),
        draw_ahead=_flag(env, "KBSTRACK_DRAW_AHEAD", default=True),
        attach_most_bytes=_number(env, "KBSTRACK_ATTACH_MB", 20, most=4000) * MEGABYTE,
        on_new_leaf=_flag(env, "KBSTRACK_NEW_LEAF", default=False),
        certificate=_file(env, "KBSTRACK_CERTIFICATE"),
        certificate_password=env.get("KBSTRACK_CERTIFICATE_PASSWORD") or None,
        timestamp_url=_service(env, "KBSTRACK_TIMESTAMP_URL"),
        receiver_most_bytes=_number(env, "KBSTRACK_RECEIVER_MB", 2000, least=1, most=100_000)
        * MEGABYTE,
        office=_office(env, "KBSTRACK_OFFICE"),
        office_is_confined=_flag(env, "KBSTRACK_OFFICE_CONFINED", default=True),
        mail=MailSettings(
            host=env.get("KBSTRACK_SMTP_HOST") or None,
            port=_number(env, "KBSTRACK_SMTP_PORT", 587, least=1, most=65535),
            username=env.get("KBSTRACK_SMTP_USERNAME") or None,
            password=env.get("KBSTRACK_SMTP_PASSWORD") or None,
            starttls=_flag(env, "KBSTRACK_SMTP_STARTTLS", default=True),
            sender=_line(env, "KBSTRACK_MAIL_FROM", "kbstrack <no-reply@localhost>"),
        ),
    )


def secret_key(home: Path) -> bytes:
    """The instance's secret key: made on first use, readable by its owner only."""
    path = home / "secret-key"
    if not path.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home, prefix=".secret-key-") as file:
            file.write(secrets.token_bytes(64))
            file.flush()
            os.fsync(file.fileno())
            # A link is all or nothing: of two processes that start together, one key wins.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_bytes()


def _number(env: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise RuleBroken(f"{name} is {text!r}: write a whole number from {least} to {most}.")
    return int(text)


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = (env.get(name) or ("yes" if default else "no")).lower()
    if text not in {"yes", "no", "true", "false", "1", "0"}:
        raise RuleBroken(f"{name} is {text!r}: write yes or no.")
    return text in {"yes", "true", "1"}


def _line(env: Mapping[str, str], name: str, default: str) -> str:
    text = env.get(name) or default
    if not text.isprintable():
        raise RuleBroken(f"{name} is {text!r}: write it in one line.")
    return text


def _queue(env: Mapping[str, str], name: str) -> str:
    text = env.get(name) or ""
    if text and not text.startswith(("redis://", "rediss://", "postgresql://")):
        # Not repeated: it may hold a password.
        raise RuleBroken(
            f"{name} is not an address kbstrack can use: write redis://host:6379/0 or "
            "postgresql://user:password@host/database, or leave it out."
        )
    return text


def _file(env: Mapping[str, str], name: str) -> Path | None:
    text = env.get(name) or ""
    return Path(text).expanduser().absolute() if text else None


def _office(env: Mapping[str, str], name: str) -> str:
    """Nothing, "yes" or a path; whether there is a program is looked at when one is needed."""
    text = env.get(name) or ""
    if text.lower() in {"no", "false", "0"}:
        return ""
    if text.lower() in {"yes", "true", "1"}:
        return "yes"
    if text and not Path(text).expanduser().is_absolute():
        raise RuleBroken(
            f"{name} is {text!r}: write yes, no, or the whole path of soffice, such as "
            "/usr/bin/soffice."
        )
    return str(Path(text).expanduser()) if text else ""


def _service(env: Mapping[str, str], name: str) -> str | None:
    text = env.get(name) or None
    if text is not None and not _is_address(text):
        # Not repeated: it may hold a password.
        raise RuleBroken(
            f"{name} is no address: write one such as https://timestamp.example/tsa, or leave it "
            "out."
        )
    return text


def _url(env: Mapping[str, str], name: str, default: str) -> str:
    text = (env.get(name) or default).rstrip("/")
    if not _is_site(text):
        raise RuleBroken(f"{name} is {text!r}: write an address such as https://portfolio.example.")
    return text


def _is_address(text: str) -> bool:
    """Scheme and host, perhaps with more."""
    try:
        parts = urlsplit(text)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_plain = text.isascii() and text.isprintable() and " " not in text
    return is_plain and is_whole and parts.scheme in {"http", "https"}


def _is_site(text: str) -> bool:
    """Scheme, host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(text)
        # Reading the port is what finds a wrong one.
        host = f"{parts.scheme}://{parts.netloc}" if parts.port != 0 else ""
    except ValueError:
        return False
    is_plain = text == host and "@" not in host and text.isprintable() and " " not in text
    return is_plain and bool(parts.hostname) and parts.scheme in {"http", "https"}
