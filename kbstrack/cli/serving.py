"""Serving with waitress: says when it listens, and finishes what it began before it stops."""

from __future__ import annotations

import errno
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click
import waitress
from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel

from kbstrack import clock
from kbstrack.config import Settings
from kbstrack.confirmation.reminders import send_due
from kbstrack.errors import RuleBroken
from kbstrack.jobs.worker import beside_the_server
from kbstrack.mail.sender import Sender

LONGEST_STOP_SECONDS = 20.0
# A form may carry several files; larger than this is not even read. The pages say it better.
FILES_IN_A_FORM = 10


def serve(
    app: Flask, settings: Settings, *, host: str, port: int, threads: int, does_jobs: bool = True
) -> None:
    """Serve until SIGTERM or Ctrl-C; send messages, and do jobs if wanted, meanwhile.

    Requests that arrived are answered before it returns. Raises RuleBroken when the address
    cannot be had.
    """
    sockets: dict[int, Any] = {}
    server = _listen(app, settings, sockets, host=host, port=port, threads=threads)
    sender = Sender(app.app_context, clock.now, writers=[send_due])
    sender.start()
    workers = beside_the_server(app, settings, clock.now) if does_jobs else None
    if workers is not None:
        workers.start()
    shown = f"[{host}]" if ":" in host else host
    try:
        with _signals(next(iter(sockets.values())).pull_trigger) as is_stopping:
            click.echo(f"kbstrack listens on http://{shown}:{_port(server)} (Ctrl-C stops it).")
            if settings.mail.host is None and not settings.is_demo:
                folder = settings.home / "mail"
                click.echo(f"KBSTRACK_SMTP_HOST is not set: messages are written to {folder}.")
            _loop(sockets, is_stopping)
    finally:
        server.task_dispatcher.shutdown()
        for channel in _channels(sockets):
            channel.handle_close()
        wasyncore.close_all(sockets)
        sender.stop()
        if workers is not None:
            workers.stop()
    click.echo("kbstrack has stopped.")


def _listen(
    app: Flask, settings: Settings, sockets: dict[int, Any], *, host: str, port: int, threads: int
) -> Any:
    """Waitress at this address, with its sockets in `sockets`. Raises RuleBroken."""
    try:
        return waitress.create_server(
            app,
            map=sockets,
            host=host,
            port=port,
            threads=threads,
            ident="",
            max_request_body_size=settings.max_file_bytes * FILES_IN_A_FORM,
            # ProxyFix believes as many of them as KBSTRACK_PROXIES says.
            clear_untrusted_proxy_headers=settings.proxies == 0,
        )
    except (OSError, ValueError) as error:
        wasyncore.close_all(sockets)
        raise RuleBroken(_refusal(error, host, port)) from error


def _loop(sockets: dict[int, Any], is_stopping: Callable[[], bool]) -> None:
    """Waitress's own loop, but with an end at which nobody is left without an answer."""
    while not is_stopping():
        wasyncore.loop(timeout=1, map=sockets, use_poll=True, count=1)
    give_up_at = time.monotonic() + LONGEST_STOP_SECONDS
    while _is_busy(sockets) and time.monotonic() < give_up_at:
        wasyncore.loop(timeout=0.1, map=sockets, use_poll=True, count=1)


def _is_busy(sockets: dict[int, Any]) -> bool:
    return any(channel.requests or channel.total_outbufs_len for channel in _channels(sockets))


def _channels(sockets: dict[int, Any]) -> list[Any]:
    return [each for each in sockets.values() if isinstance(each, HTTPChannel)]


@contextmanager
def _signals(wake: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Inside, SIGTERM and Ctrl-C only make the given function say True."""
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt  # asked twice: somebody is in a hurry
        asked.append(number)
        wake()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _port(server: Any) -> int:
    listen = getattr(server, "effective_listen", None)
    return int(listen[0][1] if listen else server.effective_port)


def _refusal(error: OSError | ValueError, host: str, port: int) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is in use. Stop what runs there, "
            f"or choose another port with --port."
        )
    if number in {errno.EACCES, errno.EPERM}:
        return f"Port {port} is not open to you: choose one from 1024 on with --port."
    return f"kbstrack cannot listen on {host}: give an address of this machine with --host."
