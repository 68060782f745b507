"""No list of the admin counts a whole table, and each says correctly how many rows it knows of."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from articles.models import Tag
from comments.admin.conversations import ThreadAdmin
from comments.models import Comment
from comments.states import Status
from newsportal.admin_lists import COUNTED_AT_ONCE, LAST_PAGE, BoundedPaginator
from tests import factories, large

DESK = "/admin/comments/comment/"
# The rows below a list, and Django's counts beside its filters (`_facets`).
COUNTS = re.compile(r'COUNT\(\*\)|AS "\d+__c"')


@pytest.fixture
def chief(sign_in: Callable[..., Client]) -> Client:
    return sign_in("admin")


def lists() -> list[str]:
    """The URLs of all lists."""
    return [reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist") for model in admin.site._registry]


def counts(client: Client, url: str, *statuses: int) -> list[str]:
    """The queries of a page that count, apart from those that stop at a limit."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code in (statuses or (200,)), url
    return [query["sql"] for query in asked if COUNTS.search(query["sql"]) and "LIMIT" not in query["sql"]]


def said(client: Client, query: str = "") -> str:
    """What the desk says below its cards about how many there are."""
    response = client.get(DESK + query)
    return " ".join(response.text.partition('<p class="paginator">')[2].partition("</p>")[0].split()).rpartition("> ")[
        2
    ]


def shown(client: Client, page: int) -> list[int]:
    return [comment.pk for comment in client.get(f"{DESK}?p={page}").context["cl"].result_list]


def test_each_time_of_a_list_has_its_zone_in_every_language(chief: Client, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    with time_machine.travel(datetime(2026, 3, 2, 20, 30, tzinfo=UTC), tick=False):
        story = factories.article()
    for language, expected in (("en", "3 March 2026, 05:30 JST"), ("de", "3. März 2026, 05:30 Uhr JST")):
        with translation.override(language):
            settings.LANGUAGE_CODE = language
            row = chief.get("/admin/articles/article/").text.partition('class="field-changed_at">')[2]
            assert (language, row.partition("</td>")[0]) == (language, expected)
    assert chief.get("/admin/articles/article/?o=5").context["cl"].get_ordering_field_columns() == {5: "asc"}
    assert story.headline


def test_no_list_counts_a_whole_table(chief: Client) -> None:
    factories.approved(factories.live())
    assert len(lists()) >= 10
    for url in lists():
        for query in ("", "?q=word", "?_facets=True", "?p=1", f"?p={10**30}&e=1", "?all="):
            # Django redirects a request with something that is not a filter of the list back to the list.
            assert (url, query, counts(chief, url + query, 200, 302)) == (url, query, [])


@pytest.mark.parametrize("queue", ["", *Status.values, "all"])
def test_no_queue_of_the_desk_is_counted_whole(chief: Client, queue: str) -> None:
    factories.pending(factories.live())
    assert counts(chief, f"{DESK}?queue={queue}") == []


def test_a_thousand_are_counted_and_more_are_said_to_be_more(chief: Client) -> None:
    large.waiting(COUNTED_AT_ONCE)
    assert said(chief) == "1000 comments"
    large.waiting(1)
    assert said(chief) == "1,000+ comments"


def test_whoever_pages_on_reaches_the_last(chief: Client) -> None:
    large.waiting(COUNTED_AT_ONCE + 1)
    waiting = list(Comment.objects.oldest_first().values_list("pk", flat=True))
    pages = COUNTED_AT_ONCE // 50
    assert said(chief, f"?p={pages - 1}") == "1,000+ comments"
    # The last page that was promised knows of the next.
    assert said(chief, f"?p={pages}") == "1001 comments"
    assert f'href="?p={pages + 1}"' in chief.get(f"{DESK}?p={pages}").text
    assert (shown(chief, pages), shown(chief, pages + 1)) == (waiting[-51:-1], waiting[-1:])


# A column of each kind, and how its values could be filtered: for each, a database refuses some value.
LOOKED_THROUGH = [
    *("articles/source/?name__range=1", "articles/article/?headline__iregex=(", "articles/article/?status__in=%00"),
    *("articles/article/?status__exact=%00", "articles/picture/?portrait_of__gt=99999999999999999999"),
    *("articles/article/?section__id__exact=99999999999999999999", "auth/user/?section_editors=-9223372036854775809"),
    *("comments/rulechange/?act=%00", "comments/rulechange/?act__exact=%00", "comments/thread/?comments=" + "9" * 30),
]


@pytest.mark.parametrize("address", LOOKED_THROUGH)
def test_a_list_is_narrowed_by_what_it_offers_alone(chief: Client, address: str) -> None:
    chief.raise_request_exception = False
    assert chief.get(f"/admin/{address}").status_code == 400


OFFERED = [
    *(
        "articles/article/?status__exact=draft",
        "articles/article/?section__id__exact=1",
        "auth/user/?groups__isnull=True",
    ),
    *("articles/errorreport/?article__id__exact=1", "auth/user/?is_active__exact=1&groups__id__exact=1"),
]


@pytest.mark.parametrize("address", OFFERED)
def test_what_a_list_offers_narrows_it(chief: Client, address: str) -> None:
    assert chief.get(f"/admin/{address}").status_code == 200


@pytest.mark.django_db
def test_pages_end_for_whoever_asks_for_the_millionth() -> None:
    asked = BoundedPaginator(Comment.objects.all(), 50, page=10**6)
    last = BoundedPaginator(Comment.objects.all(), 50, page=LAST_PAGE)
    with CaptureQueriesContext(connection) as of_both:
        assert (asked.count, last.count) == (0, 0)
    assert of_both[0]["sql"] == of_both[1]["sql"]


def test_a_public_id_is_looked_up_and_not_looked_for(chief: Client) -> None:
    comment = factories.pending(factories.live())
    with CaptureQueriesContext(connection) as asked:
        response = chief.get(f"{DESK}?queue=all&q={comment.public_id}")
    assert [card.comment for card in response.context["cards"]] == [comment]
    assert [query["sql"] for query in asked if "LIKE" in query["sql"].upper()] == []


def test_nobody_is_offered_to_choose_all_conversations_across_pages(
    chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ThreadAdmin, "list_per_page", 1)
    for _ in range(2):
        factories.approved(factories.live())
    text = chief.get("/admin/comments/thread/").text
    assert ("Close: take no more comments" in text, "?p=2" in text, 'class="question"' in text) == (True, True, False)


def test_a_list_in_which_there_is_nothing_says_so_and_one_with_rows_does_not(chief: Client) -> None:
    words = ["There is nothing here yet.", "Nothing here fits what was asked for."]
    Tag.objects.all().delete()
    pages = [chief.get("/admin/articles/tag/").text, chief.get("/admin/articles/tag/?q=Harbour").text]
    Tag.objects.create(name="Harbour", slug="harbour")
    pages += [chief.get("/admin/articles/tag/").text, chief.get("/admin/articles/tag/?q=Harbour").text]
    said = [[each in page for each in words] for page in pages]
    assert said == [[True, False], [False, True], [False, False], [False, False]]
