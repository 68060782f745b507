"""The moderators' queue: what it shows, what its buttons do, and what it refuses in words."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import Traveller

from articles import publishing
from articles.models import Article, Edition
from comments import moderation, posting
from comments.admin.desk import CommentAdmin
from comments.desk import cards, for_desk, why
from comments.findings import FINDINGS
from comments.models import Comment, Decision, Thread
from comments.states import Reason, Status
from comments.templatetags.desk import waited
from comments.triage import RULES
from tests import factories
from tests.comments.reading import Element, read, words
from tests.factories import GOOD_TEXT

DESK = "/admin/comments/comment/"


@pytest.fixture
def moderator(db: None) -> User:
    return factories.user("moderators", username="mona", first_name="Mona", last_name="Lind")


@pytest.fixture
def desk(sign_in: Callable[..., Client], moderator: User) -> Client:
    return sign_in(user=moderator)


def look(desk: Client, query: str = "") -> Element:
    response = desk.get(DESK + query)
    assert response.status_code == 200
    return read(response)


def shown(page: Element) -> list[str]:
    return [words(card.one("h3")) for card in page.all("article", class_="card")]


def card_of(page: Element, comment: Comment) -> Element:
    return page.one("article", id=f"row-{comment.pk}")


def act(desk: Client, action: str, *comments: Comment, saw: bool = True, **fields: str) -> list[str]:
    """Choose these in the list, press the button, and read the resulting messages."""
    data: dict[str, Any] = {"action": action, "_selected_action": [comment.pk for comment in comments], "index": "0"}
    if saw:
        data |= {f"saw-{comment.pk}": comment.seen for comment in comments}
    return told(desk, {**data, **fields})


def told(desk: Client, data: dict[str, Any], path: str = DESK) -> list[str]:
    response = desk.post(path, data, follow=True)
    assert response.status_code == 200
    return [words(item) for item in read(response).one("ul", class_="messagelist").all("li")]


def states() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


# --- What it shows --------------------------------------------------------------------------------------------------


def test_it_opens_on_what_waits_the_oldest_first(clock: Traveller, edition: Edition, desk: Client) -> None:
    for name in ("First", "Second", "Third"):
        factories.pending(edition, name=name)
        clock.shift(60)
    factories.approved(edition, name="Approved")
    page = look(desk)
    assert shown(page) == ["First", "Second", "Third"]
    assert shown(look(desk, "?queue=approved")) == ["Approved"]
    assert shown(look(desk, "?queue=all")) == ["Approved", "Third", "Second", "First"]
    assert shown(look(desk, "?queue=all&order=oldest")) == ["First", "Second", "Third", "Approved"]


@pytest.mark.parametrize("status", list(Status))
def test_each_queue_shows_its_own(edition: Edition, desk: Client, status: Status) -> None:
    comment = factories.pending(edition, name="Somebody")
    if status is Status.WITHDRAWN:
        posting.withdraw(comment, saw=comment.seen)
    elif status is not Status.PENDING:
        factories.decided(comment, status)
    for queue in [*Status.values, ""]:
        expected = ["Somebody"] if (queue or "pending") == status else []
        assert shown(look(desk, f"?queue={queue}" if queue else "")) == expected
    assert words(card_of(look(desk, "?queue=all"), comment).one("span", class_=f"state--{status}")) == status.label


@pytest.mark.parametrize("queue", ["nonsense", "%00", "x" * 300])
def test_a_queue_that_does_not_exist_shows_what_waits(edition: Edition, desk: Client, queue: str) -> None:
    factories.pending(edition, name="Somebody")
    assert shown(look(desk, f"?queue={queue}")) == ["Somebody"]


def test_an_empty_desk_says_so(desk: Client) -> None:
    assert words(look(desk).one("div", class_="cards__empty")) == "Nothing waits here. Well done."


def test_a_card_shows_the_comment_in_full_with_its_context(clock: Traveller, edition: Edition, desk: Client) -> None:
    parent = factories.approved(edition, name="Olu")
    text = f"{GOOD_TEXT}\n\nSecond <b>paragraph</b> with https://a.example/1 https://a.example/2 https://a.example/3"
    comment = factories.pending(edition, name="Ann", body=text, parent=parent)
    card = card_of(look(desk), comment)
    assert card.one("div", class_="card__body").text == text
    assert card.fields() == {
        f"saw-{comment.pk}": "pending.1",
        f"reason-{comment.pk}": "",
        f"explanation-{comment.pk}": "",
        f"passage-{comment.pk}": "",
    }
    story = card.one("p", class_="card__story")
    assert story.one("a").attributes["href"] == edition.get_absolute_url()
    assert words(story) == f"{edition.headline}, edition 1"
    answered = card.one("details", class_="card__answered")
    assert words(answered) == f"answers Olu {parent.public_revision.body}"
    assert [words(item) for item in card.one("ul", class_="card__why").all("li")] == [
        "3 links",
        "no approved comment by this author",
    ]
    assert words(card.one("p", class_="card__record")) == (
        "No confirmed address. Under this name from this network: 0 approved, 0 rejected before"
    )
    assert card.one("time").attributes["datetime"].startswith("2026-03-02T12:00:00")


def test_a_card_says_that_the_story_has_changed_or_gone_since(clock: Traveller, edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    clock.shift(60)
    factories.updated(edition)
    said = words(card_of(look(desk), comment).one("p", class_="card__story"))
    assert said == f"{edition.headline}, edition 1 written under an older edition"
    story = Article.objects.get()
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    card = card_of(look(desk), comment)
    assert words(card.one("p", class_="card__story")) == f"{edition.headline} not public, edition 1"


def test_a_card_counts_the_authors_record_by_confirmed_address(edition: Edition, desk: Client) -> None:
    def by_ann(**draft: Any) -> Comment:
        comment = factories.pending(edition, email="ann@example.org", **draft)
        posting.confirm_address(comment)
        return comment

    for status in (Status.APPROVED, Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED):
        factories.decided(by_ann(), status)
    factories.approved(edition, name="Ann", email="ann@example.org")
    waiting = by_ann(name="Ann")
    assert words(card_of(look(desk), waiting).one("p", class_="card__record")) == (
        "By this confirmed address: 2 approved, 2 rejected before"
    )


def test_a_card_counts_an_unknown_authors_record_by_name_and_network(edition: Edition, desk: Client) -> None:
    factories.approved(edition, name="Ann")
    factories.decided(factories.pending(edition, name="Ann"), Status.SPAM)
    factories.approved(edition, name="Ben")
    factories.approved(edition, name="Ann", sent_from="198.51.100.1")
    approved = factories.approved(edition, name="Ann")
    waiting = factories.pending(edition, name="Ann")
    said = "No confirmed address. Under this name from this network: {} approved, {} rejected before"
    page = look(desk, "?queue=all")
    assert words(card_of(page, waiting).one("p", class_="card__record")) == said.format(2, 1)
    assert words(card_of(page, approved).one("p", class_="card__record")) == said.format(1, 1)


def test_every_finding_of_the_rules_has_words_at_the_desk() -> None:
    assert {rule.__name__ for rule in RULES} | {"every_comment", "trusted_author", "trusted_by_moderator"} == set(
        FINDINGS
    )


def test_why_is_what_the_rules_said_last(edition: Edition) -> None:
    comment = factories.pending(edition)
    assert why(GOOD_TEXT, comment.decisions.all()) == [("no approved comment by this author", False)]
    assert why(GOOD_TEXT, []) == []


def test_a_card_of_a_decided_comment_says_who_decided_and_offers_the_rest(
    clock: Traveller, edition: Edition, desk: Client, moderator: User
) -> None:
    comment = factories.decided(factories.pending(edition), Status.REJECTED, by=moderator, reason="hate")
    card = card_of(look(desk, "?queue=rejected"), comment)
    assert words(card.one("p", class_="card__latest")) == "rejected by Mona Lind, 2 March 2026, 12:00 UTC: hate"
    assert [button.attributes["value"].partition(":")[0] for button in card.all("button", name="decide")] == [
        "approve",
        "spam",
        "return_to_author",
    ]


@pytest.mark.parametrize("on", [True, False])
def test_a_card_of_what_readers_see_features_it_or_ends_that(
    edition: Edition, desk: Client, moderator: User, on: bool
) -> None:
    comment = factories.approved(edition)
    if not on:
        moderation.feature(comment, by=moderator, saw=comment.seen)
    card = card_of(look(desk, "?queue=approved"), comment)
    (value,) = {one.attributes["value"] for one in card.all("button", name="decide")} & {
        f"feature:{comment.pk}",
        f"unfeature:{comment.pk}",
    }
    desk.post(DESK, {"decide": value, f"saw-{comment.pk}": comment.seen})
    comment.refresh_from_db()
    assert (comment.featured_at is not None) is on


def test_a_withdrawn_comment_offers_nothing(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    posting.withdraw(comment, saw=comment.seen)
    assert card_of(look(desk, "?queue=withdrawn"), comment).all("button") == []


def test_an_edited_comment_shows_its_newest_words_and_their_number(edition: Edition, desk: Client) -> None:
    comment = factories.approved(edition)
    posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    card = card_of(look(desk), comment)
    assert card.one("div", class_="card__body").text == f"{GOOD_TEXT} Better."
    assert "revision 2" in words(card)
    assert card.fields()[f"saw-{comment.pk}"] == "pending.2"


def test_the_desk_is_searched_by_text_name_and_public_id(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition, name="Olu", body=f"{GOOD_TEXT} zebra")
    factories.pending(edition, name="Ben")
    for query in ("zebra", "olu", comment.public_id):
        assert shown(look(desk, f"?q={query}")) == ["Olu"]
    assert shown(look(desk, "?q=nobody")) == []
    assert desk.get(f"{DESK}?q=%00").status_code == 200


def test_the_desk_is_filtered_by_section(edition: Edition, desk: Client) -> None:
    factories.pending(edition, name="World reader")
    culture = factories.live(section=factories.section("Culture"))
    factories.pending(culture, name="Culture reader")
    assert shown(look(desk, f"?section={culture.section_id}")) == ["Culture reader"]


def test_three_and_thirty_cards_cost_the_same_queries(edition: Edition, desk: Client) -> None:
    parent = factories.approved(edition)
    story = factories.live()

    def add(number: int) -> None:
        for n in range(number):
            factories.pending(edition, parent=parent, sent_from=f"198.51.100.{n}", name=f"Reader {n}")
            comment = factories.pending(story, email=f"reader{n}@example.org", sent_from=f"198.51.100.{n}")
            posting.confirm_address(comment)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            page = look(desk)
        return len(shown(page)), len(asked)

    add(2)
    few, cost_of_few = cost()
    add(13)
    several, cost_of_several = cost()
    assert (few, several) == (4, 30)
    assert cost_of_several == cost_of_few <= 33


# --- Deciding -------------------------------------------------------------------------------------------------------

ACTIONS = [
    ("approve", {}, Status.APPROVED, "approved"),
    ("spam", {}, Status.SPAM, "spam"),
    ("reject", {"reason": "hate", "explanation": "Not here."}, Status.REJECTED, "rejected"),
    ("return_to_author", {"explanation": "Who said so?"}, Status.RETURNED, "returned to its author"),
]


@pytest.mark.parametrize(("action", "fields", "status", "label"), ACTIONS, ids=lambda part: str(part)[:12])
def test_chosen_comments_are_decided_together(
    edition: Edition, desk: Client, moderator: User, action: str, fields: dict[str, str], status: Status, label: str
) -> None:
    one, two, other = (factories.pending(edition) for _ in range(3))
    assert act(desk, action, one, two, **fields) == [f"2 comments are now: {label}. Undo"]
    assert states() == [status, status, Status.PENDING]
    decisions = Decision.objects.filter(by=moderator).select_related("words")
    said = {(row.to_status, row.reason, row.explanation) for row in decisions}
    assert said == {(status, fields.get("reason", ""), fields.get("explanation", ""))}
    assert Thread.objects.get().public_count == (2 if status is Status.APPROVED else 0)
    assert other.decisions.count() == 1


@pytest.mark.parametrize(("action", "fields", "status", "label"), ACTIONS, ids=lambda part: str(part)[:12])
def test_a_cards_own_button_decides_on_that_card_alone(
    edition: Edition, desk: Client, action: str, fields: dict[str, str], status: Status, label: str
) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    page = look(desk)
    assert f"{action}:{one.pk}" in [button.attributes["value"] for button in page.all("button", name="decide")]
    data = page.one("form", id="changelist-form").fields()
    data |= {f"{name}-{one.pk}": value for name, value in fields.items()}
    # The other card is ticked, and the list's own fields have other values.
    data |= {"_selected_action": str(two.pk), "action": "spam", "reason": "other", "decide": f"{action}:{one.pk}"}
    assert told(desk, data) == [f"1 comment is now: {label}. Undo"]
    assert states() == [status, Status.PENDING]
    latest = one.decisions.order_by("pk").last()
    assert (latest.reason, latest.explanation) == (fields.get("reason", ""), fields.get("explanation", ""))


def test_every_reason_is_offered(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    page = look(desk)
    for select in (page.one("select", name="reason"), page.one("select", name=f"reason-{comment.pk}")):
        assert [option.attributes["value"] for option in select.all("option")] == ["", *Reason.values]


def test_what_one_refusal_keeps_back_the_others_do_not_wait_for(edition: Edition, desk: Client) -> None:
    one, two = factories.pending(edition, name="Ann"), factories.pending(edition, name="Ben")
    said = act(desk, "approve", one, two, **{f"saw-{one.pk}": "spam.1"})
    assert said[0] == "1 comment is now: approved. Undo"
    assert said[1].startswith("Ann: Decided already: held by a rule, ")
    assert states() == [Status.PENDING, Status.APPROVED]


@pytest.mark.parametrize(
    ("action", "fields", "words_"),
    [
        ("reject", {}, "Ann: Choose a reason for the rejection."),
        ("reject", {"reason": "other"}, "Ann: The reason “other” needs an explanation for the author."),
        ("return_to_author", {}, "Ann: Say in the explanation what the author should change."),
    ],
)
def test_a_decision_without_the_words_it_needs_is_refused(
    edition: Edition, desk: Client, action: str, fields: dict[str, str], words_: str
) -> None:
    comment = factories.pending(edition, name="Ann")
    assert act(desk, action, comment, **fields) == [words_]
    assert states() == [Status.PENDING]


def test_a_row_posted_without_what_it_showed_is_refused_in_words(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition, name="Ann")
    assert act(desk, "approve", comment, saw=False) == [
        "Ann: The page did not say what it showed of this comment. Nothing was decided; open the desk again."
    ]
    assert states() == [Status.PENDING]


def test_a_second_moderator_is_told_who_decided_what_and_when_and_nothing_is_overwritten(
    clock: Traveller, edition: Edition, desk: Client, sign_in: Callable[..., Client]
) -> None:
    comment = factories.pending(edition, name="Ann")
    page = look(sign_in("moderators"))
    act(desk, "approve", comment)
    clock.shift(4)
    second = sign_in("moderators")
    for data in (
        {"action": "spam", "_selected_action": str(comment.pk), "index": "0"},
        {"decide": f"spam:{comment.pk}"},
    ):
        said = told(second, page.one("form", id="changelist-form").fields() | data)
        assert said == ["Ann: Decided already: approved by Mona Lind, 4 seconds ago. Nothing was overwritten."]
    assert states() == [Status.APPROVED]
    assert Decision.objects.count() == 2


def test_a_text_that_was_edited_since_is_not_decided_on(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition, name="Ann")
    data = look(desk).one("form", id="changelist-form").fields()
    posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    said = told(desk, data | {"decide": f"approve:{comment.pk}"})
    assert said == ["Ann: The author has changed this comment since it was shown to you. Nothing was decided."]
    assert states() == [Status.PENDING]


def test_many_refusals_are_told_five_at_a_time(edition: Edition, desk: Client) -> None:
    comments = [factories.pending(edition) for _ in range(7)]
    said = act(desk, "approve", *comments, saw=False)
    assert len(said) == 6
    assert said[5] == "2 more were refused."
    assert act(desk, "approve", *comments[:6], saw=False)[5] == "1 more was refused."


def test_select_across_all_pages_is_ignored(edition: Edition, desk: Client) -> None:
    one, _other = factories.pending(edition), factories.pending(edition)
    data = look(desk).one("form", id="changelist-form").fields()
    data |= {"action": "approve", "_selected_action": str(one.pk), "select_across": "1", "index": "0"}
    told(desk, data)
    assert states() == [Status.APPROVED, Status.PENDING]


@pytest.mark.parametrize("pk", ["", "x", "-1", "9" * 18, "9" * 40, "1,2", "\x00", "٣"])
def test_a_forged_choice_decides_nothing_and_breaks_nothing(edition: Edition, desk: Client, pk: str) -> None:
    factories.pending(edition)
    for data in ({"decide": f"approve:{pk}"}, {"action": "approve", "_selected_action": pk, "index": "0"}):
        assert desk.post(DESK, data).status_code in {200, 302}
    assert desk.post(f"{DESK}undo/", {"decisions": pk}).status_code == 302
    assert states() == [Status.PENDING]


# --- Undo -----------------------------------------------------------------------------------------------------------


def test_undo_takes_back_what_was_just_decided(edition: Edition, desk: Client) -> None:
    comments = [factories.pending(edition) for _ in range(3)]
    response = desk.post(
        DESK,
        {"action": "approve", "_selected_action": [c.pk for c in comments], "index": "0"}
        | {f"saw-{c.pk}": c.seen for c in comments},
        follow=True,
    )
    button = read(response).one("button", class_="undo")
    assert button.attributes["form"] == read(response).one("form", id="undo-form").attributes["id"]
    assert told(desk, {"batch": button.attributes["value"]}, f"{DESK}undo/") == ["3 decisions were undone."]
    assert states() == [Status.PENDING] * 3
    assert Thread.objects.get().public_count == 0


def test_of_an_empty_list_the_bar_waits_for_what_the_page_fetches(edition: Edition, desk: Client) -> None:
    assert "hidden" in read(desk.get(DESK)).one("div", class_="actions").attributes
    factories.pending(edition)
    assert "hidden" not in read(desk.get(DESK)).one("div", class_="actions").attributes


def test_undo_of_what_is_not_there_says_so(desk: Client) -> None:
    for sent in ({"decisions": "987654321"}, {"batch": "987654321"}, {"decisions": "x"}, {}):
        assert told(desk, sent, f"{DESK}undo/") == ["There is nothing to undo."]


def test_undo_leads_back_to_the_list_as_it_was(edition: Edition, desk: Client) -> None:
    comment = factories.decided(factories.pending(edition), Status.SPAM)
    here = f"{DESK}?queue=spam&order=oldest&q=caf%C3%A9"
    form = read(desk.get(here)).one("form", id="undo-form")
    sent = {**form.fields(), "decisions": comment.decisions.latest("pk").pk}
    response = desk.post(form.attributes["action"], sent)
    assert (response.status_code, response["Location"]) == (302, here)
    assert states() == [Status.PENDING]


@pytest.mark.parametrize(
    "back", ["", "https://example.org/admin/", "//example.org", "/", "/admin/\n\\evil", "\x00", "javascript:1"]
)
def test_undo_leads_to_no_page_but_the_staffs_own(desk: Client, back: str) -> None:
    address = f"{DESK}undo/?{urlencode({'back': back})}"
    assert desk.post(address, {"decisions": "0"})["Location"].startswith("/admin/")
    assert desk.get(address)["Location"].startswith("/admin/")


def test_undo_of_what_a_colleague_built_upon_is_refused_in_words(
    clock: Traveller, edition: Edition, desk: Client
) -> None:
    comment = factories.pending(edition)
    factories.decided(comment, Status.APPROVED)
    first = comment.decisions.order_by("pk").last()
    factories.decided(comment, Status.SPAM, by=factories.user("moderators", username="mo"))
    said = told(desk, {"decisions": str(first.pk)}, f"{DESK}undo/")
    assert said == ["Decided already: marked as spam by mo, 0 seconds ago. Nothing was overwritten."]
    assert states() == [Status.SPAM]


def test_who_signs_in_again_after_a_post_comes_to_the_page_that_sent_it(
    edition: Edition, desk: Client, moderator: User
) -> None:
    """Signing in continues by GET with the address to which the page was sent."""
    comment = factories.decided(factories.pending(edition), Status.SPAM, by=moderator)
    here = f"{DESK}?queue=spam&order=oldest"
    undo = read(desk.get(here)).one("form", id="undo-form").attributes["action"]
    sent = {undo: here, f"{DESK}undo/": DESK, f"{DESK}{comment.pk}/answer/": f"{DESK}{comment.pk}/change/"}
    at = {address: desk.get(address) for address in sent}
    assert {address: response.headers.get("Location") for address, response in at.items()} == sent
    assert states() == [Status.SPAM]
    assert desk.put(f"{DESK}undo/").status_code == 405
    desk.force_login(factories.user("writers", username="wim"))
    assert {desk.get(address).status_code for address in sent} == {403}


# --- One comment ----------------------------------------------------------------------------------------------------


def test_one_comments_page_shows_its_whole_ledger_and_decides(
    clock: Traveller, edition: Edition, desk: Client, moderator: User
) -> None:
    comment = factories.decided(
        factories.pending(edition), Status.REJECTED, by=moderator, reason="hate", explanation="No."
    )
    page = read(desk.get(f"{DESK}{comment.pk}/change/"))
    rows = [
        [words(cell) for cell in row.all("td")][2:] for row in page.one("table", class_="log").one("tbody").all("tr")
    ]
    assert rows == [["waiting", "rule", "", "", ""], ["rejected", "Mona Lind", "hate", "No.", "Undo"]]
    form = card_of(page, comment).parent
    assert form is not None
    said = told(desk, form.fields() | {"decide": f"approve:{comment.pk}"}, form.attributes["action"])
    assert said == ["1 comment is now: approved. Undo"]
    assert states() == [Status.APPROVED]


def test_a_comment_that_is_not_there_leads_back(desk: Client) -> None:
    response = desk.get(f"{DESK}987654321/change/")
    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_cards_of_nothing_are_nothing(db: None) -> None:
    assert cards(list(for_desk(Comment.objects.all()))) == []


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["writers", "editors"])
def test_nobody_but_moderators_has_a_desk(edition: Edition, sign_in: Callable[..., Client], role: str) -> None:
    comment = factories.pending(edition)
    decision = factories.decided(factories.pending(edition), Status.SPAM).decisions.order_by("pk").last()
    client = sign_in(role)
    deciding = {"action": "approve", "_selected_action": [comment.pk], f"saw-{comment.pk}": comment.seen}
    answers = [
        client.get(DESK),
        client.post(DESK, deciding),
        client.get(f"{DESK}{comment.pk}/change/"),
        client.post(f"{DESK}undo/", {"decisions": str(decision.pk)}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert states() == [Status.PENDING, Status.SPAM]


def test_who_is_not_signed_in_is_asked_to_sign_in(edition: Edition) -> None:
    comment = factories.pending(edition)
    for path in (DESK, f"{DESK}{comment.pk}/change/"):
        response = Client().get(path)
        assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={path}")
    assert Client().post(f"{DESK}undo/", {"decisions": "1"}).status_code == 302


@pytest.mark.parametrize("role", ["moderators", "admin"])
def test_nothing_is_added_changed_or_deleted_by_hand(
    edition: Edition, sign_in: Callable[..., Client], role: str
) -> None:
    comment = factories.pending(edition)
    client = sign_in(role)
    assert client.get(f"{DESK}add/").status_code == 403
    assert client.post(f"{DESK}{comment.pk}/change/", {"name": "Other", "status": "approved"}).status_code == 403
    assert client.post(f"{DESK}{comment.pk}/delete/", {"post": "yes"}).status_code == 403
    page = look(client, "?queue=all")
    options = [option.attributes["value"] for option in page.one("select", name="action").all("option")]
    assert options == ["", "approve", "reject", "spam", "return_to_author", "feature", "unfeature"]
    client.post(DESK, {"action": "delete_selected", "_selected_action": [comment.pk], "post": "yes", "index": "0"})
    assert (Comment.objects.count(), comment.decisions.count()) == (1, 1)


def test_without_the_token_nothing_is_decided(edition: Edition, moderator: User) -> None:
    comment = factories.pending(edition)
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)
    assert client.post(DESK, {"decide": f"approve:{comment.pk}", f"saw-{comment.pk}": comment.seen}).status_code == 403
    assert states() == [Status.PENDING]


def test_what_a_reader_typed_runs_nowhere_at_the_desk(edition: Edition, desk: Client) -> None:
    def shape(page: Element) -> list[tuple[str, tuple[str, ...]]]:
        return [(one.tag, tuple(sorted(one.attributes))) for one in page]

    payload = '"><script>alert(1)</script></textarea>{{ 7|add:7 }}<!--'
    comment = factories.pending(edition, name="Harmless", body=f"Harmless {GOOD_TEXT}")
    harmless = shape(look(desk))
    posting.withdraw(comment, saw=comment.seen)
    comment = factories.pending(edition, name=payload, body=f"{payload} {GOOD_TEXT}")
    page = look(desk)
    assert shape(page) == harmless
    assert shown(page) == [payload]
    assert act(desk, "approve", comment, saw=False)[0].startswith(f"{payload}: The page did not say")


def test_the_time_that_a_comment_waits_is_the_time_of_its_newest_words(
    clock: Traveller, edition: Edition, desk: Client
) -> None:
    comment = factories.pending(edition)
    clock.shift(timedelta(hours=2))
    posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    moment = card_of(look(desk), comment).one("time").attributes["datetime"]
    assert re.match(timezone.now().strftime("%Y-%m-%dT%H:%M"), moment)


def test_a_refusal_brings_the_card_back_with_the_words_that_were_typed(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    data = {f"saw-{comment.pk}": comment.seen, "decide": f"reject:{comment.pk}"}
    response = desk.post(DESK, {**data, f"explanation-{comment.pk}": "It speaks of\nanother story."})
    card = card_of(read(response), comment)
    assert (response.status_code, [str(message) for message in response.context["messages"]]) == (
        200,
        [f"{comment.name}: Choose a reason for the rejection."],
    )
    assert response.context["cards"][0].typed == {"reason": "", "explanation": "It speaks of\nanother story."}
    assert "It speaks of" in words(card.one("textarea", id=f"explanation-{comment.pk}"))


def test_a_refusal_of_several_brings_the_words_back_beside_the_action(edition: Edition, desk: Client) -> None:
    comments = [factories.pending(edition) for _ in range(2)]
    data: dict[str, Any] = {f"saw-{comment.pk}": comment.seen for comment in comments}
    data |= {"action": "reject", "index": "0", "_selected_action": [comment.pk for comment in comments]}
    response = desk.post(DESK, {**data, "explanation": "Both speak of another story."})
    assert response.context["action_form"].initial == {
        "action": "reject",
        "reason": "",
        "explanation": "Both speak of another story.",
    }
    assert [card.is_chosen for card in response.context["cards"]] == [True, True]
    assert [card.typed for card in response.context["cards"]] == [{}, {}]


@pytest.mark.parametrize("chosen", [{"action": "reject"}, {"action": ""}, {"action": "nonsense"}])
def test_words_stand_where_they_were_if_no_act_or_no_comment_was_chosen(
    edition: Edition, desk: Client, chosen: dict[str, str]
) -> None:
    comment = factories.pending(edition)
    picked = {"_selected_action": comment.pk} if chosen["action"] != "reject" else {}
    typed = {"explanation": "It speaks of another story.", "index": "0", f"saw-{comment.pk}": comment.seen}
    response = desk.post(DESK, {**chosen, **picked, **typed})
    page = read(response)
    assert page.one("input", name="explanation").attributes["value"] == "It speaks of another story."
    assert [card.is_chosen for card in response.context["cards"]] == [bool(picked)]
    assert len(page.one("ul", class_="messagelist").all("li")) == 1
    assert states() == [Status.PENDING]


def test_an_explanation_that_is_too_long_is_refused_in_words(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    assert act(desk, "reject", comment, reason="hate", explanation="x" * 2001) == [
        f"{comment.name}: The explanation is too long: 2000 characters at most."
    ]


def test_the_desk_does_not_tell_what_the_newsroom_has_not_published(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    Article.objects.filter(pk=edition.article_id).update(headline="A working title that nobody may see")
    pages = [
        DESK,
        f"{DESK}{comment.pk}/change/",
        "/admin/comments/thread/",
        f"/admin/comments/thread/story/{comment.thread_id}/",
    ]
    for page in pages:
        text = desk.get(page).text
        assert (page, edition.headline in text, "A working title" in text) == (page, True, False)


def test_no_address_leads_staff_from_a_row_to_its_page(desk: Client, edition: Edition) -> None:
    kind = ContentType.objects.get_for_model(Edition)
    assert desk.get(f"/admin/r/{kind.pk}/{edition.pk}/").status_code == 404


def test_a_card_of_a_changed_comment_shows_what_changed_and_that_readers_see_the_earlier_words(
    edition: Edition, desk: Client
) -> None:
    comment = factories.approved(edition, body=f"{GOOD_TEXT} Before.")
    assert cards([for_desk(Comment.objects.all()).get()])[0].changes == []
    posting.edit(comment, body=f"{GOOD_TEXT} After.", saw=comment.seen, address=factories.address())
    changes = card_of(look(desk), comment).one("section", class_="card__changes")
    difference = changes.one("div", class_="card__difference")
    assert [(part.tag, part.text) for part in difference] == [("del", "Before"), ("ins", "After")]
    assert difference.text == f"{GOOD_TEXT} BeforeAfter."
    assert "readers see the earlier words until this is decided" in words(changes)


def test_a_changed_comment_is_compared_with_what_was_returned(edition: Edition, desk: Client, moderator: User) -> None:
    comment = factories.decided(factories.pending(edition, body=f"{GOOD_TEXT} Old."), Status.RETURNED, by=moderator)
    posting.edit(comment, body=f"{GOOD_TEXT} New.", saw=comment.seen, address=factories.address())
    card = card_of(look(desk), comment)
    assert [(part.tag, part.text) for part in card.one("div", class_="card__difference")] == [
        ("del", "Old"),
        ("ins", "New"),
    ]
    assert "readers see" not in words(card.one("section", class_="card__changes"))


# --- The queue ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("queue", "acts"),
    [
        ("waiting", ["approve", "reject", "spam", "return_to_author"]),
        ("changed", ["approve", "reject", "spam", "return_to_author"]),
        ("objected", ["approve", "reject", "return_to_author"]),
        ("approved", ["reject", "spam", "return_to_author", "feature", "unfeature"]),
        ("rejected", ["approve", "spam", "return_to_author"]),
        ("withdrawn", []),
        ("all", ["approve", "reject", "spam", "return_to_author", "feature", "unfeature"]),
    ],
)
def test_a_view_offers_for_several_what_can_be_done_there(
    edition: Edition, desk: Client, queue: str, acts: list[str]
) -> None:
    comment = factories.pending(edition)
    if queue == "changed":
        factories.decided(comment, Status.RETURNED)
        posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    elif queue == "objected":
        ledger = [
            comment.decisions.get(),
            moderation.decide(
                comment, to=Status.REJECTED, by=factories.user("moderators"), saw=comment.seen, reason=Reason.HATE
            ),
        ]
        moderation.object_to(comment, words="It is not.", saw=moderation.seen_of(comment, ledger))
    elif queue == "withdrawn":
        posting.withdraw(comment, saw=comment.seen)
    elif queue in Status.values:
        factories.decided(comment, Status(queue))
    page = look(desk, f"?queue={queue}")
    assert len(page.all("article")) == 1
    offered = [one.attributes["value"] for select in page.all("select", name="action") for one in select.all("option")]
    assert offered == (["", *acts] if acts else [])
    bar = {
        one.attributes["data-do"]
        for one in page.all("button")
        if "data-do" in one.attributes and "hidden" not in one.attributes
    }
    as_keys = {"approve", "reject", "spam", "return", "feature"}
    assert bar & as_keys == {act.removesuffix("_to_author") for act in acts} - {"unfeature"}


def test_the_views_are_links_with_counts(edition: Edition, desk: Client) -> None:
    factories.pending(edition)
    factories.approved(edition)
    tabs = look(desk, "?queue=approved&section=x").one("nav", class_="queues").all("a")
    assert [words(tab) for tab in tabs] == [
        "waiting 1",
        "returned and changed 0",
        "objected 0",
        "reported 0",
        "with their authors 0",
        "approved 1",
        "rejected 0",
        "spam 0",
        "withdrawn 0",
        "all 2",
    ]
    assert [tab.attributes["href"] for tab in tabs if "aria-current" in tab.attributes] == ["?queue=approved"]


@pytest.mark.parametrize(("asked", "shown"), [("3", 2), ("99", 2), ("0", 1), ("-1", 1), ("9" * 30, 2)])
def test_a_page_that_is_there_no_longer_is_the_nearest_one_of_the_same_list(
    edition: Edition, desk: Client, monkeypatch: pytest.MonkeyPatch, asked: str, shown: int
) -> None:
    monkeypatch.setattr(CommentAdmin, "list_per_page", 2)
    for number in range(3):
        factories.decided(factories.pending(edition, sent_from=f"203.0.113.{number}"), Status.SPAM)
    response = desk.get(DESK, {"queue": "spam", "p": asked})
    assert (response.status_code, response.context["cl"].page_num) == (200, shown)
    assert len(read(response).all("article")) == (2 if shown == 1 else 1)


def test_what_came_back_to_who_looks_stands_on_top_once(
    clock: Traveller, edition: Edition, desk: Client, moderator: User
) -> None:
    factories.pending(edition, name="Older")
    clock.shift(60)
    back = factories.decided(factories.pending(edition, name="Back"), Status.RETURNED, by=moderator)
    clock.shift(timedelta(hours=3))
    posting.edit(back, body=f"{GOOD_TEXT} New.", saw=back.seen, address=factories.address())
    Comment.objects.filter(pk=back.pk).update(returned_by=moderator)
    page = look(desk)
    assert shown(page) == ["Back", "Older"]
    assert words(card_of(page, back).one("p", class_="card__came-back")) == (
        "You returned this to its author, who has changed it."
    )
    assert shown(look(desk, "?order=oldest")) == ["Older", "Back"]
    Comment.objects.filter(pk=back.pk).update(returned_by=factories.user("moderators"))
    assert shown(look(desk)) == ["Older", "Back"]


def test_a_card_says_how_long_it_has_waited_and_never_less_than_nothing(
    clock: Traveller, edition: Edition, desk: Client
) -> None:
    comment = factories.pending(edition)
    clock.shift(timedelta(hours=2, minutes=5))
    waiting = words(card_of(look(desk), comment).one("p", class_="card__waiting"))
    assert waiting == "Has waited 2 hours 5 minutes, since 2 March 2026, 12:00 UTC"
    # The clock is set back to before it arrived.
    clock.shift(timedelta(hours=-9))
    (card,) = cards(list(for_desk(Comment.objects.all())))
    assert card.waiting == timedelta(0)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=3, hours=4, minutes=5), "3 days 4 hours"),
    ],
)
def test_a_span_is_told_in_the_two_units_that_count(span: timedelta, said: str) -> None:
    assert waited(span) == said


def test_the_words_that_a_rule_saw_are_marked(edition: Edition, desk: Client) -> None:
    factories.rule("scam")
    comment = factories.pending(edition, body=f"{GOOD_TEXT} <i>Scam</i>")
    card = card_of(look(desk), comment)
    assert [words(mark) for mark in card.one("div", class_="card__body").all("mark")] == ["Scam"]
    assert [words(item) for item in card.all("li", class_="card__marked")] == ["words on the list: scam"]


def test_a_card_shows_what_of_the_story_is_quoted_or_nearest(edition: Edition, desk: Client) -> None:
    story = factories.live(body="<p>The harbour will be closed from Monday on, said the mayor.</p>")
    quoting = factories.pending(story, body=f"“The harbour will be closed from Monday” {GOOD_TEXT}")
    plain = factories.pending(edition)
    page = look(desk)
    assert words(card_of(page, quoting).one("blockquote", class_="card__passage")) == (
        "Quotes the story: The harbour will be closed from Monday on, said the mayor"
    )
    assert card_of(page, plain).all("blockquote") == []
    in_short = words(card_of(page, plain).one("details", class_="card__in-short"))
    assert (
        in_short
        == "The story in short What happened, in a sentence. One point What waits on this story, its conversation"
    )


def test_a_card_shows_the_newest_other_comments_of_its_author(clock: Traveller, edition: Edition, desk: Client) -> None:
    for n in range(7):
        clock.shift(60)
        factories.approved(edition, name="Ann", body=f"{GOOD_TEXT} Earlier {n}.")
    comment = factories.pending(edition, name="Ann")
    factories.pending(edition, name="Ben")
    others = card_of(look(desk), comment).one("details", class_="card__others")
    assert [words(item.one("span", class_="state")) for item in others.all("li")] == ["approved"] * 5
    link = others.all("a")[-1].attributes["href"]
    assert link == f"{DESK}?queue=all&author={comment.public_id}"
    assert len(shown(look(desk, link.removeprefix(DESK)))) == 8


def test_the_newest_others_are_the_same_by_a_confirmed_address(
    clock: Traveller, edition: Edition, desk: Client
) -> None:
    for n in range(7):
        clock.shift(60)
        earlier = factories.pending(edition, name=f"Ann {n}", email="ann@example.org")
        posting.confirm_address(earlier)
        factories.decided(earlier, Status.SPAM)
    comment = factories.pending(edition, name="Ann", email="ann@example.org")
    posting.confirm_address(comment)
    (card,) = cards(list(for_desk(Comment.objects.filter(pk=comment.pk))))
    newest = Comment.objects.filter(status=Status.SPAM).order_by("-posted_at")[:5]
    assert [(other.pk, other.label) for other in card.others] == [(one.pk, "spam") for one in newest]


def test_a_list_in_which_nothing_is_left_says_what_to_drop(edition: Edition, desk: Client) -> None:
    factories.pending(edition, name="Somebody")
    page = look(desk, f"?q=nobody&section={edition.section_id}")
    empty = page.one("div", class_="cards__empty")
    assert [words(item) for item in empty.all("li")] == [
        "Words: nobody × leaves 1 comment",
        "Section: World × leaves 0 comments",
    ]
    assert shown(look(desk, empty.all("a")[0].attributes["href"])) == ["Somebody"]


@pytest.mark.parametrize(
    "query",
    [
        "?story=x&author=nobody&section=-1&rule=%00&by=9e9&age=1&given=__&order=sideways",
        "?story=" + "9" * 40,
        "?author=" + "x" * 3000,
        "?p=0",
        "?p=99999999",
        "?o=1&e=1&all=&unknown__field=1",
    ],
)
def test_an_address_that_asks_for_nothing_there_is_breaks_nothing(edition: Edition, desk: Client, query: str) -> None:
    factories.pending(edition, name="Somebody")
    assert desk.get(DESK + query, follow=True).status_code == 200


def test_the_desk_says_by_what_it_is_ordered_and_offers_the_other_orders(desk: Client) -> None:
    page = look(desk)
    orders = page.one("p", class_="orders__links").all("a")
    assert [(words(link), link.attributes["href"]) for link in orders] == [
        ("risk and waiting", "?"),
        ("oldest first", "?order=oldest"),
        ("newest first", "?order=newest"),
    ]
    assert words(page.one("p", class_="orders__help")) == (
        "First comes what has waited longest, and each point of risk counts like 10 minutes more of waiting. "
        "So nothing is overtaken by what came more than 120 minutes later."
    )
