"""Two people act on one comment and its story, step by step: whoever is quicker, and wherever a connection breaks, what
was acknowledged is there once, what was refused or broke off is not there at all, and the rows are consistent.

Every pair of deeds is run in every order with one switch: the first makes so many database calls, then the second makes
all of its own, then the first goes on; for each number of calls. Few concurrency bugs need more switches than one or
two (Musuvathi and Qadeer, "Iterative context bounding", 2007).
"""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User

from articles.models import Edition
from tests import factories
from tests.faults.steps import Act, Injected, alone, one_switch
from tests.faults.verbs import VERBS, Deed, Verb, World, take_down, undo
from tests.faults.whole import wrong

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

# Two people who want different things from one comment, and a reader who writes while its story is published anew.
_QUICK = [("edit", "approve"), ("approve", "reject"), ("post", "publish")]
_NAMED = {verb.__name__: verb for verb in VERBS}


class Pair:
    """Two deeds; a new world is made for each order of them."""

    def __init__(self, first: Verb, second: Verb, *, story: Edition, people: tuple[User, User]) -> None:
        self.verbs, self.people = (first, second), people
        self._story = story

    def orders(self, *, breaks: bool = False) -> Iterator[str]:
        """What is wrong after each order; with `breaks` the first one's connection breaks at the point where the
        second one ends."""
        calls = 0
        while True:
            deeds = self._deeds()
            acts = [Act(deed.do) for deed in deeds]
            if breaks:
                acts[0].fails_at = calls
            was_under_way = one_switch(acts[0], acts[1], calls)
            yield from (f"{self}, switched after {calls}: {words}" for words in _judged(acts, deeds, breaks=breaks))
            if not was_under_way:
                # What is broken stays broken: each order had a comment of its own.
                yield from (f"{self}: {words}" for words in wrong())
                return
            calls += 1

    def __str__(self) -> str:
        return " and ".join(verb.__name__ for verb in self.verbs)

    def _deeds(self) -> list[Deed]:
        if take_down in self.verbs:
            self._story = factories.live()
        world = World.of(self._story, is_decided=undo in self.verbs, by=self.people[0])
        return [verb(world, by) for verb, by in zip(self.verbs, self.people, strict=True)]


def _judged(acts: list[Act], deeds: list[Deed], *, breaks: bool = False) -> Iterator[str]:
    shared = all(deed.is_shared for deed in deeds)
    for number, (act, deed) in enumerate(zip(acts, deeds, strict=True)):
        may_break = breaks and number == 0
        if act.error and not (may_break and isinstance(act.error, Injected)):
            yield f"deed {number} failed: {act.error!r}"
        is_acknowledged = any(
            one.is_acknowledged for one, what in zip(acts, deeds, strict=True) if what is deed or shared
        )
        if is_acknowledged != bool(found := deed.times_done()) or found > 1:
            yield f"deed {number} was {'' if is_acknowledged else 'not '}acknowledged, and is there {found} times"


@pytest.fixture
def people() -> tuple[User, User]:
    return factories.user("moderators"), factories.user("moderators")


@pytest.mark.parametrize(("first", "second"), _QUICK)
def test_two_deeds_in_every_order_of_one_switch(first: str, second: str, people: tuple[User, User]) -> None:
    pair = Pair(_NAMED[first], _NAMED[second], story=factories.live(), people=people)
    assert list(pair.orders()) == []


@pytest.mark.long
@pytest.mark.parametrize("first", _NAMED)
def test_each_deed_with_each_other_in_every_order_of_one_switch(first: str, people: tuple[User, User]) -> None:
    story = factories.live()
    for second in VERBS:
        assert list(Pair(_NAMED[first], second, story=story, people=people).orders()) == []


@pytest.mark.long
@pytest.mark.parametrize("first", _NAMED)
def test_a_connection_that_breaks_while_another_deed_is_done_leaves_nothing_by_half(
    first: str, people: tuple[User, User]
) -> None:
    story = factories.live()
    for second in VERBS:
        assert list(Pair(_NAMED[first], second, story=story, people=people).orders(breaks=True)) == []


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "approve" else pytest.mark.long) for name in _NAMED]
)
def test_a_deed_whose_connection_breaks_before_or_after_any_call_is_done_once_when_it_is_tried_again(
    name: str, people: tuple[User, User]
) -> None:
    verb, story = _NAMED[name], factories.live()
    for after in (False, True):
        calls, was_broken = 0, True
        while was_broken:
            if verb is take_down:
                story = factories.live()
            deed = verb(World.of(story, is_decided=verb is undo, by=people[0]), people[1])
            broken = alone(Act(deed.do, fails_at=calls, after=after))
            was_broken = isinstance(broken.error, Injected)
            assert (broken.error is None) is not was_broken, broken.error
            assert deed.times_done() <= 1
            again = alone(Act(deed.do))
            assert (again.error, deed.times_done()) == (None, 1), f"call {calls}, after: {after}"
            calls += 1
    assert wrong() == []
