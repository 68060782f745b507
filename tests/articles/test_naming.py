"""A URL that was once public leads on for ever."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.http import Http404

from articles import naming
from articles.finding import named
from articles.models import FormerSlug, Person, Section, Tag
from tests import factories

pytestmark = pytest.mark.django_db


def renamed(row: Any, slug: str) -> Any:
    row.slug = slug
    return naming.save(row)


@pytest.mark.parametrize("model", [Section, Tag, Person])
def test_every_former_address_leads_to_the_row(model: type[Any]) -> None:
    row = naming.save(model(name="Name", slug="one"))
    renamed(renamed(row, "two"), "three")
    assert [named(model, slug) for slug in ("one", "two", "three")] == [row] * 3


@pytest.mark.parametrize("model", [Section, Tag, Person])
def test_an_address_of_another_kind_of_thing_leads_nowhere(model: type[Any]) -> None:
    renamed(naming.save(model(name="Name", slug="one")), "two")
    for other in {Section, Tag, Person} - {model}:
        for slug in ("one", "two"):
            with pytest.raises(Http404):
                named(other, slug)


@pytest.mark.parametrize("slug", ["never", "", "\x00", "one\x00", "ONE", "x" * 5000])
def test_what_was_never_given_out_is_not_found(slug: str) -> None:
    naming.save(Tag(name="Name", slug="one"))
    with pytest.raises(Http404):
        named(Tag, slug)


def test_saving_without_a_new_address_makes_no_redirect() -> None:
    tag = naming.save(Tag(name="Name", slug="one"))
    tag.name = "Other"
    naming.save(tag)
    assert (FormerSlug.objects.count(), Tag.objects.get().name) == (0, "Other")


def test_an_address_that_is_taken_back_is_a_redirect_no_more() -> None:
    tag = naming.save(Tag(name="Name", slug="one"))
    renamed(renamed(tag, "two"), "one")
    assert list(FormerSlug.objects.values_list("slug", "tag")) == [("two", tag.pk)]


def test_a_present_address_goes_before_a_former_one() -> None:
    first = naming.save(Tag(name="First", slug="one"))
    renamed(first, "two")
    second = naming.save(Tag(name="Second", slug="one"))
    assert (named(Tag, "one"), named(Tag, "two")) == (second, first)


def test_an_address_that_two_had_in_turn_leads_to_the_later_one() -> None:
    first = naming.save(Tag(name="First", slug="one"))
    renamed(first, "two")
    second = renamed(naming.save(Tag(name="Second", slug="one")), "three")
    assert (named(Tag, "one"), named(Tag, "two"), named(Tag, "three")) == (second, first, second)


def test_a_row_that_takes_the_address_another_one_had_takes_its_redirect() -> None:
    first, second = (naming.save(Tag(name=name, slug=name)) for name in ("a", "b"))
    renamed(first, "c")
    renamed(second, "a")
    assert (named(Tag, "a"), named(Tag, "b"), named(Tag, "c")) == (second, second, first)


@pytest.mark.parametrize("row", ["section", "tag", "person"])
def test_what_an_edition_needs_is_not_deleted_and_no_page_is_told(row: str, told: Callable[..., set[str]]) -> None:
    edition = factories.live(tags=("Trade",), people=(factories.person(),))
    rows = {"section": edition.section, "tag": edition.tags.get(), "person": edition.people.get()}

    def refused() -> None:
        with pytest.raises(ProtectedError):
            naming.delete(rows[row])

    assert told(refused) == set()
