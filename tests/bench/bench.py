"""What each figure is given: how long to measure, a folder, the data, and a way to report progress."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.editions import Editions
from tests.bench.load import Ask, Load, load
from tests.bench.plan import Plan
from tests.bench.servers import Server

WARM_SECONDS = 1.0


@dataclass
class Bench:
    """One run."""

    plan: Plan
    root: Path
    say: Callable[[str], None]
    editions: Editions
    # Which generator made the load, for the report.
    generators: set[str] = field(default_factory=set)

    def folder(self, name: str) -> Path:
        """A new folder's path; the caller creates it if it wants one."""
        return self.root / f"{name}-{len(list(self.root.iterdir()))}"

    def load(self, server: Server, *asks: Ask, seconds: float | None = None) -> Load:
        """One round of load on one side, and a line about the result."""
        done = load(server.port, asks, seconds or self.plan.seconds)
        self.generators.add(done.generator)
        troubles = f", {done.refused} refused, {done.broken} broken" if done.refused or done.broken else ""
        self.say(f"  {asks[0].path[:40]:40} {done.per_second:10,.0f}/s  p99 {done.p99_ms:.1f} ms{troubles}")
        return done

    def warm(self, pairs: Sequence[tuple[Server, Ask]]) -> None:
        """A short first load that does not count: templates are read, connections opened, pages kept."""
        for server, ask in pairs:
            load(server.port, [ask], WARM_SECONDS)
