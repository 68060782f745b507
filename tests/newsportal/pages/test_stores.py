"""What every page store does, checked by one suite: the file of one machine, and Redis."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from newsportal.pages.limits import WAIT_SECONDS
from newsportal.pages.store import Store
from tests.newsportal.pages.conftest import MakeStore
from tests.newsportal.pages.samples import kept, page

KEY = page().key


def test_a_kept_page_is_found_whole_by_every_process(make_store: MakeStore) -> None:
    here, there = make_store(), make_store()
    taken = kept(here, "article:17", "clock", until=time.time() + 600)
    assert there.find(KEY) == taken == here.find(KEY)
    assert set(taken.versions) == {"article:17", "clock"}
    assert there.is_current(taken.versions)


def test_another_address_is_another_page(store: Store) -> None:
    kept(store, "article:17")
    assert store.find("/articles/17/") is None


def test_a_page_is_gone_for_all_once_a_name_on_it_has_changed(make_store: MakeStore) -> None:
    here, there = make_store(), make_store()
    taken = kept(here, "article:17", "clock")
    there.renew(["clock"])
    assert (here.find(KEY), here.is_current(taken.versions)) == (None, False)


def test_a_page_stays_when_names_change_that_are_not_on_it(store: Store) -> None:
    taken = kept(store, "article:17", "clock")
    store.renew(["article:1", "article:170", "thread:17"])
    assert store.find(KEY) == taken


def test_the_moment_moves_with_every_change_and_with_nothing_else(store: Store) -> None:
    before = store.moment()
    kept(store, "article:17")
    assert store.moment() == before
    store.renew(["a name that nobody has shown"])
    assert store.moment() != before


def test_what_changed_while_it_was_rendered_is_not_kept(store: Store) -> None:
    kept(store, "article:17")
    begun = store.moment()
    store.renew(["article:17"])
    assert store.keep(page(), ["article:17"], begun) is None
    assert store.find(KEY) is None
    assert store.keep(page(), ["article:17"], store.moment()) is not None


def test_what_may_have_changed_unseen_while_it_was_rendered_is_not_kept(store: Store) -> None:
    begun = store.moment()
    # No page has shown the name yet, so its change leaves no trace except the count.
    store.renew(["article:17"])
    assert store.keep(page(), ["article:17"], begun) is None


def test_another_change_meanwhile_keeps_no_page_of_known_names_back(store: Store) -> None:
    kept(store, "article:17")
    begun = store.moment()
    store.renew(["article:18"])
    assert store.keep(page(), ["article:17"], begun) is not None


def test_forgetting_everything_also_forgets_what_is_being_rendered(store: Store) -> None:
    kept(store, "article:17")
    begun = store.moment()
    store.forget_everything()
    assert store.find(KEY) is None
    assert store.keep(page(), ["article:17"], begun) is None
    assert (store.counts()["pages"], store.counts()["bytes"]) == (0, 0)


def test_a_page_that_is_rendered_anew_takes_the_place_of_the_old_one(store: Store) -> None:
    kept(store, "article:17")
    kept(store, "article:17", body=b"<p>It is closed.</p>")
    found = store.find(KEY)
    assert found is not None
    assert found.plain == b"<p>It is closed.</p>"
    assert store.counts()["pages"] == 1
    assert store.counts()["bytes"] == len(found.pack())


def test_the_store_keeps_its_size_whatever_number_of_addresses_is_asked_for(make_store: MakeStore) -> None:
    most = 40_000
    store = make_store(most_bytes=most)
    for number in range(300):
        kept(store, "article:17", "clock", key=f"/articles/17/comments/?after={number}")
    counts = store.counts()
    assert most * 0.9 < counts["bytes"] <= most
    assert store.find("/articles/17/comments/?after=299") is not None
    assert store.find("/articles/17/comments/?after=0") is None
    assert len(store.contents()) == counts["pages"]


def test_what_was_rendered_anew_is_young_and_outlives_what_was_not(make_store: MakeStore) -> None:
    store = make_store(most_bytes=4_000)
    kept(store, "front", key="/")
    for number in range(40):
        kept(store, "front", key=f"/sections/world/?page={number}")
        kept(store, "front", key="/")
    assert store.find("/") is not None
    assert store.find("/sections/world/?page=0") is None


def test_the_store_begins_anew_rather_than_keep_names_without_end(make_store: MakeStore) -> None:
    store = make_store(most_names=50)
    for number in range(200):
        store.keep(page(key=f"/{number}"), [f"article:{number}"], store.moment())
    # No more than those of the last rounds.
    assert store.counts()["pages"] <= 52
    assert kept(store, "article:1") == store.find(KEY)


def test_one_of_many_renders_a_page_and_nobody_else_until_it_is_released(make_store: MakeStore) -> None:
    here, there = make_store(), make_store()
    assert (here.claim(KEY), there.claim(KEY), there.claim("/")) == (True, False, True)
    here.release(KEY)
    assert there.claim(KEY) is True


def test_twenty_at_once_make_one_claim(make_store: MakeStore) -> None:
    stores = [make_store() for _ in range(4)]
    with ThreadPoolExecutor(20) as crowd:
        claims = list(crowd.map(lambda number: stores[number % 4].claim(KEY), range(20)))
    assert claims.count(True) == 1


def test_a_claim_of_a_process_that_died_ends_by_itself(store: Store) -> None:
    store.claim(KEY)
    begun = time.monotonic()
    while not store.claim(KEY):
        assert time.monotonic() - begun < WAIT_SECONDS + 1
    assert time.monotonic() - begun > WAIT_SECONDS - 0.2


def test_counts_of_all_processes_add_up(make_store: MakeStore) -> None:
    here, there = make_store(), make_store()
    here.count({"hits": 3, "renders": 1})
    there.count({"hits": 4})
    assert here.counts() == there.counts() == {"hits": 7, "renders": 1, "pages": 0, "bytes": 0}


def test_contents_are_the_pages_that_could_be_given_out(store: Store) -> None:
    kept(store, "article:17")
    kept(store, "section:3", key="/sections/world/")
    store.renew(["article:17"])
    assert [found.key for found in store.contents()] == ["/sections/world/"]


@pytest.mark.parametrize("path", ["/articles/17/ä/", "/articles/17/" + "é" * 200, "/a?after=1&b", "/%0a"])
def test_any_address_can_be_a_key(store: Store, path: str) -> None:
    assert kept(store, "article:17", key=path) == store.find(path)


def test_two_who_change_names_and_one_who_keeps_pages_never_leave_an_old_page(make_store: MakeStore) -> None:
    """The page says which change it has seen; a page that is found must have seen the last one that was announced."""
    changing, keeping = make_store(), make_store()
    kept(changing, "thread:17", key="/")
    told = 0

    def render_and_keep() -> Any:
        begun = keeping.moment()
        seen = told
        return keeping.keep(page(key="/", body=str(seen).encode()), ["thread:17"], begun)

    with ThreadPoolExecutor(2) as renderers:
        for number in range(1, 60):
            rendering = [renderers.submit(render_and_keep) for _ in range(2)]
            told = number
            changing.renew(["thread:17"])
            for one in rendering:
                one.result()
            found = keeping.find("/")
            assert found is None or found.plain == str(number).encode()
