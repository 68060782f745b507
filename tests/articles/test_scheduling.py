"""Text scheduled for later never shows early, whatever is published, withdrawn, asked or answered before its time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from articles import editing, publishing
from articles.models import Article, Edition
from articles.publishing import Scheduled
from articles.states import Kind
from newsportal.refusal import Refusal
from tests import factories
from tests.articles.browser import read_form
from tests.articles.test_publishing import at_once

FIVE = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
SIX = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = "What was found out since"
BODY = "<p>They came.</p><p>[[quote said]]</p>"
LATER_BODY = "<p>They came, and left.</p><p>[[quote said]]</p>"

SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_five() -> Any:
    with time_machine.travel(FIVE, tick=False):
        yield


def edited(article: Article, **fields: Any) -> Article:
    article.refresh_from_db()
    for name, value in fields.items():
        setattr(article, name, value)
    return editing.save(article, by=factories.user("editors"), saw=article.version, fields=list(fields))


def waiting() -> Article:
    """A live story with a typo, and an update of it that begins at six."""
    live = factories.live(headline="Twelwe ships", body=BODY, at=FIVE - HOUR)
    article = edited(live.article, headline=LATER, body=LATER_BODY)
    factories.publish(article, kind=Kind.UPDATE, at=SIX)
    return Article.objects.get(pk=article.pk)


def seen() -> list[tuple[str, str]]:
    """What readers see of the story, as they see it."""
    return [(one.headline, one.body) for one in Edition.objects.live()]


def page_of(article: Article) -> str:
    return f"/admin/articles/article/{article.pk}/change/"


def press(client: Client, article: Article, button: str, **changed: str) -> Any:
    fields = read_form(client.get(page_of(article)).text, "article_form").fields
    return client.post(page_of(article), {**fields, **changed, button: "1"}, follow=True)


def told(response: Any) -> list[str]:
    """What the page says, except for what its checklist points out."""
    return [str(message) for message in response.context["messages"] if message.level_tag != "warning"]


EARLY = (
    "Saved. But: The working copy has the words of the edition that is scheduled for 2 March 2026, 18:00 UTC, and would"
    " show them before that. Take the edition that readers see back into the working copy, and mend it there."
    " If those words may be shown now, cancel what is scheduled first."
)


@pytest.mark.parametrize("answer", ["cancel", "keep"])
def test_a_typo_mended_at_five_does_not_show_what_is_scheduled_for_six(sign_in: SignIn, answer: str) -> None:
    article = waiting()
    client = sign_in("editors")
    before = seen()
    asked = press(client, article, "_publish", **{"verb-kind": "typo", "headline": f"{LATER}!"})
    assert told(asked) == [
        "Saved. But: An edition is scheduled for 2 March 2026, 18:00 UTC. Say whether it is cancelled or kept."
    ]
    answered = press(client, article, "_publish", **{"verb-kind": "typo", "verb-scheduled": answer})
    assert told(answered) == [EARLY]
    assert (seen(), Article.objects.get(pk=article.pk).headline) == (before, f"{LATER}!")


@pytest.mark.parametrize("answer", ["cancel", "keep"])
def test_the_typo_is_mended_in_the_edition_that_readers_see(sign_in: SignIn, answer: str) -> None:
    article = waiting()
    client = sign_in("editors")
    sent = {"edition": "1", "saw": str(article.version)}
    # The words for six o'clock are in the scheduled edition, so nothing is lost and nothing is asked.
    assert len(told(client.post(f"{page_of(article).removesuffix('change/')}restore/", sent, follow=True))) == 1
    mended = {"headline": "Twelve ships", "verb-kind": "typo", "verb-scheduled": answer}
    assert told(press(client, article, "_publish", **mended)) == ["Published."]
    assert seen() == [("Twelve ships", BODY)]
    page = client.get(page_of(article)).text
    assert ("based on an older edition" in page) == (answer == "keep")
    with time_machine.travel(SIX - timedelta(seconds=1), tick=False):
        assert seen() == [("Twelve ships", BODY)]
    with time_machine.travel(SIX, tick=False):
        kept = [(LATER, LATER_BODY)]
        assert seen() == (kept if answer == "keep" else [("Twelve ships", BODY)])


def test_who_takes_the_scheduled_words_back_again_is_refused_again() -> None:
    article = waiting()
    editor = factories.user("editors")
    for number in (1, 2):
        article = editing.restore(article, article.editions.get(number=number), by=editor, saw=article.version)
    with pytest.raises(Refusal):
        factories.publish(article, kind=Kind.TYPO, scheduled=Scheduled.KEEP)
    assert seen() == [("Twelwe ships", BODY)]


def test_a_copy_that_says_what_readers_see_may_be_published_whatever_it_went_through() -> None:
    article = edited(waiting(), headline="Twelwe ships", body=BODY, summary="Another summary.")
    factories.publish(article, kind=Kind.UPDATE, scheduled=Scheduled.KEEP)
    assert Edition.objects.live().get().summary == "Another summary."


def test_words_that_may_be_shown_now_are_cancelled_first_and_then_published(sign_in: SignIn) -> None:
    article = waiting()
    client = sign_in("editors")
    press(client, article, "_cancel")
    assert told(press(client, article, "_publish", **{"verb-kind": "update"})) == ["Published."]
    assert seen() == [(LATER, LATER_BODY)]


def test_the_choice_about_the_scheduled_edition_is_there_only_when_there_is_one(sign_in: SignIn) -> None:
    client = sign_in("editors")
    article = waiting()
    label = "The edition scheduled for 2 March 2026, 18:00 UTC"
    assert label in client.get(page_of(article)).text
    press(client, article, "_cancel")
    text = client.get(page_of(article)).text
    assert ("verb-scheduled" in text, label in text) == (False, False)
    assert "verb-scheduled" not in client.get("/admin/articles/article/add/").text


# --- Withdrawing later ----------------------------------------------------------------------------------------------


def spans(article: Article) -> list[tuple[int, datetime, datetime | None]]:
    rows = (
        article.editions.uncancelled().order_by("visible_from").values_list("number", "visible_from", "visible_until")
    )
    return list(rows)


def test_a_withdrawal_before_the_first_edition_begins_is_refused_in_words(sign_in: SignIn) -> None:
    article = factories.publish(factories.article(), at=SIX).article
    client = sign_in("editors")
    for when in (
        {},
        {"verb-at_0": "2026-03-02", "verb-at_1": "17:30"},
        {"verb-at_0": "2026-03-02", "verb-at_1": "18:00"},
    ):
        said = told(press(client, article, "_withdraw", **{**when, "verb-scheduled": "keep", "headline": "Kept"}))
        assert said == [
            "Saved. But: Readers see nothing of this story before 2 March 2026, 18:00 UTC."
            " Cancel what is scheduled, or withdraw it later."
        ]
    assert (spans(article), Article.objects.get(pk=article.pk).headline) == ([(1, SIX, None)], "Kept")


def test_a_first_edition_that_is_scheduled_may_also_be_withdrawn_by_the_clock(sign_in: SignIn) -> None:
    article = factories.publish(factories.article(), at=SIX).article
    at = {"verb-at_0": "2026-03-02", "verb-at_1": "20:00", "verb-scheduled": "keep"}
    assert told(press(sign_in("editors"), article, "_withdraw", **at)) == ["Withdrawal scheduled."]
    assert spans(article) == [(1, SIX, SIX + 2 * HOUR)]
    for moment, live in ((FIVE, 0), (SIX, 1), (SIX + 2 * HOUR, 0)):
        with time_machine.travel(moment, tick=False):
            assert Edition.objects.live().count() == live


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (Scheduled.KEEP, [(1, FIVE - HOUR, SIX), (2, SIX, SIX + HOUR)]),
        (Scheduled.CANCEL, [(1, FIVE - HOUR, SIX + HOUR)]),
    ],
)
def test_a_story_is_withdrawn_after_its_update_with_it_or_without(answer: Scheduled, left: Any) -> None:
    article = waiting()
    editor = factories.user("editors")
    publishing.withdraw(article, by=editor, saw=article.version, at=SIX + HOUR, scheduled=answer)
    assert spans(article) == left


def test_cancelling_the_update_leaves_the_withdrawal_that_was_scheduled_after_it() -> None:
    article, editor = waiting(), factories.user("editors")
    publishing.withdraw(article, by=editor, saw=article.version, at=SIX + HOUR, scheduled=Scheduled.KEEP)
    publishing.cancel(article, by=editor, saw=article.version)
    assert spans(article) == [(1, FIVE - HOUR, SIX + HOUR)]


# --- The embargo ----------------------------------------------------------------------------------------------------


def test_an_embargo_that_what_is_scheduled_would_break_is_refused_and_what_was_typed_is_kept(sign_in: SignIn) -> None:
    article = waiting()
    client = sign_in("editors")
    typed = {"embargo_0": "2026-03-02", "embargo_1": "18:30", "headline": "An hour's work"}
    response = press(client, article, "_save", **typed)
    words = (
        "An edition is scheduled for 2 March 2026, 18:00 UTC, before this embargo ends. Cancel what is scheduled first."
    )
    assert response.context["adminform"].form.errors == {"embargo": [words]}
    fields = read_form(response.text, "article_form").fields
    assert (fields["headline"], fields["embargo_1"]) == (["An hour's work"], ["18:30"])
    with pytest.raises(Refusal):
        edited(Article.objects.get(pk=article.pk), embargo=SIX + HOUR)
    assert Article.objects.get(pk=article.pk).embargo is None
    press(client, article, "_save", **{**typed, "embargo_1": "18:00"})
    assert Article.objects.get(pk=article.pk).embargo == SIX


@pytest.mark.parametrize("role", ["editors", "admin"])
def test_no_role_publishes_past_an_embargo_now_or_by_the_clock(sign_in: SignIn, role: str) -> None:
    article = factories.article(embargo=SIX)
    client = sign_in(role)
    early = {"verb-at_0": "2026-03-02", "verb-at_1": "17:59:59"}
    past = {"verb-at_0": "2026-03-01", "verb-at_1": "17:00"}
    for when in ({}, early, past):
        (said,) = told(press(client, article, "_publish", **when))
        assert said.startswith("Saved. But: ")
    assert article.editions.count() == 0
    assert told(press(client, article, "_publish", **{**early, "verb-at_1": "18:00"})) == ["Scheduled."]
    assert spans(article) == [(1, SIX, None)]


# --- Clocks that change ---------------------------------------------------------------------------------------------


def test_the_hour_that_comes_twice_is_asked_about_at_the_button_and_at_the_embargo(
    sign_in: SignIn, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    article = factories.article()
    client = sign_in("editors")
    at = {"verb-at_0": "2026-10-25", "verb-at_1": "02:30"}
    asked = press(client, article, "_publish", **at, **{"verb-note": "A note.", "headline": "Kept"})
    assert told(asked) == [
        "Saved. But: On 25 October 2026 02:30 comes twice in Europe/Berlin, for the clocks go back."
        " Choose which one is meant."
    ]
    form = read_form(asked.text, "article_form")
    assert (form.fields["verb-at_1"], form.fields["verb-note"]) == (["02:30"], ["A note."])
    assert 'name="verb-at_2" value="+01:00"' in asked.text
    again = client.post(form.action, {**form.fields, "verb-at_2": "+01:00", "_publish": "1"}, follow=True)
    assert told(again) == ["Scheduled."]
    assert spans(article) == [(1, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), None)]
    embargo = {"embargo_0": "2026-10-25", "embargo_1": "02:30"}
    refused = press(client, factories.article(), "_save", **embargo, headline="Typed")
    assert list(refused.context["adminform"].form.errors) == ["embargo"]
    assert read_form(refused.text, "article_form").fields["headline"] == ["Typed"]
    assert 'name="embargo_2" value="+02:00"' in refused.text


def test_the_hour_that_does_not_come_is_refused_at_the_button_and_at_the_embargo(
    sign_in: SignIn, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    article = factories.article()
    client = sign_in("editors")
    said = told(press(client, article, "_publish", **{"verb-at_0": "2027-03-28", "verb-at_1": "02:30"}))
    words = (
        "On 28 March 2027 there is no 02:30 in Europe/Berlin: the clocks go from 02:00 to 03:00."
        " Choose a time before or after."
    )
    assert said == [f"Saved. But: {words}"]
    refused = press(client, article, "_save", embargo_0="2027-03-28", embargo_1="02:30", headline="Typed")
    assert refused.context["adminform"].form.errors == {"embargo": [words]}
    assert article.editions.count() == 0


def test_every_time_field_of_the_newsroom_says_its_zone(sign_in: SignIn, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    text = sign_in("editors").get(page_of(factories.article())).text
    assert text.count('<strong class="zoned__zone">Europe/Berlin</strong>') == 2


# --- Two at once ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_editors_who_press_publish_in_the_same_second_one_does_and_the_other_is_told(sign_in: SignIn) -> None:
    article = factories.article()
    clients = [sign_in("editors") for _ in range(2)]
    typed = [
        {
            **read_form(client.get(page_of(article)).text, "article_form").fields,
            "headline": f"As editor {number} has it",
            "_publish": "1",
        }
        for number, client in enumerate(clients)
    ]

    def send(number: int) -> Any:
        return clients[number].post(page_of(article), typed[number])

    answers = at_once(lambda: send(0), lambda: send(1))
    won = [number for number, answer in enumerate(answers) if answer.status_code == 302]
    assert len(won) == 1
    edition = article.editions.get()
    assert edition.headline == f"As editor {won[0]} has it"
    lost = 1 - won[0]
    (words,) = answers[lost].context["adminform"].form.non_field_errors()
    assert "changed this story at 17:00:00 UTC, after you opened it." in words
    # What the other person typed is still there.
    kept = read_form(answers[lost].text, "article_form").fields["headline"]
    assert kept == [f"As editor {lost} has it"]
