"""Makes the demo edition, through the verbs that people use."""

import tomllib
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from articles import arranging, editing, error_reports, house, library, naming, publishing
from articles.arranging import Arrangement, Choice
from articles.limits import FRONT_SECONDS
from articles.models import (
    Article,
    Byline,
    Edition,
    HousePage,
    KeyPoint,
    Person,
    Picture,
    Quote,
    RelatedStory,
    Section,
    Source,
    Tag,
)
from articles.search.index import renew_working_copy
from articles.states import ErrorOutcome, Kind
from comments import moderation, posting, reporting
from comments.models import Comment
from comments.posting import Draft
from comments.reporting import Complaint
from comments.rules import changing
from comments.rules.changing import Deed
from comments.rules.rehearsal import rehearse
from comments.states import RuleAction, RuleState, Status
from comments.wording import parse
from newsportal.demo.accounts import make_accounts

HERE = Path(__file__).parent
# How long after they were written a moderator decided on the archive's comments.
_DECIDED_AFTER = timedelta(minutes=25)
# How long after the first start the scheduled story appears.
_SCHEDULED_AFTER = timedelta(days=1)
_INSULTS = ("idiot", "moron*", "scum", "traitor*", "vermin")

_TEXTS = (
    "headline",
    "summary",
    "key_points_heading",
    "body",
    "dateline_place",
    "dateline_date",
    "seo_title",
    "seo_description",
    "language",
    "kind_of_work",
)


def load() -> bool:
    """Make accounts, stories and comments. If there is a story already, make only the accounts, and return False."""
    accounts = make_accounts()
    if Article.objects.exists():
        return False
    with transaction.atomic():
        _make_vocabulary()
        for page in _read(HERE / "house.toml")["pages"]:
            house.save(HousePage(is_public=True, **page), by=accounts["editor"], saw=0)
        for path in sorted((HERE / "stories").glob("*.toml")):
            _make_story(path.stem, _read(path), accounts)
        _illustrate_sections()
        _arrange_front_page(accounts["editor"])
        _make_rules(accounts["admin"])
        for entry in _read(HERE / "waiting.toml")["comments"]:
            _make_waiting(entry, accounts["admin"])
        _make_protests(_read(HERE / "protests.toml"), accounts)
    return True


def _arrange_front_page(by: User) -> None:
    """Let one story lead until it is replaced; the newest fill the rest."""
    lead = Article.objects.get(slug=_read(HERE / "front.toml")["lead"])
    choices = (Choice(lead.pk), *[Choice()] * FRONT_SECONDS)
    arranging.arrange(Arrangement(choices), by=by, saw=arranging.seen())


def _make_rules(by: User) -> None:
    """Make rules that hold comments with certain insults."""
    deed = Deed(RuleAction.HOLD, notes="Insults: seldom part of an argument, sometimes part of a quotation.")
    rehearsal = rehearse({number: parse(word) for number, word in enumerate(_INSULTS)}, now=timezone.now())
    for rule in changing.add([(word, rehearsal.figures(n)) for n, word in enumerate(_INSULTS)], deed, by=by):
        changing.switch(rule, to=RuleState.ACTING, by=by, saw=rule.version)


def _make_vocabulary() -> None:
    for row in _read(HERE / "sections.toml")["sections"]:
        naming.save(Section(**{name: value for name, value in row.items() if name != "picture"}))
    for row in _read(HERE / "people.toml")["people"]:
        naming.save(Person(**{**row, "portrait": _portrait(row)}))


def _make_story(stem: str, story: dict[str, Any], accounts: dict[str, User]) -> None:
    state = story["state"]
    owner = accounts["writer" if state in {"draft", "in_review"} else "editor"]
    article = Article(**{name: story[name] for name in _TEXTS if name in story}, slug=_slug(stem))
    article.section = Section.objects.get(slug=story["section"])
    article.source, _ = Source.objects.get_or_create(name=story["source"])
    article.picture = _picture(story["picture"])
    for slug in story.get("figures", []):
        figure = Article.objects.get(slug=slug).picture_id
        article.body = article.body.replace(f"[[picture {slug}]]", f"[[picture {figure}]]")
    editing.create(article, by=owner)
    _make_lists(article, story)
    if state == "in_review":
        publishing.submit(article, by=owner, saw=article.version, note="Ready for a second pair of eyes.")
    elif state == "scheduled":
        at = (timezone.now() + _SCHEDULED_AFTER).replace(minute=0, second=0, microsecond=0)
        publishing.publish(article, by=accounts["editor"], saw=article.version, at=at)
    elif state == "live":
        _publish(article, story, accounts)


def _illustrate_sections() -> None:
    """Give each section, for when it is shared, the picture of the story that it names."""
    for row in _read(HERE / "sections.toml")["sections"]:
        section = Section.objects.get(slug=row["slug"])
        section.picture = Article.objects.get(slug=row["picture"]).picture
        naming.save(section)


def _make_lists(article: Article, story: dict[str, Any]) -> None:
    article.tags.set([_tag(name) for name in story["tags"]])
    for position, text in enumerate(story["key_points"]):
        KeyPoint.objects.create(article=article, text=text, position=position)
    for position, quote in enumerate(story.get("quotes", [])):
        Quote.objects.create(article=article, position=position, **quote)
    for position, slug in enumerate(story.get("related", [])):
        RelatedStory.objects.create(article=article, story=Article.objects.get(slug=slug), position=position)
    for position, slug in enumerate(story["byline"]):
        Byline.objects.create(article=article, person=Person.objects.get(slug=slug), position=position)
    # Key points and quotes belong to the indexed words, and were saved after the article.
    renew_working_copy(article)


def _publish(article: Article, story: dict[str, Any], accounts: dict[str, User]) -> None:
    """Publish all editions of a story at their times, and the comments that readers wrote under it."""
    admin = accounts["admin"]
    edition = publishing.publish(article, by=admin, saw=article.version, at=story["published"])
    for later in story.get("editions", []):
        for name, value in later["changes"].items():
            setattr(article, name, value)
        editing.save(article, by=admin, saw=article.version, fields=list(later["changes"]))
        edition = publishing.publish(
            article, by=admin, saw=article.version, kind=Kind(later["kind"]), note=later["note"], at=later["published"]
        )
    made: dict[str, Comment] = {}
    for entry in sorted(story.get("comments", []), key=lambda entry: entry["posted"]):
        parent = made.get(entry["answers"])
        draft = Draft(name=entry["name"], body=entry["body"], parent=parent)
        made[entry["key"]] = _approved(edition, draft, entry["posted"], accounts)


def _approved(edition: Edition, draft: Draft, at: datetime, accounts: dict[str, User]) -> Comment:
    comment = posting.post_dated_back(edition, draft, by=accounts["admin"], at=at)
    moderation.decide(comment, to=Status.APPROVED, by=accounts["moderator"], saw=comment.seen, at=at + _DECIDED_AFTER)
    return comment


def _make_waiting(entry: dict[str, Any], by: User) -> None:
    at = timezone.now() - timedelta(minutes=entry["minutes_ago"])
    draft = Draft(name=entry["name"], body=entry["body"], email=entry.get("email", ""))
    posting.post_dated_back(_live(entry["story"]), draft, by=by, at=at)


def _make_protests(protests: dict[str, Any], accounts: dict[str, User]) -> None:
    """Make readers' reports of comments, their objections, and the errors they found in stories; some are answered."""
    for entry in protests["reports"]:
        _make_report(entry, accounts)
    for entry in protests["objections"]:
        _make_objection(entry, accounts)
    for entry in protests["errors"]:
        error = error_reports.send(
            _live(entry["story"]), text=entry["text"], passage=entry["passage"], address=ip_address("192.0.2.7")
        )
        if words := entry.get("answer"):
            error_reports.answer(error, by=accounts["editor"], outcome=ErrorOutcome.NO_ERROR, words=words)


def _make_report(entry: dict[str, Any], accounts: dict[str, User]) -> None:
    thread = _live(entry["story"]).article_id
    comment = Comment.objects.public().filter(thread_id=thread, name=entry["comment"]).order_by("pk")[0]
    for network in entry["networks"]:
        reporting.report(comment, Complaint(entry["reason"]), address=ip_address(network))
    if "kept_by" in entry:
        comment.refresh_from_db()
        by = accounts[entry["kept_by"]]
        moderation.decide(comment, to=Status.APPROVED, by=by, saw=comment.seen_at_desk)


def _make_objection(entry: dict[str, Any], accounts: dict[str, User]) -> None:
    at = timezone.now() - timedelta(hours=entry["hours_ago"])
    draft = Draft(name=entry["name"], body=entry["body"])
    comment = posting.post_dated_back(_live(entry["story"]), draft, by=accounts["admin"], at=at)
    moderation.decide(
        comment,
        to=Status.REJECTED,
        by=accounts[entry["decided_by"]],
        saw=comment.seen,
        reason=entry["reason"],
        explanation=entry["explanation"],
        at=at + _DECIDED_AFTER,
    )
    saw = moderation.seen_of(comment, list(comment.decisions.order_by("pk")))
    moderation.object_to(comment, words=entry["words"], saw=saw)


def _live(stem: str) -> Edition:
    return Edition.objects.live().get(article__slug=_slug(stem))


def _picture(entry: dict[str, str]) -> Picture:
    path = HERE / "pictures" / entry["file"]
    picture = Picture(alt=entry["alt"], caption=entry["caption"], credit=entry["credit"])
    with path.open("rb") as file:
        picture.file.save(entry["file"], File(file), save=False)
    # Whoever starts the demo is waiting for the front page; the worker makes the other crops a second later.
    return library.save(picture, first_crops_only=True)


def _portrait(row: dict[str, Any]) -> Picture:
    """A person's portrait; the row says what it shows."""
    words = {"alt": row["portrait"], "caption": row["name"], "credit": "Illustration: The Drawing Desk"}
    return _picture({"file": f"people/{row['slug']}.jpg", **words})


def _tag(name: str) -> Tag:
    tag = Tag.objects.filter(name=name).first()
    return tag or naming.save(Tag(name=name, slug=slugify(name) or "tag"))


def _slug(stem: str) -> str:
    """The file's name without its number is the story's address."""
    return stem.partition("-")[2]


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
