"""The verbs of the picture library, and where a picture is used."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from articles import names
from articles.models import Article, Edition, Person, Picture, Section
from articles.pictures import RECIPE, first_formats_of, formats_of
from newsportal.errors import passes
from newsportal.media import Unreachable
from newsportal.pages import changed
from newsportal.refusal import Refusal

logger = logging.getLogger(__name__)

_UNREADABLE = (OSError, ValueError, SyntaxError)


@dataclass(frozen=True)
class Use:
    """A place where a picture is used, in words, with the row it belongs to: a story, a person or a section."""

    words: str
    of: Model

    @property
    def address(self) -> tuple[str, object]:
        """The name of the admin's page of that row, and its key."""
        return f"admin:{self.of._meta.app_label}_{self.of._meta.model_name}_change", self.of.pk


def save(picture: Picture, *, first_crops_only: bool = False) -> Picture:
    """Save a picture of the library. Its crops are made first, so that no page shows the picture without them.

    Making them takes a second for a photograph of 12 megapixels, so call this outside a transaction if possible. With
    `first_crops_only` the worker makes those that pages can do without (`make_missing_crops`). Raises OSError, and has
    saved nothing, if they cannot be stored just now: the disk is full, or the storage does not answer (Unreachable).
    """
    before = Picture.objects.filter(pk=picture.pk).first() if picture.pk else None
    if names.of_shape(before) != names.of_shape(picture) or not picture.has_all_crops:
        _make_what_can_be_made(picture, first_only=first_crops_only)
    with transaction.atomic():
        picture.save()
        changed(*names.of_saved_shape(before, picture))
        if before and before.file.name != picture.file.name:
            _forget_files(before)
    return picture


def delete(picture: Picture) -> None:
    """Delete a picture, and after the commit its files. Raises Refusal if it is used anywhere, and Unreachable if the
    storage would keep its files: then the picture stays, to be deleted later.
    """
    with transaction.atomic():
        # Stories, people and sections that are being given this picture wait for us, or we for them.
        present = Picture.objects.select_for_update().filter(pk=picture.pk).first()
        if present is None:
            return
        if uses_of(present):
            raise Refusal(_in_use())
        # Asked only to see whether the storage answers.
        present.file.storage.exists(present.file.name)
        changed(*names.differing(names.of_shape(present), names.of_shape(None)))
        _forget_files(present)
        try:
            present.delete()
        except ProtectedError:
            raise Refusal(_in_use()) from None


def make_crops(picture: Picture, *, first_only: bool = False, is_over: Callable[[], bool] = lambda: False) -> None:
    """Make the missing crops of a picture, from its present file; its row is not saved. One takes seconds; once
    `is_over` says so, the next is not begun, and the picture counts as one that lacks some.
    """
    if not picture.file._committed:
        picture.file.save(picture.file.name, picture.file.file, save=False)
    for name in (first_formats_of if first_only else formats_of)(picture.width, picture.height):
        if is_over():
            return
        picture.file.process(name)
    picture.sized_as = "" if first_only else RECIPE


def make_missing_crops(is_over: Callable[[], bool] = lambda: False) -> int:
    """Make the crops that pictures lack because those crops were introduced later, until `is_over` says so;
    returns how many pictures now have all.

    For the worker. A picture that can no longer be read is left as it is, and logged. If the storage does not answer
    for one picture, it is not asked for the others: the worker will try again.
    """
    made = 0
    for picture in Picture.objects.exclude(sized_as=RECIPE).iterator(chunk_size=100):
        try:
            make_crops(picture, is_over=is_over)
        except Unreachable as error:
            logger.warning("%s", error)
            break
        except _UNREADABLE:
            logger.exception("no crops could be made of picture %s", picture.pk)
            continue
        if is_over():
            break
        with transaction.atomic():
            # Not a picture that has got another file or centre meanwhile: its crops were made by that change.
            same = Picture.objects.filter(pk=picture.pk, file=picture.file.name, ppoi=picture.ppoi)
            if same.update(sized_as=RECIPE):
                changed(names.of_picture(picture.pk))
                made += 1
    return made


def uses_of(picture: Picture) -> list[Use]:
    """Where a picture is used: past, present and future editions, working copies, people, sections, and others."""
    uses = [use for rows in _referring(picture) for use in map(_use, rows)]
    marked = Article.objects.filter(body__contains=f"[[picture {picture.pk}]]")
    uses += [Use(_("in the text of the working copy of “%s”") % article, article) for article in marked]
    return list(dict.fromkeys(uses))


# --- How ------------------------------------------------------------------------------------------------------------


def _make_what_can_be_made(picture: Picture, *, first_only: bool) -> None:
    """Make the crops if the file can be read: the words of a picture whose file is lost can be changed all the same."""
    try:
        make_crops(picture, first_only=first_only)
    except _UNREADABLE as error:
        if passes(error):
            raise
        logger.exception("no crops could be made of picture %s", picture.pk)
        picture.sized_as = ""


def _referring(picture: Picture) -> Iterable[Iterable[Model]]:
    for relation in Picture._meta.get_fields(include_hidden=True):
        if relation.is_relation and relation.auto_created and not relation.concrete:
            field = relation.field  # type: ignore[union-attr]
            yield field.model._default_manager.filter(**{field.name: picture})


def _use(row: Model) -> Use:
    words = _WORDS.get(type(row))
    if words:
        return words(row)
    # A figure in the text of a story: the row that links the two.
    edition: Edition | None = getattr(row, "edition", None)
    return _of_edition(edition) if edition else Use(str(row), row)


def _of_article(article: Article) -> Use:
    return Use(_("in the working copy of “%s”") % article, article)


def _of_edition(edition: Edition) -> Use:
    words = (
        _("in edition %(number)s of “%(headline)s”, which readers see")
        if edition.is_live
        else _("in edition %(number)s of “%(headline)s”, which is scheduled")
        if edition.is_future
        else _("in edition %(number)s of “%(headline)s”, which has ended")
    )
    return Use(words % {"number": edition.number, "headline": edition.headline}, edition.article)


def _of_person(person: Person) -> Use:
    return Use(_("as the portrait of %s") % person, person)


def _of_section(section: Section) -> Use:
    return Use(_("as the picture of the section “%s”") % section, section)


_WORDS: dict[type[Model], Callable[..., Use]] = {
    Article: _of_article,
    Edition: _of_edition,
    Person: _of_person,
    Section: _of_section,
}


def _in_use() -> str:
    return _("This picture is in use, so it cannot be deleted. Take it out where it is used first.")


def _forget_files(picture: Picture) -> None:
    file = picture.file
    # If a file cannot be deleted now, the log says so; the row is gone, and its deleter has done their part.
    transaction.on_commit(lambda: file.delete(save=False), robust=True)
