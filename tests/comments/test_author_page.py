"""Everything by one author, or from one network, on one page of the desk: what it shows, and the acts on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from articles.models import Edition
from comments import notes, policy, standing
from comments.models import AuthorNote, Comment, Commenter, Decision, Network, NetworkRestraint, StandingChange
from comments.states import Restraint, Standing, Status
from tests import factories
from tests.comments.authors import author, confirmed, give
from tests.comments.conftest import NOON
from tests.comments.reading import Element, read, words

DESK = "/admin/comments/comment/"


@pytest.fixture(autouse=True)
def _noon(clock: Traveller) -> None:
    """Before the story is created."""


@pytest.fixture
def moderator(db: None) -> User:
    return factories.user("moderators", first_name="Mona", last_name="Lind")


@pytest.fixture
def desk(sign_in: Callable[..., Client], moderator: User) -> Client:
    return sign_in(user=moderator)


@pytest.fixture
def ann(edition: Edition) -> Commenter:
    return author(edition, name="Ann")


def page_of(commenter: Commenter) -> str:
    return f"/admin/comments/commenter/{commenter.pk}/change/"


def act_on(commenter: Commenter, act: str) -> str:
    return f"/admin/comments/commenter/{commenter.pk}/{act}/"


def network_of(comment: Comment, act: str = "") -> str:
    return f"/admin/comments/commenter/network/{comment.pk}/{act}"


def look(desk: Client, path: str) -> Element:
    response = desk.get(path)
    assert response.status_code == 200
    return read(response)


def names(page: Element) -> list[str]:
    return [words(card.one("h3")) for card in page.all("article", class_="card")]


def saws(*comments: Comment) -> dict[str, str]:
    return {f"saw-{comment.pk}": comment.seen for comment in comments}


def said(response: Any) -> list[str]:
    return [words(item) for item in read(response).one("ul", class_="messagelist").all("li")]


def states() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


# --- What it shows --------------------------------------------------------------------------------------------------


def test_it_shows_record_standing_log_notes_and_all_comments_what_waits_first(
    clock: Traveller, edition: Edition, desk: Client, moderator: User, ann: Commenter
) -> None:
    factories.decided(ann.comments.get(), Status.APPROVED)
    clock.shift(60)
    factories.decided(confirmed(edition, name="Ann's other"), Status.SPAM)
    clock.shift(60)
    confirmed(edition, name="Ann waits")
    factories.pending(edition, name="Somebody else", email="ann@example.org")
    give(ann, Standing.PAUSED, by=moderator, until=NOON + timedelta(days=1), reason="Twice <b>rude</b>.")
    notes.write(ann, by=moderator, text="Was asked by mail.")
    page = look(desk, page_of(ann))
    assert names(page) == ["Ann waits", "Ann's other", "Ann"]
    panel = words(page.one("section", **{"aria-labelledby": "standing-title"}))
    assert "Standing paused until 3 March 2026, 12:00 UTC Twice <b>rude</b>." in panel
    assert "1 approved, 1 rejected or spam. Address confirmed 2 March 2026, 12:00 UTC." in panel
    row = [words(cell) for cell in page.one("table", class_="log").all("td")]
    assert row == [
        "2 March 2026, 12:02 UTC",
        "known",
        "paused",
        "3 March 2026, 12:00 UTC",
        "Mona Lind",
        "Twice <b>rude</b>.",
    ]
    assert words(page.one("ul", class_="author__notes")).startswith(
        "Was asked by mail. Mona Lind, 2 March 2026, 12:02 UTC"
    )


def test_a_card_at_the_desk_says_how_its_author_stands_and_what_was_noted(
    edition: Edition, desk: Client, moderator: User, ann: Commenter
) -> None:
    give(ann, Standing.HELD)
    for text in ("An old note.", f"Long: {'word ' * 60}"):
        notes.write(ann, by=moderator, text=text)
    struck = notes.write(ann, by=moderator, text="A slip.")
    notes.strike(struck, by=moderator)
    anonymous = factories.pending(edition)
    page = look(desk, DESK)
    line = page.one("article", id=f"row-{ann.comments.get().pk}").one("p", class_="author-line")
    assert words(line).startswith("always held Everything by this author 2 notes, the newest: Long: word word")
    assert len(words(line.one("span", class_="author-line__note"))) < policy.NOTE_SHORT_CODE_POINTS + 30
    assert line.one("a").attributes["href"] == page_of(ann)
    other = page.one("article", id=f"row-{anonymous.pk}").one("p", class_="author-line")
    assert (words(other), other.one("a").attributes["href"]) == ("From this network", network_of(anonymous))


def test_one_and_many_comments_cost_the_same_queries_and_are_paged(
    clock: Traveller, edition: Edition, desk: Client, ann: Commenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            look(desk, page_of(ann))
        return len(asked)

    factories.approved(edition)
    few = cost()
    for n in range(4):
        clock.shift(1)
        confirmed(edition, name=f"Ann {n}")
    assert cost() == few <= 22
    monkeypatch.setattr("comments.admin.bulk.AUTHOR_COMMENTS_A_PAGE", 2)
    assert names(look(desk, page_of(ann))) == ["Ann 3", "Ann 2"]
    assert names(look(desk, f"{page_of(ann)}?p=3")) == ["Ann"]
    for nonsense in ("0", "99", "-1", "x", "9" * 30, "%00"):
        assert desk.get(f"{page_of(ann)}?p={nonsense}").status_code == 200


def test_authors_are_found_by_their_address(desk: Client, edition: Edition, ann: Commenter) -> None:
    author(edition, "ben@example.org")
    assert "ben@example.org" not in desk.get("/admin/comments/commenter/?q=ann@").text
    assert page_of(ann) in desk.get("/admin/comments/commenter/?q=ann@").text


# --- Standing and notes ---------------------------------------------------------------------------------------------


def test_a_moderator_gives_a_standing_for_so_long_and_lifts_it(desk: Client, moderator: User, ann: Commenter) -> None:
    fields = {"to": "paused", "length": "24", "reason": "Cool down.", "saw": "0"}
    response = desk.post(act_on(ann, "standing"), fields, follow=True)
    assert response.redirect_chain == [(page_of(ann), 302)]
    assert said(response) == ["From now on: paused."]
    change = StandingChange.objects.get()
    assert (change.by, change.until, change.reason) == (moderator, NOON + timedelta(days=1), "Cool down.")
    fields = {"to": "lift", "length": "", "reason": "Said sorry.", "saw": str(change.pk)}
    assert said(desk.post(act_on(ann, "standing"), fields, follow=True)) == [
        "Lifted: what decisions earn counts again."
    ]


def test_an_end_can_be_typed_in_the_papers_zone(desk: Client, ann: Commenter) -> None:
    fields = {"to": "barred", "at_0": "2026-05-01", "at_1": "08:00", "reason": "Sells.", "saw": "0"}
    desk.post(act_on(ann, "standing"), fields)
    assert str(StandingChange.objects.get().until) == "2026-05-01 08:00:00+00:00"


@pytest.mark.parametrize(
    ("fields", "status", "words_"),
    [
        ({}, 422, "This field is required."),
        ({"to": "emperor"}, 422, "emperor is not one of the available choices"),
        ({"to": "new"}, 422, "new is not one of the available choices"),
        ({"to": "paused"}, 422, "Say until when: a pause ends by itself."),
        ({"to": "paused", "length": "9999"}, 422, "9999 is not one of the available choices"),
        ({"to": "paused", "at_0": "2036-01-01", "at_1": "08:00"}, 422, "That is too long: 30 days at most."),
        ({"to": "paused", "at_0": "1999-01-01", "at_1": "08:00"}, 422, "This time has passed."),
        ({"to": "paused", "at_0": "nonsense", "at_1": "08:00"}, 422, "Enter a valid date."),
        ({"to": "held", "length": "6", "at_0": "2026-04-01", "at_1": "08:00"}, 422, "not both"),
        ({"to": "held", "reason": ""}, 422, "Say why, in words"),
        ({"to": "held", "reason": "x" * 10_000}, 422, "The reason is too long"),
        ({"to": "held", "reason": "a\x00b"}, 422, "Null characters are not allowed."),
        ({"to": "held", "saw": "17"}, 409, "This has changed since it was shown to you."),
    ],
)
def test_bad_input_is_answered_in_words_and_nothing_typed_is_lost(
    desk: Client, ann: Commenter, fields: dict[str, str], status: int, words_: str
) -> None:
    values = {"reason": "A reason of mine.", "saw": "0", **fields}
    response = desk.post(act_on(ann, "standing"), values)
    assert response.status_code == status
    form = read(response).one("form", id="standing-form")
    assert words_ in form.text
    assert form.one("textarea", name="reason").text.removeprefix("\n") == values["reason"]
    assert not StandingChange.objects.exists()


def test_the_second_moderator_is_told_and_may_then_send_it_again(desk: Client, ann: Commenter) -> None:
    first = give(ann, Standing.TRUSTED)
    fields = {"to": "held", "reason": "Not so sure.", "saw": "0", "length": "24"}
    response = desk.post(act_on(ann, "standing"), fields)
    assert response.status_code == 409
    form = read(response).one("form", id="standing-form")
    assert "Somebody was quicker: trusted, by moderators" in form.text
    assert form.fields()["saw"] == str(first.pk)
    assert desk.post(act_on(ann, "standing"), {**fields, "saw": str(first.pk)}).status_code == 302


def test_notes_are_left_refused_and_struck_by_their_writer(desk: Client, moderator: User, ann: Commenter) -> None:
    assert desk.post(act_on(ann, "notes"), {"text": "Knows a lot."}).status_code == 302
    refused = desk.post(act_on(ann, "notes"), {"text": "x" * 1_001})
    assert refused.status_code == 422
    form = read(refused).one("form", id="note-form")
    assert "The note is too long: 1000 characters at most." in form.text
    assert form.one("textarea").text == "x" * 1_001
    mine = AuthorNote.objects.get()
    theirs = notes.write(ann, by=factories.user("moderators"), text="Theirs.")
    buttons = [
        one.attributes["action"] for one in look(desk, page_of(ann)).all("form") if "struck" in str(one.attributes)
    ]
    assert buttons == [act_on(ann, f"notes/{mine.pk}/struck")]
    assert said(desk.post(act_on(ann, f"notes/{theirs.pk}/struck"), follow=True)) == [
        "Only who wrote a note strikes it."
    ]
    desk.post(act_on(ann, f"notes/{mine.pk}/struck"))
    assert words(look(desk, page_of(ann)).one("s")) == "Knows a lot."


# --- One act on many ------------------------------------------------------------------------------------------------


def test_the_chosen_ones_are_decided_together_and_nobody_elses(
    edition: Edition, desk: Client, moderator: User, ann: Commenter
) -> None:
    one, two = ann.comments.get(), confirmed(edition)
    other = factories.pending(edition, name="Ben")
    data = {"action": "reject", "which": "chosen", "reason": "advertising", "_selected_action": [one.pk, other.pk]}
    response = desk.post(act_on(ann, "decisions"), {**data, **saws(one, two, other)}, follow=True)
    assert said(response) == ["1 comment does not belong here.", "1 comment is now: rejected. Undo"]
    assert states() == ["rejected", "pending", "pending"]
    assert (Decision.objects.get(by=moderator).comment, Decision.objects.get(by=moderator).reason) == (
        one,
        "advertising",
    )


def test_all_that_wait_on_the_page_are_decided_and_what_was_decided_is_left(
    edition: Edition, desk: Client, ann: Commenter
) -> None:
    one, two, done = ann.comments.get(), confirmed(edition), confirmed(edition)
    factories.decided(done, Status.REJECTED)
    unseen = confirmed(edition)
    response = desk.post(
        act_on(ann, "decisions"), {"action": "spam", "which": "waiting", **saws(one, two, done)}, follow=True
    )
    assert said(response) == ["2 comments are now: spam. Undo"]
    assert states() == ["spam", "spam", "rejected", "pending"]
    assert unseen.decisions.count() == 2


def test_what_was_decided_meanwhile_is_told_and_what_was_typed_stands_where_it_was(
    edition: Edition, desk: Client, ann: Commenter
) -> None:
    one, two = ann.comments.get(), confirmed(edition)
    shown = saws(one, two)
    factories.decided(one, Status.APPROVED)
    data = {"action": "reject", "which": "chosen", "reason": "hate", "explanation": "Not here."}
    response = desk.post(act_on(ann, "decisions"), {**data, "_selected_action": [one.pk, two.pk], **shown})
    assert response.status_code == 200
    told = said(response)
    assert told[0] == "1 comment is now: rejected. Undo"
    assert told[1].startswith("Ann: Decided already: approved by moderators")
    assert read(response).one("input", name="explanation").attributes["value"] == "Not here."
    assert states() == ["approved", "rejected"]
    offer = read(response).one("form", class_="offer")
    assert offer.text.strip().startswith("Ann: Decided already: approved by moderators")


def test_a_colleagues_decision_is_overridden_from_here_with_a_reason(
    edition: Edition, desk: Client, ann: Commenter
) -> None:
    one = ann.comments.get()
    shown = {f"saw-{one.pk}": one.seen, f"overrides-{one.pk}": "approved.1", f"because-{one.pk}": "It is a threat."}
    factories.decided(one, Status.APPROVED)
    response = desk.post(act_on(ann, "decisions"), {"decide": f"spam:{one.pk}", **shown}, follow=True)
    assert (said(response), states()) == (["1 comment is now: spam. Undo"], ["spam"])


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "approve"},
        {"action": "delete_selected", "_selected_action": "PK"},
        {"action": "nonsense\x00", "_selected_action": "PK"},
        {"action": "approve", "_selected_action": ["x", "\x00", "9" * 40, "-1"]},
        {"action": "approve", "which": "waiting", "saw-x": "pending.1", "saw-": "pending.1"},
        {"decide": "approve:99999999"},
    ],
)
def test_a_forged_act_decides_nothing_and_is_answered_in_words(desk: Client, ann: Commenter, data: Any) -> None:
    comment = ann.comments.get()
    if data.get("_selected_action") == "PK":
        data = {**data, "_selected_action": comment.pk}
    response = desk.post(act_on(ann, "decisions"), data)
    assert response.status_code == 200
    assert said(response)[-1] == "Nothing was decided: choose comments, and then what becomes of them."
    assert states() == ["pending"]


def test_a_cards_own_button_works_here_too(edition: Edition, desk: Client, ann: Commenter) -> None:
    comment = ann.comments.get()
    data = {"decide": f"approve:{comment.pk}", "which": "waiting", **saws(comment, confirmed(edition))}
    assert desk.post(act_on(ann, "decisions"), data).status_code == 302
    assert states() == ["approved", "pending"]


# --- From one network -----------------------------------------------------------------------------------------------


def test_what_came_from_one_network_without_an_address_is_on_one_page_and_can_be_decided(
    edition: Edition, desk: Client, ann: Commenter
) -> None:
    one, two = factories.pending(edition, name="One"), factories.pending(edition, name="Two")
    factories.pending(edition, name="Elsewhere", sent_from="198.51.100.1")
    assert sorted(names(look(desk, network_of(one)))) == ["One", "Two"]
    data = {"action": "spam", "which": "waiting", **saws(one, two)}
    assert desk.post(network_of(one, "decisions/"), data).status_code == 302
    assert states() == ["pending", "spam", "spam", "pending"]
    assert desk.get(network_of(ann.comments.get())).headers["Location"] == page_of(ann)


def test_a_network_is_slowed_paused_and_set_free_there(desk: Client, edition: Edition, moderator: User) -> None:
    comment = factories.pending(edition)
    fields = {"to": "slowed", "length": "6", "reason": "A class.", "saw": "0"}
    response = desk.post(network_of(comment, "restraint/"), fields, follow=True)
    assert said(response) == ["From now on this network is slowed."]
    row = NetworkRestraint.objects.get()
    assert (row.to_restraint, row.until, row.by) == ("slowed", NOON + timedelta(hours=6), moderator)
    stale = desk.post(network_of(comment, "restraint/"), {**fields, "to": "paused"})
    assert stale.status_code == 409
    assert "Somebody was quicker: slowed, by Mona Lind" in read(stale).one("form", id="restraint-form").text
    lift = {"to": "lift", "reason": "They went home.", "saw": str(row.pk)}
    assert said(desk.post(network_of(comment, "restraint/"), lift, follow=True)) == [
        "Lifted: this network is as any other."
    ]
    assert desk.post(network_of(comment, "restraint/"), {**fields, "to": "barred"}).status_code == 422


def test_once_its_key_is_gone_a_network_is_told_to_be_forgotten(
    clock: Traveller, edition: Edition, sign_in: Callable[..., Client]
) -> None:
    one, _two = factories.pending(edition, name="One"), factories.pending(edition, name="Two")
    clock.shift(policy.NETWORK_KEY_LIFE)
    desk = sign_in("moderators")
    page = look(desk, network_of(one))
    assert names(page) == ["One"]
    assert "The key of this network is gone" in page.text
    refused = desk.post(network_of(one, "restraint/"), {"to": "paused", "reason": "A flood.", "saw": "0"})
    assert refused.status_code == 422
    assert not NetworkRestraint.objects.exists()


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["", "writers", "editors"])
def test_only_moderators_come_here(sign_in: Callable[..., Client], edition: Edition, ann: Commenter, role: str) -> None:
    note = notes.write(ann, by=factories.user("moderators"), text="A note.")
    comment = factories.pending(edition)
    pages = [page_of(ann), "/admin/comments/commenter/", network_of(comment)]
    acts = [act_on(ann, act) for act in ("decisions", "standing", "notes", f"notes/{note.pk}/struck")]
    acts += [network_of(comment, act) for act in ("decisions/", "restraint/")]
    client = sign_in(role)
    assert [client.get(page).status_code for page in pages] == [403] * 3
    assert [client.post(path, {"text": "x"}).status_code for path in acts] == [403] * 6
    assert [Client().post(path).status_code for path in acts] == [302] * 6


def test_who_may_not_give_standings_reads_all_and_is_refused(
    sign_in: Callable[..., Client], edition: Edition, ann: Commenter
) -> None:
    trainee = factories.user()
    trainee.user_permissions.add(Permission.objects.get(codename="moderate_comment"))
    client = sign_in(user=User.objects.get(pk=trainee.pk))
    assert look(client, page_of(ann)).all("form", id="standing-form") == []
    fields = {"to": "barred", "reason": "Because.", "saw": "0"}
    assert client.post(act_on(ann, "standing"), fields).status_code == 403
    comment = factories.pending(edition)
    assert look(client, network_of(comment)).all("form", id="restraint-form") == []
    assert client.post(network_of(comment, "restraint/"), {**fields, "to": "paused"}).status_code == 403
    assert (StandingChange.objects.count(), NetworkRestraint.objects.count()) == (0, 0)


def test_who_signs_in_again_after_a_post_comes_to_the_page_that_sent_it(
    desk: Client, edition: Edition, ann: Commenter
) -> None:
    comment = factories.pending(edition)
    acts = {act_on(ann, act): page_of(ann) for act in ("decisions", "standing", "notes", "notes/7/struck")}
    acts |= {network_of(comment, act): network_of(comment) for act in ("decisions/", "restraint/")}
    assert {address: desk.get(address).headers.get("Location") for address in acts} == acts


def test_a_conflict_here_is_kept_or_overridden_as_at_the_desk(edition: Edition, desk: Client, ann: Commenter) -> None:
    comment = factories.decided(confirmed(edition), Status.APPROVED)
    shown = comment.seen
    factories.decided(comment, Status.SPAM)
    data = {"decide": f"approve:{comment.pk}", f"saw-{comment.pk}": shown}
    form = read(desk.post(act_on(ann, "decisions"), data)).one("form", class_="offer")
    said = {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")}
    said |= {"decide": form.one("button").attributes["value"], f"because-{comment.pk}": "It is none."}
    desk.post(act_on(ann, "decisions"), said)
    comment.refresh_from_db()
    assert comment.status == Status.APPROVED


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 19, "9" * 60])
def test_who_is_not_there_is_not_found(desk: Client, db: None, pk: str) -> None:
    base = f"/admin/comments/commenter/{pk}"
    for path in (f"{base}/standing/", f"{base}/notes/", f"{base}/decisions/", f"{base}/notes/{pk}/struck/"):
        assert desk.post(path).status_code == 404
    assert desk.get(f"{base}/change/").status_code == 404
    assert desk.get(f"/admin/comments/commenter/network/{pk}/").status_code == 404
    assert desk.post(f"{base}/change/", {"email": "eve@example.org"}).status_code == 403


def test_an_author_cannot_be_added_changed_or_deleted_here(desk: Client, ann: Commenter) -> None:
    assert desk.get(f"/admin/comments/commenter/{ann.pk}/delete/").status_code == 403
    assert desk.get("/admin/comments/commenter/add/").status_code == 403
    assert desk.post(page_of(ann), {"email": "eve@example.org"}).status_code == 403


def test_a_restraint_stands_on_the_page_of_each_comment_of_the_network(
    desk: Client, edition: Edition, moderator: User
) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    network = Network.objects.get(digest=one.revisions.get().network)
    standing.restrain(network, to=Restraint.PAUSED, by=moderator, saw="0", reason="A flood.")
    for comment in (one, two):
        assert "paused until 5 March 2026, 00:00 UTC" in words(look(desk, network_of(comment)).one("main"))
