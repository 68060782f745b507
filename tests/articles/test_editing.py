"""Changing a working copy: who may, what is kept, and what happens when two people do it at once."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from articles import editing, publishing
from articles.models import Article
from articles.states import Act, Status
from newsportal.refusal import NotPermitted, Stale
from tests import factories

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def stored(story: Article) -> dict[str, Any]:
    return Article.objects.filter(pk=story.pk).values().get()


def test_a_new_story_is_a_draft_of_its_writer_with_a_log_row() -> None:
    writer = factories.user("writers")
    story = editing.create(Article(headline="New", section=factories.section()), by=writer)
    assert (story.status, story.version, story.owner, story.changed_by) == (Status.DRAFT, 1, writer, writer)
    assert list(story.log.values_list("act", "by", "at", "fields", "note")) == [(Act.CREATED, writer.pk, NOW, [], "")]


def test_whoever_is_named_on_a_new_story_its_owner_is_who_made_it() -> None:
    writer, other = factories.user("writers"), factories.user("writers")
    story = editing.create(Article(headline="New", section=factories.section(), owner=other), by=writer)
    assert stored(story)["owner_id"] == writer.pk


def test_a_body_is_cleaned_when_it_is_created_and_when_it_is_saved() -> None:
    editor = factories.user("editors")
    story = editing.create(
        Article(headline="New", section=factories.section(), body="<p onclick=x()>Hi<script>x()</script></p>"),
        by=editor,
    )
    assert stored(story)["body"] == "<p>Hi</p>"
    story.body = "<p>Ho</p><iframe src=//x></iframe>"
    editing.save(story, by=editor, saw=1, fields=["body"])
    assert stored(story)["body"] == "<p>Ho</p>"


def test_saving_raises_the_version_and_logs_what_changed() -> None:
    story, editor = factories.article(), factories.user("editors")
    story.headline = "Better"
    editing.save(story, by=editor, saw=1, fields=["headline", "key_points"])
    row = stored(story)
    assert (row["headline"], row["version"], row["changed_by_id"], row["changed_at"]) == ("Better", 2, editor.pk, NOW)
    entry = story.log.get(act=Act.EDITED)
    assert (entry.by, entry.fields) == (editor, ["headline", "key_points"])


def test_who_saves_over_a_newer_version_is_told_and_nothing_is_written() -> None:
    story, quick, slow = factories.article(), factories.user("editors", username="quick"), factories.user("editors")
    mine = Article.objects.get(pk=story.pk)
    editing.save(story, by=quick, saw=1, fields=["summary"])
    before = stored(story)
    mine.headline = "Overwritten"
    with pytest.raises(Stale) as refused:
        editing.save(mine, by=slow, saw=1, fields=["headline"])
    assert refused.value.words == "quick changed this story at 09:00:00 UTC, after you opened it."
    assert stored(story) == before
    assert list(story.log.order_by("pk").values_list("act", flat=True)) == [Act.CREATED, Act.EDITED]


def test_the_moment_of_the_change_is_told_in_the_papers_time_zone(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    story = factories.article(factories.user("editors", username="anna"))
    assert editing.stale_words(story) == "anna changed this story at 10:00:00 CET, after you opened it."


@pytest.mark.parametrize("role", ["writers", "moderators", ""])
def test_who_may_not_edit_a_story_saves_nothing(role: str) -> None:
    story = factories.article()
    before = stored(story)
    story.headline = "Mine now"
    with pytest.raises(NotPermitted) as refused:
        editing.save(story, by=factories.user(role), saw=1, fields=["headline"])
    assert refused.value.words == "You may not edit this story."
    assert stored(story) == before


def test_a_writer_saves_a_draft_and_no_more_once_it_is_submitted() -> None:
    writer = factories.user("writers")
    story = factories.article(writer)
    editing.save(story, by=writer, saw=1, fields=["headline"])
    publishing.submit(story, by=writer, saw=2)
    # The row counts, whatever the object in memory says.
    story.status = Status.DRAFT
    with pytest.raises(NotPermitted):
        editing.save(story, by=writer, saw=3, fields=["headline"])
    assert (stored(story)["version"], stored(story)["status"]) == (3, Status.IN_REVIEW)
