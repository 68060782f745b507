"""The whole way of a reader's words, at 320 pixels and by keyboard alone: written, lost and found, returned,
changed, published, answered, recommended, reported, withdrawn, exported as a file and erased; with real mails."""

import json
import re
from email import message_from_string, policy
from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Portal, Visit, Visitor
from tests.journeys.words import named, text
from tests.servers import wait_until

# Every mail waits ten seconds, during which a decision can be undone: on an idle machine 50 s each.
pytestmark = pytest.mark.long
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
PHONE = {"width": 320, "height": 640}
STORY = "/articles/2/"
DESK = "/admin/comments/comment/"
MAIL_SECONDS = 120.0
# How long a server may take to answer a form while everything else runs beside it.
PATIENCE = 20_000
# How many tab stops lie between the head of a story and its last comment here.
MOST_STOPS = 100
FOCUSED = "element => element === document.activeElement"
SIDEWAYS = "root => root.scrollWidth - root.clientWidth"


@SCRIPTS
def test_the_whole_way_of_a_comment_by_keyboard_on_a_telephone(visit: Visit, portal: Portal, script: bool) -> None:
    window = {"viewport": PHONE, "java_script_enabled": script}
    author, other = visit(**window), visit(**window)
    desk = visit(java_script_enabled=False).sign_in("moderator", DESK)
    name, passage = named("Tamsin"), text()
    address = f"{name.replace(' ', '.').lower()}@example.org"

    own = _write_and_confirm(author, name, address, f"{passage} {text()}", script)
    changed = _is_returned_and_changes(author, desk, name, address, passage, script)
    answer, answerer = text(), named("Odile")
    _is_answered(other, desk, name, answerer, answer, script)
    _hears_of_it_and_wants_no_more(author, address, answer)
    _recommends_and_takes_back(author, answer, answerer, script)
    _reports(author, desk, answer, answerer, script)

    page = author.open(own)
    _press(page, page.get_by_role("button", name="Withdraw this comment"))
    expect(page.locator(".state")).to_be_focused(timeout=PATIENCE)
    expect(page.locator("h1")).to_have_text("You have withdrawn your comment.")
    _takes_everything_along_and_is_erased(author, address, changed, script)
    assert author.open(own).locator("h1").inner_text() == "What stood here is gone"
    _the_place_is_kept(other, answer, name)


def _write_and_confirm(author: Visitor, name: str, address: str, words: str, script: bool) -> str:
    """Send a comment, after its tab was lost, and confirm its address; returns the path of the author's page."""
    page = author.open(STORY)
    _press(page, page.get_by_role("link", name="Leave a comment"))
    _type(page, page.get_by_role("textbox", name="Comment"), words)
    if script:
        page.close()
        author.page = page = page.context.new_page()
        author.open(STORY)
        field = page.get_by_role("textbox", name="Comment")
        expect(field).to_have_value(words)
        expect(field).to_have_accessible_description(re.compile("What you typed here before is back.$"))
        _press(page, page.get_by_role("link", name="Leave a comment"))
    _type(page, page.get_by_role("textbox", name="Name"), name, "Tab" if script else "Shift+Tab")
    _type(page, page.get_by_role("textbox", name="E-mail"), address)
    _press(page, page.get_by_role("button", name="Send comment"))
    state = page.locator(".state")
    expect(state).to_be_focused(timeout=PATIENCE)
    expect(state).to_contain_text("waits for a moderator")
    expect(page.locator("main")).to_contain_text("We have sent a link to the mail address that you gave.")

    mail = _mail(author.portal, address, "Confirm your address")
    page = author.open(_link(mail, "my-address"))
    _press(page, page.get_by_role("button", name="Yes, this comment is mine"))
    expect(page.locator(".state")).to_be_focused(timeout=PATIENCE)
    expect(page.locator("h1")).to_have_text("Your mail address is confirmed")
    return _link(mail, "my-comment")


def _is_returned_and_changes(author: Visitor, desk: Page, name: str, address: str, passage: str, script: bool) -> str:
    """A moderator returns it with a passage and sees the difference; returns the text that is published then."""
    desk.goto(DESK)
    card = _card(desk, name)
    card.locator("summary", has_text="return").click()
    card.get_by_label("the passage to change").fill(passage)
    card.get_by_label("Explanation for the author").fill("Who told you?")
    card.get_by_role("button", name="Return", exact=True).click()
    expect(desk.locator(".messagelist .success")).to_be_visible()

    mail = _mail(author.portal, address, "A moderator asks you")
    page = author.open(_link(mail, "my-comment"))
    expect(page.locator(".state")).to_be_focused(timeout=PATIENCE)
    expect(page.locator(".reason__words")).to_have_text(["Who told you?", passage])
    expect(page.locator("mark")).to_have_text(passage)
    _is_accessible(page, script)
    field = page.get_by_role("textbox", name="Comment")
    _reach(page, field)
    page.keyboard.press("Control+A")
    changed = f"The harbour master told me so. {text()}"
    page.keyboard.type(changed)
    _press(page, page.get_by_role("button", name="Send the changed comment"))
    expect(page.locator(".state")).to_be_focused(timeout=PATIENCE)
    expect(page.locator("h1")).to_have_text("Thank you. Your changed comment waits for a moderator.")

    desk.goto(DESK)
    card = _card(desk, name)
    expect(card.locator("ins").first).to_be_visible()
    _approve(desk, card)
    page.reload()
    _press(page, page.get_by_role("link", name="See it on the page"))
    comment = page.locator("article.comment", has_text=changed)
    expect(comment).to_be_focused()
    return changed


def _is_answered(other: Visitor, desk: Page, name: str, answerer: str, answer: str, script: bool) -> None:
    page = other.open(STORY)
    _press(page, page.get_by_role("link", name=f"Reply to {name}"))
    if script:
        expect(page.get_by_role("region", name=f"Reply to {name}")).to_be_visible()
        expect(page.locator(".reply [name=name]")).to_be_focused()
    else:
        expect(page.locator("h1")).to_have_text(f"Reply to {name}")
        _reach(page, page.get_by_role("textbox", name="Name"))
    page.keyboard.type(answerer)
    form = page.locator(".reply" if script else ".writing")
    send = form.get_by_role("button", name="Send comment")
    _type(page, form.get_by_role("textbox", name="Comment"), "Too short.")
    # Twice: after being led to the field, a second sending leads to what is wrong then.
    for _once in range(2):
        _press(page, send)
        expect(form.locator(".error-summary")).to_be_focused()
        _press(page, form.locator(".error-summary a"))
        expect(form.get_by_role("textbox", name="Comment")).to_be_focused()
    _is_accessible(page, script)
    page.keyboard.press("Control+A")
    page.keyboard.type(answer)
    _press(page, send)
    expect(page.locator(".state")).to_be_focused(timeout=PATIENCE)
    expect(page.locator(".state")).to_contain_text("waits for a moderator")
    desk.goto(DESK)
    _approve(desk, _card(desk, answerer))


def _hears_of_it_and_wants_no_more(author: Visitor, address: str, answer: str) -> None:
    portal = author.portal
    mail = _mail(portal, address, "An answer to your comment")
    assert mail.get_content_type() == "text/plain"
    assert f"> {answer}" in mail.get_content()
    links = re.findall(r"https?://\S+", mail.get_content())
    assert {link.startswith(f"{portal.url}/") for link in links} == {True}

    (one_click,) = re.findall("<(.*)>", mail["List-Unsubscribe"])
    assert author.page.request.post(one_click, form={"List-Unsubscribe": "One-Click"}).status == 200
    page = author.open(one_click.removeprefix(portal.url))
    expect(page.locator("h1")).to_have_text("These mails had ended before")
    page = author.open(next(link for link in links if ".conversation:" in link).removeprefix(portal.url))
    _press(page, page.get_by_role("button", name="No more of these mails"))
    expect(page.locator(".state")).to_be_focused(timeout=PATIENCE)
    expect(page.locator("h1")).to_have_text("You get no more of these mails")
    author.open(_link(mail, "comments"))
    expect(author.page.locator("article.comment", has_text=answer)).to_be_focused()


def _recommends_and_takes_back(author: Visitor, answer: str, answerer: str, script: bool) -> None:
    page = author.page
    comment = page.locator("article.comment", has_text=answer)
    button = page.get_by_role("button", name=f"Recommend what {answerer} wrote")
    _press(page, button)
    if not script:
        expect(comment).to_be_focused()
        _press(page, button)
        _press(page, page.get_by_role("button", name="Take my recommendation back"))
        expect(comment).to_be_focused()
        return
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(comment.get_by_role("status")).to_contain_text("You recommend this comment.")
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_be_focused()


def _reports(author: Visitor, desk: Page, answer: str, answerer: str, script: bool) -> None:
    page = author.page
    _press(page, page.get_by_role("link", name=f"Report what {answerer} wrote"))
    _reach(page, page.get_by_role("radio", name="Off topic"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Offensive")).to_be_checked()
    _press(page, page.get_by_role("button", name="Send the report"))
    expect(page.locator(".state")).to_be_focused(timeout=PATIENCE)
    desk.goto(f"{DESK}?queue=reported")
    card = _card(desk, answerer)
    expect(card).to_contain_text(answer)
    card.get_by_role("button", name="Leave it up").click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
    page.reload()
    expect(page.locator(".state")).to_contain_text("it stands")
    _fits(page)
    _is_accessible(page, script)


def _takes_everything_along_and_is_erased(author: Visitor, address: str, changed: str, script: bool) -> None:
    page = author.open("/my-address/")
    _type(page, page.get_by_role("textbox", name="E-mail"), address)
    page.keyboard.press("Enter")
    expect(page.locator(".state")).to_be_focused(timeout=PATIENCE)
    page = author.open(_link(_mail(author.portal, address, "What we hold"), "my-address"))
    expect(page.locator("main")).to_contain_text(changed)
    _is_accessible(page, script)
    download = page.get_by_role("link", name="Keep all of it as a file (JSON)")
    _reach(page, download)
    with page.expect_download() as kept:
        page.keyboard.press("Enter")
    assert changed in [version["body"] for version in json.loads(kept.value.path().read_text())["texts"]]
    _press(page, page.get_by_role("link", name="Erase all of it"))
    _press(page, page.get_by_role("link", name="What will happen"))
    _press(page, page.get_by_role("button", name="Yes, erase it for good"))
    expect(page.locator("h1")).to_have_text("What stood here is gone")
    expect(page.locator("main [role=status]")).to_be_focused()


def _the_place_is_kept(other: Visitor, answer: str, name: str) -> None:
    page = other.open(STORY)
    branch = page.locator(".comments__list > li", has_text=answer)
    expect(branch.locator("> .comment-removed")).to_have_text("This comment was withdrawn by its author.")
    expect(page.locator("#comments")).not_to_contain_text(name)
    _fits(page)


def _press(page: Page, target: Locator) -> None:
    _reach(page, target)
    page.keyboard.press("Enter")


def _type(page: Page, field: Locator, words: str, key: str = "Tab") -> None:
    _reach(page, field, key)
    page.keyboard.type(words)


def _reach(page: Page, target: Locator, key: str = "Tab") -> None:
    """Go there as a reader without a pointer does: it is then visible, and nothing on the page sticks out sideways."""
    expect(target).to_have_count(1)
    for _stop in range(MOST_STOPS):
        if target.evaluate(FOCUSED):
            expect(target).to_be_in_viewport()
            return _fits(page)
        page.keyboard.press(key)
    raise AssertionError(f"{target} is not within {MOST_STOPS} stops of {page.url}")


def _is_accessible(page: Page, script: bool) -> None:
    """axe's own way waits for timers, which a page without scripts does not have."""
    if not script:
        return
    found = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in Axe().run(page).response["violations"]]
    assert found == [], page.url


def _fits(page: Page) -> None:
    assert page.locator("html").evaluate(SIDEWAYS) <= 0, page.url


def _card(desk: Page, name: str) -> Locator:
    return desk.locator("article.card", has=desk.locator("h3", has_text=name))


def _approve(desk: Page, card: Locator) -> None:
    card.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.locator(".messagelist")).to_contain_text("1 comment is now: approved.")


def _mail(portal: Portal, address: str, subject: str) -> EmailMessage:
    """The only mail to an address whose subject begins like this, once it has arrived."""

    def mine() -> list[EmailMessage]:
        came = [message_from_string(message, policy=policy.default) for message in list(portal.mailbox.messages)]
        return [mail for mail in came if mail["To"] == address and mail["Subject"].strip().startswith(subject)]

    wait_until(lambda: bool(mine()), MAIL_SECONDS, portal.log)
    (mail,) = mine()
    return mail


def _link(mail: EmailMessage, room: str) -> str:
    """The path of our first link that leads to a room."""
    found = re.search(rf"https?://[^/\s]+(/{room}/\S+)", mail.get_content())
    assert found is not None
    return found[1]
