"""What runs the server and the worker: who dies is started again, and who cannot stay alive ends it all in words."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import servers

_RUNS = """
import sys
from newsportal.supervising import Program, supervise
sys.exit(supervise([Program([sys.executable, "-c", one]) for one in sys.argv[1:]], [sys.executable, "-c", ""]))
"""
# With a socket; what it prepares new code with ends with the first word as its status.
_SERVES = """
import sys
from newsportal.listening import listening
from newsportal.supervising import Program, supervise
listener = listening("127.0.0.1", 0)
preparation = [sys.executable, "-c", f"raise SystemExit({sys.argv[1]})"]
sys.exit(supervise([Program([sys.executable, "-c", one], listener) for one in sys.argv[2:]], preparation))
"""
# Writes down its number, and stays.
_STAYS = "import os, sys, time; open({path!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
# The same, and says that it serves.
_SAYS = "import os, sys; os.write(int(sys.argv[2]), b'1');"
# Whoever starts when somebody has written down a number cannot start, ...
_STARTS_ONCE = "import os, sys; (not os.path.exists({path!r})) or sys.exit(3);"
# ... or is like somebody who dies, of whom the pipe tells before the kernel does.
_GOES_SILENT = (
    "import os, sys, time; (not os.path.exists({path!r})) or (os.close(int(sys.argv[2])), time.sleep(60), sys.exit(3));"
)


def _supervising(*words: str, program: str = _RUNS) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *words]
    return subprocess.Popen(command, cwd=servers.ROOT, stderr=subprocess.PIPE, text=True)


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
    with _supervising("0", _SAYS + _STAYS.format(path=str(one)), program=_SERVES) as process:
        servers.wait_until(lambda: len(_numbers(one)) == 1, 10.0)
        process.send_signal(signal.SIGUSR1)
        servers.wait_until(lambda: len(_numbers(one)) == 2 and not servers.is_alive(_numbers(one)[0]), 10.0)
        assert servers.is_alive(_numbers(one)[1])
        process.terminate()
        said = process.communicate(timeout=20)[1]
    assert (process.returncode, said) == (0, "")


@pytest.mark.parametrize(
    ("status", "starts", "words"),
    [
        ("4", "", "The new code could not be prepared;"),
        ("0", _STARTS_ONCE, "The new code does not serve;"),
        ("0", _GOES_SILENT, "The new code does not serve;"),
    ],
    ids=["is not prepared", "does not start", "just dies"],
)
def test_new_code_that_is_no_good_leaves_the_old(tmp_path: Path, status: str, starts: str, words: str) -> None:
    one = tmp_path / "one"
    program = (starts + _SAYS + _STAYS).format(path=str(one))
    with _supervising(status, program, program=_SERVES) as process:
        servers.wait_until(lambda: len(_numbers(one)) == 1, 10.0)
        process.send_signal(signal.SIGUSR1)
        assert process.stderr
        assert process.stderr.readline().startswith(words)
        assert [servers.is_alive(pid) for pid in _numbers(one)] == [True]
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0
