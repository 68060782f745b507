"""What a writer is told by mail: recorded with the act, sent over a real mail server, and not sent once it is moot."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from articles import notifications, publishing
from articles.models import Article, Notice
from articles.states import Act
from newsportal import zoned
from tests import factories
from tests.mail import MailServer, body_of, subject_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> User:
    return factories.user("writers", email="wim@example.org")


def submitted(writer: User, **fields: Any) -> Article:
    story = factories.article(writer, **fields)
    publishing.submit(story, by=writer, saw=story.version)
    return story


def sent_back(story: Article, by: User | None = None, note: str = "A second source, please.") -> None:
    publishing.send_back(story, by=by or factories.user("editors"), saw=story.version, note=note)


def test_a_writer_is_told_what_was_sent_back_by_whom_and_why(server: MailServer, writer: User, settings: Any) -> None:
    story = submitted(writer, headline="The bridge")
    editor = factories.user("editors", first_name="Edda", last_name="Marsh")
    sent_back(story, editor)
    assert notifications.send_due() == 1
    assert notifications.send_due() == 0
    [message] = server.taken
    assert server.recipients == [["wim@example.org"]]
    assert subject_of(message) == "Sent back to you: “The bridge”"
    assert body_of(message).replace("\r\n", "\n").split("\n\n") == [
        "Edda Marsh sent your story “The bridge” back to you.",
        "The note:\nA second source, please.",
        f"The story:\n{settings.SITE_URL}/admin/articles/article/{story.pk}/change/",
        f"{settings.SITE_NAME}\n",
    ]
    assert message["Message-ID"] == f"<{Notice.objects.get().uid}@127.0.0.1>"


def test_a_writer_is_told_what_was_accepted(server: MailServer, writer: User) -> None:
    story = submitted(writer, headline="The bridge")
    publishing.accept(story, by=factories.user("editors"), saw=story.version)
    assert notifications.send_due() == 1
    assert subject_of(server.taken[0]) == "Accepted: “The bridge”"
    assert "The note:" not in body_of(server.taken[0])


def test_nobody_is_told_of_what_they_did_themselves() -> None:
    editor = factories.user("editors", email="edda@example.org")
    story = submitted(editor)
    sent_back(story, editor)
    assert Notice.objects.count() == 0


@pytest.mark.parametrize("fields", [{"email": ""}, {"email": "wim@example.org", "is_active": False}])
def test_who_has_no_address_or_has_left_is_owed_no_mail(fields: dict[str, Any]) -> None:
    writer = factories.user("writers", email="wim@example.org")
    story = submitted(writer)
    User.objects.filter(pk=writer.pk).update(**fields)
    sent_back(Article.objects.get(pk=story.pk))
    assert Notice.objects.count() == 0


def test_who_is_no_longer_of_the_staff_is_not_mailed(server: MailServer, writer: User) -> None:
    sent_back(submitted(writer))
    User.objects.filter(pk=writer.pk).update(is_staff=False)
    assert (notifications.send_due(), server.taken) == (0, [])
    assert Notice.objects.get().error == "the owner has left or has no address any more"


def test_what_went_on_meanwhile_is_not_told(server: MailServer, writer: User) -> None:
    story = submitted(writer)
    sent_back(story)
    publishing.submit(story, by=writer, saw=story.version)
    assert (notifications.send_due(), server.taken) == (0, [])
    notice = Notice.objects.get()
    assert (notice.error, notice.sent_at) == ("the story went on meanwhile", None)
    assert notice.given_up_at is not None


def test_a_refused_sending_back_owes_nothing(writer: User) -> None:
    story = submitted(writer)
    with pytest.raises(publishing.Refusal):
        sent_back(story, note=" ")
    assert Notice.objects.count() == 0


def test_a_headline_cannot_write_headers(server: MailServer, writer: User) -> None:
    story = submitted(writer)
    Article.objects.filter(pk=story.pk).update(headline="Peace\r\nBcc: all@example.org")
    sent_back(Article.objects.get(pk=story.pk))
    assert notifications.send_due() == 1
    assert (server.recipients, server.taken[0]["Bcc"]) == ([["wim@example.org"]], None)


def test_a_mail_that_cannot_be_sent_is_tried_again(server: MailServer, writer: User) -> None:
    sent_back(submitted(writer))
    server.refusing = "451 Try again later"
    assert notifications.send_due() == 0
    notice = Notice.objects.get()
    assert (notice.attempts, notice.sent_at, notice.given_up_at) == (1, None, None)
    server.refusing = ""
    assert notifications.send_due(notice.due_at) == 1


def test_the_worker_sends_it(writer: User) -> None:
    sent_back(submitted(writer))
    call_command("worker", "--once")
    assert [message.to for message in mail.outbox] == [["wim@example.org"]]


def test_a_writer_is_told_that_somebody_else_published_their_story(server: MailServer, writer: User) -> None:
    story = submitted(writer, headline="The bridge")
    editor = factories.user("editors", first_name="Edda", last_name="Marsh")
    publishing.publish(story, by=editor, saw=story.version)
    when = zoned.in_words(story.log.get(act=Act.PUBLISHED).at)
    assert notifications.send_due() == 1
    assert subject_of(server.taken[0]) == "Published: “The bridge”"
    told = f"Edda Marsh published your story “The bridge”: readers see it as of {when}."
    assert body_of(server.taken[0]).replace("\r\n", "\n").split("\n\n")[0] == told


def test_a_publication_that_was_called_off_before_the_mail_went_is_not_told(server: MailServer, writer: User) -> None:
    story, editor = submitted(writer), factories.user("editors")
    publishing.publish(story, by=editor, saw=story.version, at=timezone.now() + timedelta(days=1))
    publishing.cancel(story, by=editor, saw=story.version)
    assert (notifications.send_due(), server.taken) == (0, [])
    assert Notice.objects.get().error == "the story went on meanwhile"
