"""Setting the front page: the only writer of its arrangements."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import names, permissions
from articles.front_page import Arrangement, Choice
from articles.limits import FRONT_SLOTS
from articles.models import Article, FrontPage, FrontSlot, Section
from articles.models.front import is_or_will_be_live
from newsportal import zoned
from newsportal.pages import CLOCK, changed
from newsportal.refusal import NotPermitted, Refusal, Stale


def seen() -> int:
    """What an editor who opens the page now sees: the number of the newest arrangement, 0 if there is none."""
    newest = FrontPage.objects.order_by("-number").first()
    return newest.number if newest else 0


@transaction.atomic
def arrange(arrangement: Arrangement, *, by: User, saw: int, at: datetime | None = None) -> FrontPage:
    """Set all places and the order of the sections at once, from `at` (an aware time; None is now) on.

    Raises NotPermitted; Stale if somebody has set another one since `saw`; and Refusal for times in the past and for a
    story that is neither live nor scheduled, is an advertisement or is placed twice. Then nothing is written.
    """
    if not permissions.can_edit_front_page(by):
        raise NotPermitted(_("Only editors may do this."))
    now = timezone.now()
    at = at or now
    if at < now:
        raise Refusal(_("An arrangement cannot begin in the past."))
    check(arrangement, at=at)
    before = Arrangement.at(now)
    page = _claim(saw, by=by, now=now, begins_at=at, sections=list(arrangement.sections))
    FrontSlot.objects.bulk_create(
        FrontSlot(front_page=page, place=place, article_id=choice.article_id, ends_at=choice.ends_at)
        for place, choice in enumerate(arrangement.choices)
    )
    known = {choice.ends_at for choice in before.choices}
    is_timed = at > now or any(choice.ends_at and choice.ends_at not in known for choice in arrangement.choices)
    differs = at <= now and _facts(before, now) != _facts(arrangement, now)
    changed(*([CLOCK] if is_timed else []), *([names.FRONT] if differs else []))
    return page


@transaction.atomic
def cancel(page: FrontPage, *, by: User) -> None:
    """Take back an arrangement that has not begun. Its row stays. Raises NotPermitted, and Refusal if it has begun."""
    if not permissions.can_edit_front_page(by):
        raise NotPermitted(_("Only editors may do this."))
    now = timezone.now()
    if not FrontPage.objects.waiting(now).filter(pk=page.pk).update(cancelled_at=now, cancelled_by=by):
        raise Refusal(_("This arrangement has begun, or was cancelled already."))
    # No page needs to be told: each was to expire at that moment at the latest, and still does.


def check(arrangement: Arrangement, *, at: datetime) -> None:
    """Raise Refusal, in words, for an arrangement that cannot be set as of this time."""
    if len(arrangement.choices) != FRONT_SLOTS:
        raise Refusal(_("The front page has %(number)s places.") % {"number": FRONT_SLOTS})
    _check_stories([choice.article_id for choice in arrangement.choices if choice.article_id])
    if any(choice.ends_at and choice.ends_at <= at for choice in arrangement.choices):
        raise Refusal(_("A place must end after it begins."))
    if strange := set(arrangement.sections) - set(Section.objects.values_list("pk", flat=True)):
        raise Refusal(_("There is no such section: %(sections)s.") % {"sections": sorted(strange)})


def _check_stories(chosen: list[int]) -> None:
    stories = Article.objects.in_bulk(chosen)
    for pk in chosen:
        if chosen.count(pk) > 1:
            raise Refusal(_("“%(story)s” stands in two places.") % {"story": stories.get(pk, pk)})
    allowed = set(Article.objects.filter(is_or_will_be_live(), pk__in=chosen).values_list("pk", flat=True))
    for pk in chosen:
        if pk not in allowed:
            raise Refusal(_("“%(story)s” is neither live nor scheduled.") % {"story": stories.get(pk, pk)})
        if stories[pk].is_paid:
            raise Refusal(
                _("“%(story)s” is an advertisement, which no place at the top is for.") % {"story": stories[pk]}
            )


def _claim(saw: int, *, by: User, now: datetime, begins_at: datetime, sections: Sequence[int]) -> FrontPage:
    """Take the next number, or raise Stale: an editor who has not seen the newest arrangement was not the first."""
    if saw == seen():
        try:
            with transaction.atomic():
                return FrontPage.objects.create(number=saw + 1, begins_at=begins_at, sections=sections, by=by, at=now)
        except IntegrityError:
            pass  # Somebody was quicker by a moment.
    raise Stale(stale_words())


def stale_words() -> str:
    """Who set the front page last, and when."""
    newest = FrontPage.objects.select_related("by").order_by("-number").first()
    if newest is None:
        return _("The front page is not as you saw it.")
    return _("%(who)s set the front page at %(when)s, after you opened it.") % {
        "who": newest.by.get_full_name() or newest.by,
        "when": zoned.clock(newest.at),
    }


def _facts(arrangement: Arrangement, now: datetime) -> tuple[object, ...]:
    """What readers can see of an arrangement."""
    return (tuple(choice.at(now) for choice in arrangement.choices), arrangement.sections)


__all__ = ["Arrangement", "Choice", "arrange", "cancel", "check", "seen", "stale_words"]
