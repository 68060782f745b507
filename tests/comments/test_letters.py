"""What the author will read is shown before it is sent; nothing is decided by looking."""

from collections.abc import Callable

import pytest
from django.test import Client

from articles.models import Edition
from comments.models import Comment, ExplanationTemplate
from comments.states import Status
from tests import factories
from tests.comments.reading import read, words

DESK = "/admin/comments/comment/"


@pytest.fixture
def desk(sign_in: Callable[..., Client]) -> Client:
    return sign_in("moderators")


def test_a_card_shows_the_letter_and_the_letter_sends_it(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    list_page = read(desk.get(DESK))
    button = list_page.one("button", class_="decide--letter")
    typed = {f"reason-{comment.pk}": "hate", f"explanation-{comment.pk}": "The last\nsentence."}
    fields = list_page.one("form", id="changelist-form").fields() | typed
    page = read(desk.post(button.attributes["formaction"], fields))
    letter = words(page.one("div", class_="letter__paper"))
    assert f"Your comment on “{edition.headline}” was not published." in letter
    assert "The reason: hate. It rests on our guidelines: No contempt for people" in letter
    assert "The last sentence." in letter
    assert Comment.objects.get().status == Status.PENDING
    form = page.one("form", class_="letter__form")
    chosen = [
        one.attributes["value"] for one in form.one("select", name=f"reason-{comment.pk}").all("option", selected="")
    ]
    assert chosen == ["hate"]
    data = form.fields() | {f"reason-{comment.pk}": "hate", "decide": f"reject:{comment.pk}"}
    desk.post(form.attributes["action"], data)
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    assert (latest.to_status, latest.reason, latest.explanation) == ("rejected", "hate", "The last\nsentence.")


def test_the_letter_leads_back_to_the_list_as_it_was(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    here = f"{DESK}?queue=all&order=oldest"
    list_page = read(desk.get(here))
    button = list_page.one("button", class_="decide--letter")
    page = read(desk.post(button.attributes["formaction"], list_page.one("form", id="changelist-form").fields()))
    form = page.one("form", class_="letter__form")
    ways_back = [one.attributes["href"] for one in page.all("a") if one.attributes["href"].startswith(DESK)]
    assert (form.attributes["action"], ways_back) == (here, [here, f"{DESK}{comment.pk}/change/", here])
    sent = form.fields() | {f"explanation-{comment.pk}": "Who?", "decide": f"return_to_author:{comment.pk}"}
    assert desk.post(form.attributes["action"], sent)["Location"] == here
    assert Comment.objects.get().status == Status.RETURNED


@pytest.mark.parametrize("back", ["", "https://example.org/", "/admin/comments/commenter/1/change/"])
def test_a_letter_from_elsewhere_is_sent_to_the_desk(edition: Edition, desk: Client, back: str) -> None:
    page = read(desk.post(f"{DESK}{factories.pending(edition).pk}/letter/", {"back": back}))
    assert page.one("form", class_="letter__form").attributes["action"] == DESK


def test_a_script_asks_for_the_letter_alone(edition: Edition, desk: Client) -> None:
    comment = factories.pending(edition)
    asked = {"act": "return_to_author", "explanation": "Who?", "passage": "in Asia", "fragment": "1"}
    response = desk.get(f"{DESK}{comment.pk}/letter/", asked)
    assert response.text.lstrip().startswith("<section")
    assert words(read(response).one("mark")) == "in Asia"
    assert "A moderator asks you to change your comment" in words(read(response))


@pytest.mark.parametrize("pk", ["0", "x", "9" * 40, "\x00"])
def test_the_letter_of_no_comment_is_not_found(desk: Client, pk: str) -> None:
    assert desk.get(f"{DESK}{pk}/letter/").status_code == 404


@pytest.mark.parametrize(
    "query", ["act=bogus", "reason=%00&explanation=%ED%A0%80", f"explanation={'x' * 3000}", "template=9"]
)
def test_a_forged_letter_is_shown_as_far_as_it_goes(edition: Edition, desk: Client, query: str) -> None:
    comment = factories.pending(edition)
    assert desk.get(f"{DESK}{comment.pk}/letter/?{query}").status_code == 200


def test_a_template_stands_in_for_words_that_were_not_typed(edition: Edition, desk: Client) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    template = ExplanationTemplate.objects.create(reason="hate", title="Whole peoples", text="You speak of a people.")
    page = read(desk.get(DESK))
    offered = page.one("select", name=f"template-{one.pk}").all("option")
    assert [option.text for option in offered] == ["none", "hate: Whole peoples"]
    for comment, words_ in ((one, ""), (two, "My own.")):
        data = {
            f"saw-{comment.pk}": comment.seen,
            "decide": f"reject:{comment.pk}",
            f"reason-{comment.pk}": "offensive",
        }
        data |= {f"template-{comment.pk}": str(template.pk), f"explanation-{comment.pk}": words_}
        if not words_:
            del data[f"reason-{comment.pk}"]
        desk.post(DESK, data)
    said = [(c.decisions.last().reason, c.decisions.last().explanation) for c in (one, two)]
    assert said == [("hate", "You speak of a people."), ("offensive", "My own.")]


@pytest.mark.parametrize("is_card", [True, False])
def test_a_template_that_was_deleted_meanwhile_is_refused_in_words(
    edition: Edition, desk: Client, is_card: bool
) -> None:
    comment = factories.pending(edition)
    data = {f"saw-{comment.pk}": comment.seen}
    if is_card:
        data |= {"decide": f"reject:{comment.pk}", f"reason-{comment.pk}": "hate", f"template-{comment.pk}": "9"}
    else:
        data |= {
            "action": "reject",
            "index": "0",
            "_selected_action": str(comment.pk),
            "reason": "hate",
            "template": "9",
        }
    page = read(desk.post(DESK, data))
    assert words(page.one("ul", class_="messagelist")) == (
        f"{comment.name}: The template that you chose is no longer there. Choose another one, or write yourself."
    )
    name = f"reason-{comment.pk}" if is_card else "reason"
    assert page.one("select", name=name).one("option", selected="").attributes["value"] == "hate"
    assert comment.decisions.count() == 1


@pytest.mark.parametrize("is_card", [True, False])
def test_words_that_were_typed_stand_whatever_became_of_the_template(
    edition: Edition, desk: Client, is_card: bool
) -> None:
    comment = factories.pending(edition)
    data = {f"saw-{comment.pk}": comment.seen}
    typed = {"reason": "hate", "explanation": "My own.", "template": "9"}
    if is_card:
        data |= {"decide": f"reject:{comment.pk}"} | {f"{name}-{comment.pk}": said for name, said in typed.items()}
    else:
        data |= {"action": "reject", "index": "0", "_selected_action": str(comment.pk), **typed}
    desk.post(DESK, data)
    latest = comment.decisions.latest("pk")
    assert (latest.to_status, latest.reason, latest.explanation) == ("rejected", "hate", "My own.")


def test_what_a_form_would_refuse_the_act_refuses_in_words_and_keeps_what_was_typed(
    edition: Edition, desk: Client
) -> None:
    comment = factories.pending(edition)
    data = {"action": "reject", "index": "0", "_selected_action": str(comment.pk), f"saw-{comment.pk}": comment.seen}
    page = read(desk.post(DESK, {**data, "reason": "bogus", "explanation": "My\0 own."}))
    assert words(page.one("ul", class_="messagelist")) == f"{comment.name}: Choose a reason for the rejection."
    assert page.one("input", name="explanation").attributes["value"] == "My own."


def test_moderators_write_the_templates_and_editors_do_not(db: None, sign_in: Callable[..., Client]) -> None:
    page = "/admin/comments/explanationtemplate/add/"
    data = {"reason": "", "title": "Say where", "text": "Say where you read that."}
    assert sign_in("editors").post(page, data).status_code == 403
    assert sign_in("moderators").post(page, data).status_code == 302
    assert ExplanationTemplate.objects.get().title == "Say where"
