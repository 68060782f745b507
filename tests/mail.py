"""A real mail server on this machine's loopback, and what it accepted."""

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """Accepts mail, or refuses it with the answer in `refusing`."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.recipients: list[list[str]] = []
        self.refusing = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusing:
            return self.refusing
        assert isinstance(envelope.content, bytes)
        self.taken.append(email.message_from_bytes(envelope.content, policy=default))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


@contextmanager
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A real SMTP server on the loopback, to which Django's settings point."""
    handler = MailServer()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield handler
    finally:
        controller.stop()


def body_of(message: Message) -> str:
    return message.get_content()  # type: ignore[attr-defined,no-any-return]


def subject_of(message: Message) -> str:
    """Unfolded: a long subject begins on a line of its own."""
    return str(message["Subject"]).strip()
