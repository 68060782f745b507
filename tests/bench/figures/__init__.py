"""The figures, in the order in which they run. Each is a function from a `Bench` to the rows of the report."""

from collections.abc import Callable

from tests.bench.bench import Bench
from tests.bench.figures import changing, conversations, keeping, reading, resources, rules, searching, staff, writing
from tests.bench.measures import Measure

Figure = Callable[[Bench], list[Measure]]

FIGURES: dict[str, Figure] = {
    "hot-page": reading.hot_page,
    "not-modified": reading.not_modified,
    "first-render": reading.first_render,
    "long-thread": reading.long_thread,
    "conversation": conversations.conversation,
    "crowd": changing.crowd,
    "visible": changing.visible,
    "posting": writing.posting,
    "desk": staff.desk,
    "decision": staff.decision,
    "bulk": staff.bulk,
    "rules": rules.rules,
    "search": searching.search,
    "backup": keeping.backup,
    "memory": resources.memory,
    "start": resources.start,
}
