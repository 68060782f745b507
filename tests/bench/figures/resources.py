"""The resources that the whole portal takes: memory, and time to start."""

import time
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.editions import Edition
from tests.bench.figures.reading import GZIP, known_page
from tests.bench.load import Ask
from tests.bench.measures import Contest, Measure, Target, ratio
from tests.bench.processes import memory_mb
from tests.bench.seeds import article_id
from tests.bench.servers import Server, bare, portal

SETTLE_SECONDS = 3.0
# One stretch of the mixed load; memory is read between stretches.
_STRETCH_SECONDS = 5.0
# Memory that Python's allocator and the kernel's caches shift by themselves.
NOISE_MB = 10.0


def memory(bench: Bench) -> list[Measure]:
    """Memory (PSS) of server and worker: idle, after a mixed load, and the growth over a hundred thousand requests."""
    edition = bench.editions.few()
    with portal(edition.folder) as server:
        idle = _settled(server)
        asks = _mix(bench, server, edition)
        # What every process needs once: templates, connections, its share of the kept pages.
        bench.load(server, *asks, seconds=_STRETCH_SECONDS)
        before = _settled(server)
        asked = _ask(bench, server, asks)
        after = _settled(server)
    bench.say(f"  {idle:.0f} MB idle, {before:.0f} MB warm, {after:.0f} MB after {asked:,} more requests")
    note = "" if asked >= bench.plan.memory_requests else f"only {asked:,} requests were answered in the time there was"
    return [
        Measure("memory-idle", "memory of the whole portal, idle", Target(at_most=250), "MB", [idle]),
        Measure("memory-after", "the same after a mixed load", Target(at_most=400), "MB", [after]),
        Measure(
            "memory-growth",
            f"what {asked:,} mixed requests added to a warm portal (0, but for noise)",
            Target(at_most=NOISE_MB),
            "MB",
            [after - before],
            note=note,
        ),
    ]


def start(bench: Bench) -> list[Measure]:
    """`manage.py serve` on existing data, to its first answer, against the bare project's start."""
    edition, folder = bench.editions.few(), bench.folder("bare")
    contest = Contest(lambda: _portal_start(bench, edition), lambda: _bare_start(bench, folder))
    # A first start makes files that every later one finds.
    contest.play(1)
    rounds = contest.play(bench.plan.rounds)
    what = "start to first answer, against the bare project (both migrate first)"
    names = ("portal", "bare project")
    return [ratio("start", what, Target(at_most=3.0), rounds=rounds, names=names, unit="s")]


# --- How ------------------------------------------------------------------------------------------------------------


def _settled(server: Server) -> float:
    time.sleep(SETTLE_SECONDS)
    return memory_mb(server.pid)


def _mix(bench: Bench, server: Server, edition: Edition) -> list[Ask]:
    """Pages, pages that the reader already has, pages that do not exist, and URLs that nobody asked for before."""
    comments = f"/articles/{article_id(edition.story)}/comments/"
    paths = [edition.story, "/", comments, f"{comments}?sort=oldest", "/feed/", "/sitemap-stories.xml"]
    paths += ["/articles/{n}/", "/nowhere/{n}/", edition.story + "?from={n}", "/?utm_source={n}"]
    return [
        *(Ask(path, GZIP) for path in paths),
        known_page(bench, server, edition.story),
        Ask(edition.story),
    ]


def _ask(bench: Bench, server: Server, asks: list[Ask]) -> int:
    """Send as many requests as the plan says, or fewer if that takes too long; returns how many."""
    deadline = time.monotonic() + bench.plan.memory_seconds
    asked = 0
    while asked < bench.plan.memory_requests and time.monotonic() < deadline:
        asked += bench.load(server, *asks, seconds=_STRETCH_SECONDS).requests
    return asked


def _portal_start(bench: Bench, edition: Edition) -> float:
    with portal(edition.folder) as server:
        bench.say(f"  the portal answered after {server.started_in:.2f} s")
        return server.started_in


def _bare_start(bench: Bench, folder: Path) -> float:
    with bare(folder) as server:
        bench.say(f"  the bare project answered after {server.started_in:.2f} s")
        return server.started_in
