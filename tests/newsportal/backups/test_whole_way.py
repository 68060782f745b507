"""From one machine to another: what is backed up while the portal runs is there afterwards, and what was erased is not.

On the tests' own database, which commits here, and on a new one beside it.
"""

import os
import resource
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from articles import error_reports
from articles.models import Article, Edition, ErrorReport, Picture
from comments import erasing, open_cases, protection, replay, reporting
from comments.models import Comment, Commenter, Report
from comments.reporting import Complaint
from comments.states import Reason, Status
from newsportal import erasures
from newsportal.backups import folders, keeping, making, restoring, sealing
from tests import factories
from tests.articles.images import stored_picture
from tests.comments.authors import confirmed
from tests.faults.disks import small_disk
from tests.newsportal.backups.conftest import Elsewhere

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ZOE = "zoe@example.org"
WORDS = "Nobody but me would ever have written of zeppelins over the harbour in such a way."
TABLES = {"comments": "comments_comment"}


def backup(target: Path, **options: Any) -> str:
    said = StringIO()
    call_command("backup", target, stdout=said, **options)
    return said.getvalue()


def restore(source: Path, **options: Any) -> str:
    said = StringIO()
    call_command("restore", source, stdout=said, **options)
    return said.getvalue()


def copy_record(var: Path, there: Path) -> None:
    """As an operator does, from wherever it was copied to."""
    (there / "erasures").mkdir()
    for name in ("key", "erased"):
        (there / "erasures" / name).write_bytes((var / "erasures" / name).read_bytes())


def counted() -> list[int]:
    return [model._default_manager.count() for model in (Article, Edition, Picture, Comment)]


def test_another_machine_has_all_of_it_and_goes_on(elsewhere: Elsewhere, var: Path, tmp_path: Path) -> None:
    edition = factories.live(picture=stored_picture())
    comment = factories.approved(edition, body=WORDS)
    factories.pending(edition)
    files = {path.relative_to(var / "media"): path.read_bytes() for path in (var / "media").rglob("*.*")}
    before = counted()
    told = backup(tmp_path / "b.tar")
    assert "1 stories, 1 editions, 1 pictures, 2 comments" in told
    assert "not sealed" in told
    with elsewhere("there") as there:
        copy_record(var, there)
        told = restore(tmp_path / "b.tar")
        assert "SECRET_KEY" not in told
        assert counted() == before
        assert (replay.discrepancies(), open_cases.discrepancies(), protection.missing()) == ([], [], [])
        found = {path.relative_to(there / "media"): path.read_bytes() for path in (there / "media").rglob("*.*")}
        assert found == files
        page = Client().get(edition.get_absolute_url())
        assert (page.status_code, WORDS in page.content.decode()) == (200, True)
        assert edition.headline in Client().get("/search/", {"q": edition.headline}).content.decode()
        # Numbers continue after the last ones.
        assert factories.approved(edition).pk > comment.pk
        left = {path.name for path in there.iterdir()}
        assert left == {"erasures", "media", "restoring.lock", "pages"} & left
        assert [path.name for path in there.parent.iterdir() if "restoring" in path.name] == []


def test_what_was_erased_since_is_nowhere_after_a_restore(elsewhere: Elsewhere, var: Path, tmp_path: Path) -> None:
    edition = factories.live()
    one = factories.approved(edition, name="Zoe One", body=f"{WORDS} One.")
    answer = factories.approved(edition, parent=one)
    two = factories.decided(confirmed(edition, ZOE, name="Zoe Two", body=f"{WORDS} Two."), Status.APPROVED)
    factories.pending(edition, name="A stranger", email="Zoe@example.org")
    complaint = Complaint(Reason.ILLEGAL, "Against the law on zeppelins.", "Zoe", "Zoe@example.org")
    reporting.report(answer, complaint, address=factories.address())
    error_reports.send(edition, text="It was on Tuesday.", email=ZOE, address=factories.address())
    others = factories.decided(confirmed(edition, "ben@example.org", name="Ben Other"), Status.APPROVED)
    backup(tmp_path / "b.tar")
    erasing.erase_comment(one)
    erasing.erase_address(Commenter.objects.get(email=ZOE))
    with elsewhere("there") as there:
        copy_record(var, there)
        assert "Erased again: 2 comments, 1 addresses." in restore(tmp_path / "b.tar")
        rows = {comment.public_id: comment for comment in Comment.objects.all()}
        gone = [rows[comment.public_id].erased_at is not None for comment in (one, two, answer, others)]
        assert gone == [True, True, False, False]
        kept = [Commenter.objects.values_list("email"), Comment.objects.exclude(email="").values_list("email")]
        assert [list(found) for found in kept] == [[("ben@example.org",)]] * 2
        said = [Report.objects.values_list("name", "email", "words"), ErrorReport.objects.values_list("email")]
        assert [list(found) for found in said] == [[("", "", "")], [("",)]]
        asked = [edition.get_absolute_url(), f"/articles/{edition.article_id}/comments/", "/search/?q=zeppelins"]
        asked += [f"/articles/{edition.article_id}/comments/feed/", f"/comments/{one.public_id}/answers/", "/feed/"]
        for path in asked:
            shown = Client().get(path)
            assert shown.status_code == 200
            words = shown.content.decode()
            assert ["Zoe" in words, WORDS in words, ZOE in words] == [False] * 3, path
        assert [Client().get(comment.get_absolute_url()).status_code for comment in (one, two)] == [404, 404]
        assert replay.discrepancies() == []


def test_who_came_back_after_an_erasure_is_not_erased_again(elsewhere: Elsewhere, var: Path, tmp_path: Path) -> None:
    edition = factories.live()
    confirmed(edition, ZOE)
    erasing.erase_address(Commenter.objects.get(email=ZOE))
    confirmed(edition, ZOE)
    backup(tmp_path / "b.tar")
    with elsewhere("there") as there:
        copy_record(var, there)
        assert "Erased again: 0 comments, 0 addresses." in restore(tmp_path / "b.tar")
        assert list(Commenter.objects.values_list("email", "comments__erased_at")) == [(ZOE, None)]


def test_without_the_record_of_erasures_nothing_is_restored_unless_one_says_so(
    elsewhere: Elsewhere, var: Path, tmp_path: Path
) -> None:
    edition = factories.live()
    comment = factories.approved(edition)
    backup(tmp_path / "b.tar")
    erasing.erase_comment(comment)
    with elsewhere("there") as there:
        with pytest.raises(CommandError, match=r"record of what was erased is needed: .*erased is not there"):
            restore(tmp_path / "b.tar")
        # Another portal's, and one that is older than the backup.
        erasures.prepared()
        with pytest.raises(CommandError, match="of another portal"):
            restore(tmp_path / "b.tar")
        (there / "erasures" / "erased").unlink()
        with pytest.raises(CommandError, match="is needed"):
            restore(tmp_path / "b.tar")
        assert connection.introspection.table_names() == []
        assert "Nothing was erased again" in restore(tmp_path / "b.tar", without_erasures=True)
        assert Comment.objects.get().erased_at is None


def test_a_record_that_is_older_than_the_backup_is_refused(elsewhere: Elsewhere, var: Path, tmp_path: Path) -> None:
    comment = factories.approved(factories.live())
    erasures.prepared()
    with elsewhere("there") as there:
        copy_record(var, there)
    erasing.erase_comment(comment)
    backup(tmp_path / "b.tar")
    with elsewhere("there"), pytest.raises(CommandError, match="older than the backup"):
        restore(tmp_path / "b.tar")
    with elsewhere("another"):
        assert "Erased again: 0 comments" in restore(tmp_path / "b.tar", erasures=[var / "erasures"])


def test_a_restore_that_is_refused_leaves_no_record_behind(elsewhere: Elsewhere, var: Path, tmp_path: Path) -> None:
    factories.approved(factories.live())
    backup(tmp_path / "b.tar")
    with elsewhere("strange") as strange:
        erasures.prepared()
    with elsewhere("there") as there:
        with pytest.raises(CommandError, match="of another portal"):
            restore(tmp_path / "b.tar", erasures=[strange / "erasures"])
        assert not erasures.is_there()
        # A key without the notes that belong to it: as a truncated copy leaves it.
        (there / "erasures").mkdir()
        (there / "erasures" / "key").write_text("ab")
        with pytest.raises(CommandError, match="could not be put into"):
            restore(tmp_path / "b.tar", erasures=[var / "erasures"])
        assert connection.introspection.table_names() == []
        (there / "erasures" / "key").unlink()
        restore(tmp_path / "b.tar", erasures=[strange / "erasures", var / "erasures"])
        assert erasures.read(there / "erasures").fingerprint == erasures.read(var / "erasures").fingerprint


def test_what_is_there_is_lost_only_where_one_says_so(elsewhere: Elsewhere, var: Path, tmp_path: Path) -> None:
    factories.live(picture=stored_picture(), headline="In the backup")
    backup(tmp_path / "b.tar")
    with elsewhere("there") as there:
        copy_record(var, there)
        restore(tmp_path / "b.tar")
        since = stored_picture()
        factories.live(picture=since, headline="Since then")
        with pytest.raises(CommandError, match="There is a portal already, with stories"):
            restore(tmp_path / "b.tar")
        assert Article.objects.count() == 2
        assert "that the backup does not have, deleted" in restore(tmp_path / "b.tar", replace=True)
        assert [article.headline for article in Article.objects.all()] == ["In the backup"]
        names = [picture.file.name for picture in Picture.objects.all()]
        assert [default_storage.exists(name) for name in [*names, since.file.name]] == [True, False]


def test_a_sealed_backup_is_opened_by_its_key_alone(
    elsewhere: Elsewhere, var: Path, tmp_path: Path, settings: Any
) -> None:
    factories.live(headline="A sealed story")
    secret, public = sealing.new_key()
    settings.BACKUP_KEY = public
    assert "sealed, checked" in backup(tmp_path)
    (path,) = tmp_path.glob("portal-*.tar.age")
    assert b"A sealed story" not in path.read_bytes()
    with pytest.raises(CommandError, match="Give its key"):
        backup(path, check=True)
    (tmp_path / "identity").write_text(f"# made by age-keygen\n{secret}\n")
    with elsewhere("there") as there:
        copy_record(var, there)
        settings.BACKUP_KEY = sealing.new_key()[0]
        with pytest.raises(CommandError, match="This key does not open"):
            restore(path)
        assert connection.introspection.table_names() == []
        restore(path, identity=tmp_path / "identity")
        assert Article.objects.get().headline == "A sealed story"


def test_a_damaged_backup_changes_nothing(elsewhere: Elsewhere, var: Path, tmp_path: Path) -> None:
    factories.live()
    backup(tmp_path / "b.tar")
    content = bytearray((tmp_path / "b.tar").read_bytes())
    content[30_000] ^= 1
    (tmp_path / "b.tar").write_bytes(content)
    with pytest.raises(CommandError, match="damaged"):
        backup(tmp_path / "b.tar", check=True)
    with elsewhere("there") as there:
        copy_record(var, there)
        with pytest.raises(CommandError, match="damaged"):
            restore(tmp_path / "b.tar")
        assert connection.introspection.table_names() == []
        assert not (there / "media").exists()


def test_a_backup_of_a_newer_version_is_refused(elsewhere: Elsewhere, var: Path, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('comments', '9999_later', CURRENT_TIMESTAMP)"
        )
    try:
        backup(tmp_path / "b.tar")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
    with elsewhere("there") as there:
        copy_record(var, there)
        with pytest.raises(CommandError, match=r"newer version of the portal \(it has comments.9999_later\)"):
            restore(tmp_path / "b.tar")


def test_of_many_backups_the_newest_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    old = ["portal-20260101T000000Z.tar", "portal-20260102T000000Z.tar.age", "portal-20260103T000000Z.tar"]
    for name in [*old, "notes.txt", "other-20260101T000000Z.tar"]:
        (folder / name).write_text("x")
    told = backup(folder, keep=2)
    assert [f"Deleted: {folder / name}" in told for name in old] == [True, True, False]
    (new,) = (
        path.name for path in folder.iterdir() if path.name.startswith("portal-2026112") or path.stat().st_size > 9
    )
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [new, old[2], "notes.txt", "other-20260101T000000Z.tar"]
    )


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        ("nowhere/b.tar", {}, "is no folder"),
        ("backups", {}, "is no folder"),
        ("b.tar", {"keep": 3}, "--keep needs a folder"),
        ("there.tar", {}, "is there already"),
        ("there.tar", {"check": True}, "no backup"),
        ("never.tar", {"check": True}, "cannot be read: No such file"),
    ],
)
def test_a_target_that_is_none_is_refused_in_words(
    target: str, options: dict[str, Any], words: str, tmp_path: Path
) -> None:
    (tmp_path / "there.tar").write_text("x")
    with pytest.raises(CommandError, match=words):
        backup(tmp_path / target, **options)
    assert (tmp_path / "there.tar").read_text() == "x"


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file can grow, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("is_sealed", [False, True])
@pytest.mark.parametrize("size", [4_096, 700_000])
def test_a_full_disk_is_told_and_leaves_nothing(
    var: Path, tmp_path: Path, settings: Any, size: int, is_sealed: bool
) -> None:
    (var / "media").mkdir()
    (var / "media" / "large.jpg").write_bytes(os.urandom(2_000_000))
    settings.BACKUP_KEY = sealing.new_key()[0] if is_sealed else ""
    erasures.prepared()
    folder = tmp_path / "backups"
    folder.mkdir()
    with largest_file(size), pytest.raises(CommandError, match=r"no room|could not be copied|did not work"):
        backup(folder)
    assert (list(folder.iterdir()), [path.name for path in var.iterdir() if path.is_dir() and path.name[0] == "b"]) == (
        [],
        [],
    )


@pytest.mark.parametrize("is_sealed", [False, True])
def test_where_backups_have_no_room_any_more_the_old_ones_stay(
    var: Path, tmp_path: Path, settings: Any, is_sealed: bool
) -> None:
    settings.BACKUP_KEY = sealing.new_key()[0] if is_sealed else ""
    with small_disk(tmp_path / "disk", 3) as disk:
        old = disk / "portal-20260101T000000Z.tar"
        backup(old)
        (var / "media").mkdir(exist_ok=True)
        (var / "media" / "large.jpg").write_bytes(os.urandom(4_000_000))
        with pytest.raises(CommandError, match=r"There is no room left.* for the backup. Nothing of it was kept."):
            backup(disk, keep=1)
        assert list(disk.iterdir()) == [old]
        assert "is whole" in backup(old, check=True)


def test_a_disk_that_is_full_in_the_midst_of_a_restore_leaves_what_was_there(
    elsewhere: Elsewhere, var: Path, tmp_path: Path
) -> None:
    factories.live(headline="In the backup")
    backup(tmp_path / "b.tar")
    with elsewhere("there") as there:
        copy_record(var, there)
        restore(tmp_path / "b.tar")
        Article.objects.update(headline="Since then")
        connection.close()
        with largest_file(50_000), pytest.raises(CommandError, match=r"no room left|did not work"):
            restore(tmp_path / "b.tar", replace=True)
        assert [article.headline for article in Article.objects.all()] == ["Since then"]
        assert (folders.is_unfinished(), (there / "restoring").exists()) == (False, False)


def test_a_picture_that_is_deleted_while_its_backup_runs_makes_it_begin_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.live(picture=stored_picture())
    leaves = stored_picture()
    list_names: Callable[[], list[str]] = making.media.names
    asked: list[int] = []

    def names() -> list[str]:
        if not asked:
            default_storage.delete(leaves.file.name)
            Picture.objects.filter(pk=leaves.pk).delete()
        asked.append(1)
        return list_names()

    monkeypatch.setattr(making.media, "names", names)
    made = making.make(tmp_path / "b.tar", key=None, tables={"pictures": "articles_picture"})
    assert (len(asked), made.manifest.counts, made.manifest.missing) == (2, {"pictures": 1}, [])


def test_a_file_that_was_lost_before_is_told_and_keeps_nothing_back(tmp_path: Path) -> None:
    picture = stored_picture()
    default_storage.delete(picture.file.name)
    assert f"Not there, though a row names it: {picture.file.name}" in backup(tmp_path / "b.tar")


def test_a_backup_says_of_which_version_it_is(tmp_path: Path) -> None:
    backup(tmp_path / "b.tar")
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    assert making.check(tmp_path / "b.tar", None).version == project["version"]


def test_two_backups_do_not_work_in_one_folder(tmp_path: Path, var: Path) -> None:
    with making.working("backing-up", "the backup"), pytest.raises(CommandError, match="Another one is at work"):
        backup(tmp_path / "b.tar")


def test_where_a_restore_did_not_end_nobody_serves_and_the_doctor_says_so(var: Path) -> None:
    assert keeping.troubles() == []
    folders.note_unfinished(is_so=True)
    with pytest.raises(CommandError, match="A restore did not come to its end"):
        call_command("serve", stdout=StringIO())
    assert keeping.troubles() == ["a restore did not come to its end, and what was erased may be there: restore again"]
    folders.note_unfinished(is_so=False)
    erasures.prepared()
    (var / "erasures" / "key").write_text("another")
    (broken,) = keeping.troubles()
    assert "the record of erasures is broken, so nothing can be erased" in broken


def test_a_restore_is_noted_as_long_as_it_has_not_come_to_its_end(elsewhere: Elsewhere, tmp_path: Path) -> None:
    """Killing it in between leaves the note behind."""
    factories.live()
    backup(tmp_path / "b.tar")
    with elsewhere("there"):
        with restoring.restoring(tmp_path / "b.tar", None, accept=lambda _manifest: None):
            meanwhile = folders.is_unfinished()
        assert (meanwhile, folders.is_unfinished()) == (True, False)


def test_somebody_who_uses_the_database_keeps_a_restore_from_it(
    elsewhere: Elsewhere, var: Path, tmp_path: Path
) -> None:
    factories.live()
    backup(tmp_path / "b.tar")
    with elsewhere("there") as there:
        copy_record(var, there)
        restore(tmp_path / "b.tar")
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM articles_article")
            with pytest.raises(CommandError, match="Stop the portal and its worker"):
                restore(tmp_path / "b.tar", replace=True)
        finally:
            other.close()
        restore(tmp_path / "b.tar", replace=True)
        assert Article.objects.count() == 1
