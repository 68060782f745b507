"""What a cache between us and readers may be tricked into keeping: nothing personal, and nothing under another URL."""

import pytest
from django.test import Client

from tests import factories
from tests.budget import STRIDE
from tests.security.addresses import Paper, paper

pytestmark = pytest.mark.django_db

# A cache that goes by extensions takes these for files; each uses a way in which servers parse a URL differently.
ENDINGS = (
    *("foo.css", "/foo.css", ";.css", ";/foo.js", "%2ffoo.css", "%3bfoo.css", "%23foo.css", "%3ffoo.css"),
    *("..%2ffoo.css", "%00.css", ".css", "%0a.css", "\\foo.css"),
)
UNKEYED = {
    "x-forwarded-host": "evil.example",
    "x-host": "evil.example",
    "x-forwarded-server": "evil.example",
    "forwarded": "host=evil.example",
    "x-original-url": "/admin/",
    "x-rewrite-url": "/admin/",
    "x-forwarded-proto": "http",
    "x-forwarded-prefix": "/evil",
    "x-http-method-override": "POST",
    "accept-language": "de",
    "user-agent": "evil.example",
    "referer": "https://evil.example/",
}


@pytest.fixture(scope="module")
def made(rows_of_the_module: None) -> Paper:
    return paper()


def _may_be_kept(response: object) -> bool:
    control = response.headers.get("Cache-Control", "")  # type: ignore[attr-defined]
    return response.status_code == 200 and not {"no-store", "private"} & {part.strip() for part in control.split(",")}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "ending", [*ENDINGS[::STRIDE], *(pytest.param(one, marks=pytest.mark.long) for one in ENDINGS)]
)
def test_what_is_somebodys_own_is_kept_under_no_name(made: Paper, ending: str) -> None:
    admin = Client()
    admin.force_login(factories.user("admin"))
    own = [f"/my-comment/{made.tokens['my_comment']}/", f"/my-address/{made.tokens['my_address']}/"]
    own += [f"/my-address/{made.tokens['my_address']}/export/", f"/preview/{made.tokens['preview']}/"]
    own += [f"/report/{made.tokens['report_status']}/", f"/error-report/{made.tokens['error_report']}/"]
    own += [f"/unsubscribe/{made.tokens['unsubscribe']}/", "/admin/", "/admin/comments/comment/"]
    kept = [url + ending for url in ["", *own] if url and _may_be_kept(admin.get(url + ending))]
    assert kept == []
    assert [url for url in own if _may_be_kept(admin.get(url))] == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_story_answers_to_one_address_alone(made: Paper, ending: str) -> None:
    response = Client().get(made.story.get_absolute_url() + ending)
    assert (response.status_code, _may_be_kept(response)) in {(404, False), (301, False)}
    assert "evil" not in response.headers.get("Location", "")


@pytest.mark.parametrize("header", UNKEYED)
def test_what_no_cache_keys_by_colours_no_page(made: Paper, header: str) -> None:
    """Whether our own store keeps it is tested in `test_front.py`."""
    for url in (
        "/",
        made.story.get_absolute_url(),
        "/feed/",
        "/sitemap.xml",
        "/never/",
        "/site.webmanifest",
        "/robots.txt",
    ):
        plain, coloured = Client().get(url), Client().get(url, headers={header: UNKEYED[header]})
        assert (coloured.status_code, coloured.content) == (plain.status_code, plain.content), url
        assert coloured.headers == plain.headers, url


def test_pages_for_everybody_are_the_same_for_who_is_signed_in(made: Paper) -> None:
    admin = Client()
    admin.force_login(factories.user("admin"))
    for url in ("/", made.story.get_absolute_url(), "/feed/", f"/articles/{made.story.article_id}/comments/"):
        assert admin.get(url).content == Client().get(url).content
