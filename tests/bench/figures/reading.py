"""Readers open pages that do not change."""

import re
from collections.abc import Callable

from tests.bench.bench import Bench
from tests.bench.editions import COMMENTS
from tests.bench.load import Ask, Load
from tests.bench.measures import Contest, Measure, Target, ratio
from tests.bench.processes import BenchError
from tests.bench.servers import NGINX_PAGE, Server, bare, nginx, portal
from tests.bench.wire import Answer

GZIP = {"Accept-Encoding": "gzip"}
# Each request gets a page of its own, of a story that has no second one: it is rendered, compressed and kept, as for
# the first reader of a page that has just changed.
ANEW = "?page={n}"
REQUESTS = "requests/s"
_SHOWN = re.compile(r'id="comment-[a-z0-9]{12}"')


def hot_page(bench: Bench) -> list[Measure]:
    """The page of a story with twenty comments, again and again, against nginx with the same bytes on disk."""
    edition = bench.editions.few()
    with portal(edition.folder) as ours, nginx(bench.folder("nginx"), story_page(ours, edition.story)) as theirs:
        sides = (ours, Ask(edition.story, GZIP)), (theirs, Ask(NGINX_PAGE, GZIP))
        loads = _in_turns(bench, *sides)
    slower = [(mine.p99_ms, other.p99_ms) for mine, other in loads]
    return [
        _against_nginx("hot-page", "hot page, gzip, against nginx", loads),
        ratio(
            "hot-page-p99",
            "hot page, 99th percentile of latency, against nginx",
            Target(at_most=3.0),
            rounds=slower,
            names=("portal", "nginx"),
            unit="ms",
        ),
    ]


def not_modified(bench: Bench) -> list[Measure]:
    """The same page for readers who already have it (If-None-Match), against nginx's 304."""
    edition = bench.editions.few()
    with portal(edition.folder) as ours, nginx(bench.folder("nginx"), story_page(ours, edition.story)) as theirs:
        loads = _in_turns(
            bench,
            (ours, known_page(bench, ours, edition.story)),
            (theirs, known_page(bench, theirs, NGINX_PAGE)),
        )
    return [_against_nginx("not-modified", "304 of the hot page, against nginx", loads)]


def first_render(bench: Bench) -> list[Measure]:
    """The same page rendered for each request, and kept, against a bare Django view behind the same server."""
    edition = bench.editions.few()
    queries = edition.seed("queries", edition.story)
    with portal(edition.folder) as ours, bare(bench.folder("bare")) as theirs:
        story_page(ours, edition.story)
        loads = _in_turns(bench, (ours, Ask(edition.story + ANEW, GZIP)), (theirs, Ask("/", GZIP)))
    return [
        ratio(
            "first-render",
            "page rendered, compressed and kept, against a bare Django view",
            Target(at_least=0.1),
            rounds=_rates(loads),
            names=("portal", "bare view"),
            unit=REQUESTS,
        ),
        Measure(
            "queries", "queries of that page", Target(at_most=8), unit="queries", values=[queries], judged_by="worst"
        ),
    ]


def long_thread(bench: Bench) -> list[Measure]:
    """A story with very many comments against one with twenty, in one portal: kept pages, and rendered ones."""
    edition = bench.editions.long()
    many = f"{bench.plan.long_thread:,} comments"
    rows = []
    for key, what, query, most in (("long-thread-hot", "hot", "", 1.05), ("long-thread-render", "rendered", ANEW, 1.2)):
        with portal(edition.folder) as server:
            for path in (edition.long_story, edition.story):
                story_page(server, path)
            asks = [Ask(path + query, GZIP) for path in (edition.long_story, edition.story)]
            loads = _in_turns(bench, (server, asks[0]), (server, asks[1]))
        rows.append(
            ratio(
                key,
                f"page with {many} against {COMMENTS}, {what}: time a request",
                Target(at_most=most),
                rounds=_rates(loads),
                names=(many, f"{COMMENTS} comments"),
                unit=REQUESTS,
                inverse=True,
            )
        )
    return rows


def story_page(server: Server, path: str) -> Answer:
    """The page as a reader's browser gets it. Raises BenchError if it is not the page to be measured."""
    page = server.get(path, Accept_Encoding="gzip")
    shown = len(_SHOWN.findall(page.text))
    if page.status != 200 or page.headers.get("content-encoding") != "gzip" or shown != COMMENTS:
        raise BenchError(f"{path} is not the page to measure: {page.status}, {shown} comments, {page.headers}")
    return page


def known_page(bench: Bench, server: Server, path: str) -> Ask:
    """A request from somebody who already has the page. Raises BenchError if the answer is not 304."""
    # Until all processes have the page in memory, two answers may come from different renderings.
    bench.warm([(server, Ask(path, GZIP))])
    page = server.get(path, Accept_Encoding="gzip")
    etag = page.headers.get("etag", "")
    answer = server.get(path, Accept_Encoding="gzip", If_None_Match=etag)
    if answer.status != 304:
        raise BenchError(f"{path} is {page.status} with ETag {etag}, and with If-None-Match {answer.status}")
    return Ask(path, {**GZIP, "If-None-Match": etag})


# --- How ------------------------------------------------------------------------------------------------------------


def _in_turns(bench: Bench, ours: tuple[Server, Ask], theirs: tuple[Server, Ask]) -> list[tuple[Load, Load]]:
    """The loads of both sides, round by round. Raises BenchError if one of them answered with errors."""
    bench.warm([ours, theirs])
    loads = Contest(_loader(bench, *ours), _loader(bench, *theirs)).play(bench.plan.rounds)
    if wrong := [load for pair in loads for load in pair if load.refused or load.broken]:
        raise BenchError(f"there were errors under load: {wrong}")
    return loads


def _loader(bench: Bench, server: Server, ask: Ask) -> Callable[[], Load]:
    return lambda: bench.load(server, ask)


def _rates(loads: list[tuple[Load, Load]]) -> list[tuple[float, float]]:
    return [(ours.per_second, theirs.per_second) for ours, theirs in loads]


def _against_nginx(key: str, what: str, loads: list[tuple[Load, Load]]) -> Measure:
    names = ("portal", "nginx")
    return ratio(key, what, Target(at_least=0.5), rounds=_rates(loads), names=names, unit=REQUESTS)
