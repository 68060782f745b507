"""The numbers of the outbox. That it sends, waits and gives up is tested with the messages of both apps."""

from datetime import timedelta

import pytest

from newsportal import outbox
from newsportal.masking import without_addresses


def test_a_notice_that_is_refused_is_tried_for_two_days() -> None:
    waits = [min(outbox.RETRY * 2**tried, outbox.RETRY_LONGEST) for tried in range(outbox.ATTEMPTS - 1)]
    assert timedelta(hours=36) <= sum(waits, timedelta()) <= timedelta(hours=48)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("SMTPRecipientsRefused({'zoe@example.org': (550, b'no zoe+x@example.org here')})",) * 2,
        ("<zoë.müller@bücher.example>: away", "<(address)>: away"),
        ("connection refused", "connection refused"),
    ],
)
def test_what_a_mail_server_says_is_logged_without_whose_mail_it_was(said: str, told: str) -> None:
    expected = told.replace("zoe@example.org", "(address)").replace("zoe+x@example.org", "(address)")
    assert without_addresses(said) == expected
