"""What was corrected, below the present headlines of its stories: for the page of corrections and for their feed."""

from collections.abc import Iterable
from typing import NamedTuple

from articles import names
from articles.models import Edition
from newsportal.pages import shows


class Correction(NamedTuple):
    """An edition that corrects or clarifies, and its story as readers see it now."""

    note: Edition
    story: Edition


def below_present_headlines(notes: Iterable[Edition]) -> list[Correction]:
    """Each note with its live story, in their order; those without one are left out. Says what is shown."""
    notes = list(notes)
    live = Edition.objects.live().for_card().filter(article_id__in={note.article_id for note in notes})
    stories = {story.article_id: story for story in live}
    shows(names.CORRECTIONS, *(names.of_card(article_id) for article_id in stories))
    return [Correction(note, stories[note.article_id]) for note in notes if note.article_id in stories]
