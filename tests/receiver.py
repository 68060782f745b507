"""A real program on this machine's loopback that receives what a webhook posts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Taken:
    """One post."""

    path: str
    headers: Message
    body: bytes


class Receiver:
    """Keeps what was posted to it, and answers with `status`; a redirect leads to its own `/elsewhere`."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append(Taken(self.path, self.headers, body))
                self.answer()

            def do_GET(self) -> None:
                receiver.taken.append(Taken(self.path, self.headers, b""))
                self.answer()

            def answer(self) -> None:
                self.send_response(receiver.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A running receiver."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()
