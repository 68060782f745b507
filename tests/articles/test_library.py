"""The verbs of the library: a picture has its crops before it is shown, and leaves nothing behind once deleted."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client

from articles import library, naming
from articles.models import Picture, Section
from articles.pictures import RECIPE, formats_of
from articles.uploads import as_kept
from newsportal.pages.models import ChangedName
from newsportal.refusal import Refusal
from tests import factories
from tests.articles.images import image_bytes, stored_picture, upload

pytestmark = pytest.mark.django_db


def files_of(picture: Picture) -> set[str]:
    """The files of a picture: its own and its crops."""
    root = Path(picture.file.storage.location)
    stem = Path(picture.file.name).stem
    return {str(path.relative_to(root)) for path in root.rglob(f"{stem}*")}


def words_of(picture: Picture) -> list[str]:
    return [use.words for use in library.uses_of(picture)]


def test_a_saved_picture_has_its_file_and_every_crop() -> None:
    picture = Picture(alt="A harbour")
    picture.file = as_kept(upload(image_bytes(size=(700, 500)), "harbour.png"))
    library.save(picture)
    crops = {picture.file.process(name) for name in formats_of(700, 500)}
    assert (picture.sized_as, files_of(picture)) == (RECIPE, {picture.file.name, *crops})
    assert len(crops) == 2 * 3 + 2


def test_another_file_takes_the_place_of_the_first_which_is_removed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    picture = stored_picture()
    first = Picture.objects.get(pk=picture.pk)
    with django_capture_on_commit_callbacks(execute=True):
        picture.file = as_kept(upload(image_bytes(size=(500, 400))))
        library.save(picture)
    assert files_of(first) == set()
    assert len(files_of(picture)) == 1 + 3 + 2


def test_pages_that_show_a_picture_hear_of_another_shape_and_those_that_read_its_words_of_other_words() -> None:
    picture = stored_picture()
    ChangedName.objects.all().delete()
    picture.alt = "Other words"
    library.save(picture)
    # Each edition has a copy of its words: pages of sections read them here.
    assert list(ChangedName.objects.values_list("name", flat=True)) == [f"picture:{picture.pk}:words"]
    ChangedName.objects.all().delete()
    picture.ppoi = "0.1x0.1"
    library.save(picture)
    # Search engines are told the URL of its crop.
    assert list(ChangedName.objects.values_list("name", flat=True)) == [f"picture:{picture.pk}", "sitemap"]


@pytest.mark.parametrize(
    ("alt", "is_decorative", "is_taken"), [("", False, False), ("x", True, False), ("", True, True), ("x", False, True)]
)
def test_the_database_holds_no_picture_without_words_that_is_not_decorative(
    alt: str, is_decorative: bool, is_taken: bool
) -> None:
    rows = Picture.objects.filter(pk=stored_picture().pk)
    with nullcontext() if is_taken else pytest.raises(IntegrityError), transaction.atomic():
        rows.update(alt=alt, is_decorative=is_decorative)


# --- Where it is used -----------------------------------------------------------------------------------------------


def test_a_picture_is_used_by_working_copies_editions_of_all_times_people_and_sections() -> None:
    picture = stored_picture()
    assert words_of(picture) == []
    factories.article(picture=picture, headline="A draft")
    factories.scheduled(picture=picture, headline="Soon")
    story = factories.live(picture=picture, headline="Now").article
    story.picture = None
    story.save()
    factories.updated(story.editions.get())
    person = factories.person()
    person.portrait = picture
    naming.save(person)
    naming.save(Section(name="Culture", slug="culture", picture=picture))
    assert sorted(words_of(picture)) == [
        "as the picture of the section “Culture”",
        "as the portrait of Ana Moreira",
        "in edition 1 of “Now”, which has ended",
        "in edition 1 of “Soon”, which is scheduled",
        "in the working copy of “A draft”",
        "in the working copy of “Soon”",
    ]


def test_a_picture_is_used_by_a_text_that_gives_it_a_place() -> None:
    picture, other = stored_picture(), stored_picture()
    factories.article(headline="With a figure", body=f"<p>One.</p><p>[[picture {picture.pk}]]</p>")
    assert (words_of(picture), words_of(other)) == (["in the text of the working copy of “With a figure”"], [])


# --- Deleted --------------------------------------------------------------------------------------------------------


def test_a_deleted_picture_leaves_no_file_behind(django_capture_on_commit_callbacks: Any) -> None:
    picture, other = stored_picture(), stored_picture()
    before = files_of(other)
    with django_capture_on_commit_callbacks(execute=True):
        library.delete(picture)
    assert (files_of(picture), files_of(other)) == (set(), before)
    assert list(Picture.objects.all()) == [other]


def test_a_deletion_that_is_taken_back_leaves_every_file(django_capture_on_commit_callbacks: Any) -> None:
    picture = stored_picture()
    before = files_of(picture)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        library.delete(picture)
        transaction.set_rollback(True)
    assert (files_of(picture), Picture.objects.count()) == (before, 1)


@pytest.mark.parametrize(
    "use",
    [
        lambda picture: factories.live(picture=picture),
        lambda picture: naming.save(Section(name="Culture", slug="culture", picture=picture)),
    ],
    ids=["by a story", "by a section"],
)
def test_a_picture_that_is_used_is_not_deleted(use: Callable[[Picture], object]) -> None:
    picture = stored_picture()
    use(picture)
    with pytest.raises(Refusal) as refused:
        library.delete(picture)
    assert refused.value.words == (
        "This picture is in use, so it cannot be deleted. Take it out where it is used first."
    )
    assert Picture.objects.get() == picture


def test_a_picture_that_is_gone_already_is_gone() -> None:
    picture = stored_picture()
    Picture.objects.all().delete()
    library.delete(picture)
    assert not Picture.objects.exists()


# --- What older pictures lack ---------------------------------------------------------------------------------------


def test_the_worker_makes_what_pictures_of_before_lack_once_and_pages_hear_of_it() -> None:
    old, new = stored_picture(size=(700, 500)), stored_picture()
    for name in ("avif320", "avif640", "jpeg640"):
        old.file.storage.delete(old.file.process(name))
    Picture.objects.filter(pk=old.pk).update(sized_as="")
    ChangedName.objects.all().delete()
    assert (library.make_missing_crops(), library.make_missing_crops()) == (1, 0)
    assert list(ChangedName.objects.values_list("name", flat=True)) == [f"picture:{old.pk}"]
    assert [picture.has_all_crops for picture in Picture.objects.all()] == [True, True]
    assert {old.file.process(name) for name in formats_of(700, 500)} < files_of(old)
    assert new.has_all_crops


def test_a_worker_that_is_to_end_begins_no_other_crop_and_the_next_one_makes_the_rest() -> None:
    picture = stored_picture(size=(700, 500))
    for name in formats_of(700, 500):
        picture.file.storage.delete(picture.file.process(name))
    Picture.objects.update(sized_as="")
    looks = iter([False, False])
    before = files_of(picture)
    assert library.make_missing_crops(lambda: next(looks, True)) == 0
    assert len(files_of(picture) - before) == 2
    assert [one.has_all_crops for one in Picture.objects.all()] == [False]
    assert library.make_missing_crops() == 1


def test_of_who_cannot_wait_only_what_pages_name_is_made_and_the_worker_makes_the_rest() -> None:
    picture = stored_picture(size=(700, 500))
    for name in formats_of(700, 500):
        picture.file.storage.delete(picture.file.process(name))
    picture.sized_as = ""
    library.save(picture, first_crops_only=True)
    edition = factories.live(picture=picture, body=f"<p>First.</p><p>[[picture {picture.pk}]]</p><p>[[quote said]]</p>")
    for address in ("/", edition.get_absolute_url()):
        page = Client().get(address).text
        named = set(re.findall(r"/media/([^\s\",]+)", page))
        assert named
        assert [name for name in named if not picture.file.storage.exists(name)] == []
    assert not picture.has_all_crops
    assert library.make_missing_crops() == 1
    assert "image/avif" in Client().get(edition.get_absolute_url()).text


def test_a_picture_that_cannot_be_read_holds_up_no_other() -> None:
    lost, broken, good = stored_picture(), stored_picture(), stored_picture()
    for picture in (lost, broken, good):
        for name in formats_of(480, 320):
            picture.file.storage.delete(picture.file.process(name))
    lost.file.storage.delete(lost.file.name)
    broken.file.storage.delete(broken.file.name)
    broken.file.storage.save(broken.file.name, ContentFile(b"no picture"))
    Picture.objects.update(sized_as="")
    assert library.make_missing_crops() == 1
    assert list(Picture.objects.filter(sized_as=RECIPE)) == [good]
