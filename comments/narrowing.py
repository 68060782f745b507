"""How the desk's views are narrowed: by section, rule, reason, age, author, and by who decided."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains, Exact, IContains
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Section
from comments import policy
from comments.findings import in_words
from comments.ledger import deciders
from comments.models import Catch, Comment, Decision, Revision
from comments.querysets import CommentQuerySet
from comments.states import Actor, Reason

Choices = list[tuple[str, Any]]


@dataclass(frozen=True)
class Filter:
    """One way to narrow a view: its name in the address, what may be chosen, and which comments that leaves."""

    name: str
    label: Any
    choices: Callable[[], Choices]
    which: Callable[[str], Any]


def author_of(comment: Comment) -> CommentQuerySet:
    """Everything by the author of a comment, newest first.

    Authors are known by the confirmed address, or else by the name and the network of the first text while that is
    stored; if by neither, it is that comment alone.
    """
    newest = Comment.objects.order_by("-posted_at", "-pk")
    if comment.commenter_id:
        return newest.filter(commenter=comment.commenter_id)
    network = comment.revisions.filter(number=1).values_list("network", flat=True).first()
    if not network:
        return newest.filter(pk=comment.pk)
    sent = Revision.objects.filter(network=network, number=1).order_by("-created_at")
    ids = sent.values("comment")[: policy.LOOKED_THROUGH]
    return newest.filter(pk__in=ids, name=comment.name, commenter__isnull=True)


def caught_by(rule: int) -> CommentQuerySet:
    """What a word rule caught, newest first."""
    ids = Catch.objects.filter(rule=rule).order_by("-at").values("comment")[: policy.LOOKED_THROUGH]
    return Comment.objects.filter(pk__in=ids).order_by("-pk")


def has_words(word: str) -> Any:
    """A word in the name, the public id or the newest text."""
    newest = Revision.objects.filter(comment=OuterRef("pk"), number=OuterRef("revision_number")).values("body")
    in_text = IContains(Subquery(newest[:1]), word)
    return Q(name__icontains=word) | Q(public_id__icontains=word) | Q(in_text)


# --- How ------------------------------------------------------------------------------------------------------------


def _latest(field: str, value: Any) -> Any:
    """Whether the last row of a comment's ledger says this in this field.

    Asked for each comment separately: for "there is such a row" PostgreSQL would read all rows that say so.
    """
    rows = Decision.objects.filter(comment=OuterRef("pk")).order_by("-pk")
    return Exact(Subquery(rows.values(field)[:1]), value)


def _sections() -> Choices:
    return [(str(pk), name) for pk, name in Section.objects.order_by("name").values_list("pk", "name")]


def _of_rule(rule: str) -> Any:
    """Comments of which the rules' last findings include this rule. Few rows are asked, so text will do on both."""
    looks = Decision.objects.filter(comment=OuterRef("pk"), actor=Actor.RULE).order_by("-pk")
    said = looks.annotate(said=Cast("findings", TextField())).values("said")
    return Contains(Subquery(said[:1]), f'"rule": "{rule}"')


_AGES: dict[str, tuple[Any, timedelta, bool]] = {
    "last-hour": (_("of the last hour"), timedelta(hours=1), False),
    "last-day": (_("of the last day"), timedelta(days=1), False),
    "over-hour": (_("older than an hour"), timedelta(hours=1), True),
    "over-day": (_("older than a day"), timedelta(days=1), True),
    "over-week": (_("older than a week"), timedelta(days=7), True),
}


def _of_age(name: str) -> Q:
    _label, age, is_older = _AGES[name]
    moment = timezone.now() - age
    return Q(posted_at__lt=moment) if is_older else Q(posted_at__gte=moment)


def _deciders() -> Choices:
    """The kinds of actors, and by name everybody who ever decided."""
    actors = [(actor.value, actor.label) for actor in Actor]
    people = deciders().order_by("first_name", "last_name", "username")
    return [*actors, *((str(user.pk), user.get_full_name() or user.get_username()) for user in people)]


def _decided_by(who: str) -> Any:
    return _latest("actor", who) if who in Actor.values else _latest("by", int(who))


FILTERS: tuple[Filter, ...] = (
    Filter("section", _("Section"), _sections, lambda value: Q(thread__article__section=int(value))),
    Filter("rule", _("Why it was held"), in_words, _of_rule),
    Filter("given", _("Reason given"), lambda: list(Reason.choices), lambda value: _latest("reason", value)),
    Filter("age", _("Age"), lambda: [(name, label) for name, (label, *_rest) in _AGES.items()], _of_age),
    Filter("by", _("Decided last by"), _deciders, _decided_by),
)
