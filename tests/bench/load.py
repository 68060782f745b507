"""Load: 16 connections that ask again as soon as they have an answer. By wrk if it is found, else by our own loop.

The requests are a list of `Ask`, taken in turns. In paths, headers and bodies `{n}` stands for a number that no other
request of the run has, and `{network}` for a network address of its own.
"""

import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from tests.bench.processes import BenchError
from tests.bench.wire import Connection, request_bytes

CONNECTIONS = 16
THREADS = 2
# One load cannot make more requests than this on one of wrk's threads, so that the numbers of loads never meet.
NUMBERS_A_LOAD = 1_000_000
_loads = count(1)


@dataclass(frozen=True)
class Ask:
    """One kind of request."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str = ""

    @property
    def is_fixed(self) -> bool:
        """Whether all requests are the same."""
        return not any("{" in text for text in (self.path, self.body, *self.headers.values()))


@dataclass(frozen=True)
class Load:
    """The result. `refused` counts answers over 399, `broken` connections and waits over 30 s."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int
    broken: int
    generator: str

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def load(port: int, asks: Sequence[Ask], seconds: float) -> Load:
    """Make requests for so many seconds."""
    # Far below 2^32, so that each network of its own fits into two groups of an IPv6 address.
    start = next(_loads) * NUMBERS_A_LOAD * THREADS % 2**31
    return _wrk(port, asks, seconds, start) if shutil.which("wrk") else asyncio.run(_own(port, asks, seconds, start))


def filled(text: str, number: int) -> str:
    """A template with its number. Each number has a /64 of its own, which the portal counts as one sender."""
    network = f"2001:db8:{number // 65536:x}:{number % 65536:x}::1"
    return text.replace("{n}", str(number)).replace("{network}", network)


# --- wrk ------------------------------------------------------------------------------------------------------------

_LUA_MANY = """
local threads = 0
function setup(thread)
  thread:set("number", {start} + threads * {numbers})
  threads = threads + 1
end
local turn = 0
local function filled(text)
  local network = string.format("2001:db8:%x:%x::1", math.floor(number / 65536), number % 65536)
  return (text:gsub("{{n}}", number):gsub("{{network}}", network))
end
function request()
  number = number + 1
  turn = turn % #asks + 1
  local ask = asks[turn]
  local headers = {{}}
  for name, value in pairs(ask.headers) do headers[name] = filled(value) end
  return wrk.format(ask.method, filled(ask.path), headers, ask.body and filled(ask.body))
end
"""
_LUA_ONE = """
wrk.method, wrk.path, wrk.headers, wrk.body = asks[1].method, asks[1].path, asks[1].headers, asks[1].body
"""
_LUA_DONE = """
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('\\nJSON{"requests":%d,"us":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
"""


def _wrk(port: int, asks: Sequence[Ask], seconds: float, start: int) -> Load:
    # wrk takes only whole seconds; half a second more does no harm.
    duration = max(1, round(seconds + 0.4))
    with tempfile.NamedTemporaryFile("w", suffix=".lua", prefix="bench-") as script:
        script.write(lua(asks, start))
        script.flush()
        command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{duration}s", "--timeout=30s", "-s", script.name]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{asks[0].path}"], capture_output=True, check=False, text=True
        )
    line = next((line for line in done.stdout.splitlines() if line.startswith("JSON")), "")
    if not line:
        raise BenchError(f"wrk said nothing of use:\n{done.stdout}\n{done.stderr}")
    told = json.loads(line.removeprefix("JSON"))
    return Load(
        requests=told["requests"],
        seconds=told["us"] / 1e6,
        p50_ms=told["p50"] / 1e3,
        p99_ms=told["p99"] / 1e3,
        refused=told["refused"],
        broken=told["broken"],
        generator="wrk",
    )


def lua(asks: Sequence[Ask], start: int) -> str:
    """wrk's script. A single request that never changes is left to wrk, which then builds it only once."""
    only = len(asks) == 1 and asks[0].is_fixed
    many = _LUA_MANY.format(start=start, numbers=NUMBERS_A_LOAD)
    return f"asks = {{{', '.join(map(_table, asks))}}}\n{_LUA_ONE if only else many}{_LUA_DONE}"


def _table(ask: Ask) -> str:
    headers = ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in ask.headers.items())
    body = json.dumps(ask.body) if ask.body else "nil"
    method, path = json.dumps(ask.method), json.dumps(ask.path)
    return f"{{method = {method}, path = {path}, headers = {{{headers}}}, body = {body}}}"


# --- Our own --------------------------------------------------------------------------------------------------------


async def _own(port: int, asks: Sequence[Ask], seconds: float, start: int) -> Load:
    """One process and one thread: slower than wrk, so only ratios against something slower still are meaningful."""
    numbers = count(start)
    began = time.perf_counter()
    deadline = began + seconds
    results = await asyncio.gather(*(_client(port, asks, numbers, deadline) for _ in range(CONNECTIONS)))
    took = time.perf_counter() - began
    answers = [answer for result in results for answer in result]
    times = sorted(elapsed for elapsed, status in answers if status) or [0.0]
    return Load(
        requests=sum(1 for _elapsed, status in answers if status),
        seconds=took,
        p50_ms=times[len(times) // 2] * 1e3,
        p99_ms=times[min(len(times) - 1, len(times) * 99 // 100)] * 1e3,
        refused=sum(status > 399 for _elapsed, status in answers),
        broken=sum(status == 0 for _elapsed, status in answers),
        generator="own",
    )


async def _client(port: int, asks: Sequence[Ask], numbers: "count[int]", deadline: float) -> list[tuple[float, int]]:
    """(seconds, status) for each request of one connection; status 0 for a broken one."""
    connection = await Connection.to(port)
    told: list[tuple[float, int]] = []
    while (sent := time.perf_counter()) < deadline:
        answer = await connection.ask(_request(asks, next(numbers)))
        told.append((time.perf_counter() - sent, answer.status))
        if not answer.status or answer.headers.get("connection") == "close":
            connection.close()
            connection = await Connection.to(port)
    connection.close()
    return told


def _request(asks: Sequence[Ask], number: int) -> bytes:
    ask = asks[number % len(asks)]
    headers = {name: filled(value, number) for name, value in ask.headers.items()}
    return request_bytes(ask.method, filled(ask.path, number), headers, filled(ask.body, number))
