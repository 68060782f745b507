"""A moderator approves a comment, and readers come at once."""

import asyncio
from typing import Any

from tests.bench.bench import Bench
from tests.bench.desk import Moderator
from tests.bench.measures import Measure, Target
from tests.bench.metrics import counters, renders_between
from tests.bench.servers import Server, portal
from tests.bench.wire import Answer, ask_all, connect, request_bytes

# More than the portal has processes, so that each process is sure to answer some.
FRESH_CONNECTIONS = 20


def crowd(bench: Bench) -> list[Measure]:
    """Five hundred readers wait with open connections, and all ask for a page that was changed just now."""
    readers = bench.plan.crowd
    renders = Measure(
        "crowd-renders", f"{readers} readers at once on a page just changed: renders", Target(at_most=2), unit="renders"
    )
    errors = Measure("crowd-errors", "errors among their answers", Target(at_most=0), unit="answers")
    old = Measure("crowd-old", "answers without the new comment", Target(at_most=0), unit="answers")
    edition = bench.editions.few()
    held = edition.seed("held", edition.story, bench.plan.rounds)
    with portal(edition.folder) as server:
        moderator = Moderator.sign_in(server.port)
        for comment in held:
            before = counters(server.port)
            answers = asyncio.run(_change_and_ask(moderator, comment, edition.story, readers))
            made = renders_between(before, counters(server.port))
            renders.values += [] if made is None else [made]
            errors.values.append(sum(answer.status != 200 for answer in answers))
            old.values.append(_without(comment["word"], answers))
            bench.say(f"  {readers} readers: {made} renders, {errors.values[-1]} errors, {old.values[-1]} old")
    if not renders.values:
        renders.note = "no page store, or no /metrics: nobody counts renders"
    return _worst([renders, errors, old])


def visible(bench: Bench) -> list[Measure]:
    """Approval after approval: the very next answers of all processes show the comment."""
    approvals = bench.plan.approvals
    old = Measure(
        "visible-old",
        f"old pages right after an approval ({FRESH_CONNECTIONS} fresh connections, {approvals} approvals)",
        Target(at_most=0),
        unit="answers",
    )
    errors = Measure("visible-errors", "errors among those answers", Target(at_most=0), unit="answers")
    edition = bench.editions.few()
    held = edition.seed("held", edition.story, approvals)
    with portal(edition.folder) as server:
        moderator = Moderator.sign_in(server.port)
        for comment in held:
            # Each process has the old page in memory when it changes.
            asyncio.run(_ask_fresh(server, edition.story))
            moderator.approve(comment["pk"], comment["saw"])
            answers = asyncio.run(_ask_fresh(server, edition.story))
            errors.values.append(sum(answer.status != 200 for answer in answers))
            old.values.append(_without(comment["word"], answers))
    bench.say(f"  {approvals} approvals: {sum(old.values):.0f} old answers, {sum(errors.values):.0f} errors")
    return _worst([old, errors])


async def _change_and_ask(moderator: Moderator, comment: dict[str, Any], path: str, readers: int) -> list[Answer]:
    connections = await connect(moderator.port, readers)
    # In this single thread on purpose: nothing is requested before the approval is answered.
    moderator.approve(comment["pk"], comment["saw"])
    return await ask_all(connections, _page_request(path))


async def _ask_fresh(server: Server, path: str) -> list[Answer]:
    return await ask_all(await connect(server.port, FRESH_CONNECTIONS), _page_request(path))


def _page_request(path: str) -> bytes:
    return request_bytes("GET", path, {"Accept-Encoding": "gzip"})


def _without(word: str, answers: list[Answer]) -> int:
    return sum(answer.status == 200 and word not in answer.text for answer in answers)


def _worst(measures: list[Measure]) -> list[Measure]:
    for measure in measures:
        measure.judged_by = "worst"
    return measures
