"""A reader in a conversation: led to a comment's place, and recommending one."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import Visit

SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
# More than a page of comments, one of them with more answers than are shown unfolded.
OLDEST_FIRST = "/articles/7/comments/?sort=oldest"


@SCRIPTS
def test_a_permalink_opens_the_page_unfolds_the_answer_marks_it_and_puts_the_focus_there(
    visit: Visit, script: bool
) -> None:
    visitor = visit(java_script_enabled=script)
    page = visitor.open(OLDEST_FIRST)
    folded = page.locator("details.comments__more-answers")
    expect(folded.locator("summary")).to_have_text("Show 2 more replies")
    expect(folded.locator("article").last).to_be_hidden()
    comments = {
        # An answer to an answer, folded; and one that only a later page of the newest has.
        folded.locator("article").last: "evening",
        page.locator("article.comment").first: "comments/?after=",
    }
    found = [(comment.get_attribute("id"), place) for comment, place in comments.items()]
    for anchor, place in found:
        visitor.open("/")
        visitor.open(f"/comments/{str(anchor).removeprefix('comment-')}/")
        comment = page.locator(f"#{anchor}")
        expect(comment).to_be_focused()
        expect(comment).to_be_in_viewport()
        expect(page.locator(":target")).to_have_attribute("id", str(anchor))
        assert place in page.url
        expect(page.locator(f"details:not([open]) #{anchor}")).to_have_count(0)


def test_a_comment_is_recommended_and_that_is_taken_back_without_leaving_the_page(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open(OLDEST_FIRST)
    comment = page.locator("article.comment").first
    button, said, count = (
        comment.locator(part) for part in (".recommend__button", "[role=status]", ".recommend__count")
    )

    def lost(route: Route) -> None:
        route.abort()

    page.route("**/recommend/", lost)
    button.click()
    expect(said).to_contain_text("There was no answer")
    page.unroute("**/recommend/")
    # The browser writes a line of its own for a request that failed.
    assert [words for words in visitor.complaints if "net::ERR_FAILED" not in words] == []
    visitor.complaints.clear()

    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    expect(said).to_have_text("You recommend this comment. Press again to take that back.")
    expect(count).to_have_text("Recommended by 1")
    page.reload()
    button.click()
    expect(said).to_contain_text("You had recommended this comment before")
    # Whether the reloaded page has it already, or the worker has still to count it.
    expect(count).to_have_text("Recommended by 1")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(said).to_have_text("You no longer recommend this comment.")
    expect(count).to_have_count(0)
    expect(page).to_have_url(re.compile(re.escape(OLDEST_FIRST) + "$"))


def test_without_a_script_who_presses_twice_is_asked_and_takes_it_back(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.open(OLDEST_FIRST)
    anchor = page.locator("article.comment").nth(1).get_attribute("id")
    page.locator(f"#{anchor} .recommend__button").click()
    expect(page.locator(f"#{anchor}")).to_be_focused()
    page.locator(f"#{anchor} .recommend__button").click()
    expect(page.locator("h1")).to_have_text("Recommend this comment")
    page.get_by_role("button", name="Take my recommendation back").click()
    expect(page.locator(f"#{anchor}")).to_be_focused()
