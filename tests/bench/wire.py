"""HTTP/1.1 as the harness speaks it: one request at a time, or many connections at the same moment."""

import asyncio
import gzip
import http.client
import resource
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HOST = "127.0.0.1"
ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """An answer. Header names are in lower case; status 0 stands for no answer at all."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as a reader sees it."""
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


NO_ANSWER = Answer(0, {}, b"")


def fetch(
    port: int, path: str, *, headers: Mapping[str, str] | None = None, method: str = "GET", body: str | None = None
) -> Answer:
    """One request on a connection of its own; NO_ANSWER if nobody listens or the connection breaks."""
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, _by_name(response.getheaders()), response.read())
    except (OSError, http.client.HTTPException):
        return NO_ANSWER
    finally:
        connection.close()


def request_bytes(method: str, path: str, headers: Mapping[str, str], body: str = "") -> bytes:
    """A request as it goes over the wire, on a connection that stays open."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    if method == "POST":
        lines.append(f"Content-Length: {len(body.encode())}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class Connection:
    """A connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection(HOST, port))

    async def ask(self, request: bytes) -> Answer:
        """Send and read; NO_ANSWER if the connection breaks or nothing arrives in time."""
        try:
            self._writer.write(request)
            return await asyncio.wait_for(self._answer(), ANSWER_SECONDS)
        except (OSError, EOFError, TimeoutError):
            return NO_ANSWER

    def close(self) -> None:
        self._writer.close()

    async def _answer(self) -> Answer:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        lines = (line.partition(":") for line in head[1:] if line)
        headers = _by_name([(name, value.strip()) for name, _colon, value in lines])
        return Answer(status, headers, await self._body(status, headers))

    async def _body(self, status: int, headers: dict[str, str]) -> bytes:
        if status in {204, 304}:
            return b""
        if headers.get("transfer-encoding") == "chunked":
            return await self._chunks()
        return await self._reader.readexactly(int(headers.get("content-length", 0)))

    async def _chunks(self) -> bytes:
        parts = []
        while size := int(await self._reader.readline(), 16):
            parts.append((await self._reader.readexactly(size + 2))[:-2])
        await self._reader.readline()
        return b"".join(parts)


async def connect(port: int, count: int) -> list[Connection]:
    """`count` open connections; opened a few at a time, so that no queue of the kernel overflows."""
    _allow_files(count + 100)
    opened: list[Connection] = []
    while len(opened) < count:
        opened += await asyncio.gather(*(Connection.to(port) for _ in range(min(50, count - len(opened)))))
    return opened


async def ask_all(connections: Sequence[Connection], request: bytes) -> list[Answer]:
    """The same request on each connection at the same moment; closes them."""
    answers = await asyncio.gather(*(connection.ask(request) for connection in connections))
    for connection in connections:
        connection.close()
    return answers


def _by_name(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))
