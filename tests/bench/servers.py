"""The servers to be measured: the portal, the bare project, nginx. Each has a free port and a folder, and is ended."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import PYTHON, BenchError, environment, free_port, running
from tests.bench.wire import Answer, fetch

# What the portal and the bare project answer once they work.
FRONT = "/"
PASSWORD = "a-password-for-the-benchmark"


@dataclass(frozen=True)
class Server:
    """A running server. `started_in` is the seconds from its start to its first answer."""

    port: int
    pid: int
    log: Path
    started_in: float

    def get(self, path: str, **headers: str) -> Answer:
        """One GET; header names with `_` for `-`."""
        return fetch(self.port, path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@contextmanager
def portal(folder: Path, **values: str) -> Iterator[Server]:
    """`manage.py serve` with its defaults on a folder of data; `values` are settings from the environment."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    env = portal_environment(folder, PORT=str(port), **values)
    with _started([PYTHON, "manage.py", "serve"], env, port, folder / "log") as server:
        yield server


def portal_environment(folder: Path, **values: str) -> dict[str, str]:
    """The portal's settings: where its data is, who may sign in, and that our load may speak for other networks."""
    told = {"VAR_DIR": str(folder), "DEMO_PASSWORD": PASSWORD, "TRUSTED_PROXIES": "127.0.0.1"}
    # As nginx, with which it is compared.
    told["REQUEST_LOG"] = "false"
    return environment(**told, **values)


@contextmanager
def bare(folder: Path, *, tables: bool = False) -> Iterator[Server]:
    """The bare project behind the portal's own server and edge; `tables`: with the tables that it inserts into."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    env = environment(BARE_DIR=str(folder), PORT=str(port))
    command = [PYTHON, "-m", "tests.bench.bare_serve", *(["--tables"] if tables else [])]
    with _started(command, env, port, folder / "log") as server:
        yield server


@contextmanager
def nginx(folder: Path, page: Answer) -> Iterator[Server]:
    """nginx with two workers, which serves one page of the portal from disk: the same gzip bytes, the same headers."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise BenchError("there is no nginx on this machine")
    folder.mkdir()
    (folder / "page.html.gz").write_bytes(page.body)
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, user=_user(), headers=_added(page)))
    command = [program, "-p", str(folder), "-e", str(folder / "log"), "-c", str(configuration)]
    with _started(command, environment(), port, folder / "log", path=NGINX_PAGE) as server:
        yield server


NGINX_PAGE = "/page.html"
# As Debian's nginx.conf, without a log of requests, because the portal writes none here.
_CONFIGURATION = """
{user}
daemon off;
worker_processes 2;
pid {folder}/pid;
error_log {folder}/log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 10000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {folder};
    types {{ }}
    default_type "text/html; charset=utf-8";
    gzip_static always;
    {headers}
  }}
}}
"""
# What nginx adds by itself.
_OWN_HEADERS = {
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "last-modified",
    "server",
    "transfer-encoding",
}


def _added(page: Answer) -> str:
    told = {name: value for name, value in page.headers.items() if name not in _OWN_HEADERS}
    return "\n    ".join(f'add_header {name} "{value}";' for name, value in told.items())


def _user() -> str:
    """If root starts it, nginx would run its workers as a user who may not read our folder."""
    return "user root;" if os.geteuid() == 0 else ""


@contextmanager
def _started(command: list[str], env: dict[str, str], port: int, log: Path, *, path: str = FRONT) -> Iterator[Server]:
    began = time.perf_counter()
    with running(command, env=env, log=log, until=_answers(port, path)) as process:
        yield Server(port, process.pid, log, time.perf_counter() - began)


def _answers(port: int, path: str) -> Callable[[], bool]:
    return lambda: fetch(port, path, headers={"Accept-Encoding": "gzip"}).status == 200
