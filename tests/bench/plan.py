"""How long a run measures, how often, and how large "large" is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """One kind of run. Seconds are for the load on one side in one round."""

    name: str
    rounds: int
    seconds: float
    # Readers who come at the same moment, and how many approvals are checked one by one.
    crowd: int
    approvals: int
    # Comments under the long story, answers to answers below one comment, and comments in the large database.
    long_thread: int
    deep_chain: int
    many_comments: int
    # How many stories are searched.
    searched: int
    # Decided comments on which a rule is rehearsed.
    rehearsed: int
    # Requests after which memory is read again, and how long they may take before the figure goes on without the rest.
    memory_requests: int
    memory_seconds: float


FULL = Plan(
    name="full",
    rounds=5,
    seconds=4.0,
    crowd=500,
    approvals=50,
    long_thread=100_000,
    deep_chain=10_000,
    many_comments=1_000_000,
    searched=20_000,
    rehearsed=100_000,
    memory_requests=100_000,
    memory_seconds=120.0,
)
# For working on the benchmark, or for a first impression: too short to rest a claim on.
QUICK = Plan(
    name="quick",
    rounds=2,
    seconds=1.5,
    crowd=500,
    approvals=5,
    long_thread=10_000,
    deep_chain=1_000,
    many_comments=100_000,
    searched=2_000,
    rehearsed=10_000,
    memory_requests=5_000,
    memory_seconds=15.0,
)
