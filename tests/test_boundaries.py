"""The architecture's promises, checked in the source: one door for each change, guarded pages, paths that exist."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.test import Client

from tests import factories

ROOT = Path(__file__).resolve().parent.parent
APPS = ("newsportal", "articles", "comments")
# What only one module may write, and which module that is.
COMMENT_STATE = {
    *("status", "public_revision", "public_revision_id", "public_count", "answer_count"),
    *("featured_at", "returned_by_id", "closes_at", "risk", "queued_at", "erased_at"),
}
# Which case of reports is open, and its state.
REPORT_STATE = {"report_case", "report_case_id", "reported_at"}
REPORT_DOOR = {"comments/moderation/door.py", "comments/moderation/reported.py"}
COMMENT_DOOR = {"comments/moderation/door.py"}
ARTICLE_STATE = {"status"}
ARTICLE_DOOR = {"articles/publishing.py"}
# Blanking takes words from editions that have ended; a test of its own checks that it touches nothing else.
EDITION_DOOR = {"articles/publishing.py", "articles/freezing.py", "articles/blanking.py"}
DECISION_DOOR = {"comments/moderation/door.py"}
WRITES = {"create", "bulk_create", "bulk_update", "update", "get_or_create", "update_or_create", "delete"}


# --- Imports --------------------------------------------------------------------------------------------------------


def test_stories_know_nothing_of_comments() -> None:
    for path, nodes in _sources("articles"):
        for node in nodes:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "comments"], path


def test_templates_of_stories_ask_comments_through_their_tags_alone() -> None:
    allowed = {
        f"{{% comment_{tag} %}}"
        for tag in (
            "thread edition",
            "count edition as comment_total",
            "data edition as comments",
            "counts page",
            "counts editions",
            "counts found.editions",
        )
    }
    for path in sorted((ROOT / "templates/articles").glob("*.html")):
        asked = set(re.findall(r"{% comment_\w+ .*?%}", path.read_text()))
        assert asked <= allowed, path
        assert not re.search(r'{% (include|extends) "comments/', path.read_text()), path


# --- One door -------------------------------------------------------------------------------------------------------


def test_only_moderation_writes_the_state_of_a_comment() -> None:
    assert _assigning("comments", COMMENT_STATE) == COMMENT_DOOR
    assert _assigning("newsportal", COMMENT_STATE) == set()
    assert _giving("comments", WRITES, COMMENT_STATE) <= COMMENT_DOOR


def test_only_moderation_opens_and_closes_cases_of_reports() -> None:
    assert _assigning("comments", REPORT_STATE) == REPORT_DOOR
    assert _giving("comments", WRITES, REPORT_STATE) <= REPORT_DOOR
    assert _called_on("ReportCase", WRITES) == {"comments/moderation/reported.py"}


def test_only_publishing_writes_the_status_of_a_story() -> None:
    assert _assigning("articles", ARTICLE_STATE) == set()
    written = _storing_by_key("articles", "status") | _giving("articles", WRITES, ARTICLE_STATE)
    assert written == ARTICLE_DOOR


def test_only_publishing_writes_editions() -> None:
    assert _made("Edition") == {"articles/freezing.py"}
    assert _called_on("Edition", WRITES) | _called_on_editions() <= EDITION_DOOR
    assert _assigning("articles", {"visible_until", "visible_from"}) == ARTICLE_DOOR
    for app in ("comments", "newsportal"):
        assert _assigning(app, {"visible_until", "visible_from"}) == set()


def test_only_moderation_writes_the_ledger() -> None:
    assert _made("Decision") == DECISION_DOOR
    assert _called_on("Decision", WRITES) == DECISION_DOOR
    assert _called_on("DecisionWords", WRITES) == DECISION_DOOR


def test_only_one_module_writes_what_readers_report_in_stories() -> None:
    assert _made("ErrorReport") == set()
    assert _called_on("ErrorReport", WRITES) == {"articles/error_reports.py"}


def test_only_one_module_writes_how_authors_stand_and_what_slows_networks() -> None:
    for model in ("StandingChange", "StandingWords", "NetworkRestraint"):
        assert _made(model) == set()
        assert _called_on(model, WRITES) == {"comments/standing.py"}
    assert _called_on("AuthorNote", WRITES) == {"comments/notes.py"}


def test_only_one_module_writes_what_readers_want_to_be_told() -> None:
    assert _made("Subscription") == set()
    assert _called_on("Subscription", WRITES) == {"comments/subscribing.py"}


# --- Staff pages ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_writer_cannot_open_the_story_of_somebody_else(sign_in: Callable[..., Client]) -> None:
    theirs = factories.article()
    url = f"/admin/articles/article/{theirs.pk}/change/"
    response = sign_in("writers").get(url)
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")
    assert sign_in("editors").get(url).status_code == 200


@pytest.mark.django_db
def test_nobody_deletes_at_the_desk_or_in_the_newsroom(sign_in: Callable[..., Client]) -> None:
    comment = factories.pending(factories.live())
    admin = sign_in("admin")
    for url in (
        f"/admin/comments/comment/{comment.pk}/delete/",
        f"/admin/comments/thread/{comment.thread_id}/delete/",
        f"/admin/articles/article/{comment.thread_id}/delete/",
        "/admin/comments/comment/add/",
        "/admin/comments/thread/add/",
    ):
        assert admin.get(url).status_code == 403, url
        assert admin.post(url, {"post": "yes"}).status_code == 403, url


# --- Templates ------------------------------------------------------------------------------------------------------


def _templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", _templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_says_on_its_first_line_what_it_needs(path: Path) -> None:
    first = path.read_text().partition("\n")[0]
    assert re.match(r"{# Needs: .+ #}", first)


def test_what_is_included_begins_with_an_underscore() -> None:
    """Except for crispy's pack, whose names crispy chooses, and the admin's own theme switch."""
    for path in _templates():
        for name in set(re.findall(r'{% include "([^"]+)"', path.read_text())) - {"admin/color_theme_toggle.html"}:
            assert Path(name).name.startswith("_") or name.startswith("portal/"), (path, name)
            assert (ROOT / "templates" / name).exists(), (path, name)


def test_a_partial_is_included_by_somebody() -> None:
    said = "".join(path.read_text() for path in _templates())
    said += "".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))
    for path in _templates():
        name = str(path.relative_to(ROOT / "templates"))
        if path.name.startswith("_"):
            assert f'"{name}"' in said, name


def test_no_template_holds_a_script_a_style_or_a_handler() -> None:
    for path in _templates():
        text = path.read_text()
        assert not re.search(r"<[^>]*\s(on[a-z]+|style)=", text), path
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)", text), path
        assert not re.search(r'(src|href)="(https?:)?//', text), path


# --- Pages about the project ----------------------------------------------------------------------------------------


def test_the_table_of_where_to_change_what_names_paths_that_exist() -> None:
    rows = _table_below((ROOT / "README.md").read_text(), "To change")
    assert rows, "README.md has no table under “To change …, open …”"
    for row in rows:
        paths = re.findall(r"`([^`]+)`", row[1])
        assert paths, row
        for path in paths:
            assert list(ROOT.glob(path.rstrip("/"))), path


def test_the_architecture_page_names_modules_that_exist() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    named = {path for path in re.findall(r"`([\w./*-]+)`", text) if path.endswith((".py", "/")) and path != "/"}
    assert named
    # A leading slash marks a URL of the site, not a path in the repository.
    for path in sorted(path for path in named if not path.startswith("/")):
        assert list(ROOT.glob(path.rstrip("/"))), path


# --- How ------------------------------------------------------------------------------------------------------------


def _sources(*apps: str) -> Iterator[tuple[str, tuple[ast.AST, ...]]]:
    """Each module with all the nodes of its syntax tree."""
    for app in apps or APPS:
        yield from _parsed(app)


@cache
def _parsed(app: str) -> list[tuple[str, tuple[ast.AST, ...]]]:
    paths = [path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    return [(str(path.relative_to(ROOT)), tuple(ast.walk(tree))) for path, tree in zip(paths, trees, strict=True)]


def _assigning(app: str, names: set[str]) -> set[str]:
    """The modules in which an attribute of one of these names is set (`row.status = …`), in whatever way."""
    found = set()
    for path, nodes in _sources(app):
        for node in nodes:
            is_set = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in names
            by_name = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "setattr"
                and isinstance(node.args[1], ast.Constant)
                and node.args[1].value in names
            )
            if is_set or by_name:
                found.add(path)
    return found


def _giving(app: str, methods: set[str], names: set[str]) -> set[str]:
    """The modules that pass one of these names to a call of one of these methods (`rows.update(status=…)`)."""
    found = set()
    for path, nodes in _sources(app):
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods:
                given = {keyword.arg for keyword in node.keywords}
                given |= {word for part in node.args for word in _constants(part)}
                if given & names:
                    found.add(path)
    return found


def _constants(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def _storing_by_key(app: str, key: str) -> set[str]:
    """The modules with `anything["key"] = …`, which `update(**values)` would then write."""
    found = set()
    for path, nodes in _sources(app):
        for node in nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and key in _constants(node.slice):
                found.add(path)
    return found


def _made(model: str) -> set[str]:
    """The modules that create a row of a model: `Model(…)`."""
    return {
        path
        for path, nodes in _sources()
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == model
    }


def _called_on(model: str, methods: set[str]) -> set[str]:
    """The modules that call one of these at the end of a chain that starts with `Model.objects`."""
    return _called_below(f"{model}.objects", methods)


def _called_on_editions() -> set[str]:
    """The modules that write through a story's own editions (`article.editions.update(…)`)."""
    return _called_below(".editions", WRITES)


def _called_below(chain: str, methods: set[str]) -> set[str]:
    found = set()
    for path, nodes in _sources():
        for node in nodes:
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and node.func.attr in methods and chain in ast.unparse(node.func.value):
                found.add(path)
    return found


def _table_below(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its header."""
    _before, found, after = text.partition(f"# {heading}")
    lines = [line.strip() for line in after.splitlines()] if found else []
    table: list[str] = []
    for line in lines:
        if line.startswith("|"):
            table.append(line)
        elif table or line.startswith("#"):
            break
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]
