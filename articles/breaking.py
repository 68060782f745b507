"""The line of breaking news: announced until a time, ended at once, and read by every page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import names, permissions
from articles.limits import BREAKING_HOURS, BREAKING_LENGTH, BREAKING_MOST_HOURS
from articles.models import Article, BreakingNews, Edition
from articles.models.front import is_or_will_be_live
from articles.moments import BREAKING
from newsportal.pages import CLOCK, changed, shows
from newsportal.pages.clock import next_moment
from newsportal.refusal import NotPermitted, Refusal


@dataclass(frozen=True)
class Line:
    """What readers see: the words, and the address of a story that is live ("" without one)."""

    words: str
    url: str
    language: str = ""


@transaction.atomic
def announce(
    *,
    by: User,
    text: str = "",
    article: Article | None = None,
    at: datetime | None = None,
    until: datetime | None = None,
) -> BreakingNews:
    """Put a line above every page, from `at` (None is now) to `until` (None is two hours later).

    It says `text`, or else the headline of `article`, and links to that story while it is live. It replaces the line
    before it. Raises Refusal if there are no words, for a story that readers will not see or that is an advertisement,
    and for times that do not fit.
    """
    _must_edit(by)
    now = timezone.now()
    at, text = at or now, " ".join(text.split())
    until = until or at + timedelta(hours=BREAKING_HOURS)
    if not text and article is None:
        raise Refusal(_("Say what the news is, or choose a story."))
    if len(text) > BREAKING_LENGTH:
        raise Refusal(_("A line of breaking news has %(most)s letters at most.") % {"most": BREAKING_LENGTH})
    if article and not Article.objects.filter(is_or_will_be_live(), pk=article.pk).exists():
        raise Refusal(_("“%(story)s” is neither live nor scheduled.") % {"story": article})
    if article and article.is_paid:
        raise Refusal(_("“%(story)s” is an advertisement, and no news.") % {"story": article})
    if at < now:
        raise Refusal(_("Breaking news cannot begin in the past."))
    if until <= at:
        raise Refusal(_("Breaking news must end after it begins."))
    if until - at > timedelta(hours=BREAKING_MOST_HOURS):
        raise Refusal(_("Breaking news ends after %(most)s hours at the latest.") % {"most": BREAKING_MOST_HOURS})
    line = BreakingNews.objects.create(text=text, article=article, begins_at=at, ends_at=until, by=by, at=now)
    changed(CLOCK, *([names.BREAKING] if at <= now else []))
    return line


@transaction.atomic
def end(line: BreakingNews, *, by: User) -> None:
    """End a line now, or take back one that is yet to begin. Raises Refusal if it is over."""
    _must_edit(by)
    now = timezone.now()
    standing = BreakingNews.objects.filter(pk=line.pk, ended_at__isnull=True, ends_at__gt=now)
    if not standing.update(ended_at=now, ended_by=by):
        raise Refusal(_("This line is over."))
    if line.begins_at <= now:
        changed(names.BREAKING)


# What was found last: at which count of the store's changes, between which two moments it is valid, and what it was.
_known: tuple[str, float, float, BreakingNews | None, Edition | None] | None = None


def line(since: str = "") -> Line | None:
    """The line that readers see now; says what it shows. Because it is on every page, the database is asked only once
    for each moment of the page store (`since`).
    """
    found, edition = _standing(since)
    shows(names.BREAKING)
    if found is None:
        return None
    if found.article_id:
        # Names are told to caches: the name of a story that is not live would reveal that it exists.
        shows(names.of_card(found.article_id) if edition else names.STORIES)
    if edition is None:
        return Line(found.text, "") if found.text else None
    return Line(found.text or edition.headline, edition.get_absolute_url(), edition.language if not found.text else "")


def _standing(since: str) -> tuple[BreakingNews | None, Edition | None]:
    global _known  # noqa: PLW0603
    now = timezone.now()
    if _known and since and _known[0] == since and _known[1] <= now.timestamp() < _known[2]:
        return _known[3], _known[4]
    # A line that is shown has an end ahead; if no such moment lies ahead, no line is shown.
    found = BreakingNews.objects.last_begun(now) if next_moment(since, of=BREAKING) < float("inf") else None
    if found and found.last_moment <= now:
        found = None
    edition = Edition.objects.live(now).filter(article=found.article_id).first() if found and found.article_id else None
    if since:
        _known = (since, now.timestamp(), next_moment(since), found, edition)
    return found, edition


def _must_edit(by: User) -> None:
    if not permissions.can_edit_front_page(by):
        raise NotPermitted(_("Only editors may do this."))
