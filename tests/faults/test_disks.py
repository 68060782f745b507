"""A disk is full: writers are told so and keep their text, readers read, and with free space everything goes on."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import servers
from tests.faults.acknowledged import Acknowledged
from tests.faults.cluster import cluster
from tests.faults.conftest import Stand
from tests.faults.disks import full, small_disk
from tests.faults.site import KEPT, RECOVERY_SECONDS, People, Site, post, tell
from tests.long.people import Moderator, ask

pytestmark = pytest.mark.long

PICTURE = "/admin/articles/picture/add/"
# An empty PostgreSQL with the demo edition has 50, its log included.
CLUSTER_MEGABYTES = 100
FILLING_SECONDS = 6 * RECOVERY_SECONDS


def _bring_picture(editor: Moderator) -> int:
    """An editor uploads a photograph, and gets this status."""
    from tests.articles.images import photograph

    fields = {"csrfmiddlewaretoken": editor.token, "ppoi": "0.5x0.5", "alt": "Noise", "credit": "Nobody"}
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = "".join([*parts, head]).encode() + photograph() + b"\r\n--x--\r\n"
    headers = {"Cookie": editor.cookies, "Content-Type": "multipart/form-data; boundary=x"}
    return ask(editor.port, PICTURE, headers, method="POST", body=body).status


@dataclass
class Cramped:
    """A portal whose files, and those of its database, are on small disks, one for both or one for each."""

    stand: Stand
    disks: list[Path]

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte is free on any of them."""
        with ExitStack() as stack:
            for disk in self.disks:
                stack.enter_context(full(disk))
            yield


@pytest.fixture(params=["sqlite", "postgresql"])
def cramped(request: pytest.FixtureRequest, demo: Path, tmp_path: Path) -> Iterator[Cramped]:
    """On each of the databases."""
    size = sum(path.stat().st_size for path in (demo / "var").rglob("*") if path.is_file()) // 1024**2
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(tmp_path / "disk", size + 30))
        server = stack.enter_context(cluster(CLUSTER_MEGABYTES)) if request.param == "postgresql" else None
        if server is None:
            shutil.copytree(demo / "var", disk / "var")
        site = Site(disk, {"DATABASE_URL": server.url} if server else {})
        stack.callback(site.end)
        site.start()
        people = People(site, Acknowledged(tmp_path / "acknowledged"))
        yield Cramped(Stand(site, people, server), [disk, *([server.folder.parent] if server else [])])


def test_where_everything_lies_on_full_disks_nothing_is_lost(cramped: Cramped) -> None:
    site, people = cramped.stand.site, cramped.stand.people
    site.keep()
    editor = Moderator(site.port, "editor")
    serving = site.serving() | {site.worker()}
    with people.at_work():
        people.stop.wait(2.0)
        with cramped.full():
            # PostgreSQL's tables and indexes each have some room left.
            servers.wait_until(lambda: {people.post().status for _number in range(5)} == {503}, FILLING_SECONDS)
            refused = post(site.port, "Nowhere", 30_001)
            assert (refused.status, refused.headers["retry-after"]) == (503, "5")
            assert "Comment 30001 of a hard day" in refused.text
            assert _bring_picture(editor) == 503
            assert [ask(site.port, path).status for path in KEPT] == [200] * 3
            people.stop.wait(3.0)
        took = servers.wait_until(lambda: people.post().status == 303, RECOVERY_SECONDS)
        people.stop.wait(2.0)
    tell(f"full disks for everything: comments are taken {took:.2f} s after there is room")
    assert people.wrong_answers({200, 302, 303, 503}) == []
    assert _bring_picture(editor) == 302
    # No process was restarted for it.
    assert site.serving() | {site.worker()} == serving
    cramped.stand.is_whole()


def test_a_full_disk_of_pictures_keeps_no_comment_out(stand: Stand) -> None:
    site = stand.site
    editor = Moderator(site.port, "editor")
    with small_disk(site.folder / "var/media", 4) as disk:
        with full(disk):
            assert _bring_picture(editor) == 503
            assert stand.people.post().status == 303
        assert _bring_picture(editor) == 302
    stand.is_whole()


def test_a_full_disk_of_the_log_keeps_nobody_out(stand: Stand, tmp_path: Path) -> None:
    site = stand.site
    site.end()
    with small_disk(tmp_path / "logs", 1) as disk:
        elsewhere = Site(site.folder, site.values, log_folder=disk)
        with full(disk):
            took = elsewhere.start()
            people = People(elsewhere, stand.people.acks)
            with people.at_work():
                people.stop.wait(3.0)
        tell(f"started in {took:.1f} s with a full disk of the log, {people.acks.count()} acts")
        assert people.wrong_answers({200, 302, 303}) == []
        assert people.acks.count() > 10
        elsewhere.end()
    site.start()
    stand.is_whole()
