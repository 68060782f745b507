"""Each verb renews the pages that it changes, and no other one: what every page would say now is the truth.

Every public page is kept, as the page store keeps it; then a verb acts; then every page is rendered anew. If the page
differs now, the store must have forgotten the kept one; if it is the same, the store must still have it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import TestCase, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from articles import arranging, breaking, error_reports, library, naming, previewing, publishing
from articles.models import (
    BreakingNews,
    ErrorReport,
    FrontPage,
    KeyPoint,
    Person,
    Picture,
    Quote,
    RelatedStory,
    Section,
    Source,
    Tag,
)
from articles.publishing import Scheduled
from articles.states import ErrorOutcome, Kind, KindOfWork
from comments import (
    answering,
    conversations,
    erasing,
    keys,
    listing,
    moderation,
    policy,
    posting,
    public_figures,
    recommending,
    reporting,
    standing,
)
from comments.models import Comment, Network
from comments.posting import Draft
from comments.querysets import Position
from comments.reporting import Complaint
from comments.rules import changing
from comments.states import Reason, Restraint, Standing, Status
from newsportal.pages import access as stores
from newsportal.pages.access import Access
from newsportal.pages.page import Page
from newsportal.pages.rendering import Rendered, render
from newsportal.wsgi import application as django
from tests import factories
from tests.budget import VERB_STRIDE
from tests.pages import kept as paper_kept
from tests.pages.kept import Paper, add_person

# A single worker builds the paper, once.
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- The pages ------------------------------------------------------------------------------------------------------


def pages_of(paper: Paper) -> dict[str, dict[str, str]]:
    """For every URL of readers' pages (its route) some pages: what to call each, and the key under which it is kept."""
    story, politics = paper.live("harbour"), paper.live("politics")
    page, new = (reverse(f"comments:{name}", args=[story.article_id]) for name in ("page", "new"))
    after = _after(keys.of_thread(story.article_id, "newest"), paper.comment("top 0"))
    answers_after = _after(keys.of_answers(paper.comments["root"]), paper.comment("answer 25"))
    root = reverse("comments:answers", args=[paper.comments["root"]])
    return {
        "": {"front": "/"},
        "articles/<str:article_id>/": {"story by its id": f"/articles/{story.article_id}/"},
        "articles/<str:article_id>/<str:slug>/": {
            "story": story.get_absolute_url(),
            **{f"story {name}": paper.live(name).get_absolute_url() for name in ("old", "market", "vote", "closed")},
            "story politics": politics.get_absolute_url(),
        },
        "articles/<str:article_id>/comments/": {
            "comments": page,
            "comments, oldest first": f"{page}?sort=oldest",
            "comments, recommended first": f"{page}?sort=recommended",
            "comments, featured first": f"{page}?sort=featured",
            "comments, page 2": f"{page}?after={after}",
            "comments on politics": reverse("comments:page", args=[politics.article_id]),
            "comments on market": reverse("comments:page", args=[paper.stories["market"]]),
        },
        "articles/<str:article_id>/comments/feed/": {
            "feed of comments": reverse("comments:feed", args=[story.article_id]),
        },
        "articles/<str:article_id>/error/": {
            "report an error": reverse("articles:report_error", args=[story.article_id]),
            "report an error in politics": reverse("articles:report_error", args=[politics.article_id]),
        },
        "articles/<str:article_id>/comments/new/": {
            "form": new,
            "form on politics": reverse("comments:new", args=[politics.article_id]),
            "form on closed": reverse("comments:new", args=[paper.stories["closed"]]),
            **{
                f"form below {name}": f"{new}?parent={paper.comments[name]}"
                for name in ("other answer", "pending", "removed")
            },
        },
        "comments/<str:public_id>/answers/": {
            "answers": root,
            "answers, page 2": f"{root}?after={answers_after}",
            "answers to other root": reverse("comments:answers", args=[paper.comments["other root"]]),
            "answers to removed": reverse("comments:answers", args=[paper.comments["removed"]]),
        },
        "comments/<str:public_id>/answers/feed/": {
            f"feed of answers to {name}": reverse("comments:answers_feed", args=[paper.comments[name]])
            for name in ("root", "other root", "removed")
        },
        "comments/<str:public_id>/report/": {
            f"report of {name}": reverse("comments:report", args=[paper.comments[name]])
            for name in ("top 0", "other answer", "other root")
        },
        "comments/<str:public_id>/recommend/": {
            "recommending top 0": reverse("comments:recommend", args=[paper.comments["top 0"]]),
        },
        **{
            f"{slug}/": {slug: f"/{slug}/"}
            for slug in ("about", "contact", "corrections-policy", "ethics", "imprint", "ownership")
        },
        "about/<str:slug>/": {"jobs": "/about/jobs/"},
        "guidelines/": {"guidelines": "/guidelines/"},
        "moderation/": {"figures of moderation": "/moderation/"},
        "privacy/": {"privacy": "/privacy/"},
        "my-address/": {"asking for an address": "/my-address/"},
        "my-address/asked/": {"asked": "/my-address/asked/"},
        "sections/<str:slug>/": {
            "section": "/sections/world/",
            "section, page 2": "/sections/world/?page=2",
            "section politics": "/sections/politics/",
            "section culture": "/sections/culture/",
        },
        "sections/<str:slug>/feed/": {
            "feed of section": "/sections/world/feed/",
            "feed of section politics": "/sections/politics/feed/",
        },
        "sections/<str:slug>/feed/atom/": {"atom of section": "/sections/world/feed/atom/"},
        "tags/<str:slug>/": {"tag": "/tags/harbours/", "tag trade": "/tags/trade/"},
        "tags/<str:slug>/feed/": {
            "feed of tag": "/tags/harbours/feed/",
            "feed of tag by its old address": "/tags/old-harbours/feed/",
        },
        "tags/<str:slug>/feed/atom/": {"atom of tag": "/tags/harbours/feed/atom/"},
        "people/<str:slug>/": {"person": "/people/ana/", "person ben": "/people/ben/"},
        "people/<str:slug>/feed/": {"feed of person": "/people/ana/feed/", "feed of person ben": "/people/ben/feed/"},
        "people/<str:slug>/feed/atom/": {"atom of person": "/people/ana/feed/atom/"},
        "corrections/": {"corrections": "/corrections/"},
        "corrections/feed/": {"feed of corrections": "/corrections/feed/"},
        "feed/": {"feed": "/feed/"},
        "feed/atom/": {"atom": "/feed/atom/"},
        "sitemap.xml": {"sitemap": "/sitemap.xml"},
        "sitemap-stories.xml": {"sitemap of stories": "/sitemap-stories.xml"},
        "sitemap-lists.xml": {"sitemap of lists": "/sitemap-lists.xml"},
        "news-sitemap.xml": {"sitemap of news": "/news-sitemap.xml"},
        ".well-known/security.txt": {"security": "/.well-known/security.txt"},
        "robots.txt": {"robots": "/robots.txt"},
    }


def _after(listed: str, comment: Comment) -> str:
    return keys.key(listed, Position(comment.posted_at, comment.public_id))


# --- The verbs ------------------------------------------------------------------------------------------------------

Verb = Callable[[Paper], object]


def _step(verb: Callable[..., object], name: str, *, by: str = "editor", **how: Any) -> Verb:
    def act(paper: Paper) -> object:
        article = paper.story(name)
        return verb(article, by=getattr(paper, by), saw=article.version, **how)

    return act


def _updates(name: str, /, **fields: Any) -> Verb:
    return lambda paper: paper.update(name, **{one: _value(paper, value) for one, value in fields.items()})


def _value(paper: Paper, value: Any) -> Any:
    return value(paper) if callable(value) else value


def _saves(name: str, /, **fields: Any) -> Verb:
    """A section, a tag or a person is saved with these changes."""

    def act(paper: Paper) -> object:
        row = paper.row(name)
        for one, value in fields.items():
            setattr(row, one, _value(paper, value))
        return naming.save(row)

    return act


def _makes(model: type[Any], /, **fields: Any) -> Verb:
    return lambda _paper: naming.save(model(**fields))


def _saves_picture(name: str, /, **fields: Any) -> Verb:
    def act(paper: Paper) -> object:
        picture = Picture.objects.get(pk=paper.pictures[name])
        for one, value in fields.items():
            setattr(picture, one, value)
        return library.save(picture)

    return act


def _unused(paper: Paper) -> Picture:
    return Picture.objects.get(pk=paper.pictures["other"])


def _decides(name: str, to: Status) -> Verb:
    return lambda paper: paper.decide(name, to)


def _posts(on: str, *, parent: str = "") -> Verb:
    def act(paper: Paper) -> object:
        draft = Draft(name="Reader", body=factories.GOOD_TEXT, parent=paper.comment(parent) if parent else None)
        return posting.post(paper.live(on), draft, address=factories.address())

    return act


def _edits(name: str) -> Verb:
    def act(paper: Paper) -> object:
        comment = paper.comment(name)
        body = "I took a second look at what the paper says of the harbour, and found that half of it holds."
        return posting.edit(comment, body=body, saw=comment.seen, address=factories.address())

    return act


def _withdraws(name: str) -> Verb:
    def act(paper: Paper) -> object:
        comment = paper.comment(name)
        return posting.withdraw(comment, saw=comment.seen)

    return act


def _objects(name: str, *, answer: Status | None = None) -> Verb:
    """The author of a rejected comment objects; and perhaps somebody else answers."""

    def act(paper: Paper) -> object:
        comment = paper.comment(name)
        saw = moderation.seen_of(comment, list(comment.decisions.all()))
        moderation.object_to(comment, words="Read it again.", saw=saw)
        return answer and factories.decided(comment, answer, by=factories.user("moderators"), explanation="So be it.")

    return act


def _erases(name: str) -> Verb:
    return lambda paper: erasing.erase_comment(paper.comment(name))


def _undoes(name: str) -> Verb:
    def act(paper: Paper) -> object:
        return moderation.undo(paper.comment(name).decisions.order_by("pk").last(), by=paper.moderator)

    return act


def _features(name: str) -> Verb:
    def act(paper: Paper) -> object:
        comment = paper.comment(name)
        return moderation.feature(comment, by=paper.moderator, saw=comment.seen)

    return act


def _recommends(name: str) -> Verb:
    return lambda paper: recommending.recommend(paper.comment(name), address=factories.address(), browser="One")


def _answers(name: str) -> Verb:
    return lambda paper: answering.answer(paper.comment(name), body="Corrected.", by=paper.moderator)


def _turns(verb: Callable[..., object], name: str) -> Verb:
    return lambda paper: verb(paper.thread(name), by=paper.moderator)


def _changes_all_that_no_list_shows(paper: Paper) -> object:
    """Each field of an edition that only the story's own page shows."""
    KeyPoint.objects.filter(article=paper.story("harbour")).update(text="Another point")
    Quote.objects.filter(article=paper.story("harbour")).update(words="Other words")
    Picture.objects.filter(pk=paper.pictures["lead"]).update(alt="x", caption="Other caption", credit="Somebody")
    return paper.update(
        "harbour",
        body="<p>Other text.</p>" + "<p>Word and word and word again.</p>" * 300,
        key_points_heading="What matters",
        dateline_place="Antwerp",
        dateline_date=timezone.now().date() - DAY,
        seo_title="For machines",
        seo_description="In other words.",
        kind=Kind.TYPO,
    )


def _tags_anew(paper: Paper) -> object:
    paper.story("harbour").tags.remove(paper.rows["Harbours"])
    return paper.update("harbour")


def _people_anew(paper: Paper) -> object:
    article = paper.story("harbour")
    article.bylines.filter(person=paper.rows["Ana"]).delete()
    add_person(article, paper.row("Cleo"))
    return paper.update("harbour")


def _later(name: str, *, days: int = 1, **how: Any) -> Verb:
    return lambda paper: paper.publish(name, at=timezone.now() + days * DAY, **how)


def _withdraws_later(paper: Paper) -> object:
    return _step(publishing.withdraw, "harbour", at=timezone.now() + DAY)(paper)


def _arranges(*stories: str, sections: tuple[str, ...] = (), until: Any = None, after: Any = None) -> Verb:
    """The lead and the second row are these ("" is the newest), the lead until a time; the rest are the newest."""

    def act(paper: Paper) -> object:
        now = timezone.now()
        choices = [arranging.Choice(paper.stories.get(name)) for name in (*stories, "", "", "", "")[:4]]
        choices[0] = arranging.Choice(choices[0].article_id, now + until if until else None)
        arrangement = arranging.Arrangement(tuple(choices), tuple(paper.rows[name].pk for name in sections))
        at = now + after if after else None
        return arranging.arrange(arrangement, by=paper.editor, saw=arranging.seen(), at=at)

    return act


def _cancels_the_arrangement(paper: Paper) -> object:
    return arranging.cancel(FrontPage.objects.waiting()[0], by=paper.editor)


def _announces(text: str, *, story: str = "", after: Any = None) -> Verb:
    def act(paper: Paper) -> object:
        at = timezone.now() + after if after else None
        return breaking.announce(by=paper.editor, text=text, article=paper.story(story) if story else None, at=at)

    return act


def _ends_breaking_news(paper: Paper) -> object:
    return breaking.end(BreakingNews.objects.get(), by=paper.editor)


def _relates(paper: Paper) -> object:
    """Choose two stories to stand below "harbour", the one from another section, and publish it anew."""
    for position, name in enumerate(("politics", "old")):
        RelatedStory.objects.create(article=paper.story("harbour"), story=paper.story(name), position=position)
    return paper.publish("harbour", kind=Kind.UPDATE)


def _reports(name: str) -> Verb:
    complaint = Complaint(Reason.HATE, email="reader@example.org")
    return lambda paper: reporting.report(paper.comment(name), complaint, address=factories.address())


def _confirms(name: str) -> Verb:
    return lambda paper: posting.confirm_address(paper.comment(name))


def _sets_limits(**numbers: int) -> Verb:
    standard = policy.limits()
    limits = replace(standard, **numbers)
    return lambda _paper: changing.set_limits(limits, by=factories.user("lead moderators"), saw=standard)


def _bars(name: str) -> Verb:
    """The owner of the confirmed address of a comment."""

    def act(paper: Paper) -> object:
        author = paper.comment(name).commenter
        assert author is not None
        return standing.give(author, to=Standing.BARRED, by=paper.moderator, saw="0", reason="Sold watches.")

    return act


def _pauses_network(name: str) -> Verb:
    def act(paper: Paper) -> object:
        posting.edit(paper.comment(name), body=factories.GOOD_TEXT, saw="pending.1", address=factories.address())
        network = Network.objects.get()
        return standing.restrain(network, to=Restraint.PAUSED, by=paper.moderator, saw="0", reason="A flood.")

    return act


def _reports_an_error(paper: Paper) -> ErrorReport:
    return error_reports.send(paper.live("harbour"), text="It was Tuesday.", address=factories.address())


def _answers_a_report(paper: Paper) -> object:
    how = {"outcome": ErrorOutcome.NO_ERROR, "words": "It was Monday."}
    return error_reports.answer(_reports_an_error(paper), by=paper.editor, **how)


def _writes_page(slug: str, *, saw: int = 1, **words: Any) -> Verb:
    return lambda paper: factories.house_page(slug, by=paper.editor, saw=saw, **words)


VERBS: dict[str, Verb] = {
    # The newsroom.
    "a draft is saved": lambda paper: paper.edit("draft", headline="Other words"),
    "a working copy is saved": lambda paper: paper.edit(
        "harbour", headline="Other words", section=paper.row("Culture")
    ),
    "a draft is shown to somebody": lambda paper: previewing.invite(
        paper.story("draft"), by=paper.editor, recipient="A lawyer"
    ),
    "a draft is submitted": _step(publishing.submit, "own draft", by="writer"),
    "a story is sent back": _step(publishing.send_back, "handed in", note="Say who."),
    "a story is accepted": _step(publishing.accept, "handed in"),
    "a story is published": _step(publishing.publish, "ready"),
    "a typo is mended": lambda paper: paper.update("harbour", kind=Kind.TYPO, body="<p>Mended.</p>"),
    "all that no list shows is changed": _changes_all_that_no_list_shows,
    "a text is updated": _updates("harbour", body="<p>More is known.</p>"),
    "an old text is updated": _updates("old", body="<p>More is known.</p>"),
    "a headline is changed": _updates("harbour", headline="Another headline", slug="about-harbour"),
    "an address is changed": _updates("harbour", slug="another-address"),
    "a summary is changed": _updates("harbour", summary="Another summary."),
    "a picture is changed": _updates("harbour", picture_id=lambda paper: paper.pictures["other"]),
    "a kind of work is changed": _updates("harbour", kind_of_work=KindOfWork.OPINION),
    "a language is changed": _updates("harbour", language="pt"),
    "a byline is changed": _updates("harbour", byline="By somebody else"),
    "a source is changed": _updates("market", source=lambda _paper: Source.objects.create(name="Another agency")),
    "a story moves to another section": _updates("harbour", section=lambda paper: paper.row("Politics")),
    "an old story moves to an empty section": _updates("old", section=lambda paper: paper.row("Culture")),
    "a story loses a tag": _tags_anew,
    "a story changes hands": _people_anew,
    "a story is corrected": lambda paper: paper.update(
        "harbour", kind=Kind.CORRECTION, note="Wrong.", body="<p>R.</p>"
    ),
    "a first publication is scheduled": _later("ready"),
    "an update is scheduled": _later("harbour", kind=Kind.UPDATE),
    "a story is withdrawn": _step(publishing.withdraw, "harbour"),
    "an old story is withdrawn": _step(publishing.withdraw, "old"),
    "a story is withdrawn later": _withdraws_later,
    "stories are set below another": _relates,
    # The front page.
    "the front page is arranged as it was": _arranges(),
    "a lead is chosen": _arranges("old"),
    "a lead is chosen that leads anyway": _arranges("closed"),
    "a scheduled lead is chosen": lambda paper: [_later("ready")(paper), _arranges("ready")(paper)],
    "a second row is chosen": _arranges("", "old", "politics"),
    "sections are put in order": _arranges(sections=("Politics", "World")),
    "a lead is chosen until a time": _arranges("old", until=DAY),
    "the front page is arranged for later": _arranges("old", after=DAY),
    "breaking news is announced": _announces("The bridge has fallen"),
    "breaking news of a story is announced": _announces("", story="old"),
    "breaking news is announced for later": _announces("The bridge will fall", after=DAY),
    # Names and pictures.
    "a section is saved as it was": _saves("World"),
    "a section is renamed": _saves("World", name="The World"),
    "a section is described": _saves("World", description="Near and far."),
    "a section gets another address": _saves("World", slug="the-world"),
    "a section gets a picture": _saves("World", picture_id=lambda paper: paper.pictures["other"]),
    "a section gets another picture": _saves("Politics", picture_id=lambda paper: paper.pictures["other"]),
    "a section loses its picture": _saves("Politics", picture_id=None),
    "the picture of a section is cropped anew": _saves_picture("section", ppoi="0.1x0.1"),
    "the picture of a section is described": _saves_picture("section", alt="Another hall"),
    "the picture of a section gets another credit": _saves_picture("section", credit="Somebody"),
    "a section moves in its order": _saves("World", position=9),
    "a section is made": _makes(Section, name="Science", slug="science", position=1),
    "a section is deleted": lambda paper: naming.delete(paper.row("Culture")),
    "a tag is renamed": _saves("Harbours", name="Ports"),
    "a tag gets another address": _saves("Harbours", slug="ports"),
    "a tag is made": _makes(Tag, name="Ships", slug="ships"),
    "a tag is made with an address that another one had": _makes(Tag, name="Ports", slug="old-harbours"),
    "a tag takes the address that another one had": _saves("Trade", slug="old-harbours"),
    "a tag is deleted": lambda paper: naming.delete(paper.row("Unused")),
    "a person is renamed": _saves("Ana", name="Ana Maria"),
    "a person gets another address": _saves("Ana", slug="ana-maria"),
    "a person gets another role": _saves("Ana", role="Editor"),
    "a person gets a portrait": _saves("Ben", portrait_id=lambda paper: paper.pictures["portrait"]),
    "a person is made": _makes(Person, name="Dan", slug="dan"),
    "a portrait is cropped anew": _saves_picture("portrait", ppoi="0.1x0.1"),
    "a portrait is described": _saves_picture("portrait", alt="Another face"),
    "a picture that nothing uses is deleted": lambda paper: library.delete(_unused(paper)),
    "a lead gets the crops that it lacked": lambda _paper: library.make_missing_crops(),
    "a figure is cropped anew": _saves_picture("figure", ppoi="0.1x0.1"),
    "a figure is described": _saves_picture("figure", alt="Another map"),
    "a figure is put into a text": lambda paper: paper.update(
        "harbour", body=f"<p>Seen.</p><p>[[picture {paper.pictures['figure']}]]</p>"
    ),
    # Pages about the paper.
    "a page about the paper is saved as it was": _writes_page("jobs"),
    "a page about the paper says something else": _writes_page("ethics", body="<p>Other words.</p>"),
    "a page that nobody had written is written": _writes_page("contact", saw=0),
    "a page about the paper is renamed": _writes_page("jobs", title="Work for us"),
    "a page about the paper moves": _writes_page("awards", position=2),
    "a page about the paper is public no more": _writes_page("ownership", is_public=False),
    "a page about the paper is drafted": _writes_page("history", saw=0, is_public=False),
    "a page about the paper is published": _writes_page("history", saw=0),
    "the guidelines get other words": _writes_page("guidelines", saw=0, title="Community guidelines"),
    "privacy gets other words": _writes_page("privacy", saw=0, title="Data"),
    # Readers, editors and moderators.
    "an error is reported": _reports_an_error,
    "an error is reported and answered": _answers_a_report,
    "a comment is held": _posts("harbour"),
    "the first comment under a story is held": _posts("market"),
    "an answer is held": _posts("harbour", parent="root"),
    "a comment is approved": _decides("pending", Status.APPROVED),
    "an answer is approved": _decides("pending answer", Status.APPROVED),
    "a held comment is rejected": _decides("pending", Status.REJECTED),
    "a held comment is spam": _decides("pending", Status.SPAM),
    "a held comment is returned": _decides("pending", Status.RETURNED),
    "a public comment is rejected": _decides("oldest", Status.REJECTED),
    "a public comment with answers is spam": _decides("root", Status.SPAM),
    "a public answer is rejected": _decides("other answer", Status.REJECTED),
    "an approval is undone": _undoes("top 0"),
    "a rejection is undone": _undoes("decided wrongly"),
    "a removal is undone": _undoes("removed"),
    "a comment is featured": _features("top 0"),
    "a comment is recommended": _recommends("top 0"),
    "what was recommended is counted": lambda paper: [_recommends("top 0")(paper), recommending.count_due()],
    "what was approved is told by lists": lambda paper: [
        _decides("pending", Status.APPROVED)(paper),
        listing.count_due(),
    ],
    "the newsroom answers": _answers("top 0"),
    "an author edits": _edits("top 0"),
    "a trusted author edits": _edits("oldest"),
    "the figures of moderation are renewed": lambda _paper: public_figures.renew(),
    "an author objects": _objects("decided wrongly"),
    "an objection is heard": _objects("decided wrongly", answer=Status.APPROVED),
    "an objection is not heard": _objects("decided wrongly", answer=Status.REJECTED),
    "an author withdraws a held comment": _withdraws("pending"),
    "an author withdraws a public comment": _withdraws("other root"),
    "an author has a held comment erased": _erases("pending"),
    "an author has a public comment erased": _erases("other root"),
    "an author has a removed comment erased": _erases("removed"),
    "an author is barred": _bars("oldest"),
    "a comment is reported": _reports("top 0"),
    "a report is answered by leaving it up": lambda paper: [
        _reports("top 0")(paper),
        _decides("top 0", Status.APPROVED)(paper),
    ],
    "a network is paused": _pauses_network("pending"),
    "an address is confirmed": _confirms("stranger"),
    "a barred author confirms": lambda paper: [_bars("oldest")(paper), _confirms("unconfirmed")(paper)],
    "a trusted author confirms": _confirms("unconfirmed"),
    "a rule is written and acts": lambda _paper: factories.rule("casino"),
    "a comment is rejected by a rule": lambda paper: [
        factories.rule("security", reason=Reason.OFF_TOPIC),
        _posts("harbour")(paper),
    ],
    "links are allowed": _sets_limits(links_allowed=5),
    "other limits are set": _sets_limits(burst=9),
    "a conversation is closed": _turns(conversations.close, "harbour"),
    "an empty conversation is closed": _turns(conversations.close, "politics"),
    "a conversation is reopened": _turns(conversations.reopen, "closed"),
    "a conversation is to close": _turns(partial(conversations.close_at, at=timezone.now() + DAY), "harbour"),
    "a conversation is slowed": _turns(
        partial(conversations.slow, until=timezone.now() + DAY, reason="Calm."), "harbour"
    ),
    "readers are asked a question": _turns(partial(conversations.ask, question="Why?", asker="Ana"), "harbour"),
    "a conversation gets a rule": _turns(partial(conversations.guide, words="Be brief."), "harbour"),
}

# Verbs that undo something timed act on a paper that has it.
TIMED: dict[str, tuple[Verb, Verb]] = {
    "a first publication is cancelled": (_later("ready"), _step(publishing.cancel, "ready")),
    "an update is cancelled": (_later("harbour", kind=Kind.UPDATE), _step(publishing.cancel, "harbour")),
    "a withdrawal is cancelled": (_withdraws_later, _step(publishing.cancel, "harbour")),
    "a scheduled update is kept beside one of now": (
        _later("harbour", kind=Kind.UPDATE),
        lambda paper: paper.publish("harbour", kind=Kind.TYPO, scheduled=Scheduled.KEEP),
    ),
    "a scheduled update is cancelled by one of now": (
        _later("harbour", kind=Kind.UPDATE),
        lambda paper: paper.publish("harbour", kind=Kind.TYPO, scheduled=Scheduled.CANCEL),
    ),
    "a scheduled update goes with its story": (
        _later("harbour", kind=Kind.UPDATE),
        _step(publishing.withdraw, "harbour", scheduled=Scheduled.CANCEL),
    ),
    "an arrangement is replaced": (_arranges("old"), _arranges("politics")),
    "an arrangement for later is cancelled": (_arranges("old", after=DAY), _cancels_the_arrangement),
    "a chosen lead is withdrawn": (_arranges("old"), _step(publishing.withdraw, "old")),
    "a chosen lead gets another headline": (_arranges("old"), _updates("old", headline="Another headline")),
    "breaking news is ended": (_announces("The bridge has fallen", story="old"), _ends_breaking_news),
    "breaking news for later is taken back": (_announces("It will fall", after=DAY), _ends_breaking_news),
    "the story of breaking news is withdrawn": (
        _announces("The bridge has fallen", story="old"),
        _step(publishing.withdraw, "old"),
    ),
    "the story of breaking news is published": (
        lambda paper: [_later("ready")(paper), _announces("The bridge has fallen", story="ready")(paper)],
        lambda paper: paper.publish("ready", scheduled=Scheduled.CANCEL),
    ),
    "a story that is set below another is withdrawn": (_relates, _step(publishing.withdraw, "politics")),
    "a publication comes before the one that is scheduled": (_later("ready", days=2), _later("draft")),
}

ANSWERS = {"answers", "answers, page 2", "answers to other root", "answers to removed"}
ANSWER_FEEDS = {f"feed of answers to {name}" for name in ("root", "other root", "removed")}
REPORTS = {"report of top 0", "report of other answer", "report of other root"}
ASIDE = {"recommending top 0"}
FORMS = {*REPORTS, *ASIDE}
BESIDE = {"story closed", "story market"}
FEEDS = {"feed", "atom", "feed of tag", "feed of tag by its old address", "atom of tag"}
# Those that have the story with everything, except for those of its topic.
OTHER_FEEDS = {
    *("feed", "atom", "feed of section", "atom of section"),
    *("feed of person", "atom of person", "feed of person ben"),
}

CARD = "what a card shows is one name, and these pages show a part of it"
LIST = "which stories a list has is one name, wherever in the list a story stands"
LISTS = "which tags and people have stories is one name, however many stories each has"
CROPPED = "search engines are told of leads; which picture is one is not asked"
ROW = "all that readers see of a section, a tag or a person is one name, and these pages show a part of it"
ADDRESS = "of an address that changes hands nobody knows which pages are kept under it"
FOOT = "which pages about the paper there are is one name, of which the index of sitemaps shows how many alone"
THREAD = "a conversation is one name: one for each comment would make a header of kilobytes"

# For each verb, the pages that it does not change but that are forgotten anyway, and why avoiding that is not worth it.
COARSE: dict[str, tuple[str, set[str]]] = {
    "an address is changed": (CARD, ANSWER_FEEDS),
    "a summary is changed": (
        CARD,
        {*ANSWER_FEEDS, *ANSWERS, *FORMS, *BESIDE, "story old", "story politics", "corrections", "feed of corrections"},
    ),
    "a picture is changed": (
        CARD,
        {*ANSWER_FEEDS, *ANSWERS, *FORMS, "feed of comments", "corrections", "feed of corrections"},
    ),
    "a kind of work is changed": (CARD, {*ANSWER_FEEDS, "feed of comments"}),
    "a language is changed": (CARD, {*ANSWER_FEEDS, "feed of comments", "feed of corrections"}),
    "a story moves to another section": (
        CARD,
        {*ANSWER_FEEDS, "feed of comments", "corrections", "feed of corrections"},
    ),
    "a chosen lead is withdrawn": (LIST, {*BESIDE, "story", "section"}),
    "a lead is chosen that leads anyway": ("what is chosen is a name; what it makes of the page is not", {"front"}),
    "an old story moves to an empty section": (LIST, {*BESIDE, "story", "section"}),
    "an old story is withdrawn": (LIST, {*BESIDE, "story", "section", "front"}),
    "a story loses a tag": (LISTS, {"sitemap of lists"}),
    "a story that is set below another is withdrawn": (LISTS, {"sitemap of lists"}),
    "a figure is cropped anew": (CROPPED, {"sitemap of stories"}),
    "the picture of a section is cropped anew": (CROPPED, {"sitemap of stories"}),
    "a portrait is cropped anew": (CROPPED, {"sitemap of stories"}),
    "a section is described": (LIST, {*BESIDE, "story", "story old", "feed of section", "atom of section"}),
    "a page about the paper is renamed": (FOOT, {"sitemap", "sitemap of lists"}),
    "a page about the paper moves": (FOOT, {"sitemap"}),
    "a page about the paper is public no more": (FOOT, {"sitemap"}),
    "a page about the paper is published": (FOOT, {"sitemap"}),
    "a page that nobody had written is written": (FOOT, {"sitemap", "sitemap of lists"}),
    "a section is renamed": (ROW, {"sitemap of lists"}),
    "a section gets another address": (ROW, {*FEEDS, "feed of person", "atom of person", "feed of person ben"}),
    "a person gets another address": (
        ROW,
        {"feed", "feed of section", "feed of tag", "feed of tag by its old address", "feed of person ben"},
    ),
    "a person gets another role": (ROW, {*FEEDS, *OTHER_FEEDS}),
    "a person gets a portrait": (ROW, {*FEEDS, *OTHER_FEEDS, "feed of section politics"}),
    "a tag gets another address": (ROW, OTHER_FEEDS),
    "a tag is made with an address that another one had": (
        ADDRESS,
        {*OTHER_FEEDS, "story", "story market", "tag", "feed of tag", "atom of tag"},
    ),
    "a tag takes the address that another one had": (
        ADDRESS,
        {*OTHER_FEEDS, "story market", "tag", "feed of tag", "atom of tag", "feed of section politics"},
    ),
    "a public comment is rejected": (THREAD, {"feed of comments"}),
    "a public comment with answers is spam": (THREAD, {"feed of comments"}),
    "a comment is featured": (THREAD, {"feed of comments", "recommending top 0", "report of top 0"}),
    "what was recommended is counted": (THREAD, {*ANSWERS, "comments, page 2", "comments, featured first"}),
    "an author has a removed comment erased": (THREAD, {"comments, featured first", "feed of comments"}),
    "a trusted author edits": (
        THREAD,
        {"story", "comments", "comments, recommended first", "comments, featured first", "feed of comments"},
    ),
}


# --- The matrix -----------------------------------------------------------------------------------------------------


@dataclass
class Made:
    """What Django made for a key."""

    key: str
    rendered: Rendered

    @property
    def says(self) -> tuple[int, bytes]:
        return self.rendered.status, self.rendered.body

    @cached_property
    def page(self) -> Page | None:
        """The page, if it may be kept. Compressed on demand, because most are compared and not kept."""
        return self.rendered.page(self.key) if self.rendered.is_to_be_kept() else None


@dataclass
class Site:
    """The paper, its pages by their names here, and the store that keeps them."""

    paper: Paper
    keys: dict[str, str]
    access: Access
    made: dict[str, Made] = field(default_factory=dict)

    def ask(self) -> dict[str, Made]:
        """Every page as it would be made now."""
        moment, made = self.access.store.moment(), {}
        for name, key in self.keys.items():
            path, _, query = key.partition("?")
            made[name] = Made(key, render(django, path, query, moment))
        return made

    def keep(self, made: dict[str, Made]) -> None:
        """Let the store have these pages, and nothing else."""
        self.access.store.forget_everything()
        moment = self.access.store.moment()
        for one in made.values():
            assert one.page is None or self.access.store.keep(one.page, one.rendered.names, moment)


@pytest.fixture(scope="module")
def site(rows_of_the_module: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The paper, built once; each test's own changes are rolled back."""
    with override_settings(VAR_DIR=tmp_path_factory.mktemp("kept")):
        stores.access.cache_clear()
        access = stores.access()
        assert access is not None
        access.store.begin()
        access.is_open = True
        paper = paper_kept.build()
        keys = {name: key for each in pages_of(paper).values() for name, key in each.items()}
        made = Site(paper, keys, access)
        with _open_connections():
            made.made = made.ask()
            yield made
        stores.access.cache_clear()


@contextmanager
def _open_connections() -> Iterator[None]:
    """Requests do not close the connection with the paper in its transaction; Django's own client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


# Each of them makes every page twice, three minutes in all.
def _some(verbs: Iterable[str]) -> list[Any]:
    marks = [[] if number % VERB_STRIDE == 0 else [pytest.mark.long] for number, _verb in enumerate(verbs)]
    return [pytest.param(verb, marks=mark) for verb, mark in zip(verbs, marks, strict=True)]


@pytest.mark.parametrize("verb", _some(VERBS))
def test_a_verb_renews_the_pages_that_it_changes_and_no_other(site: Site, settings: Any, verb: str) -> None:
    settings.COMMENTS_TRUST_AFTER = 1
    assert _faults(site, verb, VERBS[verb], site.made) == []


@pytest.mark.parametrize("verb", _some(TIMED))
def test_a_verb_that_undoes_what_was_timed_renews_the_pages_that_it_changes_and_no_other(site: Site, verb: str) -> None:
    before, act = TIMED[verb]
    before(site.paper)
    site.access.store.forget_everything()
    assert _faults(site, verb, act, site.ask()) == []


def test_every_readers_page_is_among_these(site: Site) -> None:
    found = {route for route, view in _routes(get_resolver().url_patterns) if getattr(view, "is_public_page", False)}
    assert found == set(pages_of(site.paper))


def test_every_page_is_kept_but_those_that_lead_on_and_the_form_below_what_nobody_sees(site: Site) -> None:
    passed = {name: made.rendered.status for name, made in site.made.items() if made.page is None}
    assert passed == {"story by its id": 301, "form below pending": 200, "form below removed": 200}


# --- How ------------------------------------------------------------------------------------------------------------


def _faults(site: Site, verb: str, act: Verb, before: dict[str, Made]) -> list[str]:
    """What a verb did wrong to the kept pages, in words."""
    site.keep(before)
    with TestCase.captureOnCommitCallbacks(execute=True):
        act(site.paper)
    kept = {name for name, key in site.keys.items() if site.access.store.find(key)}
    forgotten = {name for name, made in before.items() if made.page} - kept
    changes = _changes(before, site.ask())
    _reason, excused = COARSE.get(verb, ("", set()))
    return [
        *(f"{verb}: {name} is stale, {why}" for name, why in changes.items() if name in kept),
        *(f"{verb}: {name} is needlessly forgotten" for name in sorted(forgotten - set(changes) - excused)),
        *(f"{verb}: {name} needs no excuse" for name in sorted(excused - (forgotten - set(changes)))),
    ]


def _changes(before: dict[str, Made], now: dict[str, Made]) -> dict[str, str]:
    """The kept pages that are different now, and how."""
    changes = {}
    for name, was in before.items():
        if was.page is None:
            continue
        names = set(was.rendered.names) ^ set(now[name].rendered.names)
        if was.says != now[name].says:
            changes[name] = "it says something else"
        elif names:
            changes[name] = f"it shows something else: {sorted(names)}"
        elif now[name].rendered.until < was.rendered.until:
            changes[name] = "it ends sooner"
    return changes


def _routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route, pattern.callback
