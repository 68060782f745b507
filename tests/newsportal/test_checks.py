"""Mistakes of configuration are found before a reader finds them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newsportal.checks import (
    check_backup_key,
    check_contact,
    check_proxies,
    check_second_factor,
    check_secret,
    check_site_url,
    check_what_is_gone,
)

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD_SECRET = "k9-Zr4_qXw7Tn2Bv8Lm5Hs1Df6Gj3Kp0YcUeIoPaStRxWzQn"  # 48, lengthened below


def ids(messages: list[Any]) -> list[str]:
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("secret", "found"),
    [
        (f"{GOOD_SECRET}ab", []),
        ("", ["newsportal.E001"]),
        (GOOD_SECRET[:49], ["newsportal.E002"]),
        ("abcd" * 20, ["newsportal.E002"]),
        (f"{GOOD_SECRET}-insecure", ["newsportal.E002"]),
        (f"change-me-{GOOD_SECRET}", ["newsportal.E002"]),
    ],
)
def test_a_secret_is_there_long_and_varied(settings: Any, secret: str, found: list[str]) -> None:
    settings.SECRET_KEY = secret
    assert ids(check_secret()) == found


@pytest.mark.parametrize(
    ("url", "hosts", "found"),
    [
        ("https://news.example.org", ["news.example.org"], []),
        ("https://news.example.org", [".example.org"], []),
        ("https://news.example.org:8443", ["news.example.org"], []),
        ("http://[::1]:8000", ["[::1]"], []),
        ("https://news.example.org", ["www.example.org"], ["newsportal.E004"]),
        ("https://news.example.org", [], ["newsportal.E004"]),
        ("https://news.example.org/paper", ["news.example.org"], ["newsportal.E003"]),
        ("https://news.example.org?x", ["news.example.org"], ["newsportal.E003"]),
        ("ftp://news.example.org", ["news.example.org"], ["newsportal.E003"]),
        ("news.example.org", ["news.example.org"], ["newsportal.E003"]),
        ("https://", [""], ["newsportal.E003"]),
        ("", [], ["newsportal.E003"]),
    ],
)
def test_the_sites_address_is_a_root_that_the_site_answers_to(
    settings: Any, url: str, hosts: list[str], found: list[str]
) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = url, hosts
    assert ids(check_site_url()) == found


@pytest.mark.parametrize(
    ("proxies", "found"),
    [
        ([], []),
        (["10.0.0.1", "fd00::/64", "10.0.0.0/8", "2001:db8::/32"], []),
        (["0.0.0.0/0"], ["newsportal.E006"]),
        (["10.0.0.1", "::/0"], ["newsportal.E006"]),
        (["10.0.0.0/7"], ["newsportal.W007"]),
        (["2001::/16"], ["newsportal.W007"]),
        (["proxy.example.org"], ["newsportal.E005"]),
        (["10.0.0.300"], ["newsportal.E005"]),
        ([""], ["newsportal.E005"]),
    ],
)
def test_proxies_are_addresses_and_never_everybody(settings: Any, proxies: list[str], found: list[str]) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert ids(check_proxies()) == found


def manage(*arguments: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def test_outside_the_demo_nothing_starts_without_a_secret(tmp_path: Path) -> None:
    done = manage("check", tmp_path=tmp_path, SITE_URL="https://news.example.org")
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr
    assert not (tmp_path / "secret_key").exists()


def test_a_good_configuration_passes_the_checks_of_a_deployment(tmp_path: Path) -> None:
    done = manage(
        "check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path,
        SITE_URL="https://news.example.org", SECRET_KEY=f"{GOOD_SECRET}ab", TRUSTED_PROXIES="127.0.0.1",
    )  # fmt: skip
    assert (done.returncode, "no issues" in done.stdout) == (0, True)


def test_a_site_behind_tls_that_trusts_no_proxy_is_warned(settings: Any) -> None:
    settings.SITE_URL, settings.TRUSTED_PROXIES = "https://news.example.org", []
    assert [message.id for message in check_proxies()] == ["newsportal.W008"]


@pytest.mark.parametrize(
    ("email", "found"), [("", []), ("desk@example.org", []), ("desk at example.org", ["newsportal.E010"])]
)
def test_the_address_that_readers_are_told_is_one(settings: Any, email: str, found: list[str]) -> None:
    settings.CONTACT_EMAIL = email
    assert ids(check_contact()) == found


def test_a_setting_that_counts_no_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(check_what_is_gone()) == []
    monkeypatch.setenv("COMMENTS_WORD_LIST", "idiot,scum")
    assert ids(check_what_is_gone()) == ["newsportal.W009"]


def test_the_demos_secret_is_made_once_and_for_its_owners_eyes(tmp_path: Path) -> None:
    command = ("shell", "--no-imports", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")
    first, second = (manage(*command, tmp_path=tmp_path).stdout.strip() for _ in range(2))
    assert (first, len(first) >= 50) == (second, True)
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("key", "found"), [("", []), ("a password", ["newsportal.E013"]), ("age1qq", ["newsportal.E013"])]
)
def test_a_key_for_backups_that_is_none_is_found(settings: Any, key: str, found: list[str]) -> None:
    settings.BACKUP_KEY = key
    assert ids(check_backup_key()) == found


@pytest.mark.parametrize(("said", "found"), [("optional", []), ("required", []), ("requierd", ["newsportal.E011"])])
def test_a_misspelt_second_factor_is_told(settings: Any, said: str, found: list[str]) -> None:
    settings.STAFF_SECOND_FACTOR = said
    assert ids(check_second_factor()) == found
