"""Browsers' reports are kept once, short, in bounds; nobody can fill the list, write into it or learn from it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from newsportal.limits import REPORTS_BYTES
from newsportal.operating import csp, tallies
from newsportal.operating.csp import Limits, Report, keep, reports_in
from newsportal.operating.limits import CSP_KEPT_DAYS, CSP_PER_MINUTE, CSP_PER_NETWORK, CSP_REPORTS_AT_ONCE
from newsportal.operating.models import CspReport
from newsportal.operating.redacting import REDACTED

SITE = "http://127.0.0.1:8000"
SIGNED = "7bq2kd9x1m0c:" + "aB3" * 14 + "x"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csp, "_limits", Limits())
    monkeypatch.setattr(tallies, "own", tallies.Tally())


def old(**more: Any) -> dict[str, Any]:
    """As `report-uri` has it."""
    told = {"document-uri": f"{SITE}/", "blocked-uri": "https://evil.example/x.js", "effective-directive": "script-src"}
    return {"csp-report": {**told, **more}}


def new(**more: Any) -> list[dict[str, Any]]:
    """As the Reporting API has it."""
    told = {"documentURL": f"{SITE}/", "blockedURL": "inline", "effectiveDirective": "script-src-elem"}
    return [{"type": "csp-violation", "age": 3, "url": f"{SITE}/", "body": {**told, **more}}]


def read(told: object) -> list[tuple[str, str, str]]:
    return [(report.directive, report.blocked, report.path) for report in reports_in(json.dumps(told).encode())]


def send(told: object, *, kind: str = "application/csp-report", peer: str = "192.0.2.1") -> int:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return Client().post("/csp-reports/", body, content_type=kind, REMOTE_ADDR=peer).status_code


def test_both_kinds_of_reports_are_read() -> None:
    assert read(old()) == [("script-src", "https://evil.example", "/")]
    assert read(new()) == [("script-src-elem", "inline", "/")]
    # An old browser gives the directive with its values, and no other field.
    assert read({"csp-report": {"document-uri": f"{SITE}/a/", "violated-directive": "img-src 'self' data:"}}) == [
        ("img-src", "something else", "/a/")
    ]


@pytest.mark.parametrize(
    ("blocked", "kept"),
    [
        ("https://evil.example:8443/path?secret=1#x", "https://evil.example:8443"),
        ("https://user:password@evil.example/", "https://evil.example"),
        ("HTTPS://EVIL.EXAMPLE/", "https://evil.example"),
        ("wss://evil.example/socket", "wss://evil.example"),
        ("inline", "inline"),
        ("eval", "eval"),
        ("data", "data"),
        ("data:text/html,<script>alert(1)</script>", "data:"),
        ("chrome-extension://abcdef/x.js", "chrome-extension:"),
        ("<script>alert(1)</script>", "something else"),
        ("https://evil.example\n2026 forged", "https:"),
        ("https://ev\u202eil.example/", "https:"),
        ("https://[broken", "something else"),
        ("", "something else"),
    ],
)
def test_of_what_was_blocked_its_origin_is_kept(blocked: str, kept: str) -> None:
    assert read(old(**{"blocked-uri": blocked})) == [("script-src", kept, "/")]


@pytest.mark.parametrize(
    ("document", "kept"),
    [
        (f"{SITE}/articles/17/harbour/?utm_source=mail#top", "/articles/17/harbour/"),
        (f"{SITE}/my-comment/{SIGNED}/", f"/my-comment/{REDACTED}/"),
        (f"{SITE}/preview/short/", f"/preview/{REDACTED}/"),
        (SITE, "/"),
        (f"{SITE}/a\u2028b/", "/a\\u2028b/"),
    ],
)
def test_of_our_page_its_path_is_kept_without_the_key_of_a_link(document: str, kept: str) -> None:
    assert read(old(**{"document-uri": document})) == [("script-src", "https://evil.example", kept)]


@pytest.mark.parametrize(
    "told",
    [
        *(None, 1, "text", [], {}, [1, None, "x"], {"csp-report": 1}, {"csp-report": []}, {"csp-report": {}}),
        old(**{"document-uri": "https://elsewhere.example/"}),
        old(**{"document-uri": "about:blank"}),
        old(**{"document-uri": ["a"]}),
        old(**{"document-uri": "http://[broken/"}),
        old(**{"effective-directive": "made-up-src"}),
        old(**{"effective-directive": "script-src\nforged"}),
        old(**{"effective-directive": {"a": 1}}),
        [{"type": "deprecation", "body": new()[0]["body"]}],
        [{"type": "csp-violation", "body": "text"}],
    ],
)
def test_what_is_no_report_of_a_page_of_ours_is_dropped(told: object) -> None:
    assert read(told) == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"csp-report"', b"nul\x00l"])
def test_what_cannot_be_read_is_no_error(body: bytes) -> None:
    assert list(reports_in(body)) == []


def test_of_many_in_one_post_so_many_are_read() -> None:
    assert len(read(new() * 100)) == CSP_REPORTS_AT_ONCE


@pytest.mark.django_db
def test_those_that_say_the_same_are_one_row_with_a_count() -> None:
    for peer in ("192.0.2.1", "192.0.2.2", "2001:db8::1"):
        assert send(old(), peer=peer) == 204
    assert send(new(), kind="application/reports+json") == 204
    assert list(CspReport.objects.order_by("pk").values_list("directive", "blocked", "path", "times")) == [
        ("script-src", "https://evil.example", "/", 3),
        ("script-src-elem", "inline", "/", 1),
    ]
    assert tallies.own.counts == {"csp_reports:kept": 4}


@pytest.mark.django_db
def test_one_network_and_all_together_write_down_only_so_much_in_a_minute() -> None:
    for n in range(CSP_PER_NETWORK + 5):
        assert send(old(**{"document-uri": f"{SITE}/{n}/"})) == 204
    assert CspReport.objects.count() == CSP_PER_NETWORK
    for n in range(2 * CSP_PER_MINUTE):
        send(old(), peer=f"198.51.100.{n}")
    assert tallies.own.counts["csp_reports:kept"] == CSP_PER_MINUTE
    assert tallies.own.counts["csp_reports:dropped"] == 5 + 2 * CSP_PER_MINUTE - (CSP_PER_MINUTE - CSP_PER_NETWORK)


def test_the_next_minute_is_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits()
    assert [limits.allow("a") for _ in range(CSP_PER_NETWORK + 1)] == [True] * CSP_PER_NETWORK + [False]
    limits._minute -= 1
    assert limits.allow("a")


@pytest.mark.django_db
def test_a_full_table_lets_the_rarest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csp, "CSP_ROWS", 3)
    now = timezone.now()
    for _ in range(5):
        keep(Report("img-src", "https://often.example", "/"), now)
    for n in range(10):
        keep(Report("script-src", f"https://forged-{n}.example", "/"), now + timedelta(seconds=n))
    assert list(CspReport.objects.order_by("-times", "-last_at").values_list("blocked", flat=True)) == [
        "https://often.example",
        "https://forged-9.example",
        "https://forged-8.example",
    ]


@pytest.mark.django_db
def test_they_are_forgotten_when_nobody_reports_them_any_more() -> None:
    now = timezone.now()
    keep(Report("img-src", "https://a.example", "/"), now - timedelta(days=CSP_KEPT_DAYS))
    keep(Report("img-src", "https://b.example", "/"), now)
    assert (csp.forget_old(now), CspReport.objects.get().blocked) == (1, "https://b.example")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * (REPORTS_BYTES + 1), "application/csp-report", 413),
        (b"x" * REPORTS_BYTES, "application/csp-report", 204),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"a", "text/plain", 415),
    ],
)
def test_a_post_of_another_kind_or_size_is_refused(body: bytes, kind: str, status: int) -> None:
    assert send(body, kind=kind) == status
    assert not CspReport.objects.exists()


@pytest.mark.django_db
def test_nobody_reads_there_and_nobody_gets_a_cookie() -> None:
    response = Client().get("/csp-reports/")
    assert (response.status_code, dict(response.cookies)) == (405, {})


@pytest.mark.django_db
def test_operators_see_them_in_the_admin_and_nobody_changes_them(
    sign_in: Callable[..., Client], admin_user: Any
) -> None:
    keep(Report("script-src", "https://evil.example", "/<script>alert(1)</script>/"), timezone.now())
    client = sign_in(user=admin_user)
    page = client.get("/admin/operating/cspreport/")
    assert page.status_code == 200
    assert "https://evil.example" in page.text
    assert "<script>alert(1)" not in page.text
    row = CspReport.objects.get()
    assert client.get("/admin/operating/cspreport/add/").status_code == 403
    assert client.post(f"/admin/operating/cspreport/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/operating/cspreport/{row.pk}/change/", {"path": "/x/"}).status_code == 403
    assert sign_in("editors").get("/admin/operating/cspreport/").status_code == 403
    assert CspReport.objects.get().path == row.path
