"""One process that serves: `python -m newsportal.serving APPLICATION LISTENER READY`, as `newsportal/supervising.py`
starts it. The last two are file descriptors: of the socket that all serving processes share, and of a pipe.

The server is granian. It would supervise its processes itself; but one that it has just forked swallows the signal that
is to end it, and if one is killed twice in a row it ends all of them, and waits for that one. So it has one process
here, this one, which is supervised from outside.
"""

import asyncio
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from importlib import import_module
from typing import Any

from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import MPServer

from newsportal.listening import BACKLOG, listening
from newsportal.supervising import GRACE_SECONDS

# Proxies and browsers send at most 8 to 16 kB of cookies and headers; hyper's own 408 kB are for nobody here.
# Not a power of two: hyper doubles what it reads at a time, and would check only at twice as much.
_BUFFER_BYTES = 48 * 1024
# How long a head may take, and a connection be idle. The proxies of deploy/ give an idle one up earlier.
HEAD_SECONDS = 30
# Connections that were let in are read by then, however busy the machine is; those that are not would be closed unread.
_READ_SECONDS = 1.0
# How many connections one process has at a time: by default it may open 1,024 files, and needs some itself.
_CONNECTIONS = 512


def serve(application: str, listener: int, ready: int) -> None:
    """Serve `module:name` over a listening socket until TERM or INT; then finish what is being answered, and return.
    HUP does the same unnoticed, if another process serves as well.

    One byte is written to `ready` when the application is there. Raises whatever importing it raises.
    """

    def load(target: str) -> Any:
        module, _, name = target.partition(":")
        loaded = getattr(import_module(module), name)
        loop = asyncio.get_event_loop()
        loop.add_signal_handler(signal.SIGHUP, _end_unnoticed, loop, listener)
        # Who started this may be gone.
        with suppress(OSError):
            os.write(ready, b"1")
        return loaded

    threading.Thread(target=_end_late, args=(ready,), name="orphan", daemon=True).start()
    _Server(application, listener).serve(target_loader=load)


def _end_unnoticed(loop: asyncio.AbstractEventLoop, listener: int) -> None:
    """Accept no more connections, and end when the accepted ones have been read.

    The server offers no way to do the first. So under the number of the shared socket it finds another one, to which
    nobody connects.
    """
    with closing(listening("127.0.0.1", 0)) as lonely:
        lonely.setblocking(False)
        os.dup2(lonely.fileno(), listener)
    loop.call_later(_READ_SECONDS, os.kill, os.getpid(), signal.SIGTERM)


def _end_late(ready: int) -> None:
    """If nobody reads the other end of the pipe any more, the supervising process was killed, and the kernel has told
    this one to end. Whatever takes longer than it may is cut off here, because nobody else is there to do it.
    """
    watching = select.poll()
    # For no event, and so for errors alone.
    watching.register(ready, 0)
    watching.poll()
    time.sleep(GRACE_SECONDS)
    os._exit(1)


class _Server(MPServer):
    """granian with this process as its only one, over a socket that is there already."""

    def __init__(self, application: str, listener: int) -> None:
        super().__init__(
            application,
            interface=Interfaces.ASGINL,
            # What stands in front speaks it; HTTP/2 without TLS would be another way in, with limits of its own.
            http=HTTPModes.http1,
            # By its source the other one may wait for a word of its end that was said before, and then never ends.
            runtime_mode=RuntimeModes.st,
            # What a connection may take of memory, and so the largest head of a request: a larger one is answered 431.
            http1_settings=HTTP1Settings(max_buffer_size=_BUFFER_BYTES, header_read_timeout=HEAD_SECONDS * 1000),
            websockets=False,
            backlog=BACKLOG,
            backpressure=_CONNECTIONS,
            log_level=LogLevels.warning,
        )
        self._listener = listener

    def _serve(self, spawn_target: Callable[..., None], target_loader: Callable[..., Any]) -> None:
        """Do here what granian would do in a process of its own."""
        self._sso = None
        self._shd: Any = SocketHolder(self._listener, False, BACKLOG)  # type: ignore[call-arg]
        self._spawn_worker(0, spawn_target, target_loader).inner.run()
        # Not above: it sets up Django, for which the application has to be there first.
        from newsportal.edge import finish

        asyncio.get_event_loop().run_until_complete(finish())


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
