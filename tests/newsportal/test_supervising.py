"""The supervisor of the server and the worker: a process that dies is restarted; if it cannot stay alive, the portal
ends with an explanation."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests import servers

_RUNS = """
import sys
from newsportal.supervising import Program, supervise
sys.exit(supervise([Program([sys.executable, "-c", one]) for one in sys.argv[1:]], [sys.executable, "-c", ""]))
"""
# With a socket; the first two words are a program and the command that prepares new code.
_SERVES = """
import sys
from newsportal.listening import listening
from newsportal.supervising import Program, supervise
listener = listening("127.0.0.1", 0)
preparation = [sys.argv[1], "-c", sys.argv[2]]
sys.exit(supervise([Program([sys.executable, "-c", one], listener) for one in sys.argv[3:]], preparation))
"""
# The first serves, the second works.
_SERVES_AND_WORKS = """
import sys
from newsportal.listening import listening
from newsportal.supervising import Program, supervise
one, two = ([sys.executable, "-c", each] for each in sys.argv[1:])
sys.exit(supervise([Program(two), Program(one, listening("127.0.0.1", 0))], [sys.executable, "-c", ""]))
"""
# Writes down its number, and stays.
_STAYS = "import os, sys, time; open({path!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
# The same, and says that it serves.
_SAYS = "import os, sys; os.write(int(sys.argv[2]), b'1');"
# Cannot start once some process has written down a number, ...
_STARTS_ONCE = "import os, sys; (not os.path.exists({path!r})) or sys.exit(3);"
# ... or seems to die, in that the pipe reports it before the kernel does.
_GOES_SILENT = (
    "import os, sys, time; (not os.path.exists({path!r})) or (os.close(int(sys.argv[2])), time.sleep(60), sys.exit(3));"
)
# Writes down its number and that of the one before, if that one is alive, then says that it serves, and stays.
_NOTES_WHO_IS_THERE = """
import os, sys, time
from pathlib import Path
from tests.servers import is_alive
path = Path({path!r})
before = [pid for pid in path.read_text().split() if is_alive(int(pid))] if path.exists() else []
path.open("a").write("".join(f"{{pid}}\\n" for pid in (os.getpid(), *before)))
os.write(int(sys.argv[2]), b"1")
time.sleep(60)
"""
# When told to end, it takes its time and says when it is done.
_ENDS_SLOWLY = """
import signal, sys, time
from pathlib import Path
def end(*told): time.sleep(0.5); Path({path!r}).touch(); sys.exit()
signal.signal(signal.SIGTERM, end)
"""
# Writes down its number and that of a child process of its own, and stays.
_HAS_A_CHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({path!r}, "a").write(f"{{os.getpid()}}\\n{{child.pid}}\\n")
time.sleep(60)
"""
# Gives the worker a second to appear, and writes down whether it has.
_WAITS_FOR_WORKER = """
import os, sys, time
from pathlib import Path
until = time.monotonic() + 1
while time.monotonic() < until and not os.path.exists({worker!r}): time.sleep(0.05)
Path({path!r}).write_text("somebody works" if os.path.exists({worker!r}) else "nobody works")
"""


@contextmanager
def _supervising(*words: str, program: str = _RUNS, log: IO[str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A supervisor; told to end when the test has ended, in whatever way."""
    command = [sys.executable, "-c", program, *words]
    with subprocess.Popen(command, cwd=servers.ROOT, stderr=log or subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _numbers(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_who_dies_is_started_again_and_the_others_stay(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    with _supervising(_STAYS.format(path=str(one)), _STAYS.format(path=str(two))) as process:
        servers.wait_until(lambda: bool(_numbers(one) and _numbers(two)), 10.0)
        os.kill(_numbers(one)[0], signal.SIGKILL)
        servers.wait_until(lambda: len(_numbers(one)) == 2, 5.0)
        process.terminate()
        said = process.communicate(timeout=20)[1]
    assert (process.returncode, len(_numbers(two))) == (0, 1)
    assert "died (-9), and is started again." in said
    assert [pid for pid in _numbers(one) + _numbers(two) if servers.is_alive(pid)] == []


@pytest.mark.parametrize(("chosen", "found"), [({}, "1048576"), ({"MALLOC_MMAP_THRESHOLD_": "4096"}, "4096")])
def test_whoever_runs_gives_large_memory_back_unless_the_operator_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str], found: str
) -> None:
    monkeypatch.delenv("MALLOC_MMAP_THRESHOLD_", raising=False)
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    one = tmp_path / "one"
    says = f"import os, time; open({str(one)!r}, 'w').write(os.environ['MALLOC_MMAP_THRESHOLD_'] + ' '); time.sleep(60)"
    with _supervising(says) as process:
        servers.wait_until(lambda: one.exists() and one.read_text().endswith(" "), 10.0)
        process.terminate()
        process.communicate(timeout=20)
    assert one.read_text() == f"{found} "


def test_who_is_killed_again_and_again_is_started_again_and_again(tmp_path: Path) -> None:
    one = tmp_path / "one"
    with _supervising(_STAYS.format(path=str(one))) as process:
        for number in range(7):
            servers.wait_until(lambda number=number: len(_numbers(one)) == number + 1, 10.0)
            os.kill(_numbers(one)[-1], signal.SIGKILL)
        servers.wait_until(lambda: len(_numbers(one)) == 8, 10.0)
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_who_cannot_stay_alive_ends_all_of_it_with_a_status_and_words(tmp_path: Path) -> None:
    two = tmp_path / "two"
    with _supervising("raise SystemExit(3)", _STAYS.format(path=str(two))) as process:
        said = process.communicate(timeout=20)[1]
    assert process.returncode == 1
    assert said.count("died (3), and is started again.") == 4
    assert said.endswith("A process dies whenever it is started; everything was stopped. Its last words are above.\n")
    assert [pid for pid in _numbers(two) if servers.is_alive(pid)] == []


def test_who_supervises_is_killed_and_leaves_nobody_behind(tmp_path: Path) -> None:
    one = tmp_path / "one"
    with _supervising(_STAYS.format(path=str(one))) as process:
        servers.wait_until(lambda: bool(_numbers(one)), 10.0)
        process.kill()
    servers.wait_until(lambda: not servers.is_alive(_numbers(one)[0]), 5.0)


def test_new_code_serves_beside_the_old_before_that_ends(tmp_path: Path) -> None:
    one = tmp_path / "one"
    with _supervising(sys.executable, "", _NOTES_WHO_IS_THERE.format(path=str(one)), program=_SERVES) as process:
        servers.wait_until(lambda: len(_numbers(one)) == 1, 10.0)
        process.send_signal(signal.SIGUSR1)
        servers.wait_until(lambda: len(_numbers(one)) == 3 and not servers.is_alive(_numbers(one)[0]), 10.0)
        old, new, seen_by_new = _numbers(one)
        assert (servers.is_alive(new), seen_by_new) == (True, old)
        process.terminate()
        said = process.communicate(timeout=20)[1]
    assert (process.returncode, said) == (0, "")


@pytest.mark.parametrize(
    ("prepares", "starts", "words"),
    [
        ((sys.executable, "raise SystemExit(4)"), "", "The new code could not be prepared;"),
        (("/is/being/replaced", ""), "", "The new code could not be prepared;"),
        ((sys.executable, ""), _STARTS_ONCE, "The new code does not serve;"),
        ((sys.executable, ""), _GOES_SILENT, "The new code does not serve;"),
    ],
    ids=["is not prepared", "is not there", "does not start", "just dies"],
)
def test_new_code_that_is_no_good_leaves_the_old(
    tmp_path: Path, prepares: tuple[str, str], starts: str, words: str
) -> None:
    one, said = tmp_path / "one", tmp_path / "said"
    program = (starts + _SAYS + _STAYS).format(path=str(one))
    with said.open("w") as log, _supervising(*prepares, program, program=_SERVES, log=log) as process:
        servers.wait_until(lambda: len(_numbers(one)) == 1, 10.0)
        process.send_signal(signal.SIGUSR1)
        servers.wait_until(lambda: words in said.read_text(), 10.0, said)
        assert [servers.is_alive(pid) for pid in _numbers(one)] == [True]
        process.terminate()
    assert process.returncode == 0


def test_who_is_told_to_end_has_time_to(tmp_path: Path) -> None:
    one, ended = tmp_path / "one", tmp_path / "ended"
    program = _ENDS_SLOWLY.format(path=str(ended)) + _STAYS.format(path=str(one))
    with _supervising(program) as process:
        servers.wait_until(lambda: bool(_numbers(one)), 10.0)
        process.terminate()
        process.communicate(timeout=20)
    assert (process.returncode, ended.exists()) == (0, True)


def test_what_the_dead_leave_behind_is_gone_before_the_next_begins(tmp_path: Path) -> None:
    one = tmp_path / "one"
    with _supervising(_HAS_A_CHILD.format(path=str(one))) as process:
        servers.wait_until(lambda: len(_numbers(one)) == 2, 10.0)
        first, child = _numbers(one)
        os.kill(first, signal.SIGKILL)
        servers.wait_until(lambda: len(_numbers(one)) == 4, 10.0)
        assert not servers.is_alive(child)
        process.terminate()
        process.communicate(timeout=20)


def test_the_worker_begins_when_somebody_serves(tmp_path: Path) -> None:
    server, worker = tmp_path / "server", tmp_path / "worker"
    serves = _WAITS_FOR_WORKER.format(path=str(server), worker=str(worker)) + _SAYS + "time.sleep(60)"
    with _supervising(serves, _STAYS.format(path=str(worker)), program=_SERVES_AND_WORKS) as process:
        servers.wait_until(lambda: bool(_numbers(worker)), 10.0)
        process.terminate()
        process.communicate(timeout=20)
    assert server.read_text() == "nobody works"


def test_new_code_comes_to_the_worker_as_well(tmp_path: Path) -> None:
    server, worker = tmp_path / "server", tmp_path / "worker"
    programs = _SAYS + _STAYS.format(path=str(server)), _STAYS.format(path=str(worker))
    with _supervising(*programs, program=_SERVES_AND_WORKS) as process:
        servers.wait_until(lambda: bool(_numbers(worker)), 10.0)
        process.send_signal(signal.SIGUSR1)
        servers.wait_until(lambda: len(_numbers(worker)) == 2, 10.0)
        assert [servers.is_alive(pid) for pid in _numbers(worker)] == [False, True]
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0
