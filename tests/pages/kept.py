"""A paper with kept pages: two sections, a long list, a long conversation, and one of each thing that a verb needs."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from articles import editing, naming, publishing
from articles.limits import STORIES_A_PAGE
from articles.models import Article, Byline, Edition, Person, Picture, Section, Tag
from articles.states import Kind
from comments import conversations, listing, moderation, policy, posting
from comments.models import Comment, Commenter, Thread
from comments.posting import Draft
from comments.states import Status
from tests import factories
from tests.articles.images import stored_picture

HOUR = timedelta(hours=1)
_numbers = itertools.count(1)


@dataclass
class Paper:
    """Names for what is in it. Whoever changes rows reads them anew, so these are ids, texts and staff."""

    editor: User
    writer: User
    moderator: User
    # A story with everything, with many comments; then those that a verb or a page asks for.
    stories: dict[str, int] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Section | Tag | Person] = field(default_factory=dict)
    pictures: dict[str, int] = field(default_factory=dict)

    def story(self, name: str) -> Article:
        return Article.objects.get(pk=self.stories[name])

    def live(self, name: str) -> Edition:
        return Edition.objects.live().get(article_id=self.stories[name])

    def comment(self, name: str) -> Comment:
        return Comment.objects.get(public_id=self.comments[name])

    def thread(self, name: str) -> Thread:
        return Thread.objects.get(pk=self.stories[name])

    def row(self, name: str) -> Any:
        return type(self.rows[name])._default_manager.get(pk=self.rows[name].pk)

    def edit(self, name: str, **fields: Any) -> Article:
        """Change the working copy of a story."""
        article = self.story(name)
        for one, value in fields.items():
            setattr(article, one, value)
        return editing.save(article, by=self.editor, saw=article.version, fields=list(fields))

    def publish(self, name: str, **how: Any) -> Edition:
        article = self.story(name)
        return publishing.publish(article, by=self.editor, saw=article.version, **how)

    def update(self, name: str, *, kind: Kind = Kind.UPDATE, note: str = "", **fields: Any) -> Edition:
        """Change a story and publish it anew."""
        self.edit(name, **fields)
        return self.publish(name, kind=kind, note=note)

    def decide(self, name: str, to: Status, **how: Any) -> Comment:
        return factories.decided(self.comment(name), to, by=self.moderator, **how)


def build() -> Paper:
    """The paper, with nothing timed in it."""
    paper = Paper(factories.archivist(), factories.user("writers"), factories.user("moderators"))
    _name(paper)
    for slug in ("ethics", "ownership", "imprint", "awards", "jobs"):
        factories.house_page(slug, by=paper.editor)
    _write(paper)
    _converse(paper)
    # The numbers in lists, as the worker would have them by now.
    listing.count_due()
    return paper


def _name(paper: Paper) -> None:
    """Sections, tags and people, each kind with a former URL; pictures of a story, a person and a section."""
    portrait, lead = stored_picture(alt="A face"), stored_picture()
    paper.pictures = {"portrait": portrait.pk, "lead": lead.pk, "other": stored_picture(alt="Another").pk}
    # The lead is from before there was anything but WebP.
    Picture.objects.filter(pk=lead.pk).update(sized_as="")
    paper.pictures["figure"] = stored_picture(alt="A map").pk
    hall = stored_picture(alt="A hall")
    paper.pictures["section"] = hall.pk
    for position, name in enumerate(("World", "Politics", "Culture")):
        paper.rows[name] = naming.save(
            Section(
                name=name, slug=f"old-{name.lower()}", position=position, picture=hall if name == "Politics" else None
            )
        )
    for name in ("Harbours", "Trade", "Unused"):
        paper.rows[name] = naming.save(Tag(name=name, slug=f"old-{name.lower()}"))
    for name in ("Ana", "Ben", "Cleo"):
        row = Person(name=name, slug=f"old-{name.lower()}", role="Reporter", bio="Writes.")
        row.portrait = portrait if name == "Ana" else None
        paper.rows[name] = naming.save(row)
    for name, row in paper.rows.items():
        row.slug = name.lower()
        naming.save(row)


def _write(paper: Paper) -> None:
    """Section World fills more than a page, oldest first; Politics has three stories, the oldest so old that it
    appears only in its section; Culture has none."""
    rows, now = paper.rows, timezone.now()
    _publish(paper, "budget", section=rows["Politics"], at=now - 60 * HOUR)
    for number in range(STORIES_A_PAGE - 1):
        name = "old" if number == 0 else f"filler {number}"
        _publish(paper, name, at=now - (50 - number) * HOUR)
    _publish(paper, "politics", section=rows["Politics"], tags=("Trade",), at=now - 20 * HOUR)
    _publish(paper, "vote", section=rows["Politics"], people=(rows["Ben"],), at=now - 19 * HOUR)
    figure = f"<p>Seen from above.</p><p>[[picture {paper.pictures['figure']}]]</p>"
    _publish(paper, "market", tags=("Harbours",), body=figure, at=now - 10 * HOUR)
    everything = {"tags": ("Harbours", "Trade"), "people": (rows["Ana"], rows["Ben"])}
    _publish(paper, "harbour", picture_id=paper.pictures["lead"], **everything, at=now - 8 * HOUR)
    paper.edit("harbour", body="<p>Corrected.</p><p>[[quote said]]</p>")
    paper.publish("harbour", kind=Kind.CORRECTION, note="The day was wrong.", at=now - 6 * HOUR)
    _publish(paper, "closed", at=now - 5 * HOUR)
    for name in ("draft", "handed in", "ready"):
        _draft(paper, name)
    _draft(paper, "own draft", by=paper.writer)
    article = paper.story("handed in")
    publishing.submit(article, by=paper.editor, saw=article.version)
    article = paper.story("ready")
    publishing.accept(article, by=paper.editor, saw=article.version)


def _draft(paper: Paper, name: str, by: User | None = None, **fields: Any) -> None:
    values = {"headline": f"About {name}", "section": paper.rows["World"], "byline": "", **fields}
    paper.stories[name] = factories.article(by or paper.editor, **values).pk


def _publish(paper: Paper, name: str, *, at: datetime, **fields: Any) -> None:
    _draft(paper, name, **fields)
    paper.publish(name, at=at)


def _converse(paper: Paper) -> None:
    """Under "harbour" two pages of comments, one with two pages of answers; one comment in each state."""
    ago = 5 * HOUR
    _say(paper, "oldest", ago=ago)
    _say(paper, "root", ago=ago - HOUR)
    for number in range(policy.ANSWERS_A_PAGE + 1):
        _say(paper, f"answer {number}", parent="root", ago=ago - HOUR)
    _say(paper, "other root", ago=ago - HOUR)
    _say(paper, "other answer", parent="other root", ago=ago - 2 * HOUR)
    _say(paper, "deeper", parent="other answer", ago=ago - 2 * HOUR)
    _say(paper, "removed", ago=ago - HOUR)
    _say(paper, "left", parent="removed", ago=ago - 2 * HOUR)
    paper.decide("removed", Status.SPAM)
    for number in range(policy.THREADS_A_PAGE - 2):
        _say(paper, f"top {number}", ago=ago - 3 * HOUR)
    for name in ("pending", "decided wrongly", "returned"):
        _say(paper, name, to=None, ago=ago - 3 * HOUR)
    _say(paper, "pending answer", parent="other answer", to=None, ago=ago - 3 * HOUR)
    paper.decide("decided wrongly", Status.REJECTED)
    paper.decide("returned", Status.RETURNED)
    _say(paper, "under politics", on="politics", ago=ago)
    _say(paper, "under closed", on="closed", ago=ago - HOUR)
    conversations.close(paper.thread("closed"), by=paper.moderator)
    _trust(paper, "oldest", "top 1")
    _say(paper, "unconfirmed", to=None, ago=ago - 3 * HOUR, email="oldest@example.org")
    _say(paper, "stranger", to=None, ago=ago - 3 * HOUR, email="stranger@example.org")


def _say(
    paper: Paper,
    name: str,
    *,
    ago: timedelta,
    on: str = "harbour",
    parent: str = "",
    to: Status | None = Status.APPROVED,
    email: str = "",
) -> None:
    number = next(_numbers)
    body = f"{factories.GOOD_TEXT} This is about the {number * number} ships that lay there in {1800 + number}."
    draft = Draft(name=f"Reader {name}", body=body, email=email, parent=paper.comment(parent) if parent else None)
    at = timezone.now() - ago
    comment = posting.post_dated_back(paper.live(on), draft, by=paper.editor, at=at)
    paper.comments[name] = comment.public_id
    if to is not None:
        moderation.decide(comment, to=to, by=paper.moderator, saw=comment.seen)


def _trust(paper: Paper, *names: str) -> None:
    """These were written by an author who has a confirmed address and was approved before."""
    commenter = Commenter.objects.create(email="oldest@example.org", confirmed_at=timezone.now())
    for name in names:
        Comment.objects.filter(public_id=paper.comments[name]).update(commenter=commenter, email=commenter.email)


def add_person(article: Article, person: Person) -> None:
    Byline.objects.create(article=article, person=person, position=9)
