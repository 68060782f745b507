"""The outbox's numbers. That it sends, waits and gives up is tested with the messages of both apps."""

from datetime import timedelta

from newsportal import outbox


def test_a_notice_that_is_refused_is_tried_for_two_days() -> None:
    waits = [min(outbox.RETRY * 2**tried, outbox.RETRY_LONGEST) for tried in range(outbox.ATTEMPTS - 1)]
    assert timedelta(hours=36) <= sum(waits, timedelta()) <= timedelta(hours=48)
