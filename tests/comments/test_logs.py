"""What is logged while readers write, report, ask and get mail: nothing about them."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone

from articles.models import Edition
from comments import notifications
from comments.models import Comment, Notice
from comments.tokens import address_path, erasure_path
from newsportal.operating.logs import LineFormatter
from tests import factories
from tests.comments.test_views import post

pytestmark = pytest.mark.django_db
THEIRS = ("zoe", "zeppelin", "198.51.100.7", "example.org")


class Refusing(BaseEmailBackend):
    """A mail server that knows none of these people, and says so by name."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise SMTPRecipientsRefused({message.to[0]: (550, b"no such user") for message in email_messages})


def test_no_line_names_a_reader_an_address_a_network_or_a_word(
    edition: Edition, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "tests.comments.test_logs.Refusing"
    caplog.set_level(logging.DEBUG)
    for name in ("newsportal", "comments", "articles", "django.request"):
        caplog.set_level(logging.DEBUG, logger=name)
    words = f"{factories.GOOD_TEXT} A zeppelin, too."
    ours = {"name": "Zoe", "email": "zoe@example.org", "body": words}
    answers = [post(edition, "198.51.100.7", **ours), post(edition, "198.51.100.7", **{**ours, "body": "zeppelin"})]
    comment = Comment.objects.get(name="Zoe")
    notifications.send_due(timezone.now() + timedelta(minutes=1))
    notice = Notice.objects.get()
    answers += [Client().post(path) for path in (address_path(comment), erasure_path(comment))]
    assert [answer.status_code for answer in answers] == [303, 422, 200, 303]
    lines = " ".join(LineFormatter().format(record) for record in caplog.records).casefold()
    assert f"notice {notice.uid} was not sent (attempt 1): smtprecipientsrefused" in lines
    assert [word for word in THEIRS if word in lines] == []
