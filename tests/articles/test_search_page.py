"""The readers' search: every request is answered in words."""

import html
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.limits import FOUND_A_PAGE
from newsportal.pages.rendering import MOMENT
from tests import factories
from tests.comments.reading import read, words

pytestmark = pytest.mark.django_db


def ask(**parameters: Any) -> str:
    response = Client().get("/search/", {name.rstrip("_"): value for name, value in parameters.items()})
    assert response.status_code == 200, parameters
    return html.unescape(response.content.decode())


def test_an_empty_search_is_the_form() -> None:
    factories.live(headline="Harbour")
    for page in (ask(), ask(q=""), ask(q="  ")):
        assert '<form class="search"' in page
        assert ("search__count" in page, "search__note" in page, "<title>Search – " in page) == (False, False, True)


def test_words_are_marked_in_headline_and_passage() -> None:
    factories.live(headline="The harbour", summary="A <b>storm</b> closed the harbour.")
    page = ask(q="harbour storm")
    assert "The <mark>harbour</mark></a>" in page
    assert "A <b><mark>storm</mark></b> closed the <mark>harbour</mark>." in page
    assert "1 story for “harbour storm”" in page


def test_what_editors_and_readers_wrote_is_text() -> None:
    factories.live(headline="<script>alert(1)</script>", summary="<img src=x onerror=alert(1)>")
    response = Client().get("/search/", {"q": '<script> alert "onerror'})
    # The page has a script of its own.
    assert b"<script>" not in response.content
    assert b"<img" not in response.content


def test_nothing_found_says_so_and_offers_the_sections() -> None:
    factories.live(headline="Harbour")
    page = ask(q="tempest")
    assert "No story for “tempest”" in page
    assert '<ul class="search__sections">\n<li><a href="/sections/world/">World</a></li>' in page


def test_where_no_story_has_all_words_those_that_come_nearest_are_found_and_it_is_said() -> None:
    factories.live(headline="Dockers voted", summary="The strike is over.")
    told = {}
    for asked in ("dockers vote", "dockers dragons strike", '"dockers vote"', "dragons"):
        page = read(Client().get("/search/", {"q": asked}))
        told[asked] = [words(one) for one in (*page.all("p", class_="search__note"), *page.all("h2")[:1])]
    assert told == {
        "dockers vote": [
            "No story has all of “dockers vote”; these have “dockers* vote*”.",
            "1 story for “dockers* vote*”",
        ],
        "dockers dragons strike": [
            "No story has all of “dockers dragons strike”; these have “dockers* strike*”.",
            "1 story for “dockers* strike*”",
        ],
        '"dockers vote"': ['No story for “"dockers vote"”'],
        "dragons": ["No story for “dragons”"],
    }


def test_what_is_too_long_or_no_word_is_said() -> None:
    assert "Only the first 12 words and 200 characters were looked for." in ask(q="harbour " * 100)
    assert "There is no letter and no digit in that" in ask(q="?!…")


def test_a_section_and_two_dates_narrow_it_and_a_day_is_whole() -> None:
    for day, name in ((1, "World"), (2, "World"), (3, "Politics")):
        at = datetime(2026, 3, day, 23, 59, tzinfo=UTC)
        factories.live(headline=f"Harbour {day}", section=factories.section(name), at=at)

    def days(**filters: str) -> str:
        page = ask(q="harbour", **filters)
        return "".join(str(day) for day in (1, 2, 3) if f"<mark>Harbour</mark> {day}" in page)

    assert days() == "123"
    assert days(section="world") == "12"
    assert days(from_="2026-03-02") == "23"
    assert days(until="2026-03-02") == "12"
    assert days(section="world", from_="2026-03-02", until="2026-03-02") == "2"
    assert days(from_="2026-03-04") == ""
    assert 'value="2026-03-02"' in ask(q="harbour", until="2026-03-02")


@pytest.mark.parametrize(
    "text", ["2026-13-01", "yesterday", "0001-01-01", "9999-12-31", "२०२६-०१-०१", "2026-02-30\x00"]
)
def test_what_is_no_date_is_said_and_left_out(text: str) -> None:
    factories.live(headline="Harbour")
    page = ask(q="harbour", from_=text, until=text)
    assert page.count("is no date (year-month-day), and was left out.") == 2
    assert "1 story" in page


def test_a_section_that_is_none_is_said_and_all_are_searched() -> None:
    factories.live(headline="Harbour")
    page = ask(q="harbour", section="nowhere\x00<b>")
    assert "There is no section “nowhere<b>”: all of them were searched." in page
    assert "1 story" in page


def test_further_pages_keep_what_was_asked_and_others_do_not_exist() -> None:
    for number in range(FOUND_A_PAGE + 1):
        factories.live(headline=f"Harbour {number}")
    first = ask(q="harbour", section="world")
    assert f"{FOUND_A_PAGE + 1} stories" in first
    assert 'rel="next" href="?q=harbour&section=world&page=2"' in first
    second = ask(q="harbour", section="world", page=2)
    assert "<mark>Harbour</mark> 0" in second
    assert 'rel="prev" href="?q=harbour&section=world"' in second
    assert 'rel="next"' not in second
    statuses = [
        Client().get(f"/search/?q=harbour&page={page}").status_code for page in ("3", "999", "0", "x", "1000", "")
    ]
    assert statuses == [404] * 6


def test_it_is_kept_by_nobody_and_listed_nowhere_and_has_no_cookie() -> None:
    response = Client().get("/search/?q=harbour")
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-cache", "noindex")
    assert (response.has_header("Surrogate-Key"), response.cookies.output()) == (False, "")


def test_the_empty_form_is_a_page_of_the_papers_and_may_be_listed() -> None:
    response = Client().get("/search/")
    assert response.has_header("X-Robots-Tag") is False
    assert f'<link rel="canonical" href="{settings.SITE_URL}/search/">' in response.text
    assert "noindex" not in response.text
    assert '<meta name="robots" content="noindex">' in Client().get("/search/?section=world").text


def test_only_get_and_head_are_answered() -> None:
    head = Client().head("/search/?q=harbour")
    assert (head.status_code, head.content) == (200, b"")
    assert Client().post("/search/", {"q": "harbour"}).status_code == 405


def test_a_search_costs_the_same_for_one_story_and_for_many() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            # As the page store requests it, at a moment when no process has read anything for it.
            Client().get("/search/", {"q": "harbour"}, **{MOMENT: secrets.token_hex()})
        # Without the statements that open and end a transaction, in which PostgreSQL is told to use its index.
        return len([query for query in captured if query["sql"].startswith(("SELECT", "WITH"))])

    factories.live(headline="Harbour")
    one = queries()
    for _ in range(5):
        factories.live(headline="Harbour", section=factories.section("Politics"))
    assert (queries(), one <= 7) == (one, True)


def test_every_page_has_the_field() -> None:
    edition = factories.live(headline="Harbour")
    for url in ("/", edition.get_absolute_url(), "/sections/world/", "/guidelines/", "/never/"):
        assert b'action="/search/" role="search"' in Client().get(url).content, url


def test_a_query_of_any_content_is_answered_in_words(corpus: Any) -> None:
    factories.live(headline="Harbour")
    texts = [
        *corpus("naughty_strings.json"),
        *(case["payload"] for case in corpus("dompurify_payloads.json")),
        *map(str, corpus("owasp_filter_evasion.json")),
    ]
    client = Client()
    for text in texts:
        assert client.get("/search/", {"q": text, "section": text, "from": text}).status_code == 200, text


@pytest.mark.parametrize("raw", ["q=%ff%fe", "q=%00", "q=%ed%a0%80", "q", "q=a&q=b", "q=%", "&&=&", "q=%F0%9F%98%80*"])
def test_an_address_of_any_bytes_is_answered_in_words(raw: str) -> None:
    assert Client().get(f"/search/?{raw}").status_code == 200
