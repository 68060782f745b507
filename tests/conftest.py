"""Fixtures for every test."""

import gc
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations as PostgreSQL
from django.template import Context, Template
from django.test import Client
from django.test.signals import template_rendered
from pytest_django.plugin import blocking_manager_key
from xdist.scheduler import LoadScopeScheduling

from comments import protection
from newsportal.pages.models import ChangedName
from tests import factories, servers
from tests.budget import SECOND_CASES, STRIDE
from tests.mail import MailServer, mail_server

# Expensive things that are made once, if all tests that need them run in one process: the portal of the journeys, the
# demo, papers with everything in them, the syntax trees of the source.
_TOGETHER = (
    *("tests/journeys/", "tests/newsportal/test_demo.py", "tests/test_boundaries.py"),
    *("tests/pages/test_leaks.py", "tests/pages/test_names.py", "tests/valid/", "tests/security/"),
)

# With portals in processes of their own, which begin with copies of one demo edition.
_FAULTS = ("tests/faults/test_database.py", "tests/faults/test_kills.py", "tests/faults/test_mail.py")


class _Scheduling(LoadScopeScheduling):
    """Each test goes where there is room, and the tests of one expensive thing go to one process (xdist's own
    groups, which it keeps in the ids of tests, are lost on pytest 9.2)."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith((*_FAULTS, "tests/journeys/")):
            return "portals"
        return next((path for path in _TOGETHER if nodeid.startswith(path)), nodeid)


# The database hardly matters for these (forms and pages of staff, files, texts compared): on PostgreSQL they are long
# tests, because CI has ten minutes. There `test_http.py` tries the way of a comment.
_ALIKE_ON_BOTH = (
    "tests/journeys/",
    "tests/test_boundaries.py",
    *(
        "tests/valid/",
        "tests/newsportal/test_demo.py",
        "tests/newsportal/pages/test_front.py",
        "tests/newsportal/pages/test_stores.py",
        "tests/newsportal/operating/",
        "tests/newsportal/test_s3.py",
        "tests/newsportal/test_sign_in.py",
        "tests/newsportal/test_sign_in_confirming.py",
        "tests/newsportal/test_sign_in_factors.py",
        "tests/security/",
    ),
    *("tests/newsportal/pages/test_lmdb_store.py", "tests/newsportal/pages/test_redis_store.py"),
    *(
        "tests/pages/test_leaks.py",
        "tests/pages/test_markup.py",
        "tests/pages/test_names.py",
        "tests/pages/test_pages.py",
    ),
    "tests/pages/test_translated.py",
    *("tests/articles/test_admin.py", "tests/articles/test_autosave.py", "tests/articles/test_comparing.py"),
    *("tests/articles/test_conflicts.py", "tests/articles/test_front_admin.py", "tests/articles/test_picture_admin.py"),
    *("tests/articles/test_pictures.py", "tests/articles/test_preview_views.py", "tests/articles/test_review.py"),
    *("tests/articles/test_uploads.py", "tests/articles/test_writing.py"),
    "tests/articles/test_search_page.py::test_a_query_of_any",
    *("tests/comments/test_author_page.py", "tests/comments/test_shut_out.py", "tests/comments/test_report_pages.py"),
    *("tests/articles/test_views.py", "tests/comments/test_subscribing.py", "tests/newsportal/pages/test_rendering.py"),
    "tests/comments/test_who_may_moderate.py",
    *("tests/security/test_matrix.py", "tests/security/test_from_elsewhere.py"),
    "tests/newsportal/backups/",
    *(
        "tests/articles/test_scheduling.py",
        "tests/newsportal/test_accounts.py",
        "tests/newsportal/pages/test_purging.py",
    ),
)
# Those of them that a column or a transaction of PostgreSQL could refuse.
_ON_BOTH = (
    "tests/journeys/test_http.py",
    *("tests/articles/test_admin.py::test_every_naughty", "tests/articles/test_admin.py::test_naughty"),
    "tests/articles/test_admin.py::test_the_whole_way",
    "tests/comments/test_report_pages.py::test_every_naughty",
    "tests/newsportal/backups/test_whole_way.py::test_what_was_erased",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(SECOND_CASES):
            item.add_marker(pytest.mark.long)
    if connection.vendor != "postgresql":
        return
    for item in items:
        is_alike = item.nodeid.startswith(_ALIKE_ON_BOTH) or not _asks_the_database(item)
        if is_alike and not item.nodeid.startswith(_ON_BOTH):
            item.add_marker(pytest.mark.long)


def _asks_the_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server"}.intersection(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


def pytest_collection_finish() -> None:
    """Imported modules stay: the garbage collector need not search them, hundreds of times, for nothing."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo edition on SQLite in `var`, made once; a test that changes something takes a copy.
    `DEMO_FOLDER` names an existing one."""
    if ready := os.environ.get("DEMO_FOLDER"):
        return Path(ready)
    folder = tmp_path_factory.mktemp("demo")
    with servers.portal(folder):
        pass
    return folder


_rendering = threading.local()


def _render(self: Template, context: Context) -> Any:
    """Records the outermost template with its context, for `response.context`, but not each of the two hundred
    widgets of an admin form with a copy of its own, as Django's version does in tests."""
    if getattr(_rendering, "is_inside", False):
        return self.nodelist.render(context)
    _rendering.is_inside = True
    try:
        template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)
    finally:
        _rendering.is_inside = False


@pytest.fixture(scope="session", autouse=True)
def _outermost_templates_are_noted(django_test_environment: None) -> None:
    Template._render = _render  # type: ignore[attr-defined]


def _delete_rows(self: Any, style: Any, tables: list[str], **how: Any) -> list[str]:
    """Statements that empty tables on PostgreSQL, in one transaction, which checks foreign keys only at its end.

    Django's own is one TRUNCATE of all: it gives a new file to each of hundreds of tables and indexes and waits until
    the disk has them, a third of the time of all tests there.
    """
    return [f"DELETE FROM {self.quote_name(table)}" for table in tables]


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_by_row(django_test_environment: None) -> None:
    PostgreSQL.sql_flush = _delete_rows  # type: ignore[method-assign]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Scheduling:
    return _Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A test with transactions of its own ends with every table being emptied, even the guarded ledger's."""
    marker = item.get_closest_marker("django_db")
    if not marker or not marker.kwargs.get("transaction"):
        return (yield)
    unblocked = item.config.stash[blocking_manager_key].unblock
    with unblocked():
        protection.take_down()
    try:
        return (yield)
    finally:
        with unblocked():
            protection.put_up()


SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="module")
def rows_of_the_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What a module's fixtures write from here on stays for all its tests; each test's own changes are rolled back
    to it. The module must belong to `_TOGETHER`, or the rows are written again and again."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sign_in(db: None) -> Callable[..., Client]:
    """A client that is signed in as a new member of staff: `sign_in("editors")`, or as a given one."""

    def signed_in(role: str = "", user: Any = None) -> Client:
        client = Client()
        client.force_login(user or factories.user(role))
        return client

    return signed_in


@pytest.fixture
def told(db: None) -> Callable[[Callable[[], object]], set[str]]:
    """The names that an act reports as changed: `told(act)`. They are rows of the test's own transaction."""

    def names_of(act: Callable[[], object]) -> set[str]:
        ChangedName.objects.all().delete()
        act()
        return set(ChangedName.objects.values_list("name", flat=True))

    return names_of


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A mail server that takes what Django sends, or refuses it."""
    with mail_server(settings) as running:
        yield running


@pytest.fixture(params=["some", pytest.param("all", marks=pytest.mark.long)])
def corpus(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """A list of hostile input from beside the project; skips with a message if it is not there."""

    def read(name: str) -> Any:
        path = SHARED / "corpora" / name
        if not path.exists():
            pytest.skip(f"{path} is not here")
        return json.loads(path.read_text(encoding="utf-8"))[:: 1 if request.param == "all" else STRIDE]

    return read
