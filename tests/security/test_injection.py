"""Words in places where they could mean more than words: headers, mails, fields that no form offers."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.test import Client

from articles.models import Article, Edition
from comments import notifications
from comments.models import Comment
from comments.states import Status
from comments.tokens import own_path
from newsportal.origin import FORM_TYPE
from tests import factories
from tests.articles.browser import read_form
from tests.comments.authors import confirmed

pytestmark = pytest.mark.django_db

BREAKS = [
    *("a\r\nX-Own: 1", "a\nBcc: evil@example.org", "a\r\n\r\n<b>"),
    *("a\u2028X-Own: 1", "a\x0bX-Own: 1", "a\x85X-Own: 1", "a%0d%0aX-Own: 1"),
]


@pytest.fixture
def edition() -> Edition:
    return factories.live()


@pytest.mark.parametrize("words", BREAKS)
def test_no_word_of_an_address_or_a_form_becomes_a_header(edition: Edition, words: str) -> None:
    admin = Client()
    admin.force_login(factories.user("admin"))
    answers: list[Any] = [
        Client().get("/search/", {"q": words}),
        Client().get(f"/articles/{edition.article_id}/{words}/".replace("\n", "%0a").replace("\r", "%0d")),
        Client().get(edition.get_absolute_url(), {"sort": words, "after": words}),
        Client().post(f"/articles/{edition.article_id}/comments/new/", {"name": words, "body": words}),
        Client().get("/admin/", {"next": words}),
        Client().get("/", headers={"x-forwarded-host": words, "accept-language": words}),
        admin.get("/admin/comments/decision/csv/", {"reason": words, "who": words}),
        admin.get("/admin/articles/article/", {"q": words, "_changelist_filters": words}),
    ]
    for response in answers:
        assert "x-own" not in {name.lower() for name in response.headers}
        assert not [value for value in response.headers.values() if set(value) & set("\r\n\x0b\x85")]


@pytest.mark.parametrize("words", BREAKS)
def test_no_word_of_a_reader_or_a_story_becomes_a_header_of_a_mail(words: str) -> None:
    edition = factories.live(headline=f"Harbour {words}")
    comment = confirmed(edition, "ann@example.org", name=f"Ann {words}", body=f"{factories.GOOD_TEXT} {words}")
    factories.decided(comment, Status.REJECTED, explanation=f"Why: {words}")
    answered = factories.approved(edition, parent=None)
    confirmed(edition, "ben@example.org", name=f"Ben {words}", parent=answered)
    notifications.send_due()
    assert mail.outbox
    for message in mail.outbox:
        sent = message.message()
        assert sent.get_content_type() == "text/plain"
        assert (sent["X-Own"], sent["Bcc"], message.bcc, message.cc) == (None, None, [], [])
        assert set(message.recipients()) <= {"ann@example.org", "ben@example.org"}


SEVERAL = [
    *("ann@example.org\nBcc: evil@example.org", "ann@example.org,evil@example.org"),
    *("Ann <ann@example.org>", "ann@example.org>,<evil@example.org"),
]


@pytest.mark.parametrize("address", SEVERAL)
def test_what_is_more_than_one_address_is_none(edition: Edition, address: str) -> None:
    form = {"name": "Ann", "email": address, "body": factories.GOOD_TEXT}
    response = Client().post(f"/articles/{edition.article_id}/comments/new/", _encoded(form), content_type=FORM_TYPE)
    assert (response.status_code, Comment.objects.count()) == (422, 0)


# --- Fields that nobody offered -------------------------------------------------------------------------------------

FORGED = {
    "id": "1", "pk": "1", "public_id": "000000000000", "status": "approved", "is_public": "1", "public_revision": "1",
    "commenter": "1", "commenter_id": "1", "thread": "1", "thread_id": "1", "featured_at": "2026-01-01", "risk": "0",
    "recommendations": "99", "posted_at": "2001-01-01", "version": "99", "owner": "1", "owner_id": "1", "by": "1",
    "is_staff": "1", "is_superuser": "1", "user_permissions": "1", "groups": "1", "visible_from": "2001-01-01",
}  # fmt: skip


def test_a_readers_forged_fields_change_nothing(edition: Edition) -> None:
    path = f"/articles/{edition.article_id}/comments/new/"
    fair = {"name": "Ann", "body": factories.GOOD_TEXT}
    plain = Client().post(path, _encoded(fair), content_type=FORM_TYPE)
    forged = Client().post(
        path,
        _encoded({**FORGED, **fair, "name": "Ben", "body": f"Other {factories.GOOD_TEXT}"}),
        content_type=FORM_TYPE,
    )
    assert (plain.status_code, forged.status_code) == (303, 303)
    first, second = Comment.objects.order_by("pk")
    columns = [field.attname for field in Comment._meta.concrete_fields]
    differing = {name for name in columns if getattr(first, name) != getattr(second, name)}
    assert differing <= {"id", "public_id", "posted_at", "name", "changed_at", "queued_at"}
    assert second.public_id != FORGED["public_id"]
    edit = {"edit": "1", "saw": second.seen, "body": f"{factories.GOOD_TEXT} Again."}
    for body in (edit, {"withdraw": "1", "saw": "x"}):
        Client().post(own_path(second), _encoded({**FORGED, **body}), content_type=FORM_TYPE)
    second.refresh_from_db()
    assert (second.status, second.public_revision_id, second.commenter_id) == ("pending", None, None)


def test_forged_fields_of_a_writer_change_neither_whose_story_it_is_nor_how_it_stands() -> None:
    writer, other = factories.user("writers"), factories.user("editors")
    client = Client()
    client.force_login(writer)
    story = factories.article(writer)
    page = f"/admin/articles/article/{story.pk}/change/"
    before = client.get(page)
    fields = _fields(before.text)
    forged = {
        **FORGED,
        "owner": str(other.pk),
        "owner_id": str(other.pk),
        "status": "published",
        "_publish": "1",
        "_accept": "1",
    }
    response = client.post(page, {**fields, **forged, "headline": "A new headline", "_save": "1"})
    assert response.status_code < 500
    story = Article.objects.get(pk=story.pk)
    assert (story.owner_id, story.status, story.editions.count()) == (writer.pk, "draft", 0)


@pytest.mark.parametrize("role", ["", "writers", "editors", "moderators", "lead moderators"])
def test_nobody_but_the_admin_gives_rights_by_whatever_form(role: str) -> None:
    user = factories.user(role)
    client = Client()
    client.force_login(user)
    own = f"/admin/auth/user/{user.pk}"
    for page in (f"{own}/change/", f"{own}/password/", "/admin/auth/user/add/", "/admin/password_change/"):
        client.post(page, {**FORGED, "username": user.username, "old_password": "secret", "_save": "1"})
    user.refresh_from_db()
    assert (user.is_superuser, user.user_permissions.count(), [group.name for group in user.groups.all()]) == (
        False, 0, [role] if role else [],
    )  # fmt: skip


def _encoded(fields: dict[str, str]) -> str:
    return urlencode(fields)


def _fields(html: str) -> dict[str, str]:
    return read_form(html, "article_form").fields
