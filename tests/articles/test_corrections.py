"""Corrections are public: below the story, for machines, in the feeds, and on a page of their own."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from articles import editing, publishing
from articles.limits import CORRECTIONS_A_PAGE
from articles.models import Article, Edition
from articles.states import Kind
from tests import factories

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ATOM = "{http://www.w3.org/2005/Atom}"
TOLD = {Kind.UPDATE: "Update", Kind.CLARIFICATION: "Clarification", Kind.CORRECTION: "Correction"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def changed(kind: Kind, *, at: datetime = NOW, note: str = "It was 12, not 21.") -> Edition:
    """A story from yesterday, changed at a given time in this way."""
    first = factories.live(headline="Twelve ships", at=NOW - 24 * HOUR)
    return factories.publish(first.article, by=factories.archivist(), kind=kind, note=note, at=at)


def listed(page: str = "/corrections/") -> list[tuple[str, str, str, str]]:
    """Kind, headline, note and time of each entry."""
    html = Client().get(page).text
    entries = re.findall(r'<li class="correction.*?</li>', html, re.DOTALL)
    return [tuple(_words(part) for part in re.findall(r"<(?:p|h2)\b.*?</(?:p|h2)>", one)) for one in entries]  # type: ignore[misc]


def _words(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html).replace("&#x27;", "'")


# --- On the story ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.TYPO, *TOLD])
def test_the_story_tells_the_kind_the_note_and_the_time_of_all_but_a_typo(kind: Kind) -> None:
    html = Client().get(changed(kind).get_absolute_url()).text
    notes = re.findall(r'<aside class="note.*?</aside>', html, re.DOTALL)
    expected = [TOLD[kind], "It was 12, not 21.", "2 March 2026, 09:00 UTC"] if kind in TOLD else []
    assert [_words(part).strip() for part in re.findall(r"<(?:p|h2)\b.*?</(?:p|h2)>", "".join(notes))] == expected
    assert ("Updated" in html) == (kind in TOLD)


@pytest.mark.parametrize("kind", [Kind.TYPO, *TOLD])
def test_the_structured_datum_has_corrections_and_clarifications_as_comments(kind: Kind) -> None:
    html = Client().get(changed(kind).get_absolute_url()).text
    datum, _breadcrumbs = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    said = json.loads(datum)
    told = {
        "@type": "CorrectionComment",
        "name": kind.label,
        "text": "It was 12, not 21.",
        "datePublished": NOW.isoformat(),
    }
    assert said.get("correction") == ([told] if kind in {Kind.CLARIFICATION, Kind.CORRECTION} else None)
    assert said["dateModified"] == (NOW if kind in TOLD else NOW - 24 * HOUR).isoformat()


@pytest.mark.parametrize("kind", [Kind.TYPO, *TOLD])
def test_the_feeds_tell_when_a_story_was_changed_and_how(kind: Kind) -> None:
    changed(kind)
    atom = ElementTree.fromstring(Client().get("/feed/atom/").content)
    rss = ElementTree.fromstring(Client().get("/feed/").content)
    updated = "2026-03-02T09:00:00+00:00" if kind in TOLD else "2026-03-01T09:00:00+00:00"
    assert atom.findtext(f"{ATOM}entry/{ATOM}updated") == updated
    assert rss.findtext(f"channel/item/{ATOM}updated") == (updated if kind in TOLD else None)
    text = "What happened, in a sentence."
    if kind in TOLD:
        told = f"<strong>{TOLD[kind]}</strong> (2 March 2026, 09:00 UTC): It was 12, not 21."
        text = f"<p>{text}</p><p>{told}</p>"
    assert atom.findtext(f"{ATOM}entry/{ATOM}summary") == text
    assert rss.findtext("channel/item/description") == text


# --- The page of corrections ----------------------------------------------------------------------------------------


def test_a_paper_that_corrected_nothing_says_so() -> None:
    changed(Kind.UPDATE)
    changed(Kind.TYPO)
    response = Client().get("/corrections/")
    assert (response.status_code, listed()) == (200, [])
    assert "Nothing that we publish now was corrected." in response.text
    assert Client().get("/corrections/?page=2").status_code == 404


def test_corrections_and_clarifications_stand_newest_first_below_the_present_headline() -> None:
    older = changed(Kind.CORRECTION, at=NOW - 2 * HOUR)
    changed(Kind.CLARIFICATION, at=NOW - HOUR, note="The harbour's own figure.")
    story = Article.objects.get(pk=older.article_id)
    story.headline = "Twelve ships, says the harbour"
    editing.save(story, by=factories.user("editors"), saw=story.version, fields=["headline"])
    factories.updated(older, kind=Kind.TYPO)
    assert listed() == [
        ("Clarification", "Twelve ships", "The harbour's own figure.", "2 March 2026, 08:00 UTC"),
        ("Correction", "Twelve ships, says the harbour", "It was 12, not 21.", "2 March 2026, 07:00 UTC"),
    ]


def test_the_correction_of_a_withdrawn_story_is_not_told_until_it_is_back() -> None:
    edition = changed(Kind.CORRECTION, at=NOW - HOUR)
    story = Article.objects.get(pk=edition.article_id)
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    assert listed() == []
    with time_machine.travel(NOW + HOUR, tick=False):
        factories.updated(edition)
        assert [entry[0] for entry in listed()] == ["Correction"]


def test_a_scheduled_correction_is_told_at_its_second_and_not_before() -> None:
    first = factories.live(headline="Twelve ships", at=NOW - HOUR)
    factories.updated(first, kind=Kind.CORRECTION, note="It was 12.", at=NOW + HOUR)
    for moment, entries in ((NOW + HOUR - timedelta(seconds=1), 0), (NOW + HOUR, 1)):
        with time_machine.travel(moment, tick=False):
            assert len(listed()) == entries


def test_the_feed_of_corrections_tells_them_newest_first_and_no_other_edition() -> None:
    older = changed(Kind.CORRECTION, at=NOW - 2 * HOUR)
    newer = changed(Kind.CLARIFICATION, at=NOW - HOUR, note="The <harbour's> own figure.")
    changed(Kind.UPDATE)
    withdrawn = Article.objects.get(pk=changed(Kind.CORRECTION, note="Withdrawn since.").article_id)
    publishing.withdraw(withdrawn, by=factories.user("editors"), saw=withdrawn.version)
    factories.publish(changed(Kind.TYPO).article, kind=Kind.CORRECTION, note="Not yet.", at=NOW + HOUR)
    response = Client().get("/corrections/feed/")
    assert (response.headers["Content-Type"], "Last-Modified" in response.headers) == (
        "application/rss+xml; charset=utf-8",
        False,
    )
    items = ElementTree.fromstring(response.content).findall("channel/item")
    site = "http://127.0.0.1:8000"
    assert [
        tuple(item.findtext(name) for name in ("title", "link", "guid", "pubDate", "category", "description"))
        for item in items
    ] == [
        (
            *("Twelve ships", f"{site}{edition.get_absolute_url()}"),
            *(f"{site}/articles/{edition.article_id}/#edition-2", when, kind),
            f"<p><strong>{kind}</strong> (2 March 2026, {clock} UTC): {note}</p>",
        )
        for edition, when, kind, clock, note in (
            *[
                (
                    newer,
                    "Mon, 02 Mar 2026 08:00:00 +0000",
                    "Clarification",
                    "08:00",
                    "The &lt;harbour&#x27;s&gt; own figure.",
                )
            ],
            *[(older, "Mon, 02 Mar 2026 07:00:00 +0000", "Correction", "07:00", "It was 12, not 21.")],
        )
    ]
    assert 'type="application/rss+xml" title="Corrections – ' in Client().get("/corrections/").text
    assert f'href="{site}/corrections/feed/"' in Client().get("/corrections/").text


def test_a_long_list_has_pages() -> None:
    first = factories.live(headline="Twelve ships", at=NOW - 99 * HOUR)
    archivist = factories.archivist()
    for number in range(CORRECTIONS_A_PAGE + 1):
        at = NOW - (90 - number) * HOUR
        factories.publish(first.article, by=archivist, kind=Kind.CORRECTION, note=f"No {number}.", at=at)
    notes = [[entry[2] for entry in listed(f"/corrections/?page={page}")] for page in (1, 2)]
    assert notes == [[f"No {number}." for number in range(CORRECTIONS_A_PAGE, 0, -1)], ["No 0."]]
    assert 'href="?page=2">Older corrections' in Client().get("/corrections/").text
    assert [Client().get(f"/corrections/?page={page}").status_code for page in ("3", "0", "x", "1 ")] == [404] * 4


def test_every_page_leads_there_from_its_foot() -> None:
    assert '<a href="/corrections/">Corrections</a>' in Client().get("/").text


@pytest.mark.parametrize("kind", [Kind.CLARIFICATION, Kind.CORRECTION])
def test_a_correction_its_withdrawal_and_its_return_are_named(told: Any, kind: Kind) -> None:
    first = factories.live(at=NOW - HOUR)
    story, editor = Article.objects.get(pk=first.article_id), factories.user("editors")
    publish = {"by": editor, "kind": kind, "note": "It was 12."}
    assert "corrections" in told(lambda: publishing.publish(story, saw=story.version, **publish))
    with time_machine.travel(NOW + HOUR, tick=False):
        assert "corrections" not in told(lambda: factories.updated(first, kind=Kind.TYPO))
        story.refresh_from_db()
        assert "corrections" in told(lambda: publishing.withdraw(story, by=editor, saw=story.version))
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        assert "corrections" in told(lambda: factories.updated(first, kind=Kind.TYPO))
