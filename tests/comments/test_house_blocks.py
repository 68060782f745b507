"""What pages about the paper say about comments is true at that moment."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.text import capfirst

from comments import policy
from comments.models import ModeratedMonth
from comments.public_figures import Month
from comments.rules import changing
from comments.states import Reason
from tests import factories

pytestmark = pytest.mark.django_db


def told(block: str) -> str:
    """The text of a page that contains only this block."""
    factories.house_page("ethics", body=f"<p>[[block {block}]]</p>")
    return again()


def again() -> str:
    page = Client().get("/ethics/").content.decode()
    text = re.sub(r"<[^>]*>", " ", page.partition('<div class="prose" dir="auto">')[2].partition("Last changed")[0])
    return " ".join(text.split())


def test_the_length_of_a_comment_is_the_policys_and_the_links_are_those_that_hold() -> None:
    assert "at least 50 characters" in told("length")
    assert "It may carry 2 links" in again()
    limits = policy.limits()
    changed = policy.Limits(**{**vars(limits), "links_allowed": 7})
    changing.set_limits(changed, by=factories.user("lead moderators"), saw=limits)
    assert "It may carry 7 links" in again()


def test_every_reason_stands_there_with_its_clause() -> None:
    page = told("reasons")
    assert [reason for reason in Reason if capfirst(str(reason.label)) not in page] == []


def test_what_is_stored_is_told_with_how_long() -> None:
    assert "For how long" in told("retention")
    assert "14 days" in again()


def test_how_long_one_may_object_is_the_policys() -> None:
    assert "You can do so for 184 days" in told("objecting")


def test_figures_are_those_of_the_last_month_that_is_over_and_nothing_where_there_are_none() -> None:
    assert told("figures").startswith("There is nothing to tell yet.")
    for month, received in ((date(2026, 2, 1), 9), (date(2026, 1, 1), 4)):
        _moderated(month, received=received, approved={"moderator": 3}, median=600.0, p90=7200.0)
    assert again().startswith("In January 2026 we received 4 comments, approved 3 and rejected 0; 0 decisions")


def test_the_wait_is_told_as_it_was_measured() -> None:
    assert told("waiting").startswith("How long comments wait is told here as soon as")
    _moderated(date(2026, 1, 1), median=600.0, p90=7200.0)
    words = (
        "In January 2026 half of the comments that waited for a person waited no longer than 10 minutes, nine of ten "
    )
    assert again().startswith(f"{words}no longer than 2 hours.")


def _moderated(month: date, **figures: Any) -> None:
    values = {**vars(Month()), **figures}
    ModeratedMonth.objects.create(month=month, figures=values, through=1, made_at="2026-03-01T00:00Z")
