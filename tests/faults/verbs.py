"""What people do with one comment and its story, and how often the rows show each deed."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from django.contrib.auth.models import User

from articles import publishing
from articles.models import Article, ArticleLog, Edition
from articles.publishing import Scheduled
from articles.states import Act as Step
from articles.states import Kind
from comments import moderation, posting
from comments.models import Comment, Decision, Revision
from comments.states import Actor, Status
from tests import factories

_numbers = count(1)


@dataclass
class World:
    """A live story, and below it a comment that waits, or that was approved (`decision`)."""

    edition: Edition
    comment: Comment
    decision: Decision | None

    @classmethod
    def of(cls, edition: Edition, *, is_decided: bool, by: User) -> "World":
        comment = factories.pending(edition, sent_from=_network())
        decision = None
        if is_decided:
            decision = moderation.decide(comment, to=Status.APPROVED, by=by, saw=comment.seen_at_desk)
        return cls(Edition.objects.get(pk=edition.pk), Comment.objects.get(pk=comment.pk), decision)


@dataclass(frozen=True)
class Deed:
    """What to do, and how many times it is found to be done."""

    do: Callable[[], object]
    times_done: Callable[[], int]
    # Whether two people who do it do one and the same thing: the author, from two windows.
    is_shared: bool = False


def post(world: World, by: User) -> Deed:
    draft = posting.Draft(name=f"Poster {next(_numbers)}", body=f"{factories.GOOD_TEXT} {next(_numbers)}")
    address = factories.address(_network())
    return Deed(
        lambda: posting.post(world.edition, draft, address=address),
        lambda: Comment.objects.filter(name=draft.name).count(),
    )


def edit(world: World, by: User) -> Deed:
    body, saw, address = (
        f"{factories.GOOD_TEXT} Anew {next(_numbers)}",
        world.comment.seen,
        factories.address(_network()),
    )
    return Deed(
        lambda: posting.edit(_mine(world), body=body, saw=saw, address=address),
        lambda: Revision.objects.filter(body=body).count(),
    )


def approve(world: World, by: User) -> Deed:
    return _decision(world, by, Status.APPROVED)


def reject(world: World, by: User) -> Deed:
    return _decision(world, by, Status.REJECTED)


def undo(world: World, by: User) -> Deed:
    decision = world.decision
    assert decision
    return Deed(
        lambda: moderation.undo(Decision.objects.get(pk=decision.pk), by=by),
        lambda: Decision.objects.filter(undoes=decision, by=by).count(),
    )


def withdraw(world: World, by: User) -> Deed:
    saw = world.comment.seen
    return Deed(
        lambda: posting.withdraw(_mine(world), saw=saw),
        lambda: world.comment.decisions.filter(actor=Actor.AUTHOR, to_status=Status.WITHDRAWN).count(),
        is_shared=True,
    )


def publish(world: World, by: User) -> Deed:
    note, editor, saw = f"Corrected {next(_numbers)}", _editor(), _version(world)
    return Deed(
        lambda: publishing.publish(_story(world), by=editor, saw=saw, kind=Kind.CORRECTION, note=note),
        lambda: Edition.objects.filter(note=note).count(),
    )


def take_down(world: World, by: User) -> Deed:
    note, editor, saw = f"Withdrawn {next(_numbers)}", _editor(), _version(world)
    return Deed(
        lambda: publishing.withdraw(_story(world), by=editor, saw=saw, note=note, scheduled=Scheduled.CANCEL),
        lambda: ArticleLog.objects.filter(note=note, act=Step.WITHDRAWN).count(),
    )


Verb = Callable[[World, User], Deed]
VERBS: tuple[Verb, ...] = (post, edit, approve, reject, undo, withdraw, publish, take_down)


def _decision(world: World, by: User, to: Status) -> Deed:
    saw = world.comment.seen_at_desk
    reason = "off_topic" if to is Status.REJECTED else ""
    # What was decided before anybody did anything is nobody's deed.
    before = world.decision.pk if world.decision else None
    return Deed(
        lambda: moderation.decide(_mine(world), to=to, by=by, saw=saw, reason=reason),
        lambda: world.comment.decisions.filter(by=by, to_status=to, undoes=None).exclude(pk=before).count(),
    )


def _mine(world: World) -> Comment:
    return Comment.objects.get(pk=world.comment.pk)


def _story(world: World) -> Article:
    return Article.objects.get(pk=world.edition.article_id)


def _version(world: World) -> int:
    return _story(world).version


def _editor() -> User:
    return User.objects.filter(groups__name="editors").order_by("pk").first() or factories.user("editors")


def _network() -> str:
    number = next(_numbers)
    return f"2001:db8:{number // 65536:x}:{number % 65536:x}::1"
