"""The readers' pages of stories: which stories appear where, and which URL leads to what."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from articles import naming
from articles.limits import RELATED, STORIES_A_PAGE
from articles.models import Edition, Section, Source
from articles.publishing import Scheduled
from articles.states import Kind, KindOfWork
from tests import factories
from tests.articles.images import stored_picture
from tests.comments.reading import read, words

DAY = datetime(2026, 2, 11, 13, 5, tzinfo=UTC)
SITE = "http://127.0.0.1:8000"
LISTS = ["/sections/world/", "/tags/tea/", "/people/ana/"]

pytestmark = pytest.mark.django_db


def many(count: int, **fields: Any) -> list[Edition]:
    """This many live stories, newest first, without the cost of publishing each."""
    first = factories.live(at=DAY, **fields)
    rows = Edition.objects.filter(pk=first.pk).values().get()
    del rows["id"]
    owner = first.article.owner
    editions = [first]
    for number in range(1, count):
        at = DAY + timedelta(minutes=number)
        article = factories.article(by=owner)
        more = {"article_id": article.pk, "headline": f"Story {number}", "visible_from": at, "first_visible_from": at}
        editions.append(Edition.objects.create(**{**rows, **more}))
        editions[-1].tags.set(first.tags.all())
        editions[-1].people.set(first.people.all(), through_defaults={"position": 0})
    return editions[::-1]


def decorated() -> dict[str, Any]:
    """The fields that put a story on all three lists."""
    person = factories.person("Ana")
    person.slug = "ana"
    person.save()
    return {"tags": ("Tea",), "people": (person,)}


# --- The front page -------------------------------------------------------------------------------------------------


def test_an_empty_paper_says_that_its_first_edition_is_being_written(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "The first edition is being written" in response.text


def test_the_newest_stories_stand_at_the_top_in_their_order(client: Client) -> None:
    editions = many(20)
    context = client.get("/").context
    assert context["lead"] == editions[0]
    assert list(context["seconds"]) == editions[1:4]
    assert list(context["cards"]) == editions[4:8]
    assert list(context["latest"]) == editions[:10]
    # A story shown above is not shown again in its section.
    assert [(block.section, block.lead, block.others) for block in context["blocks"]] == [
        (editions[0].section, editions[8], editions[9:13]),
    ]


def test_sections_follow_in_their_order_each_with_its_newest(client: Client) -> None:
    Section.objects.create(name="Zoo", slug="zoo", position=1)
    Section.objects.create(name="Arts", slug="arts", position=2)
    arts = [factories.live(section=Section.objects.get(slug="arts"), at=DAY + timedelta(hours=h)) for h in range(2)]
    zoo = factories.live(section=Section.objects.get(slug="zoo"), at=DAY)
    top = [factories.live(at=DAY + timedelta(days=day)) for day in range(1, 9)]
    blocks = client.get("/").context["blocks"]
    assert [(block.section.slug, block.lead, block.others) for block in blocks] == [
        ("zoo", zoo, []),
        ("arts", arts[1], [arts[0]]),
    ]
    assert client.get("/").context["lead"] == top[-1]


def test_a_scheduled_story_leads_the_front_page_when_its_time_has_come(client: Client) -> None:
    now = factories.live()
    later = factories.scheduled()
    assert client.get("/").context["lead"] == now
    with time_machine.travel(later.visible_from, tick=False):
        assert client.get("/").context["lead"] == later


# --- A story --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", ["", "wrong/", "SEEN/", "seen-/", "%C3%A4/", "%00/"])
def test_a_wrong_slug_leads_to_the_right_one_for_a_short_while(client: Client, tail: str) -> None:
    edition = factories.live(headline="Seen")
    response = client.get(f"/articles/{edition.article_id}/{tail}")
    assert (response.status_code, response["Location"], response["Cache-Control"]) == (
        301,
        f"/articles/{edition.article_id}/seen/",
        "max-age=300",
    )


def test_the_id_is_the_articles_and_the_text_the_live_editions(client: Client) -> None:
    edition = factories.live(headline="Before")
    story = edition.article
    story.refresh_from_db()
    story.headline = "After"
    story.save()
    assert client.get(f"/articles/{story.pk}/before/").context["edition"] == edition
    updated = factories.updated(edition)
    assert client.get(f"/articles/{story.pk}/before/")["Location"] == f"/articles/{story.pk}/after/"
    assert client.get(f"/articles/{story.pk}/after/").context["edition"] == updated


def test_what_was_changed_in_public_is_told_under_the_story_newest_first(client: Client) -> None:
    edition = factories.live(at=DAY)
    archivist = factories.archivist()
    for hours, (kind, note) in enumerate(
        [(Kind.UPDATE, "New figures."), (Kind.TYPO, "Not told."), (Kind.CORRECTION, "It was 12.")], start=1
    ):
        at = DAY + timedelta(hours=hours)
        factories.publish(edition.article, by=archivist, kind=kind, note=note, at=at)
    response = client.get(edition.get_absolute_url())
    assert [note.note for note in response.context["notes"]] == ["It was 12.", "New figures."]
    assert "Not told." not in response.text


def test_a_correction_that_is_scheduled_is_not_told_before_its_time(client: Client) -> None:
    edition = factories.live()
    correction = factories.updated(
        edition, kind=Kind.CORRECTION, note="It was 12.", at=edition.visible_from + timedelta(hours=1)
    )
    assert "It was 12." not in client.get(edition.get_absolute_url()).text
    with time_machine.travel(correction.visible_from, tick=False):
        assert "It was 12." in client.get(edition.get_absolute_url()).text


def test_a_kept_edition_does_not_hide_the_correction_that_came_before_it(client: Client) -> None:
    with time_machine.travel(DAY, tick=False):
        kept = factories.publish(factories.article(), at=DAY + timedelta(hours=3))
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        factories.publish(kept.article, scheduled=Scheduled.KEEP)
    with time_machine.travel(DAY + timedelta(hours=2), tick=False):
        factories.updated(kept, kind=Kind.CORRECTION, note="It was 12.", scheduled=Scheduled.KEEP)
    with time_machine.travel(DAY + timedelta(hours=3), tick=False):
        context = client.get(kept.get_absolute_url()).context
    assert (context["edition"], [note.note for note in context["notes"]]) == (kept, ["It was 12."])


def test_related_stories_are_the_newest_others_of_the_section(client: Client) -> None:
    editions = many(RELATED + 2)
    factories.live(section=factories.section("Culture"))
    assert list(client.get(editions[1].get_absolute_url()).context["related"]) == [editions[0], *editions[2:]][:RELATED]


def test_a_shared_link_has_the_storys_picture_if_it_has_one(client: Client) -> None:
    picture = stored_picture()
    shown = [
        re.findall(r'<meta property="og:image" content="([^"]+)">', client.get(story.get_absolute_url()).text)
        for story in (factories.live(picture=picture), factories.live())
    ]
    assert shown == [[f"{SITE}{picture.file.share}"], [f"{SITE}/static/pictures/share.jpg"]]


def test_the_canonical_address_is_the_sites_own_whatever_was_asked(client: Client, settings: Any) -> None:
    edition = factories.live()
    settings.ALLOWED_HOSTS = ["*"]
    response = client.get(f"{edition.get_absolute_url()}?utm_source=x", headers={"host": "evil.example"})
    assert response.context["canonical_url"] == f"{SITE}{edition.get_absolute_url()}"
    assert "evil.example" not in response.text


# --- Lists ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_paged_newest_first(client: Client, address: str) -> None:
    editions = many(STORIES_A_PAGE + 1, **decorated())
    first, second = client.get(address), client.get(f"{address}?page=2")
    assert list(first.context["page"]) == editions[:STORIES_A_PAGE]
    assert list(second.context["page"]) == editions[STORIES_A_PAGE:]
    assert [page.context["canonical_url"] for page in (first, second)] == [
        f"{SITE}{address}",
        f"{SITE}{address}?page=2",
    ]
    assert first.context["feed_url"] == f"{address}feed/"
    assert client.get(f"{address}?page=3").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "x", "", " 1", "१", "501", "1" * 400, "\x00"])
@pytest.mark.parametrize("address", LISTS)
def test_a_page_that_is_none_is_not_found(client: Client, address: str, number: str) -> None:
    factories.live(**decorated())
    assert client.get(address, {"page": number}).status_code == 404


@pytest.mark.parametrize("address", ["/sections/never/", "/tags/never/", "/people/never/", "/tags/%00/"])
def test_a_list_of_nothing_is_not_found(client: Client, address: str) -> None:
    factories.live(**decorated())
    assert client.get(address).status_code == 404


def test_a_section_without_stories_is_a_page_and_a_tag_or_person_is_not(client: Client) -> None:
    factories.scheduled(**decorated())
    assert [client.get(address).status_code for address in LISTS] == [200, 404, 404]
    assert "There is no story here yet." in client.get(LISTS[0]).text


@pytest.mark.parametrize(
    ("address", "model"), [("/sections/world/", "section"), ("/tags/tea/", "tags"), ("/people/ana/", "people")]
)
def test_a_former_address_leads_to_the_present_one(client: Client, address: str, model: str) -> None:
    edition = factories.live(**decorated())
    row = edition.section if model == "section" else getattr(edition, model).get()
    row.slug = "now"
    naming.save(row)
    response = client.get(address)
    new = address.rsplit("/", 2)[0] + "/now/"
    assert (response.status_code, response["Location"], response["Cache-Control"]) == (301, new, "max-age=300")
    assert client.get(new).status_code == 200


def test_a_former_address_of_a_tag_that_nothing_live_has_tells_nothing(client: Client) -> None:
    edition = factories.scheduled(**decorated())
    tag = edition.tags.get()
    tag.slug = "now"
    naming.save(tag)
    assert [client.get(address).status_code for address in ("/tags/tea/", "/tags/now/")] == [404, 404]


def test_lists_hold_live_stories_alone(client: Client) -> None:
    fields = decorated()
    live = factories.live(**fields)
    for make in (factories.article, factories.scheduled, factories.withdrawn):
        make(**fields)
    assert [list(client.get(address).context["page"]) for address in LISTS] == [[live]] * 3


# --- For machines ---------------------------------------------------------------------------------------------------


def test_robots_are_told_what_to_leave_alone_and_where_the_sitemap_is(client: Client) -> None:
    response = client.get("/robots.txt", headers={"host": "localhost"})
    assert response.text == (
        "User-agent: *\nDisallow: /admin/\nDisallow: /my-comment/\nDisallow: /my-address/\nDisallow: /report/\n"
        "Disallow: /preview/\nDisallow: /error-report/\n\n"
        f"Sitemap: {SITE}/sitemap.xml\nSitemap: {SITE}/news-sitemap.xml\n"
    )
    assert response["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_a_story_and_a_list_can_only_be_read(method: str) -> None:
    edition = factories.live(**decorated())
    client = Client(enforce_csrf_checks=False)
    for address in ("/", edition.get_absolute_url(), *LISTS, "/robots.txt"):
        assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("page", ["1" + 5000 * "0", "000000001" + 4400 * "0", "01", "1000", "-1", "1.0", "١", "", "x"])
def test_a_page_number_that_no_list_gave_out_is_not_found(client: Any, page: str) -> None:
    edition = factories.live()
    assert client.get(edition.section.get_absolute_url(), {"page": page}).status_code == 404


def test_a_source_with_an_address_is_a_link() -> None:
    agency = Source.objects.create(name="An agency", url="https://agency.example/?a=1&b=2")
    linked = factories.live(source=agency)
    plain = factories.live()
    assert '— <a href="https://agency.example/?a=1&amp;b=2" rel="noopener">An agency</a></p>' in _page(linked)
    assert '<p class="story__source">— ANI</p>' in _page(plain)


def _page(edition: Edition) -> str:
    return Client().get(edition.get_absolute_url()).content.decode()


def test_words_that_run_the_other_way_than_the_page_begin_at_one_edge() -> None:
    classes = [
        read(Client().get(factories.live(language=language).get_absolute_url()))
        .one("article", class_="story")
        .attributes
        for language in ("en", "ar")
    ]
    assert classes == [{"class": "story"}, {"class": "story story--turned"}]


def test_a_section_says_what_it_is_about_where_somebody_wrote_it() -> None:
    edition = factories.live()
    url = edition.section.get_absolute_url()
    assert read(Client().get(url)).all("p", class_="list-head__intro") == []
    Section.objects.filter(pk=edition.section_id).update(description="From abroad & near.")
    assert words(read(Client().get(url)).one("p", class_="list-head__intro")) == "From abroad & near."


def test_an_opinion_says_on_its_card_whose_it_is() -> None:
    factories.live(kind_of_work=KindOfWork.OPINION, byline="By Ana")
    factories.live(byline="By Bo")
    page = read(Client().get("/sections/world/"))
    assert [words(one) for one in page.all("p", class_="card__byline")] == ["By Ana"]


def test_the_head_makes_room_for_the_portrait_of_who_wrote_alone() -> None:
    drawn, plain = factories.person("Ana Drawn"), factories.person("Bo Plain")
    drawn.portrait = stored_picture()
    drawn.save()
    bylines = [(drawn,), (plain,), (drawn, plain)]
    pages = [Client().get(factories.live(people=people).get_absolute_url()).text for people in bylines]
    assert ["story__meta--portrait" in page for page in pages] == [True, False, False]
    assert ["byline__portrait" in page for page in pages] == [True, False, False]
