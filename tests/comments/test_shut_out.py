"""Authors who are held, paused or barred, and what they are told; and that nobody else can learn it."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import facts, policy, posting, standing
from comments.models import Comment, Commenter, Decision, Network, Notice, Revision
from comments.posting import Barred, Draft, Paused
from comments.states import GIVEN_STANDINGS, Restraint, Standing, Status
from comments.tokens import address_path, own_path
from tests import factories
from tests.comments.authors import author, confirmed, give
from tests.comments.conftest import NOON
from tests.comments.reading import read, words
from tests.factories import GOOD_TEXT

FORM_TYPE = "application/x-www-form-urlencoded"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon(clock: Traveller) -> None:
    """Before the story is created."""


@pytest.fixture
def ann(clock: Traveller, edition: Edition) -> Commenter:
    return author(edition)


def post(path: str, sent_from: str = "203.0.113.7", **fields: str) -> Any:
    return Client(REMOTE_ADDR=sent_from).post(path, urlencode(fields), content_type=FORM_TYPE)


def found(comment: Comment) -> list[str]:
    return [one["rule"] for one in comment.decisions.order_by("pk")[1].findings]


def restrain(edition: Edition, to: Restraint, **how: Any) -> Network:
    network = Network.objects.get(digest=factories.pending(edition).revisions.get().network)
    standing.restrain(network, to=to, by=factories.user("moderators"), saw="0", reason="A flood.", **how)
    return network


# --- What a standing does -------------------------------------------------------------------------------------------


def test_who_is_always_held_waits_however_many_were_approved(edition: Edition, settings: Any, ann: Commenter) -> None:
    settings.COMMENTS_TRUST_AFTER = 1
    factories.decided(ann.comments.get(), Status.APPROVED)
    assert confirmed(edition).status == Status.APPROVED
    give(ann, Standing.HELD)
    comment = confirmed(edition)
    assert (comment.status, found(comment)) == (Status.PENDING, ["always_held"])


def test_whom_a_moderator_trusts_is_published_at_once_unless_a_rule_sees_something(
    edition: Edition, ann: Commenter
) -> None:
    give(ann, Standing.TRUSTED, until=NOON + DAY)
    comment = confirmed(edition)
    assert (comment.status, found(comment)) == (Status.APPROVED, ["trusted_by_moderator"])
    links = " ".join(f"https://shop.example/{n}" for n in range(3))
    held = confirmed(edition, body=f"{GOOD_TEXT} {links}")
    assert (held.status, found(held)) == (Status.PENDING, ["too_many_links"])


def test_what_somebody_paused_confirms_waits_for_a_person_who_sees_that(
    clock: Traveller, edition: Edition, ann: Commenter
) -> None:
    give(ann, Standing.PAUSED, until=NOON + DAY)
    comment = confirmed(edition)
    assert (comment.status, found(comment)) == (Status.PENDING, ["paused_author"])
    clock.shift(DAY)
    assert found(confirmed(edition)) == ["first_time_author"]


def test_what_somebody_barred_confirms_is_rejected_with_the_reason_of_the_bar(edition: Edition, ann: Commenter) -> None:
    give(ann, Standing.BARRED, reason="Sold watches.")
    comment = confirmed(edition)
    decision = comment.decisions.order_by("pk")[1]
    assert (comment.status, comment.commenter, decision.actor, decision.reason) == (
        Status.REJECTED,
        ann,
        "rule",
        "other",
    )
    assert decision.explanation == "The owner of this address may not comment here. Sold watches."
    assert found(comment)[0] == "barred_author"
    page = words(read(Client().get(own_path(comment))).one("main"))
    assert "Sold watches." in page
    # A moderator may still let it through.
    factories.decided(comment, Status.APPROVED)


def test_what_was_decided_already_stays_when_somebody_barred_confirms_it(edition: Edition, ann: Commenter) -> None:
    comment = factories.approved(edition, email="ann@example.org")
    give(ann, Standing.BARRED)
    posting.confirm_address(comment)
    assert (comment.status, comment.commenter) == (Status.APPROVED, ann)


@pytest.mark.parametrize(
    ("to", "status", "refusal", "retry"),
    [(Standing.PAUSED, 429, Paused, str(24 * 3600)), (Standing.BARRED, 403, Barred, None)],
)
def test_who_is_shut_out_and_edits_is_told_why_until_when_and_keeps_the_text(
    edition: Edition, ann: Commenter, to: Standing, status: int, refusal: type[Exception], retry: str | None
) -> None:
    comment = ann.comments.get()
    until = NOON + DAY
    give(ann, to, until=until, reason="Sold watches.")
    text = f"{GOOD_TEXT} And I changed it."
    with pytest.raises(refusal):
        posting.edit(comment, body=text, saw=comment.seen, address=factories.address())
    response = post(own_path(comment), body=text, saw=comment.seen, edit="1")
    assert (response.status_code, response.headers.get("Retry-After")) == (status, retry)
    page = read(response)
    assert page.one("textarea", name="body").text.removeprefix("\n") == text
    said = words(page.one("div", class_="error-summary"))
    assert "Until 3 March 2026, 12:00 UTC. The reason: Sold watches. What you wrote is still here" in said
    assert Revision.objects.filter(comment=comment).count() == 1


def test_who_is_shut_out_may_withdraw_and_is_offered_no_edit(edition: Edition, ann: Commenter) -> None:
    comment = ann.comments.get()
    give(ann, Standing.BARRED)
    page = read(Client().get(own_path(comment)))
    assert page.all("form", id="comment-form") == []
    assert post(own_path(comment), saw=comment.seen, withdraw="1").status_code == 303


# --- What is said ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", GIVEN_STANDINGS)
def test_the_authors_page_tells_how_they_stand_since_when_until_when_why_and_how_to_object(
    edition: Edition, ann: Commenter, to: Standing, settings: Any
) -> None:
    comment = ann.comments.get()
    give(ann, to, until=NOON + DAY, reason="For a reason.")
    response = Client().get(own_path(comment))
    section = words(read(response).one("section", **{"aria-labelledby": "standing"}))
    assert response.headers["Cache-Control"] == "private, no-store"
    for said in (
        "Since 2 March 2026, 12:00 UTC.",
        "It ends by itself: 3 March 2026, 12:00 UTC.",
        "For a reason.",
        f"write to {settings.CONTACT_EMAIL} and name this comment: {comment.public_id}. Somebody else",
    ):
        assert said in section


def test_the_authors_page_tells_what_is_earned_too(edition: Edition, settings: Any, ann: Commenter) -> None:
    comment = ann.comments.get()

    def said() -> str:
        return words(read(Client().get(own_path(comment))).one("section", **{"aria-labelledby": "standing"}))

    assert "You are new here." in said()
    factories.decided(comment, Status.APPROVED)
    assert "You are known here." in said()
    settings.COMMENTS_TRUST_AFTER = 1
    assert "You are trusted here." in said()


@pytest.mark.parametrize("to", [Standing.PAUSED, Standing.BARRED])
def test_who_confirms_while_shut_out_is_told_on_the_same_page(edition: Edition, ann: Commenter, to: Standing) -> None:
    comment = factories.pending(edition, email="Ann@Example.org")
    give(ann, to, reason="Sold watches.")
    asked = Client().get(address_path(comment))
    answered = post(address_path(comment), confirm="1")
    assert "Sold watches." in words(read(asked).one("main"))
    page = words(read(answered).one("main"))
    assert "Your comment is not published: read below why, and what you can do." in page
    assert "Sold watches." in page


# --- What nobody else learns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["", *GIVEN_STANDINGS])
def test_whoever_types_an_address_learns_nothing_of_how_its_owner_stands(
    clock: Traveller, edition: Edition, to: str
) -> None:
    """The response to a post, the page that it leads to, an edit and the rows are those of an unknown address."""
    if to:
        give(author(edition), Standing(to))

    def seen_by_a_stranger(email: str, sent_from: str) -> list[Any]:
        fields = {"name": "Eve", "body": GOOD_TEXT, "email": email, "edition": "1"}
        taken = post(f"/articles/{edition.article_id}/comments/new/", sent_from, **fields)
        comment = Comment.objects.latest("pk")
        own = Client().get(own_path(comment))
        edited = post(own_path(comment), sent_from, body=f"{GOOD_TEXT} Or so.", saw=comment.seen, edit="1")
        again = Client().get(own_path(comment))
        rows = [(row.to_status, row.actor, row.findings) for row in comment.decisions.order_by("pk")]
        return [
            taken.status_code,
            taken.content,
            _without(comment, own),
            edited.status_code,
            _without(comment, again),
            rows,
            Notice.objects.filter(comment=comment).count(),
        ]

    # As if sent for the first time, so that "the same text again" is found in neither.
    Revision.objects.all().update(fingerprint="")
    of_the_owner = seen_by_a_stranger("ann@example.org", "198.51.100.1")
    Revision.objects.all().update(fingerprint="")
    of_nobody = seen_by_a_stranger("nobody@example.org", "198.51.100.2")
    assert of_the_owner == of_nobody


def _without(comment: Comment, response: Any) -> tuple[int, bytes]:
    """A page without anything that names its comment."""
    return response.status_code, response.content.replace(own_path(comment).encode(), b"")


def test_an_address_that_is_not_confirmed_for_a_comment_tells_nothing_on_that_comments_page(
    edition: Edition, ann: Commenter
) -> None:
    give(ann, Standing.BARRED, reason="Sold watches.")
    comment = factories.pending(edition, email="ann@example.org", sent_from="198.51.100.9")
    page = read(Client().get(own_path(comment)))
    assert page.all("section", **{"aria-labelledby": "standing"}) == []
    assert "Sold watches." not in page.text


def test_public_pages_show_nothing_of_a_standing(edition: Edition, ann: Commenter) -> None:
    factories.decided(ann.comments.get(), Status.APPROVED)
    pages = [edition.get_absolute_url(), f"/articles/{edition.article_id}/comments/"]
    before = [Client().get(page).content for page in pages]
    give(ann, Standing.BARRED)
    assert [Client().get(page).content for page in pages] == before


# --- Networks -------------------------------------------------------------------------------------------------------


def test_from_a_paused_network_nothing_is_taken_and_the_form_comes_back_filled(
    clock: Traveller, edition: Edition
) -> None:
    restrain(edition, Restraint.PAUSED, until=NOON + timedelta(hours=6))
    path = f"/articles/{edition.article_id}/comments/new/"
    response = post(path, name="Ben", body=f"{GOOD_TEXT} Ben here.")
    assert (response.status_code, response.headers["Retry-After"]) == (429, str(6 * 3600))
    page = read(response)
    assert page.one("textarea", name="body").text.removeprefix("\n") == f"{GOOD_TEXT} Ben here."
    assert "A moderator has paused comments from your network until 2 March 2026, 18:00 UTC." in page.text
    assert "A flood." not in page.text
    assert post(path, "198.51.100.3", name="Ben", body=f"{GOOD_TEXT} Ben here.").status_code == 303
    clock.shift(timedelta(hours=6))
    assert post(path, name="Ben", body=f"{GOOD_TEXT} Ben here.").status_code == 303


def test_a_repeat_from_a_paused_network_leads_to_what_was_taken(clock: Traveller, edition: Edition) -> None:
    draft = Draft("Ben", f"{GOOD_TEXT} Ben here.")
    first = posting.post(edition, draft, address=factories.address())
    restrain(edition, Restraint.PAUSED)
    assert posting.post(edition, draft, address=factories.address()) == first
    clock.shift(policy.REPEAT_WINDOW)
    with pytest.raises(Paused):
        posting.post(edition, draft, address=factories.address())


def test_from_a_slowed_network_so_many_an_hour_are_taken_and_edits_count(clock: Traveller, edition: Edition) -> None:
    restrain(edition, Restraint.SLOWED, until=NOON + timedelta(hours=3))
    comment = Comment.objects.get()
    for n in range(policy.SLOWED_HOURLY - 1):
        clock.shift(60)
        factories.pending(edition, body=f"{GOOD_TEXT} Number {n}.")
    with pytest.raises(Paused) as refused:
        posting.edit(comment, body=f"{GOOD_TEXT} Or so.", saw=comment.seen, address=factories.address())
    # The oldest of the six that count is then an hour old.
    assert refused.value.retry_after == timedelta(hours=1) - timedelta(seconds=60 * (policy.SLOWED_HOURLY - 1))
    assert "to 6 an hour until 2 March 2026, 15:00 UTC" in refused.value.words
    clock.shift(refused.value.retry_after)
    factories.pending(edition)


def test_a_restraint_ends_with_the_key_even_where_nothing_was_forgotten_yet(clock: Traveller, edition: Edition) -> None:
    network = restrain(edition, Restraint.PAUSED)
    clock.shift(policy.NETWORK_KEY_LIFE)
    assert facts.restraint_on(network.digest, timezone.now()) is None
    factories.pending(edition)


def test_pausing_an_address_restrains_no_network(edition: Edition, ann: Commenter) -> None:
    give(ann, Standing.BARRED)
    before = Decision.objects.count()
    assert factories.pending(edition, name="Somebody at the same school").status == Status.PENDING
    assert Decision.objects.count() == before + 1
