"""`manage.py doctor` says in words what is wrong and what to do about it."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from newsportal.accounts import sealing
from newsportal.accounts.models import AuthenticatorApp
from newsportal.operating import examining, readiness, tallies
from newsportal.operating.beats import PARTS, Beats
from newsportal.pages.access import Access
from newsportal.pages.redis_store import RedisStore
from tests import factories
from tests.mail import MailServer
from tests.servers import ROOT, free_port

pytestmark = pytest.mark.django_db
AGREES = "The ledger, the statuses and the counts agree."


@pytest.fixture(autouse=True)
def _working(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal with a working worker, in a folder of its own."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(tallies, "own", tallies.Tally())
    settings.MEDIA_ROOT, settings.ERASURES_DIR = tmp_path / "media", tmp_path / "erasures"
    settings.PAGE_STORE = False
    monkeypatch.setattr(examining, "access", lambda: None)
    beats = Beats()
    for part in PARTS:
        beats.beat(part)


def doctor() -> list[str]:
    said = StringIO()
    call_command("doctor", stdout=said)
    return [line for line in said.getvalue().splitlines() if not line.startswith("To be filled in")]


def sick() -> list[str]:
    """What it says if nothing else needs checking."""
    said = StringIO()
    with pytest.raises(CommandError, match="cannot work like this"):
        call_command("doctor", stdout=said)
    return said.getvalue().splitlines()


def test_of_a_portal_that_is_well_it_says_so() -> None:
    assert doctor() == [AGREES]


def test_what_readiness_finds_is_said_with_what_to_do() -> None:
    from newsportal.operating.models import WorkerBeat

    WorkerBeat.objects.filter(part="messages").delete()
    [line, agrees] = doctor()
    assert line == (
        "To be looked at: the worker's part “messages” was not heard of at all: mails wait, and what falls due does "
        "not happen. What to do: See that manage.py worker runs (make run and deploy/portal.service start it), and "
        "what it logs."
    )
    assert agrees == AGREES


def test_without_a_database_it_says_that_and_no_more() -> None:
    def away(*arguments: Any) -> Any:
        raise OperationalError('FATAL: database "x" does not exist')

    with connection.execute_wrapper(away):
        [line, said] = sick()
    assert line.startswith("Wrong: the database does not answer. What to do: Look whether its server runs")
    assert said == 'What the database said: FATAL: database "x" does not exist'


def test_migrations_that_wait_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_migrated_until", 0.0)
    monkeypatch.setattr(readiness, "on_disk", lambda: iter([("articles", "9999_later")]))
    [line] = sick()
    assert line == (
        "Wrong: 1 migrations are to be applied, articles.9999_later first. What to do: Run manage.py migrate."
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is weak"),
        ("TRUSTED_PROXIES", ["0.0.0.0/0"], "TRUSTED_PROXIES trusts everybody"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is neither line nor json"),
        ("METRICS_FROM", ["everybody"], "METRICS_FROM cannot be read: 'everybody'"),
    ],
)
def test_settings_that_are_wrong_are_named(settings: Any, name: str, value: Any, words: str) -> None:
    setattr(settings, name, value)
    assert [line for line in sick() if line.startswith(f"Wrong: {words}")]


def test_https_without_a_trusted_proxy_is_to_be_looked_at(settings: Any) -> None:
    settings.SITE_URL, settings.IS_DEMO = "https://news.example.org", False
    settings.ALLOWED_HOSTS = ["news.example.org"]
    said = doctor()
    assert [line for line in said if "TRUSTED_PROXIES is empty, but SITE_URL says that a proxy ends TLS" in line]


def test_a_mail_server_that_does_not_answer_is_told(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    [line, _agrees] = doctor()
    assert line.startswith("To be looked at: the mail server does not take us: ConnectionRefusedError")


def test_a_mail_server_that_answers_is_well(server: MailServer) -> None:
    assert doctor() == [AGREES]


def test_a_public_site_that_prints_its_mails_is_told(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert doctor() == [AGREES]
    settings.IS_DEMO = False
    assert [line for line in doctor() if line.startswith("To be looked at: mails are printed and not sent")]


def test_a_page_store_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "access", lambda: Access(RedisStore("redis://127.0.0.1:1/0", "tests")))
    [line, _agrees] = doctor()
    assert line.startswith("To be looked at: the page store cannot be used: ")


def test_secrets_that_others_may_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x" * 60)
    os.chmod(tmp_path / "secret_key", 0o644)
    [line, _agrees] = doctor()
    assert line.startswith(f"To be looked at: others on this machine may read {tmp_path / 'secret_key'}")
    os.chmod(tmp_path / "secret_key", 0o600)
    assert doctor() == [AGREES]


def test_who_is_shut_out_by_another_secret_key_is_told(settings: Any) -> None:
    for name in ("mona", "moritz"):
        user = factories.user("moderators", username=name)
        AuthenticatorApp.objects.create(user=user, name="app", key=sealing.seal(b"key", owner=user.pk))
    assert doctor() == [AGREES]
    settings.SECRET_KEY = "another-one-of-fifty-characters" * 2
    [line, _agrees] = doctor()
    assert "codes of the authenticator apps of mona, moritz cannot be checked" in line


def test_a_picture_whose_file_is_gone_is_told(tmp_path: Path) -> None:
    from tests.articles.images import stored_picture

    picture = stored_picture()
    [agrees] = doctor()
    Path(picture.file.path).unlink()
    [line, _agrees] = doctor()
    assert (agrees, line.partition(":")[0]) == (AGREES, "To be looked at")
    assert "the newest picture cannot be read" in line


def test_a_folder_that_everybody_may_write_to_is_told(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o777)
    [line, _agrees] = doctor()
    assert (
        line == f"To be looked at: everybody on this machine may write to {tmp_path}. What to do: chmod o-w {tmp_path}"
    )


def test_a_folder_that_cannot_be_written_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**where: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    # CI runs as root, who may write anywhere.
    monkeypatch.setattr(examining, "TemporaryFile", refused)
    [line] = sick()
    assert line.startswith(f"Wrong: {tmp_path} cannot be written by the user that runs this")


def test_a_disk_without_room_is_nobodys_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**where: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(examining, "TemporaryFile", full)
    assert doctor() == [AGREES]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a database that is a file")
def test_a_database_that_cannot_be_written_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_asked: False)
    name = connection.settings_dict["NAME"]
    [line, *_besides] = sick()
    assert line.startswith(f"Wrong: {name} cannot be written by the user that runs this")


def test_a_record_of_erasures_that_nobody_may_look_at_is_told(settings: Any, tmp_path: Path) -> None:
    # CI runs as root, who may look at everything that can be named.
    settings.ERASURES_DIR = tmp_path / ("x" * 300)
    said = StringIO()
    with pytest.raises(CommandError, match="1 differences"):
        call_command("doctor", stdout=said)
    assert "the record of erasures is broken, so nothing can be erased: " in said.getvalue()


def complaint_about(name: str, value: str, *, at: str) -> str:
    """What a command says of a setting and ends, before it names the table of settings."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "newsportal.settings", name: value}
    environment.pop("SECRET_KEY", None)
    command = [sys.executable, "manage.py", at]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    complaint, where = ended.stderr.splitlines()
    assert (ended.returncode, where) == (1, "docs/settings.md says what each setting takes.")
    return complaint


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "EMAIL_URL",
            "smpt://mail.example.org",
            "EMAIL_URL is no address like smtp://user:password@host:587/?tls=True.",
        ),
        (
            "DATABASE_URL",
            "mysql://host/name",
            "DATABASE_URL is neither postgres://user:password@host:5432/name nor sqlite:////path/to/file.",
        ),
        ("LANGUAGE_CODE", "xx", "LANGUAGE_CODE is none of en, de, nor a variety of these."),
        ("SITE_URL", "https://news.example.org", "The SECRET_KEY setting must not be empty."),
        (
            "VAR_DIR",
            "/proc/var",
            "VAR_DIR cannot be used: [Errno 2] No such file or directory: '/proc/var'. It needs room",
        ),
    ],
)
def test_a_setting_that_nothing_can_be_made_of_is_named_in_a_sentence(name: str, value: str, words: str) -> None:
    assert complaint_about(name, value, at="doctor").startswith(words)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "abc", "Not a valid integer."),
        ("PORT", "99999", "['Must be greater than or equal to 1 and less than or equal to 65535.']"),
        ("WORKERS", "0", "['Must be greater than or equal to 1.']"),
        ("SLOW_QUERY_MS", "-1", "['Must be greater than or equal to 0.']"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_in_a_sentence(name: str, value: str, words: str) -> None:
    assert complaint_about(name, value, at="version") == f'Environment variable "{name}" invalid: {words}'
