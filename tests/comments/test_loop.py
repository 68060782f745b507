"""What the desk's page requests while a moderator decides: what is done, what is refused in words, and to whom."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from articles.models import Edition
from comments import claims, moderation, policy, posting, queues
from comments.admin import loop_words
from comments.models import Claim, Comment, Decision
from comments.states import Status
from tests import factories
from tests.comments.reading import read, words
from tests.factories import GOOD_TEXT

DESK = "/admin/comments/comment/"
DECISIONS, UNDO, CARDS, NEWS, CLAIMS = (
    f"{DESK}{address}" for address in ("decisions/", "decisions/undo/", "cards/", "news/", "claims/")
)
LOOKED_AT = [(CARDS, "get"), (NEWS, "get")]
SENT_TO = [(DECISIONS, "post"), (UNDO, "post"), (CLAIMS, "post")]
FORGED = ["", "x", "-1", "9" * 18, "9" * 40, "1,2", "\x00", "٣", "1e3", "²"]


@pytest.fixture
def moderator(db: None) -> User:
    return factories.user("moderators", username="mona", first_name="Mona", last_name="Lind")


@pytest.fixture
def desk(sign_in: Callable[..., Client], moderator: User) -> Client:
    return sign_in(user=moderator)


def decide(desk: Client, act: str, *comments: Comment, **fields: Any) -> tuple[int, dict[str, Any]]:
    seen = {comment.pk: fields.pop(f"saw-{comment.pk}", comment.seen) for comment in comments}
    data = {"act": act, "comment": [f"{pk}:{saw}" for pk, saw in seen.items()], **fields}
    response = desk.post(DECISIONS, data)
    return response.status_code, response.json()


def news(desk: Client, *comments: Comment, **query: Any) -> dict[str, Any]:
    shown = ",".join(f"{comment.pk}:{comment.seen}" for comment in comments)
    response = desk.get(NEWS, {"cards": shown, **query})
    assert response.status_code == 200
    return response.json()


def shown(desk: Client, **query: Any) -> list[int]:
    response = desk.get(CARDS, query)
    assert response.status_code == 200
    return [int(card.attributes["data-card"]) for card in read(response).all("article")]


def states() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


# --- Deciding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "fields", "status"),
    [
        ("approve", {}, Status.APPROVED),
        ("spam", {}, Status.SPAM),
        ("reject", {"reason": "hate", "explanation": "Not here."}, Status.REJECTED),
        ("return_to_author", {"explanation": "Who said so?"}, Status.RETURNED),
    ],
)
def test_an_act_is_done_and_says_what_there_is_now(
    edition: Edition, desk: Client, moderator: User, act: str, fields: dict[str, str], status: Status
) -> None:
    comment = factories.pending(edition)
    code, answer = decide(desk, act, comment, **fields)
    decision = Decision.objects.get(by=moderator)
    row = {"comment": comment.pk, "decision": decision.pk, "saw": f"{status}.1", "status": status}
    row |= {"stays": False, "kept": False}
    assert (code, answer) == (200, {"done": [row], "refused": []})
    assert (decision.reason, decision.explanation) == (fields.get("reason", ""), fields.get("explanation", ""))
    assert states() == [status]


def test_what_one_refusal_keeps_back_the_others_do_not_wait_for(edition: Edition, desk: Client) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    code, answer = decide(desk, "approve", one, two, **{f"saw-{one.pk}": "spam.1"})
    assert code == 200
    assert [row["comment"] for row in answer["done"]] == [two.pk]
    assert [(row["comment"], row["kind"]) for row in answer["refused"]] == [(one.pk, "stale")]
    assert states() == [Status.PENDING, Status.APPROVED]


def test_who_was_slower_reads_who_decided_what_and_when_and_what_is_there(
    clock: Traveller, edition: Edition, desk: Client, moderator: User, sign_in: Callable[..., Client]
) -> None:
    comment = factories.pending(edition)
    saw = comment.seen
    factories.decided(comment, Status.APPROVED, by=moderator)
    clock.shift(4)
    second = sign_in("moderators")
    code, answer = decide(second, "spam", comment, **{f"saw-{comment.pk}": saw})
    assert code == 409
    assert answer["done"] == []
    assert answer["refused"] == [
        {
            "comment": comment.pk,
            "words": "Decided already: approved by Mona Lind, 4 seconds ago. Nothing was overwritten.",
            "kind": "stale",
            "saw": "approved.1",
            "decision": comment.decisions.order_by("pk").last().pk,
            "status": "approved",
            "deed": "approved by Mona Lind",
            "who": "Mona Lind",
            "at": "12:00:00 UTC",
            "mine": False,
            "undo": False,
            "may_override": True,
        }
    ]
    assert states() == [Status.APPROVED]


def test_a_colleague_is_overridden_knowingly_and_with_a_reason(
    edition: Edition, desk: Client, sign_in: Callable[..., Client]
) -> None:
    comment = factories.pending(edition)
    stale = {f"saw-{comment.pk}": comment.seen}
    factories.decided(comment, Status.APPROVED)
    code, answer = decide(desk, "spam", comment, **stale, overrides="approved.1", because=" ")
    assert (code, answer["refused"][0]["words"]) == (422, "Say to your colleagues why you decide otherwise.")
    code, answer = decide(desk, "spam", comment, **stale, overrides="returned.1", because="It sells watches.")
    assert (code, answer["refused"][0]["kind"]) == (409, "stale")
    assert states() == [Status.APPROVED]
    code, answer = decide(desk, "spam", comment, **stale, overrides="approved.1", because="It sells watches.")
    assert (code, states()) == (200, [Status.SPAM])
    latest = comment.decisions.order_by("pk").last()
    assert (latest.explanation, latest.to_colleagues) == ("", "It sells watches.")


@pytest.mark.parametrize(
    ("act", "meanwhile", "offered"),
    [
        ("spam", Status.APPROVED, True),
        ("approve", Status.REJECTED, True),
        ("spam", Status.SPAM, False),
        ("feature", Status.APPROVED, False),
        ("unfeature", Status.APPROVED, False),
    ],
)
def test_an_override_is_offered_where_it_would_be_honoured(
    edition: Edition, desk: Client, act: str, meanwhile: Status, offered: bool
) -> None:
    comment = factories.pending(edition)
    stale = {f"saw-{comment.pk}": comment.seen}
    factories.decided(comment, meanwhile)
    code, answer = decide(desk, act, comment, **stale)
    row = answer["refused"][0]
    assert (code, row["may_override"]) == (409, offered)
    code, _answer = decide(desk, act, comment, **stale, overrides=row["saw"], because="It sells watches.")
    assert (code == 200) is offered


def test_an_answer_that_was_lost_is_recognised_by_its_author(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    saw = comment.seen
    _code, first = decide(desk, "approve", comment)
    code, again = decide(desk, "approve", comment, **{f"saw-{comment.pk}": saw})
    row = again["refused"][0]
    assert (code, row["mine"], row["status"], row["undo"]) == (409, True, "approved", False)
    assert row["decision"] == first["done"][0]["decision"]
    assert comment.decisions.count() == 2


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("reject", {}, "Choose a reason for the rejection."),
        ("reject", {"reason": "\x00"}, "Choose a reason for the rejection."),
        ("reject", {"reason": "other"}, "The reason “other” needs an explanation for the author."),
        ("return_to_author", {"explanation": "\x00 "}, "Say in the explanation what the author should change."),
        ("approve", {"explanation": "x" * 2001}, "The explanation is too long: 2000 characters at most."),
    ],
)
def test_what_is_missing_is_said_in_words(
    edition: Edition, desk: Client, act: str, fields: dict[str, str], said: str
) -> None:
    code, answer = decide(desk, act, factories.pending(edition), **fields)
    assert (code, answer["done"], answer["refused"][0]["words"]) == (422, [], said)
    assert states() == [Status.PENDING]


def test_what_cannot_be_kept_is_taken_out_of_an_explanation(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    sent = f"act=return_to_author&comment={comment.pk}:pending.1&explanation=Who%00+said%ED%A0%80+so%3F"
    assert desk.post(DECISIONS, sent, content_type="application/x-www-form-urlencoded").status_code == 200
    kept = comment.decisions.order_by("pk").last().explanation
    assert kept.replace("\ufffd", "") == "Who said so?"


def test_a_comment_that_is_gone_or_was_not_shown_is_refused_in_words(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    response = desk.post(DECISIONS, {"act": "approve", "comment": [comment.pk, 987654321]})
    assert response.status_code == 409
    assert [row["words"] for row in response.json()["refused"]] == [
        "The page did not say what it showed of this comment. Nothing was decided; open the desk again.",
        "This comment is no longer here.",
    ]
    assert states() == [Status.PENDING]


def test_nine_hundred_are_named_in_one_request(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    numbers = [comment.pk, *range(10**6, 10**6 + 899)]
    data = {"act": "approve", "comment": [f"{pk}:pending.1" for pk in numbers]}
    answer = desk.post(DECISIONS, data).json()
    assert [row["comment"] for row in answer["done"]] == [comment.pk]
    assert {row["words"] for row in answer["refused"]} == {"This comment is no longer here."}
    assert len(answer["refused"]) == 899


def test_an_act_that_does_not_exist_is_refused(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    for act in ("", "delete", "approved", "\x00"):
        assert decide(desk, act, comment) == (400, {"words": "There is no such act at this desk."})
    assert states() == [Status.PENDING]


def test_a_page_does_not_act_in_the_name_of_who_signed_in_since(
    edition: Edition, desk: Client, moderator: User
) -> None:
    comment = factories.pending(edition)
    for user in (moderator.pk + 1, "x", ""):
        code, answer = decide(desk, "approve", comment, user=user)
        assert (code, list(answer)) == (409, ["words"])
        assert desk.post(UNDO, {"decisions": "1", "user": user}).status_code == 409
    assert decide(desk, "approve", comment, user=moderator.pk)[0] == 200


def test_several_decisions_are_taken_back_together(edition: Edition, desk: Client) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    _code, answer = decide(desk, "approve", one, two)
    response = desk.post(UNDO, {"decisions": ",".join(str(row["decision"]) for row in answer["done"])})
    rows = [{**row, "decision": None} for row in response.json()["done"]]
    expected = {"decision": None, "saw": "pending.1", "status": "pending", "stays": False, "kept": False}
    assert rows == [{"comment": comment.pk, **expected} for comment in (one, two)]
    assert states() == [Status.PENDING] * 2


def test_an_undo_of_what_was_built_upon_or_of_an_undo_is_refused_in_words(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    _code, answer = decide(desk, "approve", comment)
    number = str(answer["done"][0]["decision"])
    undone = desk.post(UNDO, {"decisions": number}).json()["done"][0]["decision"]
    again = desk.post(UNDO, {"decisions": number})
    assert (again.status_code, again.json()["refused"][0]["kind"]) == (409, "stale")
    of_undo = desk.post(UNDO, {"decisions": str(undone)})
    assert of_undo.status_code == 422
    assert of_undo.json()["refused"][0]["words"] == (
        "This takes a decision back already, and is not undone itself. Decide on the comment anew."
    )
    assert states() == [Status.PENDING]


def test_a_decision_costs_the_same_for_one_and_three_ledgers(edition: Edition, desk: Client) -> None:
    def cost(comment: Comment) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert decide(desk, "spam", comment)[0] == 200
        return len([query for query in asked if "SAVEPOINT" not in query["sql"]])

    fresh = factories.pending(edition)
    old = factories.decided(factories.decided(factories.pending(edition), Status.RETURNED), Status.REJECTED)
    assert cost(fresh) == cost(old)


# --- Looking --------------------------------------------------------------------------------------------------------


def test_the_next_cards_are_those_of_the_lists_own_queue_without_what_the_page_has(
    clock: Traveller, edition: Edition, desk: Client
) -> None:
    comments = []
    for name in ("Ann", "Ben", "Cem"):
        comments.append(factories.pending(edition, name=name))
        clock.shift(60)
    spam = factories.decided(factories.pending(edition, name="Ann"), Status.SPAM)
    pks = [comment.pk for comment in comments]
    assert shown(desk) == pks
    assert shown(desk, **{"not": f"{pks[0]},{pks[2]}"}) == [pks[1]]
    assert shown(desk, queue="spam") == [spam.pk]
    assert shown(desk, q="Ben", p="3") == [pks[1]]
    assert shown(desk, only=f"{spam.pk}") == [spam.pk]
    assert shown(desk, nonsense__exact="1") == pks


def test_a_fetched_card_is_the_card_of_the_page(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    card = read(desk.get(CARDS, {"only": comment.pk})).one("article")
    on_page = read(desk.get(DESK)).one("article", id=f"row-{comment.pk}")
    assert [(one.tag, one.attributes) for one in card] == [(one.tag, one.attributes) for one in on_page]
    assert (card.attributes["data-card"], card.attributes["data-saw"]) == (str(comment.pk), "pending.1")


def test_three_and_fifteen_fetched_cards_cost_the_same(edition: Edition, desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(desk)
        return len(asked)

    for _ in range(3):
        factories.pending(edition)
    few = cost()
    for _ in range(12):
        factories.pending(edition)
    assert cost() == few


def test_news_of_what_is_as_shown_are_none(edition: Edition, desk: Client, moderator: User) -> None:
    comment = factories.pending(edition)
    assert news(desk, comment) == {"changed": [], "claims": {}, "user": moderator.pk}
    assert news(desk) == {"changed": [], "claims": {}, "user": moderator.pk}


def test_a_colleagues_decision_and_an_authors_edit_are_news(
    clock: Traveller, edition: Edition, desk: Client, sign_in: Callable[..., Client], moderator: User
) -> None:
    one, two, same = (factories.pending(edition) for _ in range(3))
    as_shown = [Comment.objects.get(pk=comment.pk) for comment in (one, two, same)]
    factories.decided(one, Status.SPAM, by=moderator)
    posting.edit(two, body=f"{GOOD_TEXT} Better.", saw=two.seen, address=factories.address())
    told = news(sign_in("moderators"), *as_shown)["changed"]
    seen = {
        row["comment"]: (row["saw"], row["deed"], row["who"], row["at"], row["mine"], row["rewritten"]) for row in told
    }
    assert seen[one.pk] == ("spam.1", "marked as spam by Mona Lind", "Mona Lind", "12:00:00 UTC", False, False)
    assert (seen[two.pk][0], seen[two.pk][5]) == ("pending.2", True)
    assert len(seen) == 2
    assert news(desk, as_shown[0])["changed"][0]["mine"] is True


def test_what_was_erased_meanwhile_is_news(edition: Edition, desk: Client, moderator: User) -> None:
    comment = factories.pending(edition)
    answer = desk.get(NEWS, {"cards": f"{comment.pk}:pending.1,987654321:pending.1"}).json()
    assert answer == {
        "changed": [{"comment": 987654321, "saw": "", "gone": True}],
        "claims": {},
        "user": moderator.pk,
    }


def test_a_decision_that_was_undone_meanwhile_is_no_news(edition: Edition, desk: Client, moderator: User) -> None:
    comment = factories.pending(edition)
    as_shown = Comment.objects.get(pk=comment.pk)
    factories.decided(comment, Status.SPAM, by=moderator)
    moderation.undo(comment.decisions.order_by("pk").last(), by=moderator)
    assert news(desk, as_shown)["changed"] == []


def test_what_came_in_since_is_counted_without_what_was_decided_by_itself(edition: Edition, desk: Client) -> None:
    known = factories.pending(edition)
    came = [factories.pending(edition) for _ in range(2)]
    other = factories.approved(edition)
    waiting = [comment.pk for comment in came]
    assert news(desk, newest=known.pk)["new"] == {"waiting": waiting, "newest": other.pk}
    assert news(desk, newest=other.pk)["new"] == {"waiting": [], "newest": other.pk}


def test_news_say_who_else_looks(edition: Edition, desk: Client, moderator: User) -> None:
    comment = factories.pending(edition)
    claims.claim(comment.pk, by=moderator)
    assert news(desk, comment)["claims"] == {}
    claims.claim(comment.pk, by=factories.user("moderators", username="olu"))
    assert news(desk, comment)["claims"] == {str(comment.pk): "olu is looking at this."}


def test_news_have_the_numbers_of_the_views_which_all_who_watch_share(
    edition: Edition, desk: Client, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(client: Client) -> tuple[dict[str, str], int]:
        with CaptureQueriesContext(connection) as found:
            counts = news(client, counts=1)["counts"]
        return counts, len([query for query in found if ' FROM "comments_' in query["sql"]])

    now = 1e9
    monkeypatch.setattr(queues, "monotonic", lambda: now)
    waiting = factories.pending(edition)
    factories.approved(edition)
    none = dict.fromkeys(("changed", "objected", "reported", "returned", "rejected", "spam", "withdrawn"), "0")
    shown = {
        words_.attributes["data-count"]: words(words_)
        for words_ in read(desk.get(DESK)).all("span", class_="queues__count")
    }
    first = {**none, "waiting": "1", "approved": "1", "all": "2"}
    assert (asked(desk), shown) == ((first, 10), first)
    factories.decided(waiting, Status.SPAM)
    # For that long no request makes the server count again.
    assert asked(sign_in("moderators")) == (first, 0)
    now += policy.COUNTS_KEPT.total_seconds()
    assert asked(desk) == ({**none, "waiting": "0", "spam": "1", "approved": "1", "all": "2"}, 10)


def test_news_cost_three_queries_at_most_and_write_nothing(edition: Edition, desk: Client, moderator: User) -> None:
    def asked(**query: Any) -> list[str]:
        with CaptureQueriesContext(connection) as found:
            news(desk, *as_shown, **query)
        said = [query["sql"] for query in found]
        assert [sql for sql in said if not sql.startswith("SELECT")] == []
        return [sql for sql in said if ' FROM "comments_' in sql]

    comments = [factories.pending(edition) for _ in range(3)]
    as_shown = [Comment.objects.get(pk=comment.pk) for comment in comments]
    before = list(Session.objects.values_list("session_data", "expire_date"))
    quiet = asked()
    counted = asked(newest=comments[0].pk)
    for comment in comments:
        factories.decided(comment, Status.SPAM)
    changed = asked(newest=comments[0].pk)
    assert (len(quiet), len(counted), len(changed)) == (2, 3, 3)
    assert list(Session.objects.values_list("session_data", "expire_date")) == before


def test_after_signing_in_again_the_page_gets_a_token(edition: Edition, moderator: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)
    comment = factories.pending(edition)
    token = client.get(NEWS, {"token": 1}).json()["csrf"]
    data = {"act": "approve", "comment": f"{comment.pk}:{comment.seen}"}
    assert client.post(DECISIONS, data).status_code == 403
    assert states() == [Status.PENDING]
    assert client.post(DECISIONS, data, headers={"X-CSRFToken": token}).status_code == 200


# --- Claims ---------------------------------------------------------------------------------------------------------


def test_a_page_claims_what_it_opens_and_releases_what_it_leaves(
    edition: Edition, desk: Client, moderator: User
) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    claims.claim(one.pk, by=factories.user("moderators", username="olu"))
    answer = desk.post(CLAIMS, {"comment": one.pk})
    assert answer.json() == {"claims": {str(one.pk): "olu is looking at this."}}
    assert desk.post(CLAIMS, {"comment": two.pk, "left": one.pk}).json() == {"claims": {}}
    mine = Claim.objects.filter(by=moderator)
    assert [claim.comment_id for claim in mine.all()] == [two.pk]
    assert desk.post(CLAIMS, {"left": two.pk}).status_code == 200
    assert mine.all().count() == 0


def test_a_claim_on_what_is_not_there_is_refused(desk: Client) -> None:
    answer = desk.post(CLAIMS, {"comment": "987654321"})
    assert (answer.status_code, answer.json()) == (404, {"words": "This comment is not there any more."})


# --- Who, and what is forged ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["", "writers", "editors"])
def test_who_may_not_moderate_is_refused_in_words(edition: Edition, sign_in: Callable[..., Client], role: str) -> None:
    comment = factories.pending(edition)
    client = sign_in(role)
    sent = {"act": "approve", "comment": f"{comment.pk}:{comment.seen}", "decisions": "1"}
    for address, method in LOOKED_AT + SENT_TO:
        response = getattr(client, method)(address, sent if method == "post" else {"only": comment.pk})
        assert (response.status_code, response.json()) == (403, {"words": "Only moderators decide on comments."})
    assert states() == [Status.PENDING]
    assert Claim.objects.count() == 0


def test_a_stranger_is_sent_to_sign_in(db: None) -> None:
    for address, method in LOOKED_AT + SENT_TO:
        response = getattr(Client(), method)(address)
        assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={address}")


def test_who_lost_the_right_meanwhile_is_refused(edition: Edition, desk: Client, moderator: User) -> None:
    comment = factories.pending(edition)
    assert news(desk, comment)["changed"] == []
    moderator.groups.clear()
    assert decide(desk, "approve", comment) == (403, {"words": "Only moderators decide on comments."})
    assert states() == [Status.PENDING]


def test_each_address_has_its_method(desk: Client) -> None:
    for address, method in LOOKED_AT + SENT_TO:
        response = desk.post(address) if method == "get" else desk.get(address)
        assert (response.status_code, list(response.json())) == (405, ["words"])


@pytest.mark.parametrize("address", [address for address, _method in SENT_TO])
def test_without_the_token_nothing_is_done(edition: Edition, moderator: User, address: str) -> None:
    comment = factories.pending(edition)
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)
    sent = {"act": "approve", "comment": f"{comment.pk}:{comment.seen}", "decisions": "1"}
    assert client.post(address, sent).status_code == 403
    assert states() == [Status.PENDING]
    assert Claim.objects.count() == 0


@pytest.mark.parametrize("forged", FORGED, ids=ascii)
def test_what_is_forged_decides_nothing_and_breaks_nothing(edition: Edition, desk: Client, forged: str) -> None:
    factories.pending(edition)
    answers = [
        desk.post(DECISIONS, {"act": "approve", "comment": [forged, f"{forged}:pending.1"], "reason": forged}),
        desk.post(UNDO, {"decisions": forged}),
        desk.post(CLAIMS, {"comment": forged, "left": forged}),
        desk.get(CARDS, {"only": forged, "not": forged}),
        desk.get(NEWS, {"cards": f"{forged}:pending.1,{forged}", "newest": forged}),
    ]
    assert [answer.status_code for answer in answers if answer.status_code not in {200, 404, 422}] == []
    assert states() == [Status.PENDING]
    assert Claim.objects.count() == 0


def test_thousands_of_numbers_are_no_thousands_of_questions(edition: Edition, desk: Client) -> None:
    many = ",".join(str(number) for number in range(1, 3_000))
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(NEWS, {"cards": many.replace(",", ":pending.1,"), "newest": "0"}).status_code == 200
        assert desk.post(UNDO, {"decisions": many}).status_code == 422
    assert len(asked) < 20


def test_what_is_more_than_is_decided_at_once_is_said_of_each_and_never_cut_in_silence(
    edition: Edition, desk: Client
) -> None:
    one, last = factories.pending(edition), factories.pending(edition)
    said = {"words": "At most 900 comments are decided at once."}
    many = [one.pk, *range(10**6, 10**6 + 899), last.pk]
    data = {"act": "approve", "comment": [f"{pk}:pending.1" for pk in many]}
    answer = desk.post(DECISIONS, data).json()
    assert [row["comment"] for row in answer["done"]] == [one.pk]
    refused = {row["comment"]: row["words"] for row in answer["refused"]}
    assert len(refused) == 900
    assert refused[last.pk] == said["words"]
    assert states() == [Status.APPROVED, Status.PENDING]
    response = desk.post(UNDO, {"decisions": ",".join(str(number) for number in many)})
    assert (response.status_code, response.json()) == (422, said)


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_tells_its_scripts_where_to_ask_and_what_to_say(
    edition: Edition, desk: Client, moderator: User
) -> None:
    comment = factories.pending(edition)
    loop = read(desk.get(DESK)).one("div", id="desk-loop").attributes
    addresses = [loop[f"data-{name}"] for name in ("decisions", "undo", "cards", "news", "claims")]
    assert addresses == [DECISIONS, UNDO, CARDS, NEWS, CLAIMS]
    assert (loop["data-user"], loop["data-newest"]) == (str(moderator.pk), str(comment.pk))
    assert (loop["data-most"], loop["data-together"], loop["data-counts-kept"]) == ("200", "900", "2")
    assert "hidden" in loop
    assert json.loads(loop["data-words"]) == json.loads(loop_words.words())
