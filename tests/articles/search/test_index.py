"""What a search finds, and in which order: the same on both databases."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from articles import editing, naming, publishing
from articles.models import Article, Edition, KeyPoint, Quote
from articles.publishing import Scheduled
from articles.search import EDITIONS, WORKING_COPIES, index, parse
from articles.states import Kind
from tests import factories

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def found(typed: str, **how: Any) -> list[str]:
    """The headlines of the live stories that have the words, best first."""
    return [edition.headline for edition in EDITIONS.ranked(Edition.objects.live(), parse(typed, **how))]


def copies(typed: str) -> list[str]:
    return [article.headline for article in WORKING_COPIES.ranked(Article.objects.all(), parse(typed))]


def kept(table: str) -> set[int]:
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {table}")
        return {row[0] for row in cursor.fetchall()}


# --- Which stories --------------------------------------------------------------------------------------------------


def test_a_word_is_found_wherever_it_stands() -> None:
    article = factories.article(
        headline="Alpha rises", summary="A beta.", body="<p>See <em>gam</em>ma&shy;ray, d&eacute;lta &amp; co.</p>"
    )
    KeyPoint.objects.create(article=article, text="Epsilon first")
    said = {"words": "Zeta was said.", "speaker": "Eta Theta", "role": "Chief"}
    Quote.objects.create(article=article, marker="other", **said)
    factories.publish(article)
    asked = ["alpha", "beta", "gam", "delta", "epsilon", "zeta", "theta", "alpha beta gam epsilon zeta eta"]
    assert {typed: found(typed) for typed in asked} == {typed: ["Alpha rises"] for typed in asked}
    assert [found(typed) for typed in ("em", "amp", "p", "quote", "iota", "alpha iota")] == [[]] * 6


SCRIPTS = [
    ("दिल्ली में चुनाव", ["दिल्ली", "चुनाव", "दि*"], ["दिल", "द", "चुन"]),
    ("中国经济增长放缓", ["中国", "经济", "中国经济", "济增"], ["国中", "经长", "中经"]),
    ("東京でオリンピック", ["東京", "オリンピック"], ["京東"]),
    ("الانتخابات في مُحَافَظَة القاهرة", ["محافظة", "مُحَافَظَة", "القاهرة"], ["قاهر"]),
    ("Выборы в Москве: ёлки", ["москве", "МОСКВЕ", "елки", "Ёлки"], ["москва"]),
    ("Grüße aus Łódź und der Straße", ["gruße", "GRÜSSE", "lodz", "strasse", "Straße"], ["lod"]),
    ("Εκλογές στην Αθήνα", ["αθηνα", "ΑΘΉΝΑ", "εκλογες"], ["αθην"]),
    ("การเลือกตั้งในไทย", ["เลือกตั้ง", "ไทย"], ["ยไท"]),
    ("서울 한국 경제", ["한국", "서울 경제"], ["한"]),
    ("Don’t call it “re-open”", ["don't", "re-open", '"call it"'], ["reop*", "reopen"]),
]


@pytest.mark.parametrize(("headline", "finds", "misses"), SCRIPTS, ids=[ascii(row[0])[:24] for row in SCRIPTS])
def test_any_script_is_searched(headline: str, finds: list[str], misses: list[str]) -> None:
    factories.live(headline=headline, summary=headline, language="en")
    factories.live(headline="Another story")
    assert {typed: found(typed) for typed in finds} == {typed: [headline] for typed in finds}
    assert {typed: found(typed) for typed in misses} == {typed: [] for typed in misses}


def test_words_in_quotation_marks_stand_side_by_side_and_in_one_field() -> None:
    factories.live(headline="North port opens", summary="Again.")
    assert [found(typed) for typed in ('"port opens"', '"opens port"', '"opens again"', "again opens")] == [
        ["North port opens"],
        [],
        [],
        ["North port opens"],
    ]


def test_a_star_stands_for_the_rest_of_a_word() -> None:
    factories.live(headline="Harbours and ports")
    assert [found(typed) for typed in ("harb*", "harb", '"harbours an*"', "h*", "ports*")] == [
        ["Harbours and ports"],
        [],
        [],
        [],
        ["Harbours and ports"],
    ]
    assert found("harb", as_one_types=True) == ["Harbours and ports"]


def test_all_words_must_be_there_and_none_finds_nothing() -> None:
    factories.live(headline="Harbour")
    assert [found(typed) for typed in ("harbour storm", "", "!?")] == [[], [], []]


# --- In which order -------------------------------------------------------------------------------------------------


def test_headline_before_summary_and_key_points_before_quotes_before_body_and_the_newest_of_equals_first() -> None:
    now = timezone.now()
    places = {
        "body": {"body": "<p>Harbour, harbour, harbour.</p>"},
        "quote": {"quote": "A harbour!"},
        "speaker": {"speaker": "Ann Harbour"},
        "point": {"point": "A harbour"},
        "summary": {"summary": "A harbour"},
        "Harbour": {},
        "Old harbour": {},
    }
    for age, (headline, fields) in enumerate(places.items()):
        _live_with(headline, at=now - (age + 1) * DAY, **fields)
    _live_with("newer body", at=now - timedelta(hours=1), body="<p>One harbour.</p>")
    assert found("harbour") == [
        *("Harbour", "Old harbour"),
        *("point", "summary"),
        *("quote", "speaker"),
        *("newer body", "body"),
    ]


def test_each_word_counts_where_it_stands() -> None:
    factories.live(headline="Storm", summary="-", body="<p>Harbour.</p>")
    factories.live(headline="Weather", summary="-", body="<p>Storm at the harbour.</p>")
    factories.live(headline="Harbour in a storm", summary="-", body="-")
    assert found("harbour storm") == ["Harbour in a storm", "Storm", "Weather"]


def test_of_a_word_that_stands_everywhere_the_newest_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "RANKED_STORIES", 2)
    for number in range(4):
        factories.live(headline=f"Harbour {number}")
    assert found("harbour") == ["Harbour 3", "Harbour 2"]


def test_a_hidden_story_does_not_move_live_ones() -> None:
    for headline, body in (
        ("One", "storm storm harbour"),
        ("Two", "harbour storm"),
        ("Three", "harbour " * 9 + "storm"),
    ):
        factories.live(headline=headline, body=f"<p>{body}</p>")
    before = found("harbour storm")
    for _ in range(5):
        factories.scheduled(headline="Hidden harbour")
    assert found("harbour storm") == before


@pytest.mark.parametrize(
    "typed", ["harbour", "storm", "harbour storm", '"harbour and"', "stor*", "tempest", "!?", "storm a harbour and"]
)
def test_a_page_of_the_best_is_of_what_is_ranked_and_says_how_many_there_are(typed: str) -> None:
    for number in range(12):
        words = [word for place, word in enumerate(("harbour", "storm", "harbour and storm")) if number >> place & 1]
        body = "<p>A tempest, a harbour and a storm: the harbour and more.</p>" if number % 3 else "<p>-</p>"
        _live_with(
            f"{number} {' '.join(words[:1])}",
            at=timezone.now() - (number % 5 + 1) * DAY,
            quote=" ".join(words[1:]),
            point=" ".join(words[2:]),
            body=body,
        )
    factories.scheduled(headline="Hidden harbour storm")
    live = Edition.objects.live()
    ranked = [edition.pk for edition in EDITIONS.ranked(live, parse(typed))]
    pages = [EDITIONS.best(live, parse(typed), first=first, most=3) for first in range(0, 15, 3)]
    assert pages == [(ranked[first : first + 3], len(ranked) if ranked[first:] else 0) for first in range(0, 15, 3)]


def test_of_a_word_that_stands_everywhere_the_best_are_of_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "RANKED_STORIES", 2)
    keys = [factories.live(headline=f"Harbour {number}").pk for number in range(4)]
    assert EDITIONS.best(Edition.objects.live(), parse("harbour"), first=0, most=20) == ([keys[3], keys[2]], 2)


# --- Only what is live ----------------------------------------------------------------------------------------------


def test_an_edition_is_found_from_its_moment_to_its_end_and_nothing_runs_in_between(time_machine: Any) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    first = factories.live(headline="Alpha", at=now - DAY)
    article = Article.objects.get(pk=first.article_id)
    article.headline = "Omega"
    editing.save(article, by=factories.user("editors"), saw=article.version, fields=["headline"])
    factories.publish(article, kind=Kind.UPDATE, at=now + DAY)
    assert (found("alpha"), found("omega")) == (["Alpha"], [])
    time_machine.move_to(now + DAY, tick=False)
    assert (found("alpha"), found("omega")) == ([], ["Omega"])
    article.refresh_from_db()
    publishing.withdraw(article, by=factories.user("editors"), saw=article.version, at=now + 2 * DAY)
    assert found("omega") == ["Omega"]
    time_machine.move_to(now + 2 * DAY, tick=False)
    assert found("omega") == []


def test_the_index_keeps_what_is_live_or_will_be_and_nothing_else() -> None:
    first = factories.live(headline="Alpha")
    factories.article(headline="A draft")
    factories.withdrawn(headline="Gone")
    second = factories.updated(first)
    third = factories.updated(first, at=timezone.now() + DAY)
    other = factories.scheduled(headline="Later")
    assert kept(EDITIONS.table) == {second.pk, third.pk, other.pk}
    cancelled = Article.objects.get(pk=other.article_id)
    publishing.cancel(cancelled, by=factories.user("editors"), saw=cancelled.version)
    fourth = factories.publish(Article.objects.get(pk=first.article_id), kind=Kind.TYPO, scheduled=Scheduled.CANCEL)
    assert kept(EDITIONS.table) == {fourth.pk}


def test_a_cancelled_withdrawal_leaves_the_story_to_be_found(time_machine: Any) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    article = Article.objects.get(pk=factories.live(headline="Alpha").article_id)
    for verb, how in ((publishing.withdraw, {"at": now + DAY}), (publishing.cancel, {})):
        verb(article, by=factories.user("editors"), saw=article.version, **how)
    time_machine.move_to(now + 2 * DAY, tick=False)
    assert found("alpha") == ["Alpha"]


def test_what_is_rolled_back_is_not_found() -> None:
    with transaction.atomic():
        factories.live(headline="Alpha")
        transaction.set_rollback(True)
    with transaction.atomic():
        factories.article(headline="Beta")
        transaction.set_rollback(True)
    assert (found("alpha"), copies("beta"), kept(EDITIONS.table), kept(WORKING_COPIES.table)) == ([], [], set(), set())


def test_a_renamed_section_and_a_bulk_change_leave_nothing_stale() -> None:
    edition = factories.live(headline="Alpha", section=factories.section("World"))
    section = edition.section
    section.name = "Planet"
    naming.save(section)
    assert [found(typed) for typed in ("world", "planet", "alpha")] == [[], [], ["Alpha"]]
    Edition.objects.update(section=factories.section("Politics"), visible_until=timezone.now())
    assert found("alpha") == []


# --- Working copies -------------------------------------------------------------------------------------------------


def test_a_working_copy_is_found_by_what_it_says_now() -> None:
    article = factories.article(headline="Alpha", body="<p>Beta.</p>")
    assert (copies("alpha"), copies("beta"), found("alpha")) == (["Alpha"], ["Alpha"], [])
    article.headline, article.body = "Gamma", "<p>Delta.</p>"
    editing.save(article, by=article.owner, saw=1, fields=["headline", "body"])
    assert [copies(typed) for typed in ("alpha", "beta", "gamma", "delta")] == [[], [], ["Gamma"], ["Gamma"]]


# --- Made anew ------------------------------------------------------------------------------------------------------


def test_the_index_can_be_made_anew() -> None:
    factories.live(headline="Alpha")
    factories.withdrawn(headline="Gone")
    before = kept(EDITIONS.table), kept(WORKING_COPIES.table)
    for table in (EDITIONS.table, WORKING_COPIES.table):
        index.engine().empty(table)
        index.engine().write(table, [(999_999, index.of_edition(Edition.objects.first()))])
    said = StringIO()
    call_command("search", rebuild=True, stdout=said)
    assert said.getvalue() == "Indexed: 1 editions that readers see or will see, 2 working copies.\n"
    assert (kept(EDITIONS.table), kept(WORKING_COPIES.table)) == before
    assert (found("alpha"), copies("gone")) == (["Alpha"], ["Gone"])


def test_more_rows_than_are_made_ready_at_once_are_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_BATCH", 2)
    for number in range(5):
        factories.article(headline=f"Alpha {number}")
    assert index.rebuild() == (0, 5)
    assert len(copies("alpha")) == 5


# --- Bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "harbour " * 45_000 + "</p>",
        "<p>" + " ".join(f"word{number}" for number in range(35_000)) + "</p>",
        "<p>" + "中国经济" * 80_000 + "</p>",
        "<p>" + "x" * 390_000 + "</p>",
        "<p>" + "😀" * 200_000 + "</p>",
        "<p>'' \\ ' \\' \" :* & | ! ( ) &lt;-&gt; ’</p>",
    ],
    ids=["one word", "many words", "Chinese", "one long word", "no word", "the syntax of queries"],
)
def test_a_body_of_any_kind_is_indexed(body: str) -> None:
    factories.live(headline="Alpha", body=body)
    assert found("alpha") == ["Alpha"]


def test_a_query_of_any_content_finds_something_or_nothing(corpus: Any) -> None:
    texts = [
        *corpus("naughty_strings.json"),
        *(case["payload"] for case in corpus("dompurify_payloads.json")),
        *map(str, corpus("owasp_filter_evasion.json")),
    ]
    edition = factories.live(headline="Alpha", body="-")
    for text in texts:
        list(EDITIONS.ranked(Edition.objects.live(), parse(text)))
        list(EDITIONS.ranked(Edition.objects.live(), parse(text, as_one_types=True)))
    assert found(edition.headline) == ["Alpha"]


# --- How ------------------------------------------------------------------------------------------------------------


def _live_with(
    headline: str, *, at: Any, quote: str = "-", speaker: str = "-", point: str = "-", **fields: Any
) -> None:
    article = factories.article(headline=headline, **{"summary": "-", "body": "<p>-</p>", **fields})
    article.key_points.update(text=point)
    article.quotes.update(words=quote, speaker=speaker)
    factories.publish(article, by=factories.archivist(), at=at)
