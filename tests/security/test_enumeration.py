"""Hidden things are answered like things that never existed: with the same status, headers and bytes, after as many
statements to the database and as many password hashes. A stopwatch has nothing else to tell apart."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from articles.models import Person, Tag
from comments import tokens
from comments.models import Comment
from comments.states import Status
from newsportal.origin import FORM_TYPE
from tests import factories
from tests.articles.images import stored_picture
from tests.comments.authors import author
from tests.factories import GOOD_TEXT

pytestmark = pytest.mark.django_db

WRONG_KEY = "c5abcd-0123456789abcdef0123456789abcdef"
NEVER = "zzzzzzzzzzzz"


@dataclass(frozen=True)
class Asked:
    """One URL, and a form for it; `word` is what differs between the two, and the answer may repeat it."""

    path: str
    word: str
    form: dict[str, str] | None = None


@dataclass(frozen=True)
class Told:
    """Everything that somebody can see of an answer, or measure."""

    status: int
    headers: dict[str, str]
    body: str
    statements: int
    hashes: int


# The URL of one's own page, which nobody else is given.
_KEY = re.compile(r"[\w-]+:[\w-]{43}")


class Hasher(MD5PasswordHasher):
    """The tests' own hasher, with a count."""

    made = 0

    def encode(self, password: str, salt: str) -> str:
        Hasher.made += 1
        return str(super().encode(password, salt))


@pytest.fixture
def tell(settings: Any) -> Callable[[Asked], Told]:
    """What a client without a session is told."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Hasher"]

    def told(asked: Asked) -> Told:
        Hasher.made = 0
        client = Client(raise_request_exception=False)
        with CaptureQueriesContext(connection) as queries:
            if asked.form is None:
                response = client.get(asked.path)
            else:
                response = client.post(asked.path, urlencode(asked.form), content_type=FORM_TYPE)
        csrf = str(response.context["csrf_token"]) if response.context and "csrf_token" in response.context else ""
        body = response.text.replace(csrf, "") if csrf else response.text
        # A word of another length would make a difference by the request, and not by the answer.
        headers = {name: _KEY.sub("", value.replace(asked.word, "")) for name, value in response.headers.items()}
        # The time of day.
        headers.pop("Expires", None)
        return Told(response.status_code, headers, body.replace(asked.word, ""), len(queries), Hasher.made)

    return told


def _sign_in(name: str) -> Asked:
    return Asked("/admin/login/", name, {"username": name, "password": "wrong", "next": "/admin/"})


def _names() -> list[Asked]:
    mona, left = factories.user("moderators"), factories.user("writers")
    User.objects.filter(pk=mona.pk).update(username="mona", password=make_password("secret"))
    User.objects.filter(pk=left.pk).update(username="left", is_active=False, password=make_password("secret"))
    User.objects.create_user("read", password="secret")
    return [_sign_in(name) for name in ("warm", "nobo", "mona", "left", "read")]


def _addresses_of_staff() -> list[Asked]:
    factories.user("moderators", email="mona@example.org")
    left = factories.user("moderators", email="left@example.org")
    User.objects.filter(pk=left.pk).update(is_active=False)
    invited = factories.user("writers", email="anew@example.org")
    invited.set_unusable_password()
    invited.save()
    emails = [f"{name}@example.org" for name in ("warm", "nobo", "mona", "left", "anew")]
    return [Asked("/admin/login/forgotten/", email, {"email": email}) for email in emails]


def _links(kind: str) -> list[Asked]:
    known = factories.user("moderators", email="mona@example.org")
    left = factories.user("moderators")
    User.objects.filter(pk=left.pk).update(is_active=False)
    uids = [urlsafe_base64_encode(force_bytes(pk)) for pk in (999_999, known.pk, left.pk)]
    return [Asked(f"/admin/login/{kind}/{uid}/{WRONG_KEY}/", uid) for uid in uids]


def _addresses_of_readers() -> list[Asked]:
    author(factories.live(), "anna@example.org")
    return [Asked("/my-address/", email, {"email": email}) for email in ("nobo@example.org", "anna@example.org")]


def _hidden_comments() -> list[str]:
    """Public ids: of nothing, and of comments that no reader sees."""
    edition = factories.live()
    waits, rejected = factories.pending(edition), factories.pending(edition)
    factories.decided(rejected, Status.REJECTED)
    of_draft = factories.pending(factories.withdrawn())
    return [NEVER, waits.public_id, rejected.public_id, of_draft.public_id]


def _comment_pages(path: str, form: dict[str, str] | None = None) -> list[Asked]:
    return [Asked(path.format(public_id), public_id, form) for public_id in _hidden_comments()]


def _forged(sign: Callable[[Comment], str]) -> list[Asked]:
    """Links of existing comments, and of one that does not exist, with another one's signature."""
    one, two = factories.pending(factories.live()), factories.pending(factories.live())
    signature = sign(two).split(":", 1)[1]
    ids = [NEVER, one.public_id]
    return [Asked(f"{sign(one).rpartition('/')[0].rsplit('/', 1)[0]}/{pk}:{signature}", pk) for pk in ids]


def _stories(path: str) -> list[Asked]:
    """Numbers of stories: one that does not exist, a draft, a scheduled one, a withdrawn one."""
    factories.live()
    hidden = [factories.article().pk, factories.scheduled().article_id, factories.withdrawn().article_id]
    # No answer repeats a number.
    return [Asked(path.format(pk), "") for pk in (987_654, *hidden)]


def _previews() -> list[Asked]:
    factories.article()
    return [Asked(f"/preview/{key}/", key) for key in ("A" * 43, "b1" * 21 + "c")]


def _people() -> list[Asked]:
    """Nobody, and somebody of whom no reader knows."""
    person = factories.person("Ana Moreira")
    factories.scheduled(people=(person,), tags=("Secret",))
    Person.objects.filter(pk=person.pk).update(slug="ana-more")
    return [Asked(f"/people/{slug}/", slug) for slug in ("no-such-", "ana-more")]


def _topics() -> list[Asked]:
    factories.scheduled(tags=("Secret",))
    Tag.objects.update(slug="secret")
    return [Asked(f"/tags/{slug}/", slug) for slug in ("nobody", "secret")]


def _pictures() -> list[Asked]:
    picture = stored_picture()
    return [Asked(f"/media/{name}", name) for name in ("pictures/" + "x" * 16 + ".jpeg", picture.file.name)]


def _comments_with_an_address() -> list[Asked]:
    """What is sent under an address that somebody confirmed, and under one that nobody knows."""
    edition = factories.live()
    author(edition, "anna@example.org")
    path = f"/articles/{edition.article_id}/comments/new/"
    asked = []
    for email in ("warm@example.org", "nobo@example.org", "anna@example.org"):
        asked.append(Asked(path, email, {"name": "Ann", "body": f"{GOOD_TEXT} {email}", "parent": "", "email": email}))
    return asked


REPORTED = {"reason": "off_topic", "words": "", "name": "", "email": ""}
# Forms that note a try under what was typed, so that the same words get another answer the second time.
TRIED: dict[str, Callable[[], list[Asked]]] = {
    "names of staff": _names,
    "addresses of staff": _addresses_of_staff,
    "comments with an address": _comments_with_an_address,
}
# What is answered with a page, and what is accepted; everything else is not found.
PAGES, TAKEN = {"links to a new password", "invitations"}, {"addresses of readers"}
CASES: dict[str, Callable[[], list[Asked]]] = {
    "links to a new password": lambda: _links("password"),
    "invitations": lambda: _links("invitation"),
    "addresses of readers": _addresses_of_readers,
    "comments": lambda: _comment_pages("/comments/{}/"),
    "answers": lambda: _comment_pages("/comments/{}/answers/"),
    "report pages": lambda: _comment_pages("/comments/{}/report/"),
    "reports": lambda: _comment_pages("/comments/{}/report/", REPORTED),
    "recommendations": lambda: _comment_pages("/comments/{}/recommend/", {}),
    "authors' pages": lambda: _forged(tokens.own_path),
    "authors' acts": lambda: [Asked(one.path, one.word, {"act": "withdraw"}) for one in _forged(tokens.own_path)],
    "erasures": lambda: _forged(tokens.erasure_path),
    "confirmations": lambda: _forged(tokens.address_path),
    "subscriptions": lambda: _forged(tokens.subscriptions_path),
    "ends of mails": lambda: _forged(lambda comment: tokens.unsubscribe_path(comment, "answers")),
    "stories": lambda: _stories("/articles/{}/a-story/"),
    "conversations": lambda: _stories("/articles/{}/comments/"),
    "conversations' feeds": lambda: _stories("/articles/{}/comments/feed/"),
    "forms for comments": lambda: _stories("/articles/{}/comments/new/"),
    "forms for errors": lambda: _stories("/articles/{}/error/"),
    "people": _people,
    "topics": _topics,
    "previews": _previews,
    "files": _pictures,
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_hidden_is_told_apart_from_what_never_was_by_nothing(case: str, tell: Callable[[Asked], Told]) -> None:
    never, *hidden = CASES[case]()
    # Things that are read once and kept are read now.
    tell(never)
    expected = tell(never)
    assert expected.status == (200 if case in PAGES else 303 if case in TAKEN else 404)
    for asked in hidden:
        assert tell(asked) == expected


@pytest.mark.parametrize("case", TRIED)
def test_who_is_known_is_told_apart_from_who_is_not_by_nothing(case: str, tell: Callable[[Asked], Told]) -> None:
    first, unknown, *known = TRIED[case]()
    tell(first)
    expected = tell(unknown)
    for asked in known:
        assert tell(asked) == expected
