"""What waits for whom in the newsroom: the numbers above the list of stories, and the lists of its front page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.limits import READY_DAYS
from articles.models import Article, Edition, ErrorReport
from articles.permissions import edits_all
from articles.querysets import ArticleQuerySet, EditionQuerySet, ErrorReportQuerySet
from articles.states import Status
from newsportal.admin_lists import bounded_count


@dataclass(frozen=True)
class Queue:
    """A view of the list of stories: its name, the query in the list's address that selects it, and its rows."""

    label: Any
    query: str
    rows: Callable[[User], ArticleQuerySet]


def left_behind(user: User) -> ArticleQuerySet:
    """Stories in hand of people who have left, not handed over yet; for those who may give them to a colleague."""
    return Article.objects.visible_to(user).left_behind() if edits_all(user) else Article.objects.none()


QUEUES = (
    Queue(_("My stories"), "own=yes", lambda user: Article.objects.filter(owner=user)),
    Queue(_("Waiting for review"), "status__exact=in_review", lambda user: _seen(user).in_review()),
    Queue(_("Scheduled"), "public=scheduled", lambda user: _seen(user).scheduled()),
    Queue(_("Live and changed since"), "public=changed", lambda user: _seen(user).changed_since()),
    Queue(_("Corrected"), "public=corrected", lambda user: _seen(user).corrected()),
)
LEFT_BEHIND = Queue(_("Left behind"), "own=left", left_behind)


def counted(user: User) -> list[tuple[Queue, int]]:
    """Each queue, with how many of its stories this person may see; none is counted further than a page needs."""
    return [(queue, bounded_count(queue.rows(user))) for queue in QUEUES]


def counted_left_behind(user: User) -> list[tuple[Queue, int]]:
    """The queue of stories that nobody has in hand any more, if there are any; for the front page alone."""
    count = bounded_count(LEFT_BEHIND.rows(user))
    return [(LEFT_BEHIND, count)] if count else []


def sent_back_to(user: User) -> ArticleQuerySet:
    """Stories of this person that an editor gave back, newest first, annotated as by `ArticleQuerySet.sent_back()`."""
    return Article.objects.filter(owner=user).sent_back()


def drafts_of(user: User) -> ArticleQuerySet:
    """Drafts of this person that were not given back."""
    back = Article.objects.filter(owner=user).sent_back().values("pk")
    return Article.objects.filter(owner=user, status=Status.DRAFT).exclude(pk__in=back).order_by("-changed_at")


def to_review(user: User) -> ArticleQuerySet:
    """What waits for this editor, the longest-waiting first; nothing for people who may not accept."""
    if not user.has_perm("articles.publish_article"):
        return Article.objects.none()
    return _seen(user).in_review().select_related("section", "owner").order_by("changed_at", "pk")


def ready(user: User) -> ArticleQuerySet:
    """What was accepted recently and still has to be published."""
    since = timezone.now() - timedelta(days=READY_DAYS)
    return _seen(user).ready_unpublished(since).select_related("section", "owner").order_by("changed_at", "pk")


def scheduled(user: User) -> EditionQuerySet:
    """The editions that will begin, the next one first."""
    return Edition.objects.visible_to(user).scheduled().order_by("visible_from", "pk")


def withdrawals(user: User) -> EditionQuerySet:
    """The editions that will end without another one following."""
    now = timezone.now()
    # Not `live()`: ends that lie ahead are few, and have an index of their own.
    ending = Edition.objects.visible_to(user).filter(visible_until__gt=now, visible_from__lte=now)
    next_one = Edition.objects.uncancelled().filter(article=OuterRef("article"), visible_from=OuterRef("visible_until"))
    return ending.filter(~Exists(next_one)).order_by("visible_until", "pk")


def reported_errors(user: User) -> ErrorReportQuerySet:
    """The errors that readers reported and nobody has answered, the longest-waiting first."""
    return ErrorReport.objects.visible_to(user).waiting().select_related("article")


def live_today(user: User) -> EditionQuerySet:
    """The editions that readers have seen since midnight, in the paper's zone; the newest first."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    shown = Q(visible_until__isnull=True) | Q(visible_until__gt=now)
    today = Edition.objects.visible_to(user).filter(shown, visible_from__gte=midnight, visible_from__lte=now)
    return today.order_by("-visible_from", "-pk")


def _seen(user: User) -> ArticleQuerySet:
    return Article.objects.visible_to(user)
