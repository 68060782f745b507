"""An editor writes, publishes and looks; a writer hands in and cannot publish; what is not public appears nowhere."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Portal, Visit
from tests.journeys.words import named

SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
ADD = "/admin/articles/article/add/"


def _write(page: Page, headline: str) -> None:
    page.fill("#id_headline", headline)
    page.fill("#id_summary", "The new bridge was opened to carts and people.")
    page.fill("#id_key_points_heading", "The bridge in short")
    page.fill("#id_body", "<p>It was opened at noon.</p>\n<p>[[quote mayor]]</p>\n<p>Then it rained.</p>")
    page.select_option("#id_section", label="World")
    page.fill("#id_seo_title", f"{headline}: what to know")
    page.fill("#id_key_points-0-text", "It carries forty tons")
    page.fill("#id_quotes-0-marker", "mayor")
    page.fill("#id_quotes-0-words", "We waited nine years for this.")
    page.fill("#id_quotes-0-speaker", "Ada Byrne")
    page.fill("#id_quotes-0-role", "Mayor")
    page.check("#id_quotes-0-pull")


@SCRIPTS
def test_an_editor_writes_a_story_publishes_it_and_sees_it(visit: Visit, script: bool) -> None:
    headline = named("The bridge is open")
    page = visit(java_script_enabled=script).sign_in("editor", ADD)
    _write(page, headline)
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_contain_text(headline)
    expect(page.locator("a.viewsitelink")).to_have_count(0)

    page.click("input[name=_publish]")
    expect(page.locator(".messagelist .success")).to_contain_text("Published")
    page.click(f"text={headline}")
    with page.context.expect_page() if page.locator("a.viewsitelink[target]").count() else page.expect_navigation():
        page.click("a.viewsitelink")
    public = page.context.pages[-1]
    expect(public.locator("h1")).to_have_text(headline)
    expect(public).to_have_title(f"{headline}: what to know")
    expect(public.locator(".key-points")).to_contain_text("The bridge in short")
    expect(public.locator(".key-points li")).to_have_text(["It carries forty tons"])
    expect(public.locator("aside.pull-quote blockquote")).to_have_text("We waited nine years for this.")
    expect(public.locator("aside.pull-quote cite")).to_have_text("Ada Byrne")
    expect(public.locator("main")).not_to_contain_text("[[quote")

    public.goto("/")
    expect(public.locator(".front-top")).to_contain_text(headline)


@pytest.mark.long
def test_who_changed_what_is_told_to_the_second_editor_and_nothing_is_overwritten(visit: Visit) -> None:
    headline = named("Two at once")
    first = visit().sign_in("editor", ADD)
    _write(first, headline)
    first.click("input[name=_continue]")
    expect(first.locator(".messagelist .success")).to_contain_text(headline)
    path = first.url.partition("/admin/")[2]
    second = visit().sign_in("admin", f"/admin/{path}")
    second.fill("#id_summary", "A second summary.")
    second.click("input[name=_continue]")
    expect(second.locator(".messagelist .success")).to_contain_text(headline)
    first.fill("#id_summary", "A third summary.")
    first.click("input[name=_continue]")
    expect(first.locator(".errornote").first).to_be_visible()
    expect(first.locator("#id_summary")).to_have_value("A third summary.")
    expect(first.locator("body")).to_contain_text("Nothing was saved")
    second.reload()
    expect(second.locator("#id_summary")).to_have_value("A second summary.")


@SCRIPTS
def test_a_writer_hands_in_and_may_not_publish(visit: Visit, script: bool) -> None:
    headline = named("From a writer")
    page = visit(java_script_enabled=script).sign_in("writer", ADD)
    _write(page, headline)
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_contain_text(headline)
    expect(page.locator("input[name=_publish]")).to_have_count(0)
    address = page.url
    page.click("input[name=_submit]")
    expect(page.locator(".messagelist .success")).to_contain_text("Submitted for review")
    page.goto(address)
    expect(page.locator("input[name=_submit]")).to_have_count(0)
    expect(page.locator("#id_headline")).to_have_count(0)


def test_a_writer_who_forges_the_button_is_refused_in_words(visit: Visit) -> None:
    headline = named("Forged")
    page = visit().sign_in("writer", ADD)
    _write(page, headline)
    page.click("input[name=_continue]")
    page.locator("input[name=_submit]").evaluate("button => { button.name = '_publish' }")
    page.click("input[name=_publish]")
    expect(page.locator(".messagelist .error")).to_contain_text("Only editors")


def test_what_is_not_public_is_not_there_and_the_newsroom_has_it(visit: Visit, portal: Portal) -> None:
    editor = visit().sign_in("editor", "/admin/articles/article/?all=1")
    hidden = []
    for words in ("scheduled", "draft", "in review"):
        row = editor.locator("#result_list tbody tr", has=editor.locator(".state", has_text=re.compile(f"^{words}$")))
        link = row.first.locator("th a, td a").first
        hidden.append((str(link.get_attribute("href")), link.inner_text()))
    reader = visit()
    for href, headline in hidden:
        (number,) = re.findall(r"/article/(\d+)/", href)
        response = reader.page.goto(f"/articles/{number}/")
        assert response is not None
        assert response.status == 404
        expect(reader.page.locator("h1")).to_have_text("This page was not found")
        reader.page.goto("/")
        expect(reader.page.locator("body")).not_to_contain_text(headline)
