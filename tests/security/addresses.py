"""Every URL of the site, read off the URLconf, with existing rows in it: a new one is tested as soon as it is there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from articles import arranging, breaking, error_reports, previewing
from articles.error_tokens import path_of
from articles.models import Article, Edition, Tag
from comments import notes, reporting, tokens
from comments.models import AddressRequest, Comment, ExplanationTemplate, RuleChange
from comments.reporting import Complaint
from comments.states import Reason, Status
from tests import factories
from tests.articles.images import stored_picture
from tests.comments.authors import author

_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass
class Paper:
    """A paper with one row of everything that a URL can name."""

    story: Edition
    comment: Comment
    # Model -> the number of its row.
    rows: dict[str, object]
    # Name of a URL -> its token.
    tokens: dict[str, str]


def paper() -> Paper:
    """All of it belongs to somebody other than whoever tries the URLs."""
    editor, lead = factories.user("editors"), factories.user("lead moderators")
    person = factories.person()
    story = factories.live(tags=("Harbours",), people=(person,))
    commenter = author(story)
    comment = factories.decided(commenter.comments.get(), Status.APPROVED, by=lead)
    note = notes.write(commenter, by=lead, text="Asks good questions.")
    rule = factories.rule("casino")
    picture = stored_picture()
    error = error_reports.send(story, text="It was on Tuesday.", address=factories.address())
    link, preview = previewing.invite(Article.objects.get(pk=story.article_id), by=editor, recipient="A source")
    words = previewing.leave_note(link, text="Twelve, not ten.", saw=1)
    line = breaking.announce(by=editor, text="Harbour closed")
    house = factories.house_page("jobs")
    choices = (arranging.Choice(story.article_id), *[arranging.Choice()] * 3)
    tomorrow = timezone.now() + timedelta(days=1)
    front = arranging.arrange(arranging.Arrangement(choices), by=editor, saw=arranging.seen(), at=tomorrow)
    report = reporting.report(comment, Complaint(Reason.OFF_TOPIC), address=factories.address("203.0.113.9")).report
    comment.refresh_from_db()
    asked = AddressRequest.objects.create(to="ann@example.org", created_at=comment.posted_at, due_at=comment.posted_at)
    template = ExplanationTemplate.objects.create(title="Ads", reason="advertising", text="No ads.")
    rows: dict[str, object] = {
        "article": story.article_id,
        "section": story.section_id,
        "source": story.article.source_id,
        "tag": Tag.objects.get().pk,
        "person": person.pk,
        "picture": picture.pk,
        "housepage": house.pk,
        "errorreport": error.pk,
        "frontpage": front.pk,
        "breaking": line.pk,
        "comment": comment.pk,
        "commenter": commenter.pk,
        "decision": comment.decisions.latest("pk").pk,
        "thread": comment.thread_id,
        "wordrule": rule.pk,
        "rulechange": RuleChange.objects.latest("pk").pk,
        "explanationtemplate": template.pk,
        "group": Group.objects.get(name="writers").pk,
        "user": factories.user("writers").pk,
        "links": link.pk,
        "notes": words.pk,
        "note": note.pk,
        # No browser has reported anything.
        "cspreport": 1,
    }
    own = tokens.own_path(comment).split("/")[2]
    address = tokens.address_path(comment).split("/")[2]
    opened = tokens.link_path(asked).split("/")[2]
    signed = {
        "my_comment": own,
        "comment_erasure": own,
        "subscriptions": address,
        "my_address": opened,
        "address_export": opened,
        "address_erasure": opened,
        "preview": preview,
        "error_report": path_of(error).split("/")[2],
        "report_status": tokens.report_path(report).split("/")[2],
        "unsubscribe": tokens.unsubscribe_path(comment, "answers").split("/")[2],
    }
    return Paper(story, comment, rows, signed)


def patterns() -> list[tuple[str, URLPattern]]:
    """Every route of the URLconf as it is written there, with what it leads to."""
    return list(_walked(get_resolver().url_patterns))


def filled(route: str, pattern: URLPattern, made: Paper) -> str:
    """The URL of a route, with a paper's rows in it."""
    if pattern.name == "autocomplete":
        return "/admin/autocomplete/?app_label=articles&model_name=section&field_name=picture"
    if "^" in route or route.endswith("$"):
        return {"app_list": "/admin/articles/"}.get(pattern.name or "", "/admin/no/such/page/")
    values: dict[str, object] = {
        "article_id": made.story.article_id,
        "public_id": made.comment.public_id,
        "number": 1,
        "uidb64": "MQ",
        "note": made.rows["note"],
        "token": made.tokens.get(pattern.name or "", ""),
        "path": "__processed__/a.webp",
        "slug": _slug_of(route, made),
    }
    if route.startswith("admin/"):
        parts = route.split("/")
        named = {"network": "comment", "breaking": "breaking"}
        model = named.get(parts[3] if len(parts) > 3 else "", parts[2] if len(parts) > 2 else "")
        values |= dict.fromkeys(("pk", "object_id", "id"), made.rows.get(model))
        values["row"] = made.rows["links" if "/links/" in route else "notes"]
    return "/" + _VARIABLE.sub(lambda found: str(values[found[1]]), route)


def _slug_of(route: str, made: Paper) -> str:
    rows = {"sections": made.story.section.slug, "tags": "harbours", "about": "jobs", "articles": made.story.slug}
    return rows.get(route.partition("/")[0], made.story.people_in_order[0].slug)


def _walked(found: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in found:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walked(pattern.url_patterns, route)
        else:
            yield route, pattern
