"""Where and with what a run was made."""

import os
import platform
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from tests.bench.processes import ROOT

_PACKAGES = ("Django", "granian", "a2wsgi", "lmdb")


def described() -> dict[str, str]:
    """Machine, versions, time and commit, each as a line for people; must be read before the run."""
    return {
        "CPU": f"{_cpu()}, {os.cpu_count()} cores",
        "memory": f"{_memory_gb():.0f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{name: _installed(name) for name in _PACKAGES},
        "SQLite": sqlite3.sqlite_version,
        "nginx": _first_line("nginx", "-v"),
        "wrk": _first_line("wrk", "-v"),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        # Above a few tenths, the measurement includes somebody else's work.
        "load before the run": f"{os.getloadavg()[0]:.1f}",
    }


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _first_line(program: str, flag: str) -> str:
    """What a program says about its version; some print it to stderr."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        return "not found"
    done = subprocess.run([path, flag], capture_output=True, text=True, check=False)
    words = (done.stdout + done.stderr).strip().splitlines()[0]
    return words.removeprefix("nginx version: ").removeprefix("wrk ").partition(" Copyright")[0]


def _commit() -> str:
    commit = _git("rev-parse", "--short=12", "HEAD") or "unknown"
    changes = _git("status", "--porcelain", "--untracked-files=no")
    return f"{commit}{' and changes that were not committed' if changes else ''}"


def _git(*words: str) -> str:
    """What git prints; nothing without git or a repository."""
    if shutil.which("git") is None:
        return ""
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
