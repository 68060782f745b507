"""What browsers report about our Content Security Policy: read, shortened, and equal reports stored as one.

Anybody can send a report, so nothing in it is believed: one that does not name a directive and a page of ours is
dropped, addresses are reduced to an origin or a path, and neither the table nor the work grows with what is sent.
See CSP Level 3, sections 5.3 and 5.4 (W3C), and the Reporting API (W3C), section 2.
"""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http.request import validate_host
from django.utils import timezone

from newsportal.client import Address, network_of
from newsportal.operating import tallies
from newsportal.operating.limits import (
    CSP_KEPT_DAYS,
    CSP_PER_MINUTE,
    CSP_PER_NETWORK,
    CSP_REPORTS_AT_ONCE,
    CSP_ROWS,
)
from newsportal.operating.models import CspReport
from newsportal.operating.redacting import on_one_line, without_secrets

DIRECTIVES = frozenset(
    {
        *("base-uri", "child-src", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors"),
        *("frame-src", "img-src", "manifest-src", "media-src", "object-src", "sandbox", "script-src"),
        *("script-src-attr", "script-src-elem", "style-src", "style-src-attr", "style-src-elem", "worker-src"),
    }
)
# Blocked things that have no address (CSP Level 3, section 5.3).
_WITHOUT_ADDRESS = frozenset(
    {"inline", "eval", "wasm-eval", "self", "data", "blob", "filesystem", "trusted-types-policy", "trusted-types-sink"}
)
_ORIGIN = re.compile(r"(https?|wss?)://[a-z0-9.\[\]:-]{1,180}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}")
_PATH_CHARACTERS = 300


@dataclass(frozen=True)
class Report:
    """A report as it is stored: three short texts of printable ASCII."""

    directive: str
    blocked: str
    path: str

    @property
    def digest(self) -> str:
        """A digest, the same for reports that say the same."""
        return sha256("\n".join((self.directive, self.blocked, self.path)).encode()).hexdigest()


def reports_in(body: bytes) -> Iterator[Report]:
    """The reports, of either kind, in what a browser sent, if they are about a page of ours; never raises."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return
    for one in (told if isinstance(told, list) else [told])[:CSP_REPORTS_AT_ONCE]:
        report = _report(one)
        if report is not None:
            yield report


def take(body: bytes, address: Address) -> None:
    """Store the reports in a body sent from an address, within the limits."""
    for report in reports_in(body):
        if _limits.allow(network_of(address)):
            keep(report, timezone.now())
            tallies.note("csp_reports", "kept")
        else:
            tallies.note("csp_reports", "dropped")


@transaction.atomic
def keep(report: Report, now: datetime) -> None:
    """Count a report with those that say the same. If the table is full, the rarest one is deleted."""
    same = CspReport.objects.filter(digest=report.digest)
    if same.update(times=F("times") + 1, last_at=now):
        return
    over = CspReport.objects.count() - CSP_ROWS + 1
    if over > 0:
        rarest = CspReport.objects.order_by("times", "last_at").values_list("pk", flat=True)[:over]
        CspReport.objects.filter(pk__in=list(rarest)).delete()
    row = CspReport(
        digest=report.digest,
        directive=report.directive,
        blocked=report.blocked,
        path=report.path,
        first_at=now,
        last_at=now,
    )
    # Another process may have been quicker; then this one report is not counted.
    CspReport.objects.bulk_create([row], ignore_conflicts=True)


def forget_old(now: datetime) -> int:
    """Delete what no browser has reported for a long time; returns how many rows."""
    return CspReport.objects.filter(last_at__lte=now - timedelta(days=CSP_KEPT_DAYS)).delete()[0]


class Limits:
    """How much one process accepts in a minute, in all and from each network. Forgets networks after that minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = -1
        self._taken: Counter[str] = Counter()

    def allow(self, network: str) -> bool:
        """Whether one more from this network is accepted; if so, it is counted."""
        with self._lock:
            minute = int(time.monotonic() // 60)
            if minute != self._minute:
                self._minute, self._taken = minute, Counter()
            if self._taken.total() >= CSP_PER_MINUTE or self._taken[network] >= CSP_PER_NETWORK:
                return False
            self._taken[network] += 1
            return True


_limits = Limits()


def _report(told: object) -> Report | None:
    """Old browsers put the report into `csp-report`, new ones into `body`, each with their own names."""
    if not isinstance(told, dict):
        return None
    if isinstance(told.get("csp-report"), dict):
        old = told["csp-report"]
        directive = _text(old, "effective-directive") or _text(old, "violated-directive")
        return _of(directive, _text(old, "blocked-uri"), _text(old, "document-uri"))
    if told.get("type") == "csp-violation" and isinstance(told.get("body"), dict):
        new = told["body"]
        return _of(_text(new, "effectiveDirective"), _text(new, "blockedURL"), _text(new, "documentURL"))
    return None


def _of(directive: str, blocked: str, document: str) -> Report | None:
    # Old browsers send the directive with its values.
    directive = directive.partition(" ")[0]
    path = _own_path(document)
    if directive not in DIRECTIVES or path is None:
        return None
    return Report(directive, _origin(blocked), path)


def _own_path(document: str) -> str | None:
    """The path of one of our pages, without the keys of links; None for any other address."""
    try:
        parts = urlsplit(document)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not validate_host(host, settings.ALLOWED_HOSTS):
        return None
    return on_one_line(without_secrets(parts.path or "/"))[:_PATH_CHARACTERS]


def _origin(blocked: str) -> str:
    """The origin of what was blocked; without its path, which may be somebody's secret."""
    blocked = blocked.strip().lower()
    if blocked in _WITHOUT_ADDRESS:
        return blocked
    try:
        parts = urlsplit(blocked)
    except ValueError:
        return "something else"
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    if _ORIGIN.fullmatch(origin):
        return origin
    return f"{parts.scheme}:" if _SCHEME.fullmatch(parts.scheme) else "something else"


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value[:2000] if isinstance(value, str) else ""
