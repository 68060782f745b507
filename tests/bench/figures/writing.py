"""Readers write, and what was acknowledged is on the disk."""

from collections.abc import Callable

from tests.bench.bench import Bench
from tests.bench.editions import Edition
from tests.bench.load import Ask
from tests.bench.measures import Measure, Target, ratio
from tests.bench.processes import BenchError
from tests.bench.seeds import FORM, TEXT, article_id
from tests.bench.servers import Server, bare, portal

# The bare project's, in `bare.py`; that module configures Django, so it cannot be imported here.
BARE_INSERTS = 4
# From a network and with words of its own, so that neither limits nor the check for repeats refuse it.
_HEADERS = {"Content-Type": FORM, "X-Forwarded-For": "{network}"}
_BODY = f"name=Reader+{{n}}&email=&website=&parent=&edition=1&body={TEXT.replace(' ', '+') % '{n}'}"
POSTS = "posts/s"


def posting(bench: Bench) -> list[Measure]:
    """Comments accepted, into a large table, into a small one, and the same inserts by a bare view into its own."""
    few, many = bench.editions.few(), bench.editions.many()
    _check_inserts(bench, few)
    with portal(few.folder) as small, portal(many.folder) as large, bare(bench.folder("bare"), tables=True) as theirs:
        takers = [_taker(bench, large, _post(many)), _taker(bench, small, _post(few)), _taker(bench, theirs, _BARE)]
        for take in takers:
            take()
        rounds = [_turn(takers, number) for number in range(bench.plan.rounds)]
    rows = f"{bench.plan.many_comments:,}"
    return [
        ratio(
            "posting",
            f"comments taken with {rows} in the table, against the same inserts by a bare view",
            Target(at_least=0.5),
            rounds=[(large, theirs) for large, _small, theirs in rounds],
            names=("portal", "bare view"),
            unit=POSTS,
        ),
        ratio(
            "posting-flat",
            f"comments taken with {rows} in the table, against hardly any",
            Target(at_least=0.9),
            rounds=[(large, small) for large, small, _theirs in rounds],
            names=(f"{rows} comments", "few comments"),
            unit=POSTS,
        ),
    ]


_BARE = Ask("/take/", _HEADERS, "POST", _BODY)


def _post(edition: Edition) -> Ask:
    return Ask(f"/articles/{article_id(edition.story)}/comments/new/", _HEADERS, "POST", _BODY)


def _taker(bench: Bench, server: Server, ask: Ask) -> Callable[[], float]:
    """One round of posts; returns posts a second. Raises BenchError if one was refused, because refusing is quicker."""

    def take() -> float:
        done = bench.load(server, ask)
        if done.refused or done.broken:
            raise BenchError(f"{ask.path}: posts were refused or broken: {done}; see {server.log}")
        return done.per_second

    return take


def _turn(takers: list[Callable[[], float]], number: int) -> tuple[float, float, float]:
    """All three once; a different one begins each time."""
    told = {}
    for step in range(len(takers)):
        index = (number + step) % len(takers)
        told[index] = takers[index]()
    return told[0], told[1], told[2]


def _check_inserts(bench: Bench, edition: Edition) -> None:
    """The bare view must write what a real post writes."""
    written = edition.seed("statements", edition.story)
    bench.say(f"  a post: {written['queries']} statements, inserts into {', '.join(written['inserts'])}")
    if sum(written["inserts"].values()) != BARE_INSERTS:
        raise BenchError(f"a post inserts {written['inserts']}; tests/bench/bare.py has {BARE_INSERTS} inserts")
