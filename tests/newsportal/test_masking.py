"""No mail or network address is in the log, however it is written; something that only looks like one may go, too."""

import pytest

from newsportal.masking import without_addresses


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "SMTPRecipientsRefused({'zoe@example.org': (550, b'no zoe+x@example.org here')})",
            "SMTPRecipientsRefused({'(address)': (550, b'no (address) here')})",
        ),
        ("<zoë.müller@bücher.example>: away", "<(address)>: away"),
        ('no such user "zoe miller"@example.org', "no such user (address)"),
        ("DETAIL: Key (email)=(zoe@example.org) already exists.", "DETAIL: Key (email)=((address)) already exists."),
        ("GET /search/zoe%40example.org", "GET (address)"),
        ("mailto:zoe@example.org, zoe＠example.org; zoe﹫example.org", "mailto:(address), (address); (address)"),
        ("postgres://portal:my-secret@db.example/news", "postgres://portal:(address)"),
    ],
)
def test_whose_mail_it_was_is_not_told(said: str, told: str) -> None:
    assert without_addresses(said) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("('203.0.113.9', 4242)", "('(address)', 4242)"),
        ("203.0.113.9:4242 and 203.0.113.9/24.", "(address):4242 and (address)/24."),
        ("from 10.0.0.5, 192.168.1.7", "from (address), (address)"),
        ("from 2001:db8::7.", "from (address)."),
        ("[2001:DB8:0:0:0:0:0:7]:443", "[(address)]:443"),
        ("fe80::1%eth0 ::ffff:203.0.113.9", "(address) (address)"),
        ("failed for 2001:db8::7: away", "failed for (address): away"),
        ("2001:db8:0:0:0:0:0:7:4242, 2001:db8::7.", "(address):4242, (address)."),
        ("for='2001:db8::', 64:ff9b::203.0.113.9", "for='(address)', (address)"),
    ],
)
def test_from_where_somebody_came_is_not_told(said: str, told: str) -> None:
    assert without_addresses(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "connection refused",
        "at 09:52:54 of 2026-11-28T09:52:54.123Z",
        "listens at http://127.0.0.1:8000, [::1]:8000 and 0.0.0.0",
        "Django 5.2.19 on 3.11.7, 1.2.3",
        "999.999.999.999",
        "::1: refused",
        "    @property",
        "/articles/17/harbour/ 200 1.2ms",
        "",
    ],
)
def test_what_is_nobodys_stays(said: str) -> None:
    assert without_addresses(said) == said
