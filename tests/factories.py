"""Test data from plain functions. They use the verbs to reach a state, as the portal itself does."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from articles import editing, house, publishing
from articles.models import Article, Byline, Edition, HousePage, KeyPoint, Person, Quote, Section, Source, Tag
from articles.states import Kind
from comments import moderation, posting
from comments.models import Comment, WordRule
from comments.posting import Draft
from comments.rules import changing
from comments.rules.changing import Deed
from comments.states import Reason, RuleAction, RuleState, Status
from newsportal.client import Address, _parse

_numbers = count(1)

GOOD_TEXT = "Security in Europe and in Asia hang together, I believe now, and this text is surely long enough."


def address(text: str = "203.0.113.7") -> Address:
    return _parse(text)


def user(role: str = "", username: str = "", **fields: Any) -> User:
    """A member of staff in the group `role` (writers, editors, moderators); "admin" is the superuser."""
    name = username or f"{role or 'staff'}{next(_numbers)}"
    made = User.objects.create_user(name, password="secret", is_staff=True, is_superuser=role == "admin", **fields)
    if role and role != "admin":
        made.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=made.pk)


def archivist() -> User:
    """A user who may backdate editions and comments."""
    made = user("editors")
    made.user_permissions.add(*Permission.objects.filter(codename__in=["backdate_edition", "backdate_comment"]))
    return made


def section(name: str = "World") -> Section:
    return Section.objects.get_or_create(name=name, defaults={"slug": name.lower()})[0]


def person(name: str = "Ana Moreira") -> Person:
    return Person.objects.create(name=name, slug=f"person-{next(_numbers)}", role="Reporter", bio="Writes.")


def article(
    by: User | None = None, *, tags: tuple[str, ...] = (), people: tuple[Person, ...] = (), **fields: Any
) -> Article:
    """A draft with one key point and one pull quote in its body."""
    values: dict[str, Any] = {
        "headline": f"A story with a number {next(_numbers)}",
        "summary": "What happened, in a sentence.",
        "key_points_heading": "In short",
        "body": "<p>First words.</p><p>[[quote said]]</p><p>Last words.</p>",
        "dateline_place": "Brussels",
        "dateline_date": date(2026, 2, 11),
        "section": section(),
        "source": Source.objects.get_or_create(name="ANI")[0],
        **fields,
    }
    made = editing.create(Article(**values), by=by or user("editors"))
    KeyPoint.objects.create(article=made, text="One point")
    said = {"words": "Words were said.", "speaker": "A Speaker", "role": "Chief", "pull": True}
    Quote.objects.create(article=made, marker="said", **said)
    for name in tags:
        made.tags.add(Tag.objects.get_or_create(name=name, defaults={"slug": name.lower().replace(" ", "-")})[0])
    for position, one in enumerate(people):
        Byline.objects.create(article=made, person=one, position=position)
    return made


def house_page(slug: str, *, by: User | None = None, saw: int = 0, **words: Any) -> HousePage:
    """A page about the paper, public unless stated otherwise."""
    values = {"title": f"About {slug}", "body": "<p>Words.</p>", "is_public": True, **words}
    return house.save(HousePage(slug=slug, **values), by=by or user("editors"), saw=saw)


def publish(story: Article, *, by: User | None = None, **how: Any) -> Edition:
    story.refresh_from_db()
    return publishing.publish(story, by=by or user("editors"), saw=story.version, **how)


def live(*, at: datetime | None = None, **fields: Any) -> Edition:
    """The first edition of a new story; `at` backdates it."""
    return publish(article(**fields), by=archivist(), at=at)


def scheduled(**fields: Any) -> Edition:
    return publish(article(**fields), at=timezone.now() + timedelta(days=1))


def updated(edition: Edition, *, kind: Kind = Kind.UPDATE, note: str = "", **how: Any) -> Edition:
    return publish(edition.article, kind=kind, note=note, **how)


def withdrawn(**fields: Any) -> Edition:
    """An edition that readers saw for a second."""
    edition = live(**{"at": timezone.now() - timedelta(seconds=1), **fields})
    story = Article.objects.get(pk=edition.article_id)
    publishing.withdraw(story, by=user("editors"), saw=story.version)
    return edition


def pending(edition: Edition, *, at: datetime | None = None, sent_from: str = "203.0.113.7", **draft: Any) -> Comment:
    """A waiting comment; `at` backdates it."""
    values: dict[str, Any] = {"name": f"Reader {next(_numbers)}", "body": f"{GOOD_TEXT} No {next(_numbers)}.", **draft}
    if at is not None:
        return posting.post_dated_back(edition, Draft(**values), by=archivist(), at=at)
    return posting.post(edition, Draft(**values), address=address(sent_from))


def decided(comment: Comment, to: Status, *, by: User | None = None, **how: Any) -> Comment:
    if to is Status.REJECTED:
        how.setdefault("reason", "off_topic")
    if to is Status.RETURNED:
        how.setdefault("explanation", "Say where you read that.")
    moderation.decide(comment, to=to, by=by or user("moderators"), saw=comment.seen_at_desk, **how)
    return comment


def rule(words: str, *, reason: Reason | None = None, state: RuleState = RuleState.ACTING) -> WordRule:
    """A rule that acts at once; with a reason it rejects."""
    by = user("lead moderators")
    action = RuleAction.REJECT if reason else RuleAction.HOLD
    (made,) = changing.add([(words, {})], Deed(action, reason, "As a test needs it."), by=by)
    return made if state is RuleState.LOGGING else changing.switch(made, to=state, by=by, saw=made.version)


def approved(edition: Edition, **draft: Any) -> Comment:
    return decided(pending(edition, **draft), Status.APPROVED)
