"""The pages of the rules: rehearse, then save; switch; paste thousands; look; and who may do none of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from time_machine import Traveller

from articles.models import Edition
from comments import policy
from comments.models import RuleChange, WordRule
from comments.rules.current import current
from comments.states import Reason, RuleState, Status
from tests import factories
from tests.comments.reading import read
from tests.factories import GOOD_TEXT

LIST = "/admin/comments/wordrule/"
ADD = f"{LIST}add/"
LIMITS = "/admin/comments/houselimits/"
CASINO = f"{GOOD_TEXT} I met them at the casino."
HOLD = {"action": "hold", "reason": "", "notes": "Seen twice."}


@pytest.fixture
def lead(sign_in: Callable[..., Client], db: None) -> Client:
    return sign_in("lead moderators")


def page(rule: WordRule) -> str:
    return f"{LIST}{rule.pk}/change/"


def rehearse(client: Client, url: str = ADD, **fields: str) -> dict[str, str]:
    """What a rehearsal's page would send next: what was typed, with the proof."""
    sent = {**HOLD, **fields}
    response = client.post(url, {**sent, "step": "rehearse"})
    assert response.status_code == 200
    return {**sent, "proof": response.context["told"].proof, "step": "save"}


def state() -> list[tuple[str, str, str, str]]:
    return [(rule.words, rule.action, rule.reason, rule.state) for rule in WordRule.objects.all()]


# --- Adding ---------------------------------------------------------------------------------------------------------


def test_a_rule_is_rehearsed_and_then_saved_with_the_figures_and_logs_only(lead: Client, edition: Edition) -> None:
    factories.approved(edition, body=CASINO)
    factories.decided(factories.pending(edition, body=f"{CASINO} Again."), Status.SPAM)
    response = lead.post(ADD, {**HOLD, "lines": "casino", "step": "rehearse"})
    shown = read(response)
    figures = [item.text for item in shown.all("ul", class_="rehearsal__figures")[0].all("li")]
    assert figures == [
        "2 decided comments looked at",
        "2 would have been caught",
        "1 of these a moderator had approved",
    ]
    assert [mark.text for mark in shown.all("mark")] == ["casino", "casino"]
    assert WordRule.objects.count() == 0
    saved = lead.post(ADD, rehearse(lead, lines="casino"))
    assert (saved.status_code, saved.headers["Location"]) == (302, LIST)
    assert state() == [("casino", "hold", "", "logging")]
    assert RuleChange.objects.get().figures == {"looked_at": 2, "caught": 2, "approved": 1}


@pytest.mark.parametrize("other", [{"lines": "casinos"}, {"action": "reject", "reason": "hate"}, {"proof": "forged"}])
def test_what_was_not_rehearsed_is_not_saved(lead: Client, other: dict[str, str]) -> None:
    response = lead.post(ADD, {**rehearse(lead, lines="casino"), **other})
    assert (response.status_code, WordRule.objects.count()) == (200, 0)
    assert "This was not rehearsed yet" in response.content.decode()
    # It has been rehearsed now, so the next try saves.
    again = {**HOLD, "lines": "casino", **other, "step": "save", "proof": response.context["told"].proof}
    assert lead.post(ADD, again).status_code == 302


def test_a_rehearsal_of_an_hour_ago_is_none(clock: Traveller, sign_in: Callable[..., Client], db: None) -> None:
    lead = sign_in("lead moderators")
    sent = rehearse(lead, lines="casino")
    clock.shift(policy.REHEARSAL_LIFE.total_seconds() + 1)
    with pytest.raises(signing.SignatureExpired):
        signing.loads(sent["proof"], salt="comments.rules.rehearsal", max_age=policy.REHEARSAL_LIFE)
    lead.post(ADD, sent)
    assert WordRule.objects.count() == 0


def test_lines_that_cannot_be_rules_are_told_and_stay_while_the_others_are_saved(lead: Client) -> None:
    factories.rule("idiot")
    lines = "casino\n\nfo*o\n IDIOT \npills\nCasino"
    response = lead.post(ADD, rehearse(lead, lines=lines))
    assert [(number, line) for number, line, _words in response.context["refused"]] == [
        (1, "fo*o"),
        (2, " IDIOT "),
        (3, "Casino"),
    ]
    assert read(response).all("textarea", id="id_lines")[0].text.split() == ["fo*o", "IDIOT", "Casino"]
    assert [words for words, *_rest in state()] == ["casino", "idiot", "pills"]


def test_thousands_are_pasted_at_once(lead: Client) -> None:
    lines = "\n".join(f"word{n}x" for n in range(300))
    assert lead.post(ADD, rehearse(lead, lines=lines)).status_code == 302
    assert (WordRule.objects.count(), RuleChange.objects.count()) == (300, 300)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"lines": ""}, "This field is required."),
        ({"lines": "fo*o"}, "“*” may stand at either end"),
        ({"lines": "\x00\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")}, "a word or a phrase"),
        ({"notes": " "}, "This field is required."),
        ({"action": "drop"}, "Select a valid choice."),
        ({"action": "reject", "reason": ""}, "needs a reason"),
        ({"action": "reject", "reason": "other"}, "Select a valid choice."),
        ({"notes": "x" * 1_001}, "at most 1000 characters"),
    ],
)
def test_what_cannot_be_saved_comes_back_as_it_was_typed(lead: Client, sent: dict[str, str], words: str) -> None:
    typed = {**HOLD, "lines": "casino and more", **sent, "step": "save"}
    response = lead.post(ADD, typed)
    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert response.context["form"]["lines"].value() == typed["lines"]
    assert WordRule.objects.count() == 0


def test_more_lines_than_the_list_takes_are_refused_and_kept(lead: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("comments.policy.WORD_RULES", 2)
    response = lead.post(ADD, {**HOLD, "lines": "one\ntwo\nthree", "step": "rehearse"})
    assert (response.status_code, "3 lines; at most 2" in response.content.decode()) == (422, True)
    assert response.context["form"]["lines"].value() == "one\ntwo\nthree"


# --- One rule -------------------------------------------------------------------------------------------------------


def test_a_rule_is_switched_with_what_it_caught_in_the_log(lead: Client, edition: Edition) -> None:
    rule = factories.rule("casino", state=RuleState.LOGGING)
    factories.approved(edition, body=CASINO)
    response = lead.post(f"{LIST}{rule.pk}/switch/", {"to": "acting", "saw": "1"})
    assert (response.status_code, state()) == (302, [("casino", "hold", "", "acting")])
    assert RuleChange.objects.last().figures == {"caught": 1, "approved": 1}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"to": "acting", "saw": "0"}, "has changed this rule"),
        ({"to": "acting", "saw": "9" * 40}, "has changed this rule"),
        ({"to": "acting"}, "has changed this rule"),
        ({"to": "gone", "saw": "1"}, "Choose what the rule is to do."),
        ({"to": "logging", "saw": "1"}, "in this state already"),
    ],
)
def test_a_forged_switch_changes_nothing(lead: Client, sent: dict[str, str], words: str) -> None:
    rule = factories.rule("casino", state=RuleState.LOGGING)
    response = lead.post(f"{LIST}{rule.pk}/switch/", sent, follow=True)
    assert (words in response.content.decode(), state()) == (True, [("casino", "hold", "", "logging")])


def test_another_action_is_rehearsed_and_begins_by_logging_and_notes_are_saved_at_once(lead: Client) -> None:
    rule = factories.rule("casino")
    sent = rehearse(lead, page(rule), action="reject", reason="advertising", saw=str(rule.version))
    assert state() == [("casino", "hold", "", "acting")]
    assert lead.post(page(rule), sent).status_code == 302
    assert state() == [("casino", "reject", "advertising", "logging")]
    rule.refresh_from_db()
    noted = {"action": "reject", "reason": "advertising", "notes": "Other notes.", "saw": str(rule.version)}
    assert lead.post(page(rule), {**noted, "step": "rehearse"}).status_code == 302
    assert [change.act for change in rule.changes.all()] == ["added", "acting", "changed", "noted"]


def test_its_page_shows_what_it_caught_its_log_and_the_way_to_the_desk(lead: Client, edition: Edition) -> None:
    rule = factories.rule("casino", reason=Reason.ADVERTISING)
    comment = factories.pending(edition, body=CASINO, name="Ann")
    factories.pending(edition, name="Ben")
    shown = lead.get(page(rule)).content.decode()
    for words in ("Ann", "acted", "rejected", "added, after a rehearsal", "switched to act", "As a test needs it."):
        assert words in shown
    desk = lead.get(f"/admin/comments/comment/?queue=all&caught={rule.pk}")
    assert [card.comment for card in desk.context["cards"]] == [comment]
    for forged in ("9" * 40, "x", "-1", "²"):
        assert lead.get(f"/admin/comments/comment/?queue=all&caught={forged}").status_code in {200, 302}


def test_the_list_shows_what_each_caught_at_the_same_number_of_queries(
    lead: Client, edition: Edition, django_assert_max_num_queries: Any
) -> None:
    factories.rule("casino", reason=Reason.ADVERTISING)
    for n in range(2):
        factories.pending(edition, body=f"{CASINO} {n}")
    with django_assert_max_num_queries(7):
        first = lead.get(LIST)
    assert [(rule.caught, rule.overturned) for rule in first.context["cl"].result_list] == [(2, 0)]
    for words in ("pills", "loans"):
        factories.rule(words)
    with django_assert_max_num_queries(7):
        assert len(lead.get(LIST).context["cl"].result_list) == 3


# --- Limits ---------------------------------------------------------------------------------------------------------


def limits(**fields: str) -> dict[str, str]:
    numbers = {"links_allowed": "2", "burst": "45", "hourly": "90", "new_author_comments": "1", "same_text_days": "30"}
    return {"saw": "2.45.90.1.30", **numbers, **fields}


def test_limits_are_set_on_one_page_and_the_log_is_below(lead: Client) -> None:
    assert lead.post(LIMITS, limits(links_allowed="0")).status_code == 302
    assert current().limits.links_allowed == 0
    assert "links allowed: 2 → 0" in lead.get(LIMITS).content.decode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"burst": "1"}, "greater than or equal to 3"),
        ({"burst": "9" * 5_000}, "Enter a whole number."),
        ({"burst": "91"}, "at least as many"),
        ({"links_allowed": ""}, "This field is required."),
        ({"saw": "1.2"}, "Enter a valid value."),
        ({"saw": "9.45.90.1.30", "links_allowed": "1"}, "Somebody has changed the limits"),
    ],
)
def test_limits_that_are_refused_come_back_as_typed(lead: Client, sent: dict[str, str], words: str) -> None:
    response = lead.post(LIMITS, limits(**sent))
    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert current().limits == policy.limits()


# --- Who may --------------------------------------------------------------------------------------------------------


def test_moderators_see_rules_and_change_none(sign_in: Callable[..., Client], db: None) -> None:
    rule, client = factories.rule("casino"), sign_in("moderators")
    for url in (LIST, page(rule), LIMITS, "/admin/comments/rulechange/"):
        assert client.get(url).status_code == 200, url
    assert 'method="post" id="rule-form"' not in client.get(page(rule)).content.decode()
    for url, sent in (
        (ADD, {**HOLD, "lines": "pills", "step": "save"}),
        (page(rule), {**HOLD, "saw": "2", "step": "save"}),
        (f"{LIST}{rule.pk}/switch/", {"to": "off", "saw": "2"}),
        (LIMITS, limits(burst="9")),
    ):
        assert client.post(url, sent).status_code == 403, url
    assert client.get(ADD).status_code == 403
    assert state() == [("casino", "hold", "", "acting")]


@pytest.mark.parametrize("role", ["", "writers", "editors"])
def test_nobody_else_sees_them(sign_in: Callable[..., Client], db: None, role: str) -> None:
    rule, client = factories.rule("casino"), sign_in(role)
    for url in (LIST, ADD, page(rule), LIMITS, "/admin/comments/rulechange/"):
        assert client.get(url).status_code == 403, url


def test_a_rule_that_is_not_there_leads_back(lead: Client) -> None:
    for number in ("1", "9" * 40, "x"):
        assert lead.get(f"{LIST}{number}/change/").status_code == 302
    assert lead.post(f"{LIST}1/switch/", {"to": "off", "saw": "1"}).status_code == 404


def test_rules_and_their_log_are_never_deleted(sign_in: Callable[..., Client], db: None) -> None:
    rule = factories.rule("casino")
    admin = sign_in(user=User.objects.create_superuser("root", password="secret"))
    for url in (
        f"{LIST}{rule.pk}/delete/",
        "/admin/comments/rulechange/add/",
        f"/admin/comments/rulechange/{rule.changes.first().pk}/delete/",
    ):
        assert admin.post(url, {"post": "yes"}).status_code == 403, url
    assert state() == [("casino", "hold", "", "acting")]
