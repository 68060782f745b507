"""Mail servers of our own: one that accepts mail as told, and one that talks nonsense."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Mail:
    """An accepted mail: to whom, and its Message-ID."""

    to: str
    uid: str


@dataclass
class PostOffice:
    """Accepts mail at a port that stays the same; `refuses` is an address, `seconds` the time it takes for each
    mail."""

    port: int
    taken: list[Mail] = field(default_factory=list)
    refuses: str = ""
    seconds: float = 0.0
    # Called when a mail is accepted, before its sender hears of it.
    first: Callable[[], None] = field(default=lambda: None)
    _controller: Controller | None = None

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address == self.refuses:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.seconds)
        message = message_from_bytes(envelope.content, policy=default)
        self.taken += [Mail(to, str(message["Message-ID"])) for to in envelope.rcpt_tos]
        self.first()
        return "250 OK"

    def to(self, address: str) -> list[str]:
        """The Message-IDs of the mails that this address got."""
        return [mail.uid for mail in self.taken if mail.to == address]


@contextmanager
def nonsense(port: int) -> Iterator[None]:
    """A server that accepts every connection and says what no mail server says."""
    door = socket.create_server(("127.0.0.1", port))

    def talk() -> None:
        while True:
            try:
                line, _whence = door.accept()
            except OSError:
                return
            with line:
                line.sendall(b"\x16\x03\x01 HTTP/1.1 418 I'm a teapot\r\n\r\n")

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join()
