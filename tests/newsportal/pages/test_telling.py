"""Who is told of a change, and what is repaired when a process died before it told anybody."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from newsportal.pages import access as stores
from newsportal.pages import changed
from newsportal.pages.access import Access
from newsportal.pages.keeper import Keeper
from newsportal.pages.limits import UNTOLD_SECONDS
from newsportal.pages.lmdb_store import LmdbStore
from newsportal.pages.models import ChangedName
from newsportal.pages.redis_store import RedisStore
from newsportal.pages.store import StoreError
from newsportal.pages.telling import make_good, told_together
from tests.newsportal.pages.samples import kept, page

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
KEY = page().key


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Access:
    """This process's store: an open one, in a folder of its own."""
    access = Access(LmdbStore(tmp_path / "pages"))
    access.store.begin()
    access.is_open = True
    monkeypatch.setattr("newsportal.pages.telling.access", lambda: access)
    return access


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> Access:
    """A store on a port where nothing listens; this process believes in it."""
    access = Access(RedisStore("redis://127.0.0.1:1/0", "tests"))
    access.is_open = True
    monkeypatch.setattr("newsportal.pages.telling.access", lambda: access)
    return access


def names() -> list[str]:
    return sorted(ChangedName.objects.values_list("name", flat=True))


def left_behind(*changes: str, age: float = UNTOLD_SECONDS + 1) -> None:
    """Rows as a process leaves them that dies between its commit and the store."""
    ChangedName.objects.bulk_create(ChangedName(name=name) for name in changes)
    ChangedName.objects.update(at=timezone.now() - timedelta(seconds=age))


def test_a_change_is_told_when_it_is_durable_and_not_before(here: Access) -> None:
    kept(here.store, "article:17")
    with transaction.atomic():
        changed("article:17", "stories", "stories")
        assert names() == ["article:17", "stories"]
        assert here.store.find(KEY) is not None
    assert here.store.find(KEY) is None
    assert names() == []


def test_changes_of_one_act_are_told_together_when_all_of_it_is_done(here: Access) -> None:
    kept(here.store, "article:17")
    before = here.store.moment()
    with told_together():
        changed("article:17", "stories")
        changed("article:17")
        assert here.store.find(KEY) is not None
        assert here.store.moment() == before
        assert names() == ["article:17", "article:17", "stories"]
    assert here.store.find(KEY) is None
    assert _steps(before, here.store.moment()) == 1
    assert names() == []


def test_what_an_act_changed_before_it_broke_is_told(here: Access) -> None:
    kept(here.store, "article:17")

    def broken() -> None:
        with told_together():
            changed("article:17")
            raise LookupError

    with pytest.raises(LookupError):
        broken()
    assert here.store.find(KEY) is None
    assert names() == []


def _steps(before: str, after: str) -> int:
    """How many changes were announced between two moments of one store."""
    return int(after.rpartition(":")[2]) - int(before.rpartition(":")[2])


def test_a_change_that_was_taken_back_changes_no_page(here: Access) -> None:
    kept(here.store, "article:17")

    def undone() -> None:
        with transaction.atomic():
            changed("article:17")
            raise LookupError

    with pytest.raises(LookupError):
        undone()
    assert here.store.find(KEY) is not None
    assert names() == []


def test_nothing_changed_is_nothing_told(here: Access) -> None:
    before = here.store.moment()
    changed()
    assert (here.store.moment(), names()) == (before, [])


def test_what_a_dead_process_did_not_tell_is_made_good_by_another(here: Access) -> None:
    kept(here.store, "article:17")
    left_behind("article:17", "stories")
    assert make_good(here) == 2
    assert here.store.find(KEY) is None
    assert names() == []


def test_what_is_being_told_just_now_is_left_to_who_tells_it(here: Access) -> None:
    left_behind("article:17", age=0)
    assert make_good(here) == 0
    assert names() == ["article:17"]
    assert make_good(here, everything=True) == 1


def test_what_was_changed_before_the_clock_was_set_back_is_made_good(here: Access) -> None:
    left_behind("article:17", age=-3600)
    assert make_good(here) == 1


def test_a_store_that_cannot_be_told_is_not_used_and_the_change_is_not_lost(dead: Access) -> None:
    changed("article:17")
    assert (dead.is_open, names()) == (False, ["article:17"])
    with pytest.raises(StoreError):
        make_good(dead, everything=True)
    assert names() == ["article:17"]


def test_without_a_store_there_is_nobody_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsportal.pages.telling.access", lambda: None)
    changed("article:17")
    assert names() == []


# --- The keeper -----------------------------------------------------------------------------------------------------


def test_the_keeper_opens_the_store_when_everything_is_told(here: Access) -> None:
    here.is_open = False
    left_behind("article:17", age=0)
    Keeper(here, here_counts()).look()
    assert (here.is_open, names()) == (True, [])


def test_the_keeper_makes_good_what_was_left_behind(here: Access) -> None:
    kept(here.store, "article:17")
    left_behind("article:17")
    Keeper(here, here_counts()).look()
    assert (here.is_open, here.store.find(KEY), names()) == (True, None, [])


@pytest.mark.parametrize("name", ["", "Article:17", "article 17", "article:", "article:17\n", "a" * 10 + "é"])
def test_what_is_no_name_is_refused_before_anything_is_written(here: Access, name: str) -> None:
    with pytest.raises(ValueError, match="no page can show"):
        changed("stories", name)
    assert names() == []


def test_thousands_of_changes_are_made_good_in_parts(here: Access) -> None:
    left_behind(*(f"article:{number}" for number in range(2_500)))
    assert (make_good(here), names()) == (2_500, [])


def test_a_store_that_failed_while_it_was_opened_is_opened_later(here: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    here.is_open = False
    keeper = Keeper(here, here_counts())

    def fails_meanwhile(access: Access, *, everything: bool) -> int:
        access.fail(StoreError("a verb could not tell it"))
        return make_good(access, everything=everything)

    monkeypatch.setattr("newsportal.pages.keeper.make_good", fails_meanwhile)
    keeper.look()
    assert here.is_open is False
    monkeypatch.undo()
    keeper.look()
    assert here.is_open is True


def test_while_the_database_is_away_the_keeper_begins_once_and_takes_nobody_their_pages(
    here: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.is_open = False

    def away(access: Access, *, everything: bool = False) -> int:
        raise OperationalError("the database is away")

    monkeypatch.setattr("newsportal.pages.keeper.make_good", away)
    keeper = Keeper(here, here_counts())
    keeper.look()
    kept(here.store, "article:17")
    keeper.look()
    assert (here.is_open, here.store.find(KEY) is None) == (False, False)


def test_the_keeper_of_a_dead_store_lets_nobody_use_it(dead: Access) -> None:
    Keeper(dead, here_counts()).look()
    assert dead.is_open is False


def test_the_keeper_begins_anew_with_a_store_that_broke(here: Access, tmp_path: Path) -> None:
    kept(here.store, "article:17")
    (tmp_path / "pages" / "bad.lmdb").write_bytes(b"no database")
    (tmp_path / "pages" / "current").unlink()
    (tmp_path / "pages" / "current").symlink_to("bad.lmdb")
    keeper = Keeper(here, here_counts(hits=1))
    keeper.look()
    assert here.is_open is False
    keeper.look()
    assert (here.is_open, here.store.find(KEY)) == (True, None)


def test_counts_are_written_down_once(here: Access) -> None:
    counts = here_counts(hits=2, renders=1)
    keeper = Keeper(here, counts)
    keeper.look()
    keeper.look()
    counts["hits"] += 5
    keeper.look()
    assert here.store.counts() == {"hits": 7, "renders": 1, "pages": 0, "bytes": 0}


def test_the_keeper_looks_once_a_second_until_it_is_stopped(here: Access) -> None:
    here.is_open = False
    keeper = Keeper(here, here_counts(hits=1))
    keeper.start()
    keeper.start()
    keeper.stop()
    assert here.is_open is True


def here_counts(**counts: int) -> Counter[str]:
    return Counter(counts)


# --- Whose store it is ----------------------------------------------------------------------------------------------


@pytest.fixture
def chosen(settings: Any) -> Iterator[Any]:
    """The settings, and the store that they choose."""
    stores.access.cache_clear()
    yield settings
    stores.access.cache_clear()


def test_the_settings_choose_the_store(chosen: Any) -> None:
    chosen.CACHE_URL = ""
    first = stores.access()
    assert first is not None
    assert type(first.store) is LmdbStore
    stores.access.cache_clear()
    chosen.CACHE_URL = "redis://127.0.0.1:6379/0"
    second = stores.access()
    assert second is not None
    assert type(second.store) is RedisStore
    stores.access.cache_clear()
    chosen.PAGE_STORE = False
    assert stores.access() is None
