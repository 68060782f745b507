"""Pages about the paper: what readers see of them, who writes them, what is refused, and what is still to write."""

from typing import Any

import pytest
from django.test import Client

from articles import house
from articles.limits import HOUSE_PAGES
from articles.models import HousePage, HousePageVersion
from articles.states import House
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories

pytestmark = pytest.mark.django_db


def read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def foot(path: str = "/") -> list[str]:
    """The URLs at the foot of a page."""
    _before, _, rest = read(path).partition('<ul class="footer__links">')
    return [part.partition('"')[0] for part in rest.partition("</ul>")[0].split('href="')[1:]]


PORTALS_OWN = ["/guidelines/", "/moderation/", "/privacy/", "/corrections/", "/feed/"]


def test_before_anybody_writes_the_portal_says_what_it_knows_and_no_more(settings: Any) -> None:
    assert foot() == ["/about/", "/contact/", "/corrections-policy/", *PORTALS_OWN]
    assert [Client().get(f"/{slug}/").status_code for slug in (House.ETHICS, House.OWNERSHIP, House.IMPRINT)] == [
        404
    ] * 3
    assert "Publisher" not in read("/about/")
    settings.PUBLISHER, settings.PUBLISHER_ADDRESS = "Harbour Press", "1 Quay Street, Port Selwyn"
    for path in ("/imprint/", "/about/", "/privacy/"):
        assert "<dd>Harbour Press</dd>" in read(path)
    assert "<dd>1 Quay Street, Port Selwyn</dd>" in read("/imprint/")


def test_what_is_written_is_found_at_its_address_with_its_date_and_at_the_foot_of_every_page() -> None:
    factories.house_page("ethics", title="Our promise", summary="In short.", body="<p>We ask <b>twice</b>.</p>")
    factories.house_page("jobs", title="Work for us", position=2)
    factories.house_page("history", title="Since 1904", position=1)
    page = read("/ethics/")
    assert '<h1 class="page-text__title">Our promise</h1>\n<p class="standfirst">In short.</p>' in page
    assert "<p>We ask <b>twice</b>.</p>" in page
    assert "Last changed on <time" in page
    assert '<link rel="canonical" href="http://127.0.0.1:8000/ethics/">' in page
    further = ["/about/history/", "/about/jobs/"]
    assert foot("/about/jobs/") == [
        *("/about/", "/contact/", "/ethics/", "/corrections-policy/", *further, *PORTALS_OWN)
    ]
    assert [Client().get(path).status_code for path in ("/about/ethics/", "/jobs/", "/about/%00/")] == [404] * 3


def test_a_page_that_is_public_no_more_is_gone_also_where_the_portal_had_words_for_it() -> None:
    factories.house_page("about", is_public=False)
    assert Client().get("/about/").status_code == 404
    assert "/about/" not in foot()


def test_the_newsrooms_words_stand_above_what_the_portal_says_of_rules_and_data() -> None:
    for slug, below in (("guidelines", "The form of a comment"), ("privacy", "If you only read")):
        factories.house_page(slug, title=f"On {slug}", body="<p>By us.</p>", is_public=False)
        page = read(f"/{slug}/")
        assert f"<title>On {slug} – The Meridian</title>" in page
        assert page.index("<p>By us.</p>") < page.index(below)
        assert "How to be read" not in page


def test_a_block_is_made_anew_whenever_the_page_is(settings: Any) -> None:
    factories.house_page("imprint", body="<p>Us.</p><p>[[block publisher]]</p><p>End.</p>")
    assert "Harbour Press" not in read("/imprint/")
    settings.PUBLISHER = "Harbour Press"
    page = read("/imprint/")
    assert page.index("<p>Us.</p>") < page.index("<dd>Harbour Press</dd>") < page.index("<p>End.</p>")
    assert "[[" not in page


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "<p>[[block nothing]]</p>",
            "There is no block named “nothing”. There are: publisher, contact, changes, work, ",
        ),
        (
            "<p>See [[block work]]</p>",
            "A block stands in a paragraph of its own, outside lists, tables and quotations.",
        ),
        ("<p>[[picture 1]]</p>", "Quotes and pictures have their place in stories; a page about the paper has blocks."),
        (
            f"<p>{'x' * 400_001}</p>",
            "The body has 400,008 characters, with its HTML; 400,000 are taken. Split the story.",
        ),
        ("<script>1</script>", "A page without a text cannot be public."),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words_and_nothing_is_written(body: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        factories.house_page("ethics", body=body)
    assert refused.value.words.startswith(words)
    assert not HousePage.objects.exists()


def test_what_is_saved_is_cleaned_and_every_version_stays() -> None:
    editor = factories.user("editors", username="edda")
    factories.house_page("about", by=editor, title="One", body="<p onclick='x'>First</p><script>1</script>")
    factories.house_page("about", by=editor, title="Two", saw=1, is_public=False)
    said = HousePageVersion.objects.values_list("number", "title", "body", "is_public", "by__username")
    assert list(said) == [(2, "Two", "<p>Words.</p>", False, "edda"), (1, "One", "<p>First</p>", True, "edda")]


@pytest.mark.parametrize("saw", [0, 1, 3])
def test_nobody_saves_over_what_they_have_not_seen(saw: int) -> None:
    editor = factories.user("editors", username="edda")
    for number in range(2):
        factories.house_page("about", by=editor, saw=number)
    with pytest.raises(Stale) as refused:
        factories.house_page("about", saw=saw, title="Mine")
    assert refused.value.words.startswith("edda changed this page at ")
    assert HousePage.objects.get().title == "About about"
    assert HousePageVersion.objects.count() == 2


@pytest.mark.parametrize("role", ["writers", "moderators", ""])
def test_only_editors_write_them(role: str) -> None:
    with pytest.raises(NotPermitted):
        factories.house_page("about", by=factories.user(role))


def test_there_are_no_more_than_have_room_at_the_foot_of_a_page() -> None:
    editor = factories.user("editors")
    for number in range(HOUSE_PAGES):
        factories.house_page(f"page-{number}", by=editor)
    with pytest.raises(Refusal):
        factories.house_page("one-more", by=editor)
    factories.house_page("page-0", by=editor, saw=1)
    factories.house_page("imprint", by=editor)


def test_what_is_still_to_be_filled_in_is_told_until_it_is(settings: Any) -> None:
    missing = [gap.slug for gap in house.gaps()]
    assert missing == ["imprint", "privacy", "ethics", "ownership"]
    settings.PUBLISHER = "Harbour Press"
    factories.house_page("contact")
    factories.house_page("ethics", is_public=False)
    factories.house_page("ownership")
    assert [gap.words for gap in house.gaps()] == ["“How we work” is not written yet; readers do not see it."]


def test_what_machines_are_told_of_policies_names_public_pages_alone() -> None:
    factories.house_page("ethics")
    factories.house_page("about", is_public=False)
    assert house.policies() == {
        House.CONTACT: "/contact/",
        House.ETHICS: "/ethics/",
        House.CORRECTIONS: "/corrections-policy/",
        House.GUIDELINES: "/guidelines/",
        House.PRIVACY: "/privacy/",
    }
