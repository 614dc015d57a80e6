"""A mail server of a few lines: takes what it is given, refuses what it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

Refusals = dict[str, bytes]


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks just enough SMTP on a free port; `letters` is what arrived."""

    daemon_threads = True

    def __init__(self, refusals: Refusals) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.refusals = refusals
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Conversation(socketserver.StreamRequestHandler):
    """One client."""

    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        self.say(b"220 here")
        recipients: list[str] = []
        for line in self.rfile:
            verb = line.split()[0].split(b":")[0].upper().decode() if line.split() else ""
            refusal = self.server.refusals.get(verb)
            if refusal is not None:
                self.say(refusal)
            elif verb == "EHLO":
                self.say(b"250 here")
            elif verb == "RCPT":
                recipients.append(line.decode().partition("<")[2].partition(">")[0])
                self.say(b"250 ok")
            elif verb == "DATA":
                self.say(b"354 go on")
                self.server.letters.append((recipients, self.read_letter()))
                recipients = []
                self.say(b"250 taken")
            elif verb == "QUIT":
                self.say(b"221 bye")
                return
            else:
                self.say(b"250 ok")

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def read_letter(self) -> EmailMessage:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        return letter


@contextmanager
def mail_server(**refusals: bytes) -> Iterator[MailServer]:
    """A running server; `mail_server(RCPT=b"550 no")` refuses every recipient."""
    server = MailServer(refusals)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
