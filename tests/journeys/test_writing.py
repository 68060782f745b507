"""A story is written in the newsroom's editor by keyboard; a paste is clean; a plain text area works as well."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.words import named

ADD = "/admin/articles/article/add/"
EDITOR = ".ProseMirror"
# The parts of the page where words are written.
WRITTEN = [
    *(f".field-{name}" for name in ("headline", "summary", "body", "seo_title", "seo_description")),
    *("#found", "#key_points-group", "#quotes-group", "#bylines-group"),
]
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin:0}</style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings></o:OfficeDocumentSettings></xml><![endif]--></head><body>
<!--StartFragment--><h1 style='mso-fareast-font-family:"Times New Roman"'>A title<o:p></o:p></h1>
<p class=MsoNormal style='margin-bottom:8.0pt;mso-pagination:none'>Words in
<b style='mso-bidi-font-weight:normal'>bold</b>
<span style='mso-spacerun:yes'> </span>and <span style="font-style:italic">slanted</span>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font:Symbol'><span style='mso-list:Ignore'>\u00b7<span style='font:7.0pt'>&nbsp;&nbsp;</span></span></span>
<![endif]>One</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>Below one</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>\u00b7</span>Two</p>
<p class=MsoNormal><img src="data:image/png;base64,iVBORw0KGgo=" onerror="window.hurt = 1" style="width:1px"></p>
<script>window.hurt = 1</script>
<p><a href="javascript:window.hurt = 1">A trap</a>, <a href="https://example.org/" style="x:y">a link</a></p>
<!--EndFragment--></body></html>"""
DOCS = (
    '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1">'
    '<p dir="ltr" style="line-height:1.38"><span style="font-weight:700;font-family:Arial">Strong</span>'
    '<span style="font-weight:400"> and plain</span></p></b>'
)


def body_of(page: Page) -> str:
    return page.locator("#id_body").input_value()


def paste(page: Page, html: str) -> None:
    page.locator(EDITOR).evaluate(
        """(editor, html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "plain");
            editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        html,
    )


def opened(visit: Visit, path: str = ADD, **window: Any) -> Page:
    page = visit(**window).sign_in("editor", path)
    expect(page.locator(EDITOR)).to_be_visible()
    return page


@pytest.mark.long
def test_a_story_is_written_by_keyboard_published_and_read(visit: Visit) -> None:
    headline = named("By keyboard")
    page = opened(visit)
    expect(page.locator("#id_headline")).to_be_focused()
    page.keyboard.type(headline)
    page.focus("#id_quotes-0-words")
    page.keyboard.type("Euro-Atlantic security and Indo-Pacific security are closely linked.")
    page.focus("#id_quotes-0-speaker")
    page.keyboard.type("Mark Rutte")
    _write_a_quote_a_heading_and_a_list(page)
    _write_a_figure_and_a_link(page)
    written = body_of(page)
    (picture,) = re.findall(r"\[\[picture (\d+)\]\]", written)
    assert written == (
        "<p>NATO Secretary General Mark Rutte held discussions with South Korean President Lee Jae-myung.</p>\n"
        "<p>[[quote rutte]]</p>\n<h2>What was agreed</h2>\n<ul><li>Space</li><li>Information sharing</li></ul>\n"
        f"<p>[[picture {picture}]]</p>\n<p>Both will meet again, <strong>soon</strong>, on "
        '<a href="https://example.org/talks" rel="noopener">example.org/talks</a>.</p>'
    )
    _write_two_key_points_and_change_their_order(page)
    page.select_option("#id_section", label="World")
    page.locator("input[name=_continue]").press("Enter")
    expect(page.locator(".messagelist .success")).to_contain_text(headline)
    expect(page.locator(".messagelist .warning")).to_have_count(0)
    assert body_of(page) == written
    assert [page.locator(f"#id_key_points-{n}-text").input_value() for n in (0, 1)] == ["First", "Second"]

    page.locator("input[name=_publish]").press("Enter")
    expect(page.locator(".messagelist .success")).to_contain_text("Published")
    page.click(f"text={headline}")
    public = visit().page
    public.goto(str(page.locator("a.viewsitelink").get_attribute("href")))
    expect(public.locator("h1")).to_have_text(headline)
    expect(public.locator(".key-points li")).to_have_text(["First", "Second"])
    expect(public.locator(".prose figure.figure img")).to_have_attribute("alt", re.compile("flags"))
    expect(public.locator(".prose figure.figure figcaption")).to_contain_text("The Drawing Desk")
    expect(public.locator(".prose figure.quote cite")).to_have_text("Mark Rutte")
    expect(public.locator(".prose li")).to_have_text(["Space", "Information sharing"])
    expect(public.locator("main")).not_to_contain_text("[[")


def _write_a_quote_a_heading_and_a_list(page: Page) -> None:
    keys = page.keyboard
    page.focus(EDITOR)
    keys.type("NATO Secretary General Mark Rutte held discussions with South Korean President Lee Jae-myung.")
    keys.press("Enter")
    keys.press("Alt+Shift+Q")
    expect(page.get_by_role("dialog", name="put the quote")).to_be_visible()
    keys.press("Enter")
    expect(page.locator(f"{EDITOR} .marker")).to_contain_text("closely linked. — Mark Rutte")
    expect(page.locator("#id_quotes-0-marker")).to_have_value("rutte")
    keys.press("Control+Alt+2")
    keys.type("What was agreed")
    keys.press("Enter")
    keys.press("Control+Shift+8")
    keys.type("Space")
    keys.press("Enter")
    keys.type("Information sharing")
    keys.press("Enter")
    keys.press("Enter")


def _write_a_figure_and_a_link(page: Page) -> None:
    keys = page.keyboard
    keys.press("Alt+Shift+P")
    dialog = page.get_by_role("dialog", name="put the picture")
    expect(dialog.get_by_role("status")).to_have_text(re.compile(r"Pictures found: \d+"))
    keys.type("flags")
    expect(dialog.locator("li")).to_have_count(1)
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(f"{EDITOR} .marker img:not([hidden])")).to_be_visible()
    keys.type("Both will meet again, ")
    keys.press("Control+B")
    keys.type("soon")
    keys.press("Control+B")
    keys.type(", on ")
    keys.press("Control+K")
    keys.type("example.org/talks")
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.type(".")
    keys.press("Alt+F10")
    expect(page.get_by_role("button", name="Heading", exact=True)).to_be_focused()
    keys.press("End")
    expect(page.get_by_role("button", name="HTML")).to_be_focused()
    keys.press("Escape")
    expect(page.locator(EDITOR)).to_be_focused()


def _write_two_key_points_and_change_their_order(page: Page) -> None:
    for number, point in enumerate(("Second", "First")):
        if number:
            page.get_by_role("button", name="Add another Key point").press("Enter")
            expect(page.locator(f"#id_key_points-{number}-text")).to_be_focused()
        else:
            page.focus("#id_key_points-0-text")
        page.keyboard.type(point)
    page.get_by_role("button", name="Move up: First").press("Enter")
    expect(page.locator("#lists-status")).to_have_text("Now number 1 of 2.")
    expect(page.get_by_role("button", name="Move up: First")).to_be_focused()


def test_what_is_pasted_from_a_word_processor_arrives_clean(visit: Visit) -> None:
    page = opened(visit)
    page.focus(EDITOR)
    paste(page, WORD)
    assert body_of(page) == (
        "<h2>A title</h2>\n<p>Words in <strong>bold</strong> and <em>slanted</em>.</p>\n"
        "<ul><li>One<ul><li>Below one</li></ul></li><li>Two</li></ul>\n"
        '<p>A trap, <a href="https://example.org/" rel="noopener">a link</a></p>'
    )
    expect(page.locator(".editor__note")).to_have_text("A picture was left out: pictures come from the library.")
    assert page.evaluate("window.hurt") is None
    page.keyboard.press("Control+A")
    paste(page, DOCS)
    assert body_of(page) == "<p><strong>Strong</strong> and plain</p>"
    expect(page.locator(".editor__note")).to_have_text("")


def test_all_that_the_server_takes_survives_the_editor(visit: Visit) -> None:
    page = opened(visit)
    html = "\n".join(
        [
            "<p>[[quote a_b-C]]</p>",
            "<h4>Four</h4>",
            '<p><abbr title="a">A</abbr> <cite>c</cite> <q>q</q> <small>s</small> <sub>1</sub><sup>2</sup></p>',
            "<p><s>gone</s> <code>x</code><br>next</p>",
            '<ol start="3"><li>Three</li><li>Four<ol><li>Inner</li></ol></li></ol>',
            "<blockquote><p>One</p><p>Two</p></blockquote>",
            "<pre><code>a  b</code></pre>\n<hr>",
            '<table><tbody><tr><th scope="col">H</th><td colspan="2">C</td></tr></tbody></table>',
            "<figure><p>In</p><figcaption>Words</figcaption></figure>",
            "<p>[[picture 999999]]</p>",
            '<p><a href="/articles/1/" title="t" rel="noopener">inside</a></p>',
            '<p><a href="mailto:a@example.org" rel="noopener">mail</a></p>',
        ]
    )
    page.get_by_role("button", name="HTML").click()
    page.fill("#id_body", html + "\n<p>End</p>")
    page.get_by_role("button", name="HTML").click()
    expect(page.locator(f"{EDITOR} .marker--unknown")).to_have_count(2)
    page.keyboard.press("Control+End")
    page.keyboard.type("!")
    assert body_of(page) == html + "\n<p>End!</p>"


def test_what_another_script_writes_into_the_field_is_shown_in_the_editor(visit: Visit) -> None:
    page = opened(visit)
    page.evaluate(
        """() => {
            const field = document.getElementById("id_body");
            field.value = "<p>Brought back</p>";
            field.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    expect(page.locator(EDITOR)).to_have_text("Brought back")


def test_who_closes_a_dialog_writes_on_where_they_were(visit: Visit) -> None:
    page = opened(visit)
    page.focus(EDITOR)
    for words in ("One ", "two ", "three"):
        page.keyboard.type(words)
        page.keyboard.press("Control+K")
        page.keyboard.type("example.org")
        page.keyboard.press("Escape")
    assert body_of(page) == "<p>One two three</p>"


def test_lists_are_moved_by_drag_and_a_new_row_taken_away_harms_no_saved_one(visit: Visit) -> None:
    page = opened(visit, "/admin/articles/article/1/change/")
    texts = page.locator("#key_points-group tr:not(.empty-form) [name$='-text']")
    before = [texts.nth(number).input_value() for number in range(5)]
    handles = page.locator("#key_points-group tr:not(.empty-form) .row-controls__handle")
    handles.nth(4).drag_to(handles.nth(0), target_position={"x": 4, "y": 1})
    after = [texts.nth(number).input_value() for number in range(5)]
    assert after == [before[4], *before[:4]]
    for _again in range(5):
        page.locator("#key_points-5 [data-move='-1']").click()
    page.locator("#key_points-5 .inline-deletelink").click()
    expect(page.locator("#key_points-group tr.dynamic-key_points")).to_have_count(5)
    page.locator("input[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert [texts.nth(number).input_value() for number in range(5)] == after
    for _again in range(4):
        page.locator("tr", has=page.locator(f"[value='{before[4]}']")).locator("[data-move='1']").click()
    page.locator("input[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert [texts.nth(number).input_value() for number in range(5)] == before


def test_lengths_reading_time_and_what_will_be_found_are_shown_as_one_writes(visit: Visit) -> None:
    page = opened(visit)
    row = page.locator(".field-seo_title .length")
    page.fill("#id_headline", "A headline")
    expect(page.locator("#found .found__title")).to_have_text("A headline")
    page.fill("#id_seo_title", "x" * 60)
    expect(row).to_have_text("60 of about 60 characters")
    page.fill("#id_seo_title", "words " * 11)
    expect(row).to_have_text("65 characters: search engines cut after about 60")
    expect(page.locator("#length-status")).to_have_text("65 characters: search engines cut after about 60")
    expect(page.locator("#found .found__title")).to_have_text(f"{'words ' * 10}…")
    page.fill("#id_summary", "One two 📷.")
    expect(page.locator(".field-summary .length")).to_have_text("10 of about 300 characters")
    expect(page.locator("#found .found__card .found__words")).to_have_text("One two 📷.")
    page.fill("#id_body", f"<p>{'word ' * 217}</p><p>[[quote x]]</p><p>a&amp;b</p>")
    expect(page.locator(".field-body .length")).to_have_text("2 min read, 221 words")


def test_without_a_script_the_field_is_what_it_is_and_saves_the_same(visit: Visit) -> None:
    page = visit(java_script_enabled=False).sign_in("editor", ADD)
    page.fill("#id_headline", named("Plain"))
    page.fill("#id_body", "<p>One</p>\n<p>[[quote x]]</p>\n<p class='x'>Two<script>x()</script></p>")
    page.fill("#id_quotes-0-marker", "x")
    page.fill("#id_quotes-0-words", "Words.")
    page.fill("#id_quotes-0-speaker", "Ada")
    page.fill("#id_key_points-0-position", "3")
    page.fill("#id_key_points-0-text", "A point")
    page.select_option("#id_section", label="World")
    expect(page.locator("#found")).to_be_hidden()
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .warning")).to_have_text(
        "Taken out of the body, which may not hold it: <script>, class=. The words around it are kept."
    )
    expect(page.locator("#id_body")).to_have_value("<p>One</p>\n<p>[[quote x]]</p>\n<p>Two</p>")


@pytest.mark.parametrize("body", ["<ul><li>x" * 200 + "</li></ul>" * 200, "word " * 100_000], ids=["deep", "long"])
def test_a_body_past_all_measure_is_still_there_in_the_browser(visit: Visit, body: str) -> None:
    page = opened(visit)
    page.fill("#id_headline", named("Too much"))
    page.select_option("#id_section", label="World")
    page.get_by_role("button", name="HTML").click()
    page.fill("#id_body", body)
    page.click("input[name=_continue]")
    expect(page.locator(".field-body .errorlist")).to_contain_text("are taken")
    assert body_of(page) == body


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_where_a_story_is_written(visit: Visit, scheme: Any) -> None:
    page = opened(visit, "/admin/articles/article/1/change/", color_scheme=scheme)
    found = _violations(page, WRITTEN)
    page.focus(EDITOR)
    for shortcut in ("Alt+Shift+Q", "Alt+Shift+P"):
        page.keyboard.press(shortcut)
        expect(page.locator("dialog li").first).to_be_visible()
        found += _violations(page, ["dialog"])
        page.keyboard.press("Escape")
        expect(page.locator(EDITOR)).to_be_focused()
    assert found == []


def _violations(page: Page, parts: list[str]) -> list[Any]:
    # Without its copies of the admin's style sheets, which the policy forbids.
    options = {"preload": False}
    results = Axe().run(
        page, context={"include": [[part] for part in parts], "exclude": [[".select2"]]}, options=options
    )
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in results.response["violations"]]
