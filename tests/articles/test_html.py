"""The allow-list: what is kept, what is dropped, and that no payload gets past both walls."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest

from articles.html import (
    ATTRIBUTES,
    PROTOCOLS,
    TAGS,
    Piece,
    check,
    clean,
    key_of,
    markers,
    pictures,
    placed,
    split,
    taken_out,
    to_text,
)
from articles.limits import BODY_LENGTH, NESTED_BLOCKS
from newsportal.refusal import Refusal

# The second wall adds this to every link.
ALLOWED_ATTRIBUTES = {tag: set(names) for tag, names in ATTRIBUTES.items()}
ALLOWED_ATTRIBUTES["a"] |= {"rel"}

OWN_PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href=' &#x6A;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='//evil.example/'>x</a><a href='vbscript:x'>y</a>",
    "<p style='position:fixed' class=x id=comment-form onclick=x()>x</p>",
    "<form action=/admin/><input name=q><button>go</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><base href=//evil.example/><meta http-equiv=refresh>",
    "<template><script>alert(1)</script></template><!-- <p> --><![CDATA[ <b>x ]]>",
    "<a href='http://[::1'>x</a>",
    "<p>\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
]


class Walls(HTMLParser):
    """Records whatever a text contains that is not on the allow-list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.breaches: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.breaches.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED_ATTRIBUTES.get(tag, set()):
                self.breaches.append(f"<{tag} {name}>")
            if name == "href" and not allowed_address(value or ""):
                self.breaches.append(f"href={value}")

    def handle_endtag(self, tag: str) -> None:
        if tag not in TAGS:
            self.breaches.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.breaches.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.breaches.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.breaches.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.breaches.append(f"<![{data}]>")


def allowed_address(address: str) -> bool:
    """Relative, or with an allowed scheme, once the characters that browsers drop from a URL are dropped."""
    read = "".join(letter for letter in address if letter not in "\t\n\r").strip("".join(map(chr, range(33))))
    return urlsplit(read.replace("[", "").replace("]", "")).scheme in {*PROTOCOLS, ""}


def breaches(html: str) -> list[str]:
    walls = Walls()
    walls.feed(html)
    walls.close()
    return walls.breaches


def test_the_watch_itself_notices_a_breach() -> None:
    assert breaches("<img src=x><p class=a>x</p><a href='java\nscript:x'>y</a><!--z-->") == [
        "<img>",
        "<img src>",
        "<p class>",
        "href=java\nscript:x",
        "<!--z-->",
    ]


@pytest.mark.parametrize("payload", OWN_PAYLOADS)
def test_a_hostile_text_leaves_nothing_but_the_allow_list(payload: str) -> None:
    assert breaches(clean(payload)) == []
    assert clean(clean(payload)) == clean(payload)


@pytest.mark.parametrize("name", ["dompurify_payloads.json", "owasp_filter_evasion.json", "naughty_strings.json"])
@pytest.mark.parametrize("frame", ["{}", "<p>{}</p>", "<table><tr><td>{}", '<a href="{}">x</a>', "<ul><li>{}</ul>"])
def test_no_payload_of_the_corpora_gets_past_the_walls(name: str, frame: str, corpus: Callable[[str], Any]) -> None:
    entries = corpus(name)
    payloads = [entry["payload"] if isinstance(entry, dict) else entry for entry in entries]
    cleaned = {payload: clean(frame.replace("{}", payload)) for payload in payloads}
    assert {payload: breaches(html) for payload, html in cleaned.items() if breaches(html)} == {}
    assert {payload: html for payload, html in cleaned.items() if clean(html) != html} == {}
    # Both read the text as it was before cleaning.
    for payload in payloads:
        check(frame.replace("{}", payload))
        taken_out(frame.replace("{}", payload))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Plain, <em>kept</em> and <strong>strong</strong>.</p>", None),
        ('<h2>A</h2><ol start="3"><li>b</li></ol><hr><p>c<br>d</p>', None),
        ('<table><tbody><tr><th scope="row">a</th><td colspan="2">b</td></tr></tbody></table>', None),
        ("<p>“AT&amp;T” &lt; 5 — नमस्ते 👋</p>", None),
        ("<p>[[quote said]]</p>", None),
        ("<h1>Too large</h1><div>and framed</div>", "Too largeand framed"),
        ("<p>a<script>b()</script><style>c{}</style>d</p>", "<p>ad</p>"),
        ("<p>\x00a</p>  ", "<p>a</p>"),
        ("  ", ""),
        (
            "<a href='https://example.org/a?b=1&c=2' target=_blank title='t'>x</a>",
            '<a href="https://example.org/a?b=1&amp;c=2" title="t" rel="noopener">x</a>',
        ),
        ("<a href='mailto:desk@example.org'>x</a>", '<a href="mailto:desk@example.org" rel="noopener">x</a>'),
        ("<a href='javascript:x()'>x</a>", '<a rel="noopener">x</a>'),
    ],
)
def test_what_an_editor_writes_is_kept_as_far_as_the_list_goes(written: str, kept: str | None) -> None:
    assert clean(written) == (written if kept is None else kept)


def test_the_words_alone_are_in_one_line() -> None:
    html = '<h2>Head</h2>\n<p>One<br>two &amp; “three”</p><p>[[quote said]]</p><p><a href="#" title="x">four</a></p>'
    assert to_text(html) == "Head One two & “three” four"
    assert to_text("") == ""


def test_no_space_comes_before_a_comma_behind_a_link_and_one_before_the_number_of_a_note() -> None:
    html = '<p>of <a href="/x/" rel="noopener">Selwyn Ferries</a>, <em>late</em>. In the harbour<sup>2</sup></p>'
    assert to_text(html) == "of Selwyn Ferries, late. In the harbour 2"


def test_an_angle_bracket_in_an_attribute_is_no_word() -> None:
    assert to_text(clean('<p><abbr title="a > b">AB</abbr></p>')) == "AB"


def test_markers_are_named_in_their_order_even_twice() -> None:
    html = (
        "<p>[[quote b]]</p><p>x [[quote a-1]] y [[quote b]] [[quote ]] [quote c] [[picture 7]]</p><p>[[picture x]]</p>"
    )
    assert markers(html) == ["b", "a-1", "b"]
    assert pictures(html) == ["7", "x"]


def test_any_name_that_a_quote_may_have_can_be_given_a_place() -> None:
    assert list(split("<p>[[quote Rutte_2-b]]</p>")) == [Piece("", "quote", "Rutte_2-b")]


def test_a_body_is_split_where_markers_stand_in_paragraphs_of_their_own() -> None:
    html = "<p>[[quote a]]</p>\n<p>One.</p>\n<p> [[picture 12]]\n</p><p>[[quote c]]</p><p>Two [[quote d]].</p>"
    assert list(split(html)) == [
        Piece("", "quote", "a"),
        Piece("\n<p>One.</p>\n"),
        Piece("", "picture", "12"),
        Piece("", "quote", "c"),
        Piece("<p>Two .</p>"),
    ]
    assert (placed(html, "quote"), placed(html, "picture")) == (["a", "c"], ["12"])


def test_a_body_without_markers_is_one_piece_and_an_empty_one_none() -> None:
    assert list(split("<p>One.</p>")) == [Piece("<p>One.</p>")]
    assert list(split("")) == []


def test_markers_are_no_words() -> None:
    assert to_text("<p>One</p><p>[[picture 3]]</p><p>two</p>") == "One two"


@pytest.mark.parametrize(
    ("name", "key"), [("12", 12), ("0", 0), ("x", None), ("1" * 18, int("1" * 18)), ("1" * 19, None), ("-1", None)]
)
def test_a_marker_names_a_picture_by_a_number_that_a_table_has_room_for(name: str, key: int | None) -> None:
    assert key_of(name) == key


@pytest.mark.parametrize(
    ("written", "gone"),
    [
        ("<p>One <b>two</b></p>", []),
        ("<p>One<p>two", []),
        ('<p>a<img src="data:image/png;base64,AAAA"></p>', ["<img>", "src="]),
        ("<p onclick='x()'>a<script>x()</script></p>", ["<script>", "onclick="]),
        ('<p class="MsoNormal" style="mso-x: y"><font>a</font></p>', ["<font>", "class=", "style="]),
        ('<p><a href="javascript:x()">a</a><a href="https://example.org/">b</a></p>', ["href="]),
        ('<div><p><a href="/" target="_blank" rel="nofollow">a</a></p></div>', []),
    ],
)
def test_what_cleaning_takes_out_is_named_once(written: str, gone: list[str]) -> None:
    assert taken_out(written) == gone


@pytest.mark.parametrize(
    "written",
    [
        *(
            "<![>",
            "<p>a <![><img src=x></p>",
            "<![ x",
            "<![CDATA[ x ]]>",
            "<![CDATA[",
            "<![if !IE]>x<![endif]>",
            "<![-->",
        ),
        *(
            "<!",
            "<!x",
            "<!>",
            "<!-",
            "<!--",
            "<!DOCTYPE",
            "<!DOCTYPE [<!ENTITY",
            "<?",
            "<?xml",
            "</",
            "</>",
            "<a",
            "<a b='",
        ),
    ],
)
def test_whatever_begins_and_does_not_end_is_looked_at(written: str) -> None:
    check(written)
    assert set(taken_out(written)) <= {"<img>", "src=", "<a>", "b="}


def test_a_body_past_all_measure_is_refused_in_words() -> None:
    check("x" * BODY_LENGTH)
    with pytest.raises(Refusal, match="400,001 characters, with its HTML; 400,000 are taken"):
        check("x" * (BODY_LENGTH + 1))


def test_blocks_that_are_nested_too_deeply_are_refused_in_words() -> None:
    check("<ul><li>x" * NESTED_BLOCKS + "</li></ul>" * NESTED_BLOCKS + "<ul></ul>" * 9)
    with pytest.raises(Refusal, match="nested 200 deep; 12 levels are taken"):
        check("<ul><li>x" * 200 + "</li></ul>" * 200)
    with pytest.raises(Refusal, match="nested 13 deep"):
        check("<ul><li><blockquote>x" * 6 + "<ol>")
