"""The lists that everybody requests are read by an index, in its order: as quick from a million rows as from twenty."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from articles import error_reports, front_page, newsroom
from articles.finding import live_edition
from articles.models import Article, Edition, ErrorAnswer, ErrorReport, FrontPage, FrontSlot
from articles.models import Notice as NewsroomNotice
from articles.moments import ahead
from articles.related import related_to
from articles.sitemaps import StorySitemap
from comments import (
    facts,
    keys,
    listing,
    moderation,
    policy,
    posting,
    public_figures,
    queues,
    recommending,
    reporting,
    retention,
    roundups,
)
from comments.models import (
    AddressRequest,
    Alert,
    AuthorNote,
    Catch,
    Comment,
    Commenter,
    Decision,
    Digest,
    Notice,
    Recommendation,
    Report,
    Roundup,
)
from comments.narrowing import FILTERS
from comments.querysets import Position
from comments.queues import Asked, queue_named
from comments.states import Status
from comments.threads import answers_page, place_of, thread_of, thread_page
from newsportal import outbox
from tests import factories, large
from tests.pages.plans import DECLARED, Plan, planned

pytestmark = pytest.mark.django_db

# Enough for the databases to choose as they would with a million.
ROWS = 1_000


class Site:
    """Long lists of each kind."""

    def __init__(self) -> None:
        self.story = large.stories(ROWS)
        large.stories(4 * ROWS, section=factories.section("Politics"))
        self.untagged = Edition.objects.for_page().get(pk=factories.live().pk)
        self.thread = large.thread_with(ROWS)
        self.top = large.answers_below(ROWS)
        self.answered = Edition.objects.get(article=self.top.thread_id)
        large.waiting(ROWS)
        self.moderator, self.editor = factories.user("moderators"), factories.user("editors")
        self.commenter = Commenter.objects.create(email="ann@example.org", confirmed_at=timezone.now())
        self.middle = Comment.objects.filter(thread=self.thread.article_id)[ROWS // 2]
        self.answer = Comment.objects.filter(root=self.top)[ROWS // 2]
        reported_errors(ROWS, self.editor)
        # Read once for each page, whatever else is on it.
        for edition in (self.thread, self.answered):
            thread_of(edition)


# Few, because addresses are forgotten in time.
WITH_ADDRESS = {"error_report_of_address", "report_of_address"}
# What a post is compared with.
POSTING = {"revision_by_network", "revision_by_text", "notice_by_address", "restraint_of_network"}
CORRECTIONS = {"edition_of_kind"}
# Requested by its name: tests/articles/search/test_plans.py.
SEARCHED = {"edition_found"}
# By owner and then sorted, or in order of what came back to anybody: both are few.
CAME_BACK = {"comment_returned_by", "comment_came_back"}


def avoid(*ways: str) -> None:
    """PostgreSQL reads, joins and sorts tables as small as these whole, at no cost; but not those of a real paper."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("".join(f"SET LOCAL enable_{way} = off;" for way in ways) + "ANALYZE")


def reported_errors(number: int, editor: User) -> None:
    """One error in each of so many editions; most are answered."""
    now, answered = timezone.now(), {"outcome": "no_error", "answer": "It was Monday."}
    ErrorReport.objects.bulk_create(
        ErrorReport(
            article_id=article,
            edition_id=edition,
            text="It was Tuesday.",
            sent_at=now - timedelta(minutes=place),
            **(answered | {"answered_at": now, "answered_by": editor} if place % 50 else {}),
        )
        for place, (edition, article) in enumerate(Edition.objects.order_by("pk").values_list("pk", "article")[:number])
    )


@pytest.fixture
def site(db: None) -> Site:
    made = Site()
    avoid("seqscan", "hashjoin", "mergejoin")
    return made


Ask = Callable[[Site], object]


def key(listed: str, comment: Comment) -> str:
    return keys.key(listed, Position(comment.posted_at, comment.public_id, comment.recommendations))


def owed(rows: Any) -> Any:
    return list(outbox._owed(rows, timezone.now())[:100])


def stories() -> Any:
    return Edition.objects.live().for_card()


def standing(site: Site) -> Any:
    return Comment.objects.filter(thread=site.thread.article_id).top_level().standing()


def after(site: Site, sort: str, *, backwards: bool = False) -> Any:
    position = Position(site.middle.posted_at, site.middle.public_id, site.middle.recommendations)
    return standing(site).beyond(sort, position, backwards=backwards).in_order(sort, backwards=backwards)


def found(view: str, *, order: str = "", **fields: Any) -> Any:
    queue = queue_named(view)
    orders = {one.name: one for one in queue.orders}
    return list(queues.find(Asked(queue, orders.get(order, queue.orders[0]), **fields)).rows[:50])


# The orders of a conversation, and what has them.
BY_SORT = {"newest": "comment_standing", "oldest": "comment_standing", "recommended": "comment_recommended"}
# The queries, and the indexes that answer them, in whose order the rows come.
IN_ORDER: dict[str, tuple[Ask, set[str]]] = {
    "a section": (
        lambda site: list(stories().in_section(site.story.section).newest_first()[:20]),
        {"edition_of_section"},
    ),
    "how many stories a section has": (
        lambda site: stories().in_section(site.story.section).count(),
        {"edition_of_section"},
    ),
    "a story": (lambda site: live_edition(str(site.story.article_id)), {"edition_of_article"}),
    "its notes": (
        lambda site: list(Edition.objects.filter(article_id=site.story.article_id).begun().with_public_note()),
        {"edition_of_article"},
    ),
    "related stories without a tag": (lambda site: related_to(site.untagged), {"edition_of_section"}),
    "the arrangement of the front page": (lambda _site: list(FrontSlot.objects.at()), {"front_page_begins"}),
    "the next arrangement": (lambda _site: FrontPage.objects.waiting().first(), {"front_page_begins"}),
    "the next timed moments": (
        lambda _site: ahead(timezone.now()),
        {
            *("edition_begins", "edition_ends", "front_page_begins", "front_slot_ends"),
            *("breaking_begins", "breaking_ends"),
            *("thread_closes", "thread_slowed"),
        },
    ),
    **{
        f"top-level comments, {sort} first": (
            lambda site, sort=sort: list(standing(site).in_order(sort)[:21]),
            {index},
        )
        for sort, index in BY_SORT.items()
    },
    **{
        f"top-level comments {way} one, {sort} first": (
            lambda site, sort=sort, way=way: list(after(site, sort, backwards=way == "in front of")[:21]),
            {index},
        )
        for sort, index in BY_SORT.items()
        for way in ("after", "in front of")
    },
    **{
        f"a page of a conversation, {sort} first": (
            lambda site, sort=sort: thread_page(site.thread, sort=sort),
            {index},
        )
        for sort, index in BY_SORT.items()
    },
    **{
        f"a page of a conversation after one, {sort} first": (
            lambda site, sort=sort: thread_page(
                site.thread, sort=sort, after=key(keys.of_thread(site.thread.article_id, sort), site.middle)
            ),
            {index},
        )
        for sort, index in BY_SORT.items()
    },
    "what is featured of a conversation": (
        lambda site: thread_page(site.thread, sort="featured"),
        {"comment_featured"},
    ),
    "the page of the answers": (lambda site: answers_page(site.answered, site.top), {"comment_public_answers"}),
    "the page of the answers after one": (
        lambda site: answers_page(site.answered, site.top, after=key(keys.of_answers(site.top.public_id), site.answer)),
        {"comment_public_answers"},
    ),
    **{
        f"where a comment stands, {sort} first": (
            lambda site, sort=sort: place_of(site.middle, site.thread, sort=sort),
            {index},
        )
        for sort, index in BY_SORT.items()
    },
    "where an answer stands": (lambda site: place_of(site.answer, site.answered), {"comment_public_answers"}),
    "the feed of a conversation": (
        lambda site: list(Comment.objects.public().filter(thread=site.top.thread_id).newest_first()[:50]),
        {"comment_of_thread"},
    ),
    "a conversation that is read whole": (
        lambda site: list(Comment.objects.filter(thread=site.top.thread_id).standing().oldest_first()[:60]),
        {"comment_of_thread"},
    ),
    **{
        f"the queue of what is {status.value}": (
            lambda _site, status=status: list(Comment.objects.filter(status=status).oldest_first()[:50]),
            {"comment_desk"},
        )
        for status in Status
    },
    "the waiting queue": (lambda _site: found("waiting"), {"comment_queue"}),
    "the waiting queue by age": (lambda _site: found("waiting", order="oldest"), {"comment_desk"}),
    "what authors object to": (lambda _site: found("objected"), {"comment_objected"}),
    "the waiting queue of a story": (
        lambda site: found("waiting", story=site.thread.article_id),
        {"comment_queue_of_story"},
    ),
    "what was rejected of a story": (
        lambda site: found("rejected", story=site.thread.article_id),
        {"comment_decided"},
    ),
    "what was approved of a story": (
        lambda site: found("approved", story=site.thread.article_id),
        {"comment_decided"},
    ),
    "what is reported": (lambda _site: found("reported"), {"comment_reported"}),
    "what came of a case of reports": (
        lambda _site: list(Decision.objects.filter(report_case=1).order_by()),
        {"decision_of_reports"},
    ),
    "what came of all cases": (
        lambda _site: list(
            Decision.objects.filter(report_case__gt=0, at__gte=timezone.now() - timedelta(days=366)).order_by()
        ),
        {"decision_of_reports"},
    ),
    "who was told that a report came in": (
        lambda _site: list(Notice.objects.filter(report=1).order_by()),
        {"notice_of_report"},
    ),
    "what a network has reported": (
        lambda _site: list(Report.objects.filter(network="x").order_by()),
        {"report_by_network"},
    ),
    "what its authors have changed": (lambda _site: found("changed"), {"comment_came_back"}),
    "the record of an address": (lambda site: facts.record_of(site.commenter), {"comment_of_address"}),
    "what a moderator decided": (
        lambda site: list(Decision.objects.filter(by=site.moderator).order_by()),
        {"decision_of_moderator"},
    ),
    "what the clock closes": (lambda _site: moderation.close_unchanged(), {"comment_closes"}),
    "the decisions of a bulk act": (
        lambda _site: list(Decision.objects.filter(batch=1).order_by()),
        {"decision_of_batch"},
    ),
    "what a word rule caught": (
        lambda _site: list(Catch.objects.filter(rule=1).order_by("-at")[:20]),
        {"catch_of_rule"},
    ),
    "how an author stands": (
        lambda site: facts.standing_given(site.commenter, timezone.now()),
        {"standing_of_commenter"},
    ),
    "the notes on an author": (
        lambda site: list(AuthorNote.objects.filter(commenter=site.commenter)),
        {"note_on_commenter"},
    ),
    "the ledger of a day": (
        lambda _site: list(
            Decision.objects.filter(
                at__gte=timezone.now() - timedelta(days=2), at__lt=timezone.now() - timedelta(days=1)
            ).order_by("-at", "-pk")[:100]
        ),
        {"decision_by_time"},
    ),
    "whose reporters are forgotten": (
        lambda _site: list(reporting._answered_long_ago(timezone.now()).order_by()),
        {"decision_of_reports"},
    ),
    "what was reported in some months": (
        lambda _site: list(
            Report.objects.filter(received_at__gte=timezone.now()).order_by().values_list("received_at")
        ),
        {"report_by_time"},
    ),
    "the alerts that are due": (lambda _site: owed(Alert.objects.all()), {"alert_owed"}),
    "the digests that are due": (lambda _site: owed(Digest.objects.all()), {"digest_owed"}),
    "the notices that are due": (lambda _site: owed(Notice.objects.by_itself()), {"notice_owed"}),
    "the roundups that are due": (lambda _site: owed(Roundup.objects.all()), {"roundup_owed"}),
    "what waits for a roundup": (lambda _site: list(roundups._held(Roundup(pk=1))[:50]), {"notice_of_roundup"}),
    "what lists do not tell yet": (lambda _site: listing.count_due(), {"thread_to_be_listed"}),
    "what is to be counted": (lambda _site: recommending.count_due(), {"recommendation_due"}),
    "what a network recommended lately": (
        lambda _site: list(Recommendation.objects.filter(network="x").order_by("-at")[:90]),
        {"recommendation_of_network"},
    ),
    "the links that are due": (lambda _site: owed(AddressRequest.objects.all()), {"address_request_owed"}),
    "the links that a network asked for": (
        lambda _site: list(
            AddressRequest.objects.filter(network="x", created_at__gt=timezone.now()).order_by("-created_at")[:10]
        ),
        {"address_request_by_network"},
    ),
    "the links that an address was sent": (
        lambda _site: AddressRequest.objects.filter(to="x", sent_at__gt=timezone.now()).count(),
        {"address_request_by_address"},
    ),
    "the addresses that nobody confirmed in time": (
        lambda _site: list(retention._typed(timezone.now()).order_by("posted_at")[:10]),
        {"comment_with_unconfirmed"},
    ),
    "what is to be told of reported errors": (lambda _site: owed(ErrorAnswer.objects.all()), {"error_answer_owed"}),
    "the errors that are reported in a story": (
        lambda site: list(ErrorReport.objects.filter(article=site.thread.article_id).order_by("sent_at")),
        {"error_report_of_article"},
    ),
    "the reported errors that wait": (
        lambda _site: list(ErrorReport.objects.waiting()[:10]),
        {"error_report_waits"},
    ),
    "the reported errors": (
        lambda _site: list(ErrorReport.objects.order_by("-sent_at", "-pk")[:10]),
        {"error_report_by_time"},
    ),
    "the errors that a network reported": (
        lambda _site: list(ErrorReport.objects.sent_from("x", timezone.now() - timedelta(hours=1))),
        {"error_report_sender"},
    ),
    "the newsroom's notices that are due": (lambda _site: owed(NewsroomNotice.objects.all()), {"article_notice_owed"}),
    "what waits for review": (lambda site: list(newsroom.to_review(site.editor)[:6]), {"article_by_status"}),
    "what one has in hand": (
        lambda site: list(Article.objects.filter(owner=site.editor, status="draft").order_by()[:6]),
        {"article_in_hand"},
    ),
}


# Read in the order of an index from its newest end, and no further than the list is long.
FROM_THE_END: dict[str, tuple[Ask, str]] = {
    "the front page": (lambda _site: list(stories().newest_first()[:18]), "edition_by_time"),
    "the sitemap": (lambda _site: list(StorySitemap().items()[:100]), "edition_by_time"),
}


# What sorts the few rows that an index returned.
PUT_IN_ORDER: dict[str, tuple[Ask, set[str]]] = {
    "the sections of the front page": (
        lambda _site: front_page._section_blocks([], (), timezone.now()),
        {"edition_of_section"},
    ),
}


def test_what_everybody_asks_for_is_read_from_an_index(site: Site) -> None:
    expected = {asked: Plan(indexes) for asked, (_ask, indexes) in IN_ORDER.items()}
    expected |= {asked: Plan({index}, read_whole={index}) for asked, (_ask, index) in FROM_THE_END.items()}
    expected |= {asked: Plan(indexes, is_sorted=True) for asked, (_ask, indexes) in PUT_IN_ORDER.items()}
    avoid("sort")
    found = {}
    for asked, (ask, _index) in {**IN_ORDER, **FROM_THE_END, **PUT_IN_ORDER}.items():
        with planned() as found[asked]:
            ask(site)
        # It begins with a story's number, so PostgreSQL may find a row through it as well as by the key.
        found[asked].indexes -= SEARCHED
    assert found == expected


def test_a_comment_with_many_answers_is_read_with_the_first_of_them(site: Site) -> None:
    with planned() as plan:
        thread_page(site.answered)
    # The few remaining rows are sorted, or the index has them in order: the database chooses.
    assert (plan.indexes, plan.read_whole) == ({"comment_standing", "comment_public_answers"}, set())


def test_the_stories_of_a_tag_or_a_person_are_found_without_reading_all_stories(site: Site) -> None:
    for filed in (stories().tagged(site.story.tags.get()), stories().by_person(site.story.people.get())):
        with planned() as plan:
            list(filed.newest_first()[:20])
        # By their own index and then sorted, or by time for as long as the list is: the database knows which is less.
        assert plan in (Plan(is_sorted=True), Plan({"edition_by_time"}, read_whole={"edition_by_time"}))


def test_corrections_are_found_by_their_kind_and_then_put_in_order(site: Site) -> None:
    with planned() as plan:
        list(Edition.objects.corrections()[:20])
    assert (plan.indexes & CORRECTIONS, plan.read_whole) == (CORRECTIONS, set())


def test_posting_reads_what_came_from_its_network_and_what_was_said_before(site: Site) -> None:
    draft = posting.Draft(name="Ann", body=factories.GOOD_TEXT, email="ann@example.org")
    with planned() as plan:
        posting.post(site.thread, draft, address=factories.address())
    assert (plan.indexes, plan.read_whole) == (POSTING, set())


def test_a_decision_locks_a_comment_and_what_it_answers_by_their_numbers(site: Site) -> None:
    with planned() as plan, transaction.atomic():
        locked = moderation.lock([site.answer.pk, site.middle.pk])
    assert (set(locked), plan.read_whole) == ({site.answer.pk, site.middle.pk}, set())


def test_the_desk_reads_its_page_and_what_its_cards_show(site: Site) -> None:
    desk = Client()
    desk.force_login(site.moderator)
    for queue in ("", *Status.values):
        with planned() as plan:
            assert desk.get("/admin/comments/comment/", {"queue": queue}).status_code == 200
        assert (queue, plan.read_whole) == (queue, set())


# For each way to narrow a view, the index that says what is searched.
LOOKED_THROUGH: dict[str, tuple[dict[str, Any], set[str]]] = {
    "words": ({"words": "some words"}, {"comment_queue"}),
    **{
        one.name: ({"narrowed": ((one, value),)}, {"comment_queue"})
        for one, value in zip(FILTERS, ("1", "listed_words", "hate", "over-day", "rule"), strict=True)
    },
}


def test_what_narrows_a_view_reads_no_more_than_the_first_of_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "LOOKED_THROUGH", ROWS // 4)
    for narrowing, (fields, indexes) in LOOKED_THROUGH.items():
        for view in ("waiting", "spam", "all"):
            with planned() as plan:
                found(view, **fields)
            expected = {"waiting": indexes, "spam": {"comment_desk"}, "all": set()}[view]
            assert (narrowing, view, plan.indexes & {"comment_queue", "comment_desk"}) == (narrowing, view, expected)
            assert (narrowing, view, plan.read_whole) == (narrowing, view, set())


def test_the_comments_of_an_author_are_found_by_the_address_or_the_network(site: Site) -> None:
    Comment.objects.filter(pk=site.middle.pk).update(commenter=site.commenter)
    site.middle.refresh_from_db()
    for author, index in ((site.middle, "comment_of_address"), (factories.pending(site.story), "revision_by_network")):
        for view in ("waiting", "approved", "all"):
            with planned() as plan:
                found(view, author=author)
            assert (view, index in plan.indexes, plan.read_whole) == (view, True, set())


def test_what_came_back_to_a_moderator_is_found_among_what_came_back(site: Site) -> None:
    with planned() as plan:
        list(queues.came_back_to(site.moderator)[:20])
    assert (len(plan.indexes & CAME_BACK), plan.indexes - CAME_BACK, plan.read_whole) == (1, set(), set())


@pytest.mark.parametrize(
    ("found", "index"),
    [
        (lambda: error_reports.given_under("Ann@example.org"), "error_report_of_address"),
        (lambda: Report.objects.given_under("Ann@example.org"), "report_of_address"),
    ],
    ids=["errors", "reports"],
)
def test_what_was_reported_with_an_address_is_found_by_it(site: Site, found: Callable[[], Any], index: str) -> None:
    with planned() as plan:
        list(found().order_by())
    assert (plan.indexes, plan.read_whole) == ({index}, set())


def test_a_month_of_moderation_is_made_of_its_own_days(site: Site) -> None:
    # One from before the ledger began: to read the month whole in which all of it was written would be right.
    with planned() as plan:
        public_figures.reckoned(date(2020, 1, 1))
    assert plan.read_whole == set()


def test_every_index_answers_somebody() -> None:
    asked = {index for _ask, indexes in (*IN_ORDER.values(), *PUT_IN_ORDER.values()) for index in indexes}
    assert (
        asked
        | {index for _ask, index in FROM_THE_END.values()}
        | POSTING
        | CORRECTIONS
        | SEARCHED
        | CAME_BACK
        | WITH_ADDRESS
        == DECLARED
    )


def test_a_list_whose_index_is_gone_is_noticed(site: Site) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX comment_desk")
    avoid("sort")
    with planned() as plan:
        list(Comment.objects.filter(status=Status.PENDING).oldest_first()[:50])
    assert (plan.is_sorted, len(plan.read_whole)) == (True, 1)
