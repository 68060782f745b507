"""A setting with an invalid value is explained in words."""

from collections.abc import Callable

import pytest
from environs import ValidationError

from newsportal.environment import is_address, is_level, is_redis, is_zone


@pytest.mark.parametrize(
    ("holds", "good", "bad"),
    [
        (
            is_address,
            # The checks say more about the last two.
            ["https://news.example.org", "http://[::1]:8000", "https://news.example.org:8443", "news.example.org", ""],
            ["http://[::", "https://news.example.org:99999", "https://news.example.org:http"],
        ),
        (is_zone, ["UTC", "Europe/Berlin"], ["Mars/Olympus", "Europe", "", "../../etc/passwd"]),
        (
            is_redis,
            ["", "redis://host:6379/0", "rediss://host/1", "unix:///run/redis.sock"],
            ["redi://x", "redis://x:y/0"],
        ),
        (is_level, ["DEBUG", "WARNING"], ["LOUD", "", "info"]),
    ],
)
def test_what_can_be_used_is_taken_and_all_else_refused(
    holds: Callable[[str], None], good: list[str], bad: list[str]
) -> None:
    for value in good:
        holds(value)
    for value in bad:
        with pytest.raises(ValidationError):
            holds(value)
