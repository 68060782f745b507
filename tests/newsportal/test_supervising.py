"""What runs the server and the worker: who dies is started again, and who cannot stay alive ends it all in words."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests import servers

_RUNS = """
import sys
from newsportal import supervising
sys.exit(supervising.supervise([[sys.executable, "-c", one] for one in sys.argv[1:]]))
"""
# Writes down its number, and stays.
_STAYS = "import os, sys, time; open({path!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"


def _supervising(*programs: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _RUNS, *programs], cwd=servers.ROOT, stderr=subprocess.PIPE, text=True
    )


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
