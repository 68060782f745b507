"""What the store in a file does when its file is no longer the same."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsportal.pages.lmdb_store import LmdbStore
from newsportal.pages.store import StoreError
from tests.newsportal.pages.samples import kept, page

KEY = page().key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pages"


def begun(folder: Path) -> LmdbStore:
    store = LmdbStore(folder)
    store.begin()
    return store


def fill(store: LmdbStore, pages: int) -> None:
    """Keep pages that cannot be compressed."""
    for number in range(pages):
        kept(store, "article:17", key=f"/{number}", body=os.urandom(2_000))


def file_of(folder: Path) -> Path:
    return folder / os.readlink(folder / "current")


def test_a_server_process_begins_with_an_empty_store_and_the_others_follow(folder: Path) -> None:
    first = begun(folder)
    kept(first, "article:17")
    epoch = first.moment()
    second = begun(folder)
    assert first.find(KEY) is None
    assert first.moment() == second.moment() != epoch


def test_what_a_process_renders_while_another_one_begins_is_not_kept(folder: Path) -> None:
    first = begun(folder)
    moment = first.moment()
    begun(folder)
    assert first.keep(page(), ["article:17"], moment) is None


def test_the_files_of_earlier_starts_are_cleared_away_but_not_one_that_is_being_made(folder: Path) -> None:
    begun(folder)
    old, young = file_of(folder), folder / "0123.lmdb"
    young.touch()
    for name in (old, Path(f"{old}-lock")):
        os.utime(name, (time.time() - 3600, time.time() - 3600))
    begun(folder)
    new = file_of(folder).name
    assert {path.name for path in folder.iterdir()} == {"current", new, f"{new}-lock", young.name}


def test_a_folder_that_was_deleted_is_made_anew(folder: Path) -> None:
    store = begun(folder)
    kept(store, "article:17")
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert store.find(KEY) is None
    assert kept(store, "article:17") == store.find(KEY)


def test_a_change_is_told_to_servers_whose_file_was_deleted_under_them(folder: Path) -> None:
    server = begun(folder)
    kept(server, "article:17")
    file_of(folder).unlink()
    # A process that opens the store now cannot see the file that the server still has open.
    code = "import sys; from pathlib import Path; from newsportal.pages.lmdb_store import LmdbStore as S;"
    code += "S(Path(sys.argv[1])).renew(['article:17'])"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, cwd=Path(__file__).parents[3])
    assert server.find(KEY) is None


def test_without_any_server_there_is_nothing_to_be_told_and_nothing_is_made(folder: Path) -> None:
    store = LmdbStore(folder)
    store.renew(["article:17"])
    store.forget_everything()
    assert (store.contents(), store.counts(), folder.exists()) == ([], {"pages": 0, "bytes": 0}, False)


@pytest.mark.parametrize("garbage", [b"", b"not a database", b"\0" * 65536, os.urandom(65536)])
def test_a_file_of_garbage_is_an_error_and_the_next_beginning_is_clean(folder: Path, garbage: bytes) -> None:
    folder.mkdir()
    (folder / "bad.lmdb").write_bytes(garbage)
    (folder / "current").symlink_to("bad.lmdb")
    store = LmdbStore(folder)
    with pytest.raises(StoreError):
        store.moment()
    store.begin()
    assert kept(store, "article:17") == store.find(KEY)


def test_a_page_whose_bytes_were_torn_is_not_given_out(folder: Path) -> None:
    store = begun(folder)
    kept(store, "article:17")
    file = store._files.current()
    with file.env.begin(write=True) as txn:
        cursor = txn.cursor(db=file.pages)
        cursor.first()
        digest, packed = cursor.item()
        txn.put(digest, packed[:-1] + b"?", db=file.pages)
    assert store.find(KEY) is None


def test_a_disk_on_which_nothing_can_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file where the folder should be")
    with pytest.raises(StoreError):
        LmdbStore(tmp_path / "pages").begin()


def test_a_file_that_is_full_is_an_error_and_the_next_beginning_is_clean(folder: Path) -> None:
    store = LmdbStore(folder, most_bytes=64 * 1024 * 1024)
    store.begin()
    file = store._files.current()
    file.env.set_mapsize(512 * 1024)
    with pytest.raises(StoreError):
        fill(store, 2_000)
    store.begin()
    assert kept(store, "article:17") == store.find(KEY)
