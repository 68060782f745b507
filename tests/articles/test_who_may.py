"""The table of docs/editing.md, cell by cell: checked against the permissions, and tried with the verbs."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from articles import editing, error_reports, permissions, publishing
from articles.models import Article, Edition, SectionEditor
from articles.publishing import Scheduled
from articles.states import ErrorOutcome, Kind
from newsportal.refusal import NotPermitted
from tests import factories

DOCS = Path(__file__).resolve().parent.parent.parent / "docs/editing.md"
COLUMNS = ["writer", "editor", "editor of sections", "admin"]
GROUPS = {"writer": "writers", "editor": "editors", "editor of sections": "editors", "admin": "admin"}

pytestmark = pytest.mark.django_db


def table() -> dict[str, dict[str, str]]:
    """Act -> column -> cell, as the page prints them."""
    lines = DOCS.read_text().partition("## Who may do what")[2].partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    assert rows[0][1:] == COLUMNS
    return {row[0]: dict(zip(COLUMNS, row[1:], strict=True)) for row in rows[2:]}


def draft(owner: User) -> Article:
    return factories.article(owner, section=factories.section("World"))


def in_review(owner: User) -> Article:
    story = draft(owner)
    publishing.submit(story, by=factories.user("admin"), saw=story.version)
    return story


def live(owner: User) -> Article:
    story = draft(owner)
    factories.publish(story)
    return Article.objects.get(pk=story.pk)


def scheduled(owner: User) -> Article:
    story = draft(owner)
    factories.publish(story, at=timezone.now() + timedelta(hours=1))
    return Article.objects.get(pk=story.pk)


def see(by: User, story: Article) -> bool:
    seen = Article.objects.visible_to(by).filter(pk=story.pk).exists()
    assert seen == permissions.can_see(by, story)
    assert Edition.objects.visible_to(by).filter(article=story).exists() == (seen and story.editions.exists())
    return seen


def edit(by: User, story: Article) -> bool:
    may = permissions.can_edit(by, story)
    story.summary = "Changed."
    assert done(lambda: editing.save(story, by=by, saw=story.version, fields=["summary"])) == may
    return may


def submit(by: User, story: Article) -> bool:
    may = permissions.can_submit(by, story)
    assert done(lambda: publishing.submit(story, by=by, saw=story.version)) == may
    return may


def publisher(verb: Callable[[User, Article], object]) -> Callable[[User, Article], bool]:
    def tried(by: User, story: Article) -> bool:
        may = permissions.can_publish(by, story)
        assert done(lambda: verb(by, story)) == may
        return may

    return tried


def answer_error(by: User, story: Article) -> bool:
    edition = story.editions.get()
    report = error_reports.send(edition, text="It was on Tuesday.", address=factories.address())
    may = permissions.can_answer_errors(by, story)
    answer = {"outcome": ErrorOutcome.NO_ERROR, "words": "It was on Monday."}
    assert done(lambda: error_reports.answer(report, by=by, **answer)) == may
    return may


def move(by: User, story: Article) -> bool:
    """Move a story into Business, where `theirs` is; it is a draft of the person who moves it."""
    story.section = factories.section("Business")
    may = permissions.can_file_under(by, story.section_id)
    assert done(lambda: editing.save(story, by=by, saw=story.version, fields=["section"])) == may
    return may


def done(act: Callable[[], object]) -> bool:
    """Whether it was done; any other exception than NotPermitted fails the test."""
    try:
        act()
    except NotPermitted:
        return False
    return True


PUBLISH = publisher(lambda by, story: publishing.publish(story, by=by, saw=story.version))
# Act -> (whose story is tried: one's own?, how it is made, what is tried)
TRIED: dict[str, tuple[bool, Callable[[User], Article], Callable[[User, Article], bool]]] = {
    "see one's own draft": (True, draft, see),
    "see another's draft": (False, draft, see),
    "edit one's own draft": (True, draft, edit),
    "edit another's draft": (False, draft, edit),
    "edit one's own story in review": (True, in_review, edit),
    "edit another's story in review": (False, in_review, edit),
    "edit the working copy of one's own live story": (True, live, edit),
    "edit the working copy of another's live story": (False, live, edit),
    "submit one's own draft": (True, draft, submit),
    "submit another's draft": (False, draft, submit),
    "send back": (
        False,
        in_review,
        publisher(lambda by, story: publishing.send_back(story, by=by, saw=story.version, note="Why?")),
    ),
    "accept": (False, in_review, publisher(lambda by, story: publishing.accept(story, by=by, saw=story.version))),
    "publish": (False, draft, PUBLISH),
    "schedule": (
        False,
        draft,
        publisher(
            lambda by, story: publishing.publish(
                story, by=by, saw=story.version, at=timezone.now() + timedelta(hours=1)
            )
        ),
    ),
    "cancel what is scheduled": (
        False,
        scheduled,
        publisher(lambda by, story: publishing.cancel(story, by=by, saw=story.version)),
    ),
    "withdraw": (False, live, publisher(lambda by, story: publishing.withdraw(story, by=by, saw=story.version))),
    "correct": (
        False,
        live,
        publisher(
            lambda by, story: publishing.publish(
                story, by=by, saw=story.version, kind=Kind.CORRECTION, note="12, not 21.", scheduled=Scheduled.ASK
            )
        ),
    ),
    "answer an error reported in one's own live story": (True, live, answer_error),
    "answer an error reported in another's live story": (False, live, answer_error),
    "move a story into another section": (True, draft, move),
}


def person(column: str, *section_names: str) -> User:
    user = factories.user(GROUPS[column])
    for name in section_names:
        SectionEditor.objects.create(user=user, section=factories.section(name))
    return User.objects.get(pk=user.pk)


def test_the_page_and_this_test_name_the_same_acts() -> None:
    assert list(table()) == list(TRIED)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("act", TRIED)
def test_each_cell_of_the_table_holds(act: str, column: str) -> None:
    is_own, make, tried = TRIED[act]
    cell = table()[act][column]
    assert cell in {"yes", "no", "theirs"}
    moves = tried is move
    # For editors limited to sections: one whose sections include the story's (or its new one), and one whose do not.
    limits = {"editor of sections": [["World", "Business"], ["World"]] if moves else [["World"], ["Sport"]]}
    found = []
    for sections in limits.get(column, [[]]):
        by = person(column, *sections)
        # The person who wrote it did so before the limits were set.
        owner = by if is_own else factories.user("writers")
        found.append(tried(by, make(owner) if not is_own else owned(make, by)))
    expected = {"yes": [True] * len(found), "no": [False] * len(found), "theirs": [True, False]}[cell]
    assert found == expected


def owned(make: Callable[[User], Article], by: User) -> Article:
    story = make(factories.user("editors"))
    Article.objects.filter(pk=story.pk).update(owner=by)
    return Article.objects.get(pk=story.pk)


def test_the_admin_is_not_limited_by_a_section() -> None:
    admin = person("admin", "Sport")
    assert permissions.can_publish(admin, draft(factories.user("writers"))) is True


def test_a_foreign_section_is_refused_in_words_and_nothing_is_written() -> None:
    by = person("editor of sections", "World")
    story = owned(draft, by)
    story.section = factories.section("Sport")
    with pytest.raises(NotPermitted, match=r"You edit other sections: this story cannot be moved to Sport\."):
        editing.save(story, by=by, saw=story.version, fields=["section"])
    assert Article.objects.get(pk=story.pk).section == factories.section("World")
    with pytest.raises(NotPermitted):
        factories.article(by, section=factories.section("Sport"))
    assert Article.objects.count() == 1
