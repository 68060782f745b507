"""What browsers report about our Content Security Policy: read, shortened, and kept once for all that say the same.

Anybody can send a report, so nothing in it is believed: what names no directive and no page of ours is dropped, of
addresses an origin and a path are kept, and neither the table nor the work for it grows with what is sent.
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
# What is blocked without having an address (CSP Level 3, section 5.3).
_WITHOUT_ADDRESS = frozenset(
    {"inline", "eval", "wasm-eval", "self", "data", "blob", "filesystem", "trusted-types-policy", "trusted-types-sink"}
)
_ORIGIN = re.compile(r"(https?|wss?)://[a-z0-9.\[\]:-]{1,180}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}")
_PATH_CHARACTERS = 300


@dataclass(frozen=True)
class Report:
    """A report as it is kept: three short texts of printable ASCII."""

    directive: str
    blocked: str
    path: str

    @property
    def digest(self) -> str:
        """What two reports share that say the same."""
        return sha256("\n".join((self.directive, self.blocked, self.path)).encode()).hexdigest()


def reports_in(body: bytes) -> Iterator[Report]:
    """The reports in what a browser sent, of either kind, as far as they speak of a page of ours; never raises."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return
    for one in (told if isinstance(told, list) else [told])[:CSP_REPORTS_AT_ONCE]:
        report = _report(one)
        if report is not None:
            yield report


def take(body: bytes, address: Address) -> None:
    """Keep what is in a body that came from an address, as far as that is not too much."""
    for report in reports_in(body):
        if _limits.allow(network_of(address)):
            keep(report, timezone.now())
            tallies.note("csp_reports", "kept")
        else:
            tallies.note("csp_reports", "dropped")


@transaction.atomic
def keep(report: Report, now: datetime) -> None:
    """Count a report with those that say the same. Where the table is full, the one that was rarest goes."""
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
    # Another process may have been quicker; then one report more or less is not counted.
    CspReport.objects.bulk_create([row], ignore_conflicts=True)


def forget_old(now: datetime) -> int:
    """Delete what no browser has reported for long; returns how many rows."""
    return CspReport.objects.filter(last_at__lte=now - timedelta(days=CSP_KEPT_DAYS)).delete()[0]


class Limits:
    """How much one process takes in a minute, of all networks and of each. Holds no network for longer than that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = -1
        self._taken: Counter[str] = Counter()

    def allow(self, network: str) -> bool:
        """Whether one more of this network is taken; then it is counted."""
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
    """What an old browser sends lies in `csp-report`, what a new one sends in `body`, with names of their own."""
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
    # An old browser says the directive with its values.
    directive = directive.partition(" ")[0]
    path = _own_path(document)
    if directive not in DIRECTIVES or path is None:
        return None
    return Report(directive, _origin(blocked), path)


def _own_path(document: str) -> str | None:
    """The path of a page of ours, without the keys of links; None for any other address."""
    try:
        parts = urlsplit(document)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not validate_host(host, settings.ALLOWED_HOSTS):
        return None
    return on_one_line(without_secrets(parts.path or "/"))[:_PATH_CHARACTERS]


def _origin(blocked: str) -> str:
    """Where what was blocked comes from; nothing of its path, which may be anybody's secret."""
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
