"""The template tags about stories."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import Context
from django.utils import translation

from articles import library
from articles.models import Edition, Person, Picture
from articles.states import KindOfWork
from articles.templatetags.story import (
    dir_unless,
    in_brief,
    iso,
    json_ld,
    lang_unless,
    linked_byline,
    news_datetime,
    picture_img,
    section_nav,
    story_body,
)
from tests import factories
from tests.articles.images import stored_picture

pytestmark = pytest.mark.django_db


def people(*names: str) -> tuple[Person, ...]:
    return tuple(Person.objects.create(name=name, slug=f"p{number}") for number, name in enumerate(names))


@pytest.mark.parametrize(
    ("names", "byline", "html"),
    [
        ((), "By our staff", "By our staff"),
        ((), "", ""),
        (("Ana",), "", 'By <a rel="author" href="/people/p0/">Ana</a>'),
        (
            ("Ana", "Bo"),
            "",
            'By <a rel="author" href="/people/p0/">Ana</a> and <a rel="author" href="/people/p1/">Bo</a>',
        ),
        (("Ana",), "By <b> & Ana", 'By &lt;b&gt; &amp; <a rel="author" href="/people/p0/">Ana</a>'),
        (("Ana",), "By somebody else", "By somebody else"),
        (("A & B",), "", 'By <a rel="author" href="/people/p0/">A &amp; B</a>'),
        (("O'Neil <x>",), "", 'By <a rel="author" href="/people/p0/">O&#x27;Neil &lt;x&gt;</a>'),
        (
            ("Ana", "Ana Moreira"),
            "By Ana Moreira and Ana",
            'By <a rel="author" href="/people/p1/">Ana Moreira</a> and <a rel="author" href="/people/p0/">Ana</a>',
        ),
        (
            ("Ana", "author"),
            "By Ana and author",
            'By <a rel="author" href="/people/p0/">Ana</a> and <a rel="author" href="/people/p1/">author</a>',
        ),
        (("A.B", "(C)"), "AxB, (C)", 'AxB, <a rel="author" href="/people/p1/">(C)</a>'),
    ],
)
def test_names_in_a_byline_are_links_and_its_words_stay(names: tuple[str, ...], byline: str, html: str) -> None:
    assert linked_byline(factories.live(people=people(*names), byline=byline)) == html


def test_each_quote_stands_where_its_marker_stands_and_an_unknown_one_nowhere() -> None:
    body = "<p>One.</p><p>[[quote said]]</p><p>Two.</p><p>[[quote lost]]</p><p>Three.</p>"
    html = story_body(factories.live(body=body, dateline_place="", dateline_date=None))
    before, _, rest = html.partition('<aside class="pull-quote"')
    quote, _, after = rest.partition("</aside>")
    assert (before.strip(), after.strip()) == ("<p>One.</p>", "<p>Two.</p><p>Three.</p>")
    assert "<p>Words were said.</p>" in quote
    assert "<cite>A Speaker</cite>" in quote
    assert "[[" not in html


def test_each_figure_stands_where_its_marker_stands_with_the_words_of_the_edition() -> None:
    picture = stored_picture(caption="The <b>harbour</b> & more.")
    body = f"<p>One.</p><p>[[picture {picture.pk}]]</p><p>Two.</p><p>[[picture 999]]</p><p>Three.</p>"
    edition = factories.live(body=body, dateline_place="", dateline_date=None)
    Picture.objects.update(alt="x", caption="y", credit="z")
    before, _, rest = story_body(edition).partition('<figure class="figure">')
    figure, _, after = rest.partition("</figure>")
    assert (before.strip(), after.strip()) == ("<p>One.</p>", "<p>Two.</p><p>Three.</p>")
    assert 'alt="A harbour"' in figure
    assert "The &lt;b&gt;harbour&lt;/b&gt; &amp; more." in figure
    assert '<span class="caption__credit">M. Photographer</span>' in figure


@pytest.mark.parametrize("field", ["words", "speaker", "role"])
def test_a_quote_is_text_and_never_html(field: str) -> None:
    story = factories.article()
    story.quotes.update(**{field: "<img src=x onerror=x()> & co"})
    html = story_body(factories.publish(story))
    assert "&lt;img src=x onerror=x()&gt; &amp; co" in html
    assert "<img" not in html


def test_a_quote_that_is_not_pulled_is_part_of_the_story() -> None:
    story = factories.article()
    story.quotes.update(pull=False)
    html = story_body(factories.publish(story))
    assert ("pull-quote" in html, '<figure class="quote">' in html) == (False, True)


def test_a_picture_is_offered_in_every_kind_and_width_and_its_words_are_escaped() -> None:
    picture = stored_picture(size=(1000, 700))
    html = picture_img(picture, alt='A "harbour" <b>', sizes="50vw", css="lead")
    srcset = {
        kind: ", ".join(f"{getattr(picture.file, f'{kind}{width}')} {width}w" for width in (320, 640, 960))
        for kind in ("avif", "w", "jpeg")
    }
    assert html == (
        f'<picture><source type="image/avif" srcset="{srcset["avif"]}" sizes="50vw">'
        f'<source type="image/webp" srcset="{srcset["w"]}" sizes="50vw">'
        f'<img class="lead" src="{picture.file.jpeg960}" srcset="{srcset["jpeg"]}" sizes="50vw" width="960" '
        'height="640" alt="A &quot;harbour&quot; &lt;b&gt;" loading="lazy" decoding="async"></picture>'
    )


def test_every_file_that_a_page_names_is_there() -> None:
    picture = stored_picture(size=(1000, 700))
    named = set(re.findall(r"/media/(\S+?)[ ,\"]", picture_img(picture)))
    assert (len(named), all(picture.file.storage.exists(name) for name in named)) == (9, True)


def test_a_picture_of_before_there_was_anything_but_webp_is_offered_as_that() -> None:
    picture = stored_picture(size=(1000, 700))
    Picture.objects.filter(pk=picture.pk).update(sized_as="")
    html = picture_img(Picture.objects.get(pk=picture.pk))
    assert (html.startswith('<img class="" src="'), "avif" in html, html.count(".webp")) == (True, False, 4)


def test_the_first_picture_of_a_page_does_not_wait() -> None:
    html = picture_img(stored_picture(), eager=True)
    assert ('fetchpriority="high"' in html, "lazy" in html) == (True, False)


def test_without_a_picture_there_is_nothing() -> None:
    assert picture_img(None) == ""


def test_times_are_told_with_their_zone_and_exactly(settings: object) -> None:
    moment = datetime(2026, 7, 11, 13, 5, 9, 123, tzinfo=UTC)
    assert (news_datetime(moment), iso(moment)) == ("11 July 2026, 13:05 UTC", "2026-07-11T13:05:09+00:00")
    settings.TIME_ZONE = "Europe/Berlin"  # type: ignore[attr-defined]
    assert (news_datetime(moment), iso(moment)) == ("11 July 2026, 15:05 CEST", "2026-07-11T15:05:09+02:00")


def test_times_are_told_in_the_language_of_the_page() -> None:
    moment = datetime(2026, 7, 11, 13, 5, tzinfo=UTC)
    assert news_datetime(moment) == "11 July 2026, 13:05 UTC"
    with translation.override("de"):
        assert news_datetime(moment) == "11. Juli 2026, 13:05 Uhr UTC"


def test_a_picture_whose_centre_was_moved_has_other_crops_at_once(settings: Any) -> None:
    picture = stored_picture()
    before = picture_img(picture)
    picture.ppoi = "0.1x0.9"
    library.save(picture)
    moved = picture_img(Picture.objects.get(pk=picture.pk))
    assert moved != before
    assert Picture.objects.get(pk=picture.pk).file.w320 in moved


@pytest.mark.parametrize(("language", "html"), [("en", ""), ("", ""), ("fr", ' lang="fr"'), ("<", ' lang="&lt;"')])
def test_a_story_says_its_language_where_the_page_speaks_another(language: str, html: str) -> None:
    assert lang_unless(Edition(language=language), "en") == html


@pytest.mark.parametrize(
    ("language", "page", "html"),
    [
        *(("en", "ltr", ""), ("", "ltr", ""), ("de", "rtl", ' dir="ltr"')),
        *(("ar", "ltr", ' dir="rtl"'), ("ar-EG", "ltr", ' dir="rtl"'), ("ar", "rtl", "")),
    ],
)
def test_a_story_says_its_direction_where_the_page_is_written_the_other_way(
    language: str, page: str, html: str
) -> None:
    assert dir_unless(Edition(language=language), page) == html


def test_no_time_is_told_as_nothing() -> None:
    assert (news_datetime(None), iso(None)) == ("", "")


def test_the_sections_are_listed_with_the_present_one() -> None:
    world = factories.section()
    culture = factories.section("Culture")
    context = section_nav(Context(), world)
    shown = [section.get_absolute_url() for section in context["sections"]]  # type: ignore[attr-defined]
    assert (shown, context["current"]) == ([culture.get_absolute_url(), world.get_absolute_url()], world)
    assert section_nav(Context())["current"] is None


def test_a_name_in_a_byline_has_what_its_owner_is_beside_it() -> None:
    ana = Person.objects.create(name="Ana", slug="ana", role="Data <reporter>")
    assert linked_byline(factories.live(people=(ana,))) == (
        'By <a rel="author" href="/people/ana/">Ana</a> <span class="byline__role">(Data &lt;reporter&gt;)</span>'
    )


def test_links_out_of_an_advertisement_say_that_they_were_paid_for() -> None:
    body = '<p><a href="https://shop.example/">Buy</a>, <a href="/about/" title="https://x">us</a></p>'
    plain = {"body": body, "dateline_place": "", "dateline_date": None}
    inside = '<a href="/about/" title="https://x" rel="noopener">us</a>'
    told = f'<p><a href="https://shop.example/" rel="%snoopener">Buy</a>, {inside}</p>'
    paid = factories.live(kind_of_work=KindOfWork.ADVERTISEMENT, **plain)
    assert story_body(paid).strip() == told % "sponsored "
    assert story_body(factories.live(**plain)).strip() == told % ""


def test_structured_data_carries_the_number_of_comments() -> None:
    assert '"commentCount": 7' in json_ld(factories.live(), 7)


def test_a_body_without_quotes_is_shown_as_it_is() -> None:
    assert story_body(Edition(body="<p>One.</p>", quotes=[])).strip() == "<p>One.</p>"


@pytest.mark.parametrize(
    ("body", "order"),
    [
        ("<p>One.</p><p>[[quote said]]</p>", ["dateline", "One.", "pull-quote"]),
        (
            "<p>[[quote said]]</p><p>One.</p><p>[[quote said]]</p><p>Two.</p>",
            ["pull-quote", "dateline", "One.", "Two."],
        ),
        ("<p>[[quote said]]</p>", ["pull-quote", "dateline"]),
        ("", ["dateline"]),
    ],
)
def test_the_dateline_stands_once_before_the_first_words_of_the_text(body: str, order: list[str]) -> None:
    edition = factories.live()
    edition.body = body
    html = story_body(edition)
    assert sorted(order, key=html.index) == order
    assert html.count('<p class="dateline">Brussels, February 11</p>') == 1


@pytest.mark.parametrize(
    ("words", "brief"),
    [
        ("", ""),
        ("One two three four five six", "One two three four five six"),
        ("The ferry sails again. It was late this time", "The ferry sails again."),
        ("It lies in the cold room. How cold it is", "It lies in the cold room."),
        ("“The ferry sails.” It was late this time", "“The ferry sails.”"),
        ("Surely! Now we know what it costs us", "Surely! Now we know what it …"),
        ("The ferry of Mr. Ash sails on and on", "The ferry of Mr. Ash sails …"),
        ("दिल्ली में आज बारिश। कल भी होगी और परसों", "दिल्ली में आज बारिश।"),
    ],
)
def test_a_text_in_brief_ends_with_a_sentence_where_one_has_room(words: str, brief: str) -> None:
    assert in_brief(words, 6) == brief
