"""The socket that readers connect to; without Django, because the supervising process has it all the time.

If systemd started us (`NOTIFY_SOCKET`) it is given the socket to hold, and hands it to the next process that it starts,
after a restart or a death. So whoever connects in between waits instead of being turned away. With `stop` systemd
closes it (systemd.service(5), FileDescriptorStoreMax=; sd_notify(3); sd_listen_fds(3)).
"""

import os
import socket

# How many connections may wait to be accepted: five seconds of two hundred a second.
BACKLOG = 1024
# The number of the first file descriptor that systemd hands on.
_HANDED_ON = 3
_NAME = b"FDNAME=portal"


def listening(host: str, port: int) -> socket.socket:
    """A socket that readers may connect to; raises OSError if it cannot be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    # Connections of the one before may still be closing.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it: the last piece of an answer is sent at once.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((host, port))
    listener.listen(BACKLOG)
    return listener


def kept_or_new(host: str, port: int) -> socket.socket:
    """The socket that systemd has held, if it is of this address; else a new one, which systemd holds from now on.

    Raises OSError if it cannot be had.
    """
    if is_handed_on():
        kept = socket.socket(fileno=_HANDED_ON)
        if kept.getsockname()[:2] == _resolved(host, port):
            return kept
        # The settings name another address now. If that has the same port, the port must be free at once, and not only
        # when systemd has closed its copy.
        kept.shutdown(socket.SHUT_RDWR)
        kept.close()
        _tell_systemd(b"FDSTOREREMOVE=1")
    listener = listening(host, port)
    _tell_systemd(b"FDSTORE=1", listener)
    return listener


def is_handed_on() -> bool:
    """Whether systemd gave a socket to this very process."""
    return os.environ.get("LISTEN_PID") == str(os.getpid())


def _resolved(host: str, port: int) -> tuple[str, int]:
    address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4]
    return str(address[0]), int(address[1])


def _tell_systemd(words: bytes, *sockets: socket.socket) -> None:
    """Tell systemd something about a socket, if it started us."""
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        # An @ in front stands for the NUL with which a name begins that is no file.
        systemd.connect(f"\0{path[1:]}" if path.startswith("@") else path)
        socket.send_fds(systemd, [words + b"\n" + _NAME], [one.fileno() for one in sockets])
