"""A small paper for the tests of its pages: what readers see, and beside it everything that they must not see."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from articles import arranging, breaking, editing, naming, publishing
from articles.models import Article, Byline, Edition, KeyPoint, Person, Picture, Quote, RelatedStory, Tag
from articles.states import Kind
from comments import posting
from comments.models import Comment
from comments.states import Status
from tests import factories
from tests.articles.images import stored_picture

# Part of every hidden word, and of no other; no public id (12 random characters) is as long.
MARK = "zyxwhiddenwords"


@dataclass
class World:
    """What was made. `hidden_*` must be indistinguishable from what never existed."""

    story: Edition
    top: Comment
    answered: Comment
    hidden_stories: dict[str, Article] = field(default_factory=dict)
    hidden_comments: dict[str, Comment] = field(default_factory=dict)
    hidden_tags: list[str] = field(default_factory=list)
    hidden_people: list[str] = field(default_factory=list)
    hidden_slugs: list[str] = field(default_factory=list)
    # Of pictures that only hidden stories show.
    hidden_files: list[str] = field(default_factory=list)


def build() -> World:
    """A live story that was corrected, two more beside it, and a conversation with answers, two comments removed."""
    person = factories.person("Ana Moreira")
    before = timezone.now() - timedelta(hours=3)
    ended = factories.live(
        at=before,
        headline=f"The first headline, {MARK}",
        summary=f"Since corrected, {MARK}",
        body=f"<p>It was wrong: {MARK}.</p>",
        seo_title=f"{MARK} for machines",
        tags=("Harbours",),
        people=(person,),
    )
    article = Article.objects.get(pk=ended.article_id)
    right = {
        "headline": "The harbour opens again",
        "summary": "After the storm ships may enter.",
        "body": "<p>First words.</p><p>[[quote said]]</p><p>Last words.</p>",
        "seo_title": "Harbour open: what changed",
    }
    for name, value in right.items():
        setattr(article, name, value)
    editing.save(article, by=factories.user("editors"), saw=article.version, fields=list(right))
    story = factories.publish(article, kind=Kind.CORRECTION, note="The day was wrong at first.")
    factories.live(headline="A quiet market day", tags=("Harbours",), people=(person,))
    factories.live(headline="Elections in the village", section=factories.section("Politics"))
    top = factories.approved(story)
    answered = factories.approved(story)
    factories.approved(story, parent=answered)
    deeper = factories.approved(story, parent=answered, name=f"Left {MARK}", body=f"{factories.GOOD_TEXT} {MARK}")
    factories.approved(story, parent=deeper)
    # Removed, yet public answers belong to both: one at the top, one below it.
    factories.decided(deeper, Status.REJECTED)
    removed = factories.approved(story, name=f"Gone {MARK}", body=f"{factories.GOOD_TEXT} {MARK} {MARK}")
    factories.approved(story, parent=removed)
    factories.decided(removed, Status.SPAM)
    return World(story=story, top=top, answered=answered, hidden_slugs=[ended.slug])


def hide(world: World) -> None:
    """Add what readers must not see: stories in every hidden state, comments in every hidden status."""
    _choose(world)
    _hide_stories(world)
    _hide_comments(world)
    _change_the_working_copy(world)


def _hide_stories(world: World) -> None:
    editor = factories.user("editors")
    stories = world.hidden_stories
    stories["draft"] = _secret(world, "draft")
    stories["in_review"] = _secret(world, "review")
    publishing.submit(stories["in_review"], by=stories["in_review"].owner, saw=1, note=f"Look, {MARK}")
    stories["ready"] = _secret(world, "ready")
    publishing.accept(stories["ready"], by=editor, saw=1)
    stories["scheduled"] = _secret(world, "later")
    factories.publish(stories["scheduled"], at=timezone.now() + timedelta(days=1))
    # Under embargo, not yet scheduled; and one that begins in the second when its embargo ends.
    stories["embargoed"] = _secret(world, "embargoed", embargo=timezone.now() + timedelta(days=1))
    publishing.accept(stories["embargoed"], by=editor, saw=1)
    ends = timezone.now() + timedelta(days=1)
    stories["embargoed and scheduled"] = _secret(world, "promised", embargo=ends, picture=_secret_picture(world))
    factories.publish(stories["embargoed and scheduled"], at=ends)
    stories["withdrawn"] = _published(world, "gone", editor)
    stories["cancelled"] = _secret(world, "cancelled")
    factories.publish(stories["cancelled"], at=timezone.now() + timedelta(days=1))
    stories["cancelled"].refresh_from_db()
    publishing.cancel(stories["cancelled"], by=editor, saw=stories["cancelled"].version)


def _choose(world: World) -> None:
    """The front page and the live story refer to a story that was withdrawn and one that is scheduled; their
    breaking news is over, or yet to come."""
    editor = factories.user("editors")
    later, gone = _secret(world, "chosen, later"), _secret(world, "chosen, gone")
    factories.publish(later, at=timezone.now() + timedelta(hours=3))
    factories.publish(gone)
    world.hidden_stories |= {"chosen, scheduled": later, "chosen, withdrawn": gone}
    choices = (arranging.Choice(later.pk), arranging.Choice(), arranging.Choice(gone.pk), arranging.Choice())
    arranging.arrange(arranging.Arrangement(choices), by=editor, saw=arranging.seen())
    for position, story in enumerate((later, gone)):
        RelatedStory.objects.create(article_id=world.story.article_id, story=story, position=position)
    breaking.announce(by=editor, text=f"To come: {MARK}", article=later, at=timezone.now() + timedelta(hours=1))
    breaking.end(breaking.announce(by=editor, text=f"Over: {MARK}", article=gone), by=editor)
    gone.refresh_from_db()
    publishing.withdraw(gone, by=editor, saw=gone.version)


def _published(world: World, name: str, editor: User) -> Article:
    """A story that was live, got comments, and was withdrawn."""
    article = _secret(world, name)
    edition = factories.publish(article)
    comment = factories.approved(edition, name=f"{MARK} reader", body=f"{factories.GOOD_TEXT} {MARK}, under it")
    world.hidden_comments["approved, of a withdrawn story"] = comment
    article.refresh_from_db()
    publishing.withdraw(article, by=editor, saw=article.version, note=f"Why: {MARK}")
    return article


def _secret_picture(world: World) -> Picture:
    picture = stored_picture(alt=f"{MARK} picture", caption=f"{MARK} caption", credit=f"{MARK} credit")
    world.hidden_files.append(picture.file.name)
    return picture


def _secret(world: World, name: str, **fields: Any) -> Article:
    person = factories.person(f"{name} {MARK} person")
    tag = naming.save(Tag(name=f"{name} {MARK} tag", slug=f"{name}-{MARK}-was"))
    tag.slug = f"{name}-{MARK}-is"
    naming.save(tag)
    world.hidden_tags += [f"{name}-{MARK}-was", tag.slug]
    world.hidden_people.append(person.slug)
    article = factories.article(
        factories.user("editors"),
        tags=(tag.name,),
        people=(person,),
        **{text: f"{name} {MARK} {text}" for text in _TEXTS},
        body=f"<p>{name} {MARK}</p><p>[[quote said]]</p>",
        **fields,
    )
    _mark_lists(article)
    return article


_TEXTS = ("headline", "summary", "key_points_heading", "dateline_place", "seo_title", "seo_description")


def _mark_lists(article: Article) -> None:
    KeyPoint.objects.filter(article=article).update(text=f"{MARK} point")
    Quote.objects.filter(article=article).update(words=f"{MARK} words", speaker=f"{MARK} speaker", role=f"{MARK} role")


def _hide_comments(world: World) -> None:
    hidden = world.hidden_comments
    hidden["pending"] = _secret_comment(world, "pending")
    hidden["pending answer"] = _secret_comment(world, "answer", parent=world.answered)
    for status in (Status.REJECTED, Status.SPAM, Status.RETURNED):
        hidden[status.value] = factories.decided(_secret_comment(world, status.value), status)
        hidden[f"approved, then {status}"] = factories.decided(
            factories.decided(_secret_comment(world, f"then {status}"), Status.APPROVED), status
        )
    hidden["withdrawn"] = _secret_comment(world, "withdrawn")
    posting.withdraw(hidden["withdrawn"], saw=hidden["withdrawn"].seen)
    # The words that are public were approved; the new ones wait.
    posting.edit(
        world.top, body=f"{factories.GOOD_TEXT} {MARK} edited", saw=world.top.seen, address=factories.address()
    )


def _secret_comment(world: World, name: str, **draft: Any) -> Comment:
    body = f"{factories.GOOD_TEXT} {name} {MARK}."
    return factories.pending(world.story, name=f"{name} {MARK}", body=body, email=f"{MARK}@example.org", **draft)


def _change_the_working_copy(world: World) -> None:
    """The live story is being rewritten, and a new edition of it is scheduled."""
    article = Article.objects.get(pk=world.story.article_id)
    for text in (*_TEXTS, "body"):
        setattr(article, text, f"{MARK} rewritten {text}")
    editing.save(article, by=factories.user("editors"), saw=article.version, fields=[*_TEXTS, "body"])
    article.tags.add(Tag.objects.get(slug=world.hidden_tags[-1]))
    Byline.objects.create(article=article, person=Person.objects.get(slug=world.hidden_people[0]), position=9)
    _mark_lists(article)
    scheduled = factories.publish(
        article, kind=Kind.CORRECTION, note=f"{MARK} note", at=timezone.now() + timedelta(days=2)
    )
    world.hidden_slugs.append(scheduled.slug)
