"""The store in front of Django: what is served, what is rendered, who waits, and what is passed on."""

import asyncio
import math
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import time_machine

from newsportal.pages.access import Access
from newsportal.pages.front import Front
from newsportal.pages.limits import MEMORY_BYTES, PAGE_BYTES, SOFT_SECONDS, WAIT_SECONDS
from newsportal.pages.lmdb_store import LmdbStore
from newsportal.pages.redis_store import RedisStore
from newsportal.pages.store import Store
from tests.newsportal.pages.conftest import MakeStore
from tests.newsportal.pages.site import STORY, Site, asking, run

BROWSERS = "public, no-cache, stale-while-revalidate=30, stale-if-error=300, s-maxage=60"


# --- What is given out ----------------------------------------------------------------------------------------------


def test_a_page_is_rendered_once_and_then_given_out(store: Store) -> None:
    async def job(site: Site) -> None:
        answers = [await site.ask() for _ in range(3)]
        assert [(answer.status, answer.text) for answer in answers] == [(200, f"{STORY} first")] * 3
        assert answers[0].headers == answers[2].headers

    site = run(store, job)
    assert (site.renders, site.passed) == ([STORY], [])
    assert (site.front.counts["renders"], site.front.counts["hits"]) == (1, 2)


def test_the_headers_say_what_browsers_and_caches_may_do(store: Store) -> None:
    async def job(site: Site) -> None:
        answer = await site.ask(headers=asking((b"accept-encoding", b"gzip")))
        etag = answer.headers.pop("etag")
        assert etag.startswith('W/"')
        assert answer.headers == {
            "content-type": "text/html; charset=utf-8",
            "surrogate-key": "article:17 clock thread:17",
            "cache-control": BROWSERS,
            "cdn-cache-control": "public, stale-while-revalidate=30, stale-if-error=300, max-age=60",
            "vary": "Accept-Encoding",
            "content-encoding": "gzip",
            "content-length": str(len(answer.body)),
        }

    run(store, job)


@pytest.mark.parametrize(
    ("accepted", "form"),
    [
        (b"br, gzip", "br"),
        (b"gzip", "gzip"),
        (b"GZIP;q=0.5", "gzip"),
        (b"br;q=0, gzip", "gzip"),
        (b"br;q=0.1, gzip;q=1.0", "gzip"),
        (b"*", "br"),
        (b"identity", ""),
        (b"gzip;q=nonsense", ""),
        (b"", ""),
    ],
)
def test_each_client_gets_the_page_in_a_form_that_it_takes(store: Store, accepted: bytes, form: str) -> None:
    async def job(site: Site) -> None:
        for _ in range(2):
            answer = await site.ask(headers=asking((b"accept-encoding", accepted)))
            assert answer.headers.get("content-encoding", "") == form
            assert answer.text == f"{STORY} first"

    run(store, job)


def test_head_is_answered_with_the_headers_of_get_and_no_body(store: Store) -> None:
    async def job(site: Site) -> None:
        head = await site.ask(method="HEAD")
        get = await site.ask()
        assert (head.status, head.body) == (200, b"")
        assert head.headers == get.headers

    assert run(store, job).renders == [STORY]


@pytest.mark.parametrize("form", ["{0}", '"another", {0}', "{1}", "*", 'W/"x",{0} , W/"y"'])
def test_who_has_the_page_is_told_so(store: Store, form: str) -> None:
    async def job(site: Site) -> None:
        etag = (await site.ask()).headers["etag"]
        known = form.format(etag, etag.removeprefix("W/")).encode()
        answer = await site.ask(headers=asking((b"if-none-match", known)))
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers == {
            "surrogate-key": "article:17 clock thread:17",
            "cache-control": BROWSERS,
            "cdn-cache-control": "public, stale-while-revalidate=30, stale-if-error=300, max-age=60",
            "etag": etag,
            "vary": "Accept-Encoding",
        }

    assert run(store, job).front.counts["not_modified"] == 1


def test_who_has_another_page_gets_this_one(store: Store) -> None:
    async def job(site: Site) -> None:
        await site.ask()
        assert (await site.ask(headers=asking((b"if-none-match", b'W/"another"')))).status == 200

    run(store, job)


def test_every_process_gives_out_what_one_has_rendered(make_store: MakeStore) -> None:
    async def job(site: Site) -> None:
        assert (await site.ask()).text == f"{STORY} first"

    first, second = run(make_store(), job), run(make_store(), job)
    assert (first.renders, second.renders) == ([STORY], [])


# --- What changes ---------------------------------------------------------------------------------------------------


def test_the_next_answer_after_a_change_is_new_in_every_process(make_store: MakeStore) -> None:
    verbs = make_store()
    others = Site()

    async def job(site: Site) -> None:
        for number in range(20):
            site.words = f"change {number}"
            verbs.renew(["thread:17"])
            assert (await site.ask()).text == f"{STORY} change {number}"
            assert (await site.ask()).text == f"{STORY} change {number}"

    others = run(make_store(), job)
    assert len(others.renders) == 20


def test_a_change_of_something_else_renders_nothing(make_store: MakeStore) -> None:
    verbs = make_store()

    async def job(site: Site) -> None:
        await site.ask()
        verbs.renew(["article:18"])
        await site.ask()

    assert run(make_store(), job).renders == [STORY]


def test_who_asks_after_a_change_never_gets_what_was_begun_before_it(make_store: MakeStore) -> None:
    verbs = make_store()

    async def job(site: Site) -> None:
        site.hold = threading.Event()
        early = asyncio.create_task(site.ask())
        await asyncio.to_thread(site.rendering.wait, 10)
        hold, site.hold = site.hold, None
        site.words = "second"
        verbs.renew(["thread:17"])
        late = [asyncio.create_task(site.ask()) for _ in range(50)]
        await asyncio.sleep(0)
        hold.set()
        assert {answer.text for answer in await asyncio.gather(*late)} == {f"{STORY} second"}
        old = await early
        # A client who asked before may get the old page, but no cache in front may keep it.
        assert (old.text, old.headers["cache-control"]) == (f"{STORY} first", "public, no-cache")
        assert "cdn-cache-control" not in old.headers

    assert len(run(make_store(), job).renders) <= 3


def test_under_one_change_after_another_nobody_waits_for_more_than_the_next_rendering(make_store: MakeStore) -> None:
    verbs = make_store()

    async def job(site: Site) -> None:
        # Each rendering is out of date before it ends.
        site.hold = threading.Event()
        early = asyncio.create_task(site.ask())
        await asyncio.to_thread(site.rendering.wait, 10)
        crowd = asyncio.create_task(site.crowd(20))
        await asyncio.sleep(0)
        first, site.hold, site.words = site.hold, threading.Event(), "second"
        site.rendering.clear()
        verbs.renew(["thread:17"])
        first.set()
        await asyncio.to_thread(site.rendering.wait, 10)
        second, site.hold, site.words = site.hold, None, "third"
        verbs.renew(["thread:17"])
        second.set()
        assert (await early).text == f"{STORY} first"
        assert {answer.text for answer in await crowd} <= {f"{STORY} second", f"{STORY} third"}

    assert len(run(make_store(), job).renders) <= 3


# --- Who renders ----------------------------------------------------------------------------------------------------


def test_a_crowd_has_a_page_rendered_once(store: Store) -> None:
    async def job(site: Site) -> None:
        answers = await site.crowd(200)
        assert {(answer.status, answer.text) for answer in answers} == {(200, f"{STORY} first")}

    assert run(store, job).renders == [STORY]


def test_crowds_in_two_processes_have_a_page_rendered_once(make_store: MakeStore) -> None:
    stores = [make_store(), make_store()]
    together = threading.Barrier(2)

    async def job(site: Site) -> None:
        await asyncio.to_thread(together.wait, 10)
        assert {answer.text for answer in await site.crowd(50)} == {f"{STORY} first"}

    with ThreadPoolExecutor(2) as processes:
        sites = list(processes.map(lambda store: run(store, job), stores))
    assert sum(len(site.renders) for site in sites) == 1


def test_a_process_that_died_while_rendering_holds_nobody_up_for_long(make_store: MakeStore) -> None:
    make_store().claim(STORY)

    async def job(site: Site) -> None:
        begun = time.monotonic()
        answers = await site.crowd(20)
        assert {answer.status for answer in answers} == {200}
        assert time.monotonic() - begun < WAIT_SECONDS + 1

    assert len(run(make_store(), job).renders) <= 20


def test_a_rendering_that_fails_leaves_nobody_waiting(store: Store) -> None:
    async def job(site: Site) -> None:
        site.words = "dies"
        failed = await asyncio.gather(*(site.ask() for _ in range(5)), return_exceptions=True)
        assert {type(error) for error in failed} == {RuntimeError}
        site.words = "lives"
        assert (await site.ask()).text == f"{STORY} lives"

    run(store, job)


def test_a_rendering_that_takes_long_makes_others_render_for_themselves(make_store: MakeStore) -> None:
    async def job(site: Site) -> None:
        site.hold = threading.Event()
        slow = asyncio.create_task(site.ask())
        await asyncio.to_thread(site.rendering.wait, 10)
        hold, site.hold = site.hold, None
        assert (await site.ask()).status == 200
        hold.set()
        assert (await slow).status == 200

    assert run(make_store(), job).renders == [STORY, STORY]


# --- The clocks -----------------------------------------------------------------------------------------------------


def test_past_its_soft_clock_a_page_is_given_out_while_one_renders_it_anew(store: Store) -> None:
    async def job(site: Site) -> None:
        with time_machine.travel(time.time(), tick=True) as clock:
            await site.ask()
            site.words = "second"
            clock.shift(SOFT_SECONDS + 1)
            assert (await site.ask()).text == f"{STORY} first"
            await site.settle()
            assert (await site.ask()).text == f"{STORY} second"

    assert len(run(store, job).renders) == 2


def test_a_page_that_nobody_asked_for_in_a_long_time_is_waited_for(store: Store) -> None:
    async def job(site: Site) -> None:
        with time_machine.travel(time.time(), tick=True) as clock:
            await site.ask()
            site.words = "second"
            clock.shift(3 * SOFT_SECONDS)
            assert (await site.ask()).text == f"{STORY} second"

    run(store, job)


def test_past_its_hard_clock_a_page_is_gone(store: Store) -> None:
    async def job(site: Site) -> None:
        with time_machine.travel(time.time(), tick=True) as clock:
            site.until = time.time() + 10
            await site.ask()
            clock.shift(9)
            assert (await site.ask()).text == f"{STORY} first"
            site.words, site.until = "second", math.inf
            clock.shift(1.1)
            assert (await site.ask()).text == f"{STORY} second"

    run(store, job)


@pytest.mark.parametrize("seconds", [-3600, -6, 3600])
def test_a_clock_that_is_set_shows_nothing_of_another_time(store: Store, seconds: float) -> None:
    async def job(site: Site) -> None:
        with time_machine.travel(time.time(), tick=True) as clock:
            await site.ask()
            site.words = "by the clock"
            clock.shift(seconds)
            assert (await site.ask()).text == f"{STORY} by the clock"
            clock.shift(-seconds)
            site.words = "set right again"
            answer = (await site.ask()).text
            assert answer in {f"{STORY} by the clock", f"{STORY} set right again"}

    run(store, job)


@pytest.mark.parametrize(
    ("left", "windows"),
    [
        (1000.0, "stale-while-revalidate=30, stale-if-error=300, s-maxage=60"),
        (100.5, "stale-while-revalidate=30, stale-if-error=40, s-maxage=60"),
        (60.0, "stale-while-revalidate=0, stale-if-error=0, s-maxage=60"),
        (7.9, "stale-while-revalidate=0, stale-if-error=0, s-maxage=7"),
    ],
)
def test_no_cache_may_keep_a_page_past_its_hard_clock(store: Store, left: float, windows: str) -> None:
    async def job(site: Site) -> None:
        with time_machine.travel(1_800_000_000, tick=False):
            site.until = 1_800_000_000 + left
            for _ in range(2):
                assert (await site.ask()).headers["cache-control"] == f"public, no-cache, {windows}"

    run(store, job)


# --- When the database is down --------------------------------------------------------------------------------------


def test_while_the_database_is_down_an_old_page_is_better_than_none(store: Store) -> None:
    async def job(site: Site) -> None:
        with time_machine.travel(time.time(), tick=True) as clock:
            await site.ask()
            site.status = 500
            clock.shift(30 * SOFT_SECONDS)
            answer = await site.ask()
            assert (answer.status, answer.text) == (200, f"{STORY} first")

    run(store, job)


def test_a_database_that_does_not_answer_holds_nobody_up_who_can_have_the_old_page(store: Store) -> None:
    async def job(site: Site) -> None:
        with time_machine.travel(time.time(), tick=True) as clock:
            await site.ask()
            clock.shift(30 * SOFT_SECONDS)
            site.hold = threading.Event()
            begun = time.monotonic()
            answers = await site.crowd(20)
            assert {answer.text for answer in answers} == {f"{STORY} first"}
            assert time.monotonic() - begun < WAIT_SECONDS + 1
            site.hold.set()

    run(store, job)


def test_while_the_database_is_down_a_page_that_has_changed_is_not_shown(make_store: MakeStore) -> None:
    verbs = make_store()

    async def job(site: Site) -> None:
        await site.ask()
        site.status, site.words = 500, "broken"
        verbs.renew(["article:17"])
        answer = await site.ask()
        assert (answer.status, answer.text) == (500, f"{STORY} broken")

    run(make_store(), job)


# --- What is not kept -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "extra",
    [
        [(b"set-cookie", b"a=b")],
        [(b"cache-control", b"private")],
        [(b"cache-control", b"max-age=60, Private")],
        [(b"cache-control", b"PRIVATE")],
        [(b"cache-control", b'private="set-cookie"')],
        [(b"cache-control", b"No-Store")],
        [(b"vary", b"*")],
        [(b"vary", b" * ")],
        [(b"vary", b"Accept-Encoding,  *")],
        [(b"vary", b"Cookie")],
        [(b"vary", b" cookie ,accept-encoding")],
        [(b"vary", b"Accept-Language")],
        [(b"vary", b"Accept-Encoding"), (b"vary", b"Authorization")],
    ],
    ids=lambda extra: ", ".join(f"{name.decode()}: {value.decode()}" for name, value in extra),
)
def test_what_may_differ_by_reader_is_never_kept(store: Store, extra: Iterable[tuple[bytes, bytes]]) -> None:
    async def job(site: Site) -> None:
        site.extra = extra
        for _ in range(2):
            answer = await site.ask()
            assert (answer.status, answer.text) == (200, f"{STORY} first")

    assert run(store, job).renders == [STORY, STORY]
    assert store.contents() == []


# What Django's own cache got wrong in 2026, each with its number. Nothing in a request, nor its absence, may cause a
# page that differs by reader to be kept, or to be served.
ADVISORIES = {
    "CVE-2026-6907: Vary with an asterisk": ([], [(b"vary", b"Accept-Encoding, *")]),
    "CVE-2026-35192: a session that is saved and not varied by": ([], [(b"set-cookie", b"sessionid=abc; Path=/")]),
    "CVE-2026-48588: Set-Cookie beside an unrelated cookie": (
        [(b"cookie", b"theme=dark")],
        [(b"vary", b"Cookie"), (b"set-cookie", b"a=b"), (b"set-cookie", b"c=d")],
    ),
    "Private in capitals": ([], [(b"cache-control", b"PRIVATE, max-age=60")]),
    "Vary with white space": ([], [(b"vary", b"  Cookie ,\tAccept-Encoding ")]),
    "CVE-2026-113593: Vary by a header that is empty": ([(b"accept-language", b"")], [(b"vary", b"Accept-Language")]),
    "CVE-2026-113593: Vary by a header that is absent": ([], [(b"vary", b"Accept-Language")]),
}


@pytest.mark.parametrize(("sent", "extra"), ADVISORIES.values(), ids=ADVISORIES)
def test_what_other_caches_got_wrong_is_rendered_for_each(store: Store, sent: Any, extra: Any) -> None:
    async def job(site: Site) -> None:
        site.extra = extra
        for _ in range(2):
            assert (await site.ask(headers=asking(*sent))).text == f"{STORY} first"

    assert run(store, job).renders == [STORY, STORY]
    assert store.contents() == []


def test_who_signs_in_by_a_header_is_neither_given_a_kept_page_nor_kept(store: Store) -> None:
    async def job(site: Site) -> None:
        basic = asking((b"authorization", b"Basic YTpi"))
        assert (await site.ask(headers=basic)).text == "passed on"
        await site.ask()
        assert (await site.ask(headers=basic)).text == "passed on"

    assert run(store, job).passed == [STORY, STORY]


@pytest.mark.parametrize(("accepted", "form"), [(b"gzip", "gzip"), (b"gzip;q=0", ""), (b"*", "gzip"), (b"", "")])
def test_what_is_not_kept_also_comes_in_a_form_that_the_client_takes(store: Store, accepted: bytes, form: str) -> None:
    async def job(site: Site) -> None:
        site.status, site.extra = 404, [(b"vary", b"Accept-Encoding")]
        answer = await site.ask(headers=asking((b"accept-encoding", accepted)))
        assert (answer.headers.get("content-encoding", ""), answer.text) == (form, f"{STORY} first")

    run(store, job)


@pytest.mark.parametrize("extra", [[], [(b"vary", b"")], [(b"vary", b" accept-encoding ")], [(b"vary", b",")]])
def test_a_page_that_varies_by_nothing_but_its_form_is_kept(store: Store, extra: Any) -> None:
    async def job(site: Site) -> None:
        site.extra = extra
        for accepted in (b"", b"gzip", b"br"):
            assert (await site.ask(headers=asking((b"accept-encoding", accepted)))).text == f"{STORY} first"

    assert run(store, job).renders == [STORY]


@pytest.mark.parametrize("status", [201, 301, 302, 404, 410, 500, 503])
def test_only_pages_that_are_there_are_kept(store: Store, status: int) -> None:
    async def job(site: Site) -> None:
        site.status = status
        for _ in range(2):
            answer = await site.ask()
            assert (answer.status, answer.text) == (status, f"{STORY} first")
        assert {answer.status for answer in await site.crowd(20)} == {status}

    run(store, job)
    assert store.contents() == []


def test_a_page_without_names_is_not_kept(store: Store) -> None:
    async def job(site: Site) -> None:
        site.names = b""
        await site.ask()

    run(store, job)
    assert store.contents() == []


def test_a_page_that_would_push_out_a_hundred_others_is_not_kept(store: Store) -> None:
    async def job(site: Site) -> None:
        site.words = "x" * PAGE_BYTES
        assert len((await site.ask()).text) > PAGE_BYTES

    run(store, job)
    assert store.contents() == []


def test_a_process_holds_no_more_pages_in_memory_than_it_may(tmp_path: Path) -> None:
    store = LmdbStore(tmp_path / "pages")
    store.begin()

    async def job(site: Site) -> None:
        for number in range(12):
            site.words = "".join(chr(0x4E00 + (number * 7919 + at * 104729) % 20000) for at in range(600_000))
            await site.ask(query=f"page={number}")

    front: Front = run(store, job).front
    assert 0 < front._ready_bytes <= MEMORY_BYTES
    assert sum(ready.page.size for ready in front._ready.values()) == front._ready_bytes


# --- What is passed on ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        ({"method": "POST"}, ()),
        ({"method": "PUT"}, ()),
        ({"method": "OPTIONS"}, ()),
        ({"path": "/admin/"}, ()),
        ({"path": "/admin/articles/article/"}, ()),
        ({"path": "/health/live"}, ()),
        ({"path": "/no/such/page/"}, ()),
        ({"path": "/comments/0123456789ab/"}, ()),
        ({"path": "/my-comment/a-token/"}, ()),
        ({"path": "/static/portal.css"}, ()),
        ({"path": f"/articles/17/{'x' * 8000}/"}, ()),
        ({"query": f"page={'9' * 8000}"}, ()),
        ({"query": "&".join(f"a{number}=1" for number in range(200))}, ()),
        ({}, [(b"cookie", b"theme=dark; sessionid=abc")]),
        ({}, [(b"authorization", b"Basic YTpi")]),
        ({}, [(b"content-length", b"3")]),
        ({}, [(b"transfer-encoding", b"chunked")]),
        ({}, [(b"host", b"evil.example")]),
    ],
)
def test_what_only_django_may_answer_is_passed_on_and_never_kept(store: Store, asked: Any, headers: Any) -> None:
    async def job(site: Site) -> None:
        await site.ask()
        for _ in range(2):
            answer = await site.ask(headers=asking(*headers), **asked)
            assert answer.headers == {"x-passed": "on"}

    site = run(store, job)
    assert (site.renders, len(site.passed)) == ([STORY], 2)
    assert [page.key for page in store.contents()] == [STORY]


@pytest.mark.parametrize("host", [b"evil.example", b"", b"127.0.0.1@evil.example", b"127.0.0.1:80:80", b"\xff"])
def test_an_unknown_host_is_for_django_to_refuse(store: Store, host: bytes) -> None:
    async def job(site: Site) -> None:
        await site.ask()
        assert (await site.ask(headers=asking(host=host))).headers == {"x-passed": "on"}

    run(store, job)


@pytest.mark.parametrize("host", [b"127.0.0.1", b"127.0.0.1:8000", b"localhost", b"LOCALHOST:99", b"[::1]:8000"])
def test_every_host_of_ours_gets_the_same_page(store: Store, host: bytes) -> None:
    async def job(site: Site) -> None:
        await site.ask()
        assert (await site.ask(headers=asking(host=host))).text == f"{STORY} first"

    assert run(store, job).renders == [STORY]


# --- What a client cannot colour ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("utm_source=letter&fbclid=1", ()),
        ("x=%0a%0d&__proto__=1", ()),
        ("", [(b"cookie", b"theme=dark; csrftoken=abc")]),
        ("", [(b"x-forwarded-host", b"evil.example"), (b"x-forwarded-proto", b"ftp"), (b"x-forwarded-port", b"1")]),
        ("", [(b"x-original-url", b"/admin/"), (b"x-rewrite-url", b"/admin/")]),
        ("", [(b"x-http-method-override", b"DELETE")]),
        ("", [(b"accept-language", b"de"), (b"accept", b"application/json"), (b"user-agent", b"<script>")]),
        ("", [(b"range", b"bytes=0-3"), (b"if-modified-since", b"Thu, 01 Jan 2099 00:00:00 GMT")]),
        ("", [(b"origin", b"https://evil.example"), (b"referer", b"https://evil.example/")]),
    ],
)
def test_nothing_that_a_client_sends_reaches_what_is_kept(store: Store, query: str, headers: Any) -> None:
    async def job(site: Site) -> None:
        coloured = await site.ask(query=query, headers=asking(*headers))
        clean = await site.ask()
        assert (coloured.status, coloured.text, coloured.headers) == (clean.status, clean.text, clean.headers)

    assert run(store, job).renders == [STORY]


def test_parameters_that_pages_read_are_one_key_in_any_order_the_last_of_each(store: Store) -> None:
    async def job(site: Site) -> None:
        for query in ("sort=oldest&after=1-a", "after=1-a&sort=oldest", "sort=newest&utm=1&after=1-a&sort=oldest"):
            assert (await site.ask("/articles/17/comments/", query)).status == 200

    assert run(store, job).renders == ["/articles/17/comments/?after=1-a&sort=oldest"]


@pytest.mark.parametrize("path", ["//articles/17/harbour/", "/articles/17/harbour/;.css", "/articles/17/harbour/x.css"])
def test_another_spelling_is_another_address(store: Store, path: str) -> None:
    async def job(site: Site) -> None:
        await site.ask(path)
        assert (await site.ask()).text == f"{STORY} first"

    assert [page.key for page in run(store, job) and store.contents()] == [STORY]


# --- When the store is broken ---------------------------------------------------------------------------------------


def test_a_dead_store_costs_speed_and_nothing_else() -> None:
    access = Access(RedisStore("redis://127.0.0.1:1/0", "tests"))

    async def job(site: Site) -> None:
        answers = await site.crowd(20)
        assert {answer.status for answer in answers} == {200}

    run(access.store, job, access=access)
    assert access.is_open is False


def test_a_store_that_breaks_while_a_page_is_rendered_costs_that_page_nothing(tmp_path: Path) -> None:
    store = LmdbStore(tmp_path / "pages")
    store.begin()
    access = Access(store)

    async def job(site: Site) -> None:
        site.hold = threading.Event()
        asked = asyncio.create_task(site.ask())
        await asyncio.to_thread(site.rendering.wait, 10)
        (tmp_path / "pages" / "garbage.lmdb").write_bytes(b"no database")
        (tmp_path / "pages" / "current").unlink()
        (tmp_path / "pages" / "current").symlink_to("garbage.lmdb")
        site.hold.set()
        assert (await asked).text == f"{STORY} first"
        assert access.is_open is False
        assert (await site.ask()).text == "passed on"

    run(store, job, access=access)
