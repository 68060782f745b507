"""Runs the serving processes and the worker, restarts whichever of them dies, and ends them all together; without
Django, because it stays in memory beside them all the time.

`manage.py serve` prepares everything and then becomes this: `python -m newsportal.supervising HOST PORT PROCESSES`.
USR1 brings in new code: it is prepared, and then the processes are replaced one after the other.

The socket that readers connect to is opened here, once, and handed to every serving process. So whoever connects while
one of them ends, or while there is none, waits for the next one instead of being turned away: the queue is ours alone.
"""

import ctypes
import math
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from newsportal.listening import kept_or_new

ROOT = Path(__file__).resolve().parent.parent
# What a request in flight may take before it is cut off; the longest honest one is a picture being uploaded.
GRACE_SECONDS = 15.0
_LOOK_SECONDS = 0.2
_PR_SET_PDEATHSIG = 1
# What is larger goes back to the system when it is freed. By itself glibc keeps up to 32 MB apiece (mallopt(3)), and a
# process in which one large picture had been decoded stayed at 800 MB. Whoever runs the portal may say otherwise.
_SURROUNDINGS = {"MALLOC_MMAP_THRESHOLD_": str(1024 * 1024)}
# A process that ends within so many seconds of its start may be unable to start at all; after so many times in a row it
# is, and somebody has to look, or systemd to try. One that was killed (for memory, by hand) proves nothing of the kind.
_YOUNG_SECONDS = 5.0
_YOUNG_DEATHS = 5
# New code that does not serve within this never will; a start takes 2 s, and ten times that on a busy machine.
_READY_SECONDS = 60.0


@dataclass(frozen=True)
class Program:
    """What is to run, always. One with a listener is handed that and one end of a pipe (as two numbers behind its other
    arguments), says with a byte that it serves, may run beside its successor, and at HUP ends in its favour.
    """

    command: Sequence[str]
    listener: socket.socket | None = None


def supervise(programs: Sequence[Program], preparation: Sequence[str]) -> int:
    """Run these until INT, TERM or HUP, each restarted when it dies; then end them all. At USR1 each is replaced by a
    new one, if the preparation command succeeds. Returns the exit status: 1 if one of them cannot stay alive.
    """
    return _Supervisor(programs, preparation).run()


def serving(listener: socket.socket, application: str = "newsportal.asgi:application") -> Program:
    """One process that serves."""
    return Program([sys.executable, "-m", "newsportal.serving", application], listener)


def worker() -> Program:
    """The process that does what nobody waits for."""
    return Program([sys.executable, str(ROOT / "manage.py"), "worker"])


def preparation() -> list[str]:
    """The command that prepares new code while the old one serves."""
    return [sys.executable, str(ROOT / "manage.py"), "serve", "--prepare"]


def end_with_parent() -> None:
    """From now on this process is told to end when its parent dies (on Linux alone: prctl(2))."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class _Process:
    """One that was started, in a session of its own: Ctrl-C reaches us alone, and all its descendants can be ended
    together. If we are killed it ends as well, because nobody else would end it.
    """

    def __init__(self, program: Program) -> None:
        self.since = time.monotonic()
        reading, writing = os.pipe()
        handed = (program.listener.fileno(), writing) if program.listener else ()
        # Safe between fork and exec: this process has no other threads.
        self._process = subprocess.Popen(  # noqa: S603
            [*program.command, *map(str, handed)],
            cwd=ROOT,
            env={**_SURROUNDINGS, **os.environ},
            start_new_session=True,
            pass_fds=handed,
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )
        os.close(writing)
        self._ready = open(reading, "rb", buffering=0)  # noqa: SIM115

    @property
    def status(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def is_ready(self) -> bool:
        """Whether it has said that it serves, or can say so no more."""
        return bool(select.select([self._ready], [], [], 0)[0])

    def serves(self) -> bool:
        """Which of the two it is, once it is ready. Asked once, and read from the pipe: a process that dies has closed
        its end a moment before its status says so.
        """
        return self._ready.read(1) == b"1"

    def tell(self, signum: signal.Signals) -> None:
        """Signal it and all that it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signum)

    def bury(self) -> None:
        """Kill what is left of it and its descendants, and forget it."""
        self.tell(signal.SIGKILL)
        self._process.wait()
        self._ready.close()


@dataclass
class _Child:
    """A program that runs, as which process, and how often in a row that died young."""

    program: Program
    process: _Process
    young_deaths: int = 0


class _Supervisor:
    """The processes that run, those that are about to end, and what we were told meanwhile."""

    def __init__(self, programs: Sequence[Program], preparation: Sequence[str]) -> None:
        self._programs = programs
        self._preparation = preparation
        self._children: list[_Child] = []
        self._leaving: list[_Process] = []
        self._is_told = False
        self._is_to_renew = False
        self._is_lost = False

    def run(self) -> int:
        """See `supervise`."""
        self._listen()
        try:
            self._start(program for program in self._programs if program.listener)
            # Readers wait for the first that serves, and nobody for the worker, which would compete for the processor.
            self._look_until(self._is_served, _READY_SECONDS)
            self._start(program for program in self._programs if not program.listener)
            while self._look_until(lambda: self._is_to_renew):
                self._is_to_renew = False
                self._renew()
        finally:
            self._end()
        if self._is_lost:
            _say("A process dies whenever it is started; everything was stopped. Its last words are above.")
        return int(self._is_lost)

    def _start(self, programs: Iterable[Program]) -> None:
        self._children.extend(_Child(program, _Process(program)) for program in programs)

    def _is_served(self) -> bool:
        """Whether one of them serves, or there is none that could."""
        return not self._children or any(child.process.is_ready() for child in self._children)

    @property
    def _is_over(self) -> bool:
        return self._is_told or self._is_lost

    def _listen(self) -> None:
        """From now on INT, TERM and HUP end nothing by themselves, and USR1 neither: they are noted."""

        def end(signum: int, frame: FrameType | None) -> None:
            self._is_told = True

        def renew(signum: int, frame: FrameType | None) -> None:
            self._is_to_renew = True

        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, end)
        signal.signal(signal.SIGUSR1, renew)

    def _look_until(self, is_so: Callable[[], bool], seconds: float = math.inf) -> bool:
        """Look after all of them until something is so; False if it is not within so many seconds, or if everything is
        to end.
        """
        deadline = time.monotonic() + seconds
        while not self._is_over:
            for child in self._children:
                if child.process.status is not None:
                    self._revive(child)
            if is_so():
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_SECONDS)
        return False

    def _revive(self, child: _Child) -> None:
        """Restart a child, or note that this was tried in vain too often."""
        status = child.process.status
        is_young = time.monotonic() - child.process.since < _YOUNG_SECONDS
        child.young_deaths = child.young_deaths + 1 if is_young and status != -signal.SIGKILL else 0
        # What it leaves behind would go on, in a state that nobody knows, beside its successor.
        child.process.bury()
        if child.young_deaths >= _YOUNG_DEATHS:
            self._is_lost = True
            return
        _say(f"{' '.join(child.program.command[1:4])} died ({status}), and is started again.")
        child.process = _Process(child.program)

    def _renew(self) -> None:
        """Replace the processes by new ones with the code that is there now, one after the other; if that cannot be
        prepared, or does not serve, go on with the old.
        """
        if not self._is_prepared():
            if not self._is_over:
                _say("The new code could not be prepared; the old goes on. Why is above.")
            return
        for child in list(self._children):
            if not (self._succeed(child) if child.program.listener else self._begin_anew(child)):
                return

    def _is_prepared(self) -> bool:
        try:
            preparing = subprocess.Popen(self._preparation, cwd=ROOT)  # noqa: S603
        except OSError as error:
            # Python itself may be about to be replaced.
            _say(str(error))
            return False
        self._look_until(lambda: preparing.poll() is not None)
        # Waited for even if we are told to end meanwhile: nobody is to find half a migration.
        return preparing.wait() == 0 and not self._is_over

    def _succeed(self, child: _Child) -> bool:
        """Let a new process serve beside the old one, and then end that; False if the new one does not serve."""
        successor = _Process(child.program)
        self._leaving.append(successor)
        serves = self._look_until(successor.is_ready, _READY_SECONDS) and successor.serves()
        self._leaving.remove(successor)
        if not serves:
            if not self._is_over:
                _say("The new code does not serve; the old goes on. Why is above.")
            successor.bury()
            return False
        old, child.process = child.process, successor
        # See newsportal/serving.py: nobody notices.
        return self._let_go(old, signal.SIGHUP)

    def _begin_anew(self, child: _Child) -> bool:
        """Let a process finish what it is doing, and then start it anew; False if everything is to end instead."""
        self._children.remove(child)
        if not self._let_go(child.process, signal.SIGTERM):
            return False
        child.process = _Process(child.program)
        self._children.append(child)
        return True

    def _let_go(self, old: _Process, signum: signal.Signals) -> bool:
        """End a process in its own time, within limits, and look after the others meanwhile; False if everything is to
        end, this one with the others.
        """
        self._leaving.append(old)
        old.tell(signum)
        self._look_until(lambda: old.status is not None, GRACE_SECONDS)
        if self._is_over:
            return False
        self._leaving.remove(old)
        old.bury()
        return True

    def _end(self) -> None:
        """End all of them in their own time, within limits. No new connections are accepted."""
        for program in self._programs:
            if program.listener:
                program.listener.close()
        everybody = [*(child.process for child in self._children), *self._leaving]
        for process in everybody:
            process.tell(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and any(process.status is None for process in everybody):
            time.sleep(_LOOK_SECONDS)
        for process in everybody:
            process.bury()


def _say(words: str) -> None:
    # The log may be on a disk that is full.
    with suppress(OSError):
        print(words, file=sys.stderr, flush=True)  # noqa: T201


def _main(host: str, port: str, processes: str) -> int:
    try:
        listener = kept_or_new(host, int(port))
    except OSError as error:
        _say(f"Port {port} cannot be used ({error}).")
        return 1
    return supervise([*[serving(listener)] * int(processes), worker()], preparation())


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:4]))
