"""A web scan without signing in finds nothing: Wapiti against the portal behind nginx, over TLS.

Nothing is installed for this: it runs the program that `WAPITI` names, or `wapiti` on the path (`pip install wapiti3`,
in an environment of its own).
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.long.test_behind_tls import NAME, Site, site

__all__ = ["site"]

# Left out: modules that ask machines outside for help (ssrf, log4shell, xxe, wapp), the one that judges the
# certificate, which is the test's own (ssl), and `csrf`, which looks for a hidden field where we rely on what browsers
# say about where a form was sent from (tests/security/test_from_elsewhere.py); and `ldap`, which guesses from answers
# that differ, as those of a search do, and there is no directory here to query.
MODULES = (
    *("backup", "buster", "cookieflags", "crlf", "csp", "exec", "file", "htaccess", "http_headers", "https_redirect"),
    *("methods", "permanentxss", "redirect", "shellshock", "spring4shell", "sql", "timesql", "upload", "xss"),
)
# A quarter of an hour in all; a module that is not finished by then has tried its best guesses first.
CRAWL_SECONDS, MODULE_SECONDS = 120, 40


def test_a_web_scan_finds_nothing(site: Site, tmp_path: Path) -> None:
    program = os.environ.get("WAPITI") or shutil.which("wapiti")
    if program is None:
        pytest.skip("there is no wapiti here: the portal was not scanned")
    out = tmp_path / "report.json"
    limits = [f"--max-scan-time={CRAWL_SECONDS}", f"--max-attack-time={MODULE_SECONDS}", "--scope=folder"]
    kept = [f"--store-session={tmp_path}/session", f"--store-config={tmp_path}/config"]
    report = ["--format=json", f"--output={out}", "--no-bugreport", "--flush-session"]
    command = [program, f"--url=https://{NAME}:{site.port}/", f"--module={','.join(MODULES)}", *limits, *kept, *report]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=2 * 15 * 60, cwd=tmp_path)
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert int(found["infos"]["crawled_pages_nbr"]) >= 50, said.stdout[-2000:]
    assert {kind: told for kind, told in found["vulnerabilities"].items() if told} == {}
    assert {kind: told for kind, told in found["anomalies"].items() if told} == {}
