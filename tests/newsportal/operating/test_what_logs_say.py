"""Whatever anything logs, the running handlers write it without a key and without anybody's address."""

import subprocess
import sys

import pytest
from django.conf import settings

from newsportal.operating.redacting import REDACTED
from tests.newsportal.operating.test_redacting import KEY, SIGNED, TIMED

PERSONAL = [
    *("zoe@example.org", "zoe%40example.org", "203.0.113.9", "2001:db8::7", "::ffff:203.0.113.9"),
    *(KEY, SIGNED, TIMED, "c5abcd-0123456789abcdef0123456789abcdef", "k3j9x0q1w2e3r4t5y6u7i8o9p0a1s2d3"),
    *("/my-comment/tiny/", "/preview/tiny-2/", "/admin/login/password/MQ/c5abcd-0123/"),
]
# Which part of each of these may not be seen.
NEEDLES = [
    "zoe",
    "203.0.113.9",
    "2001:db8",
    KEY[:20],
    SIGNED[-20:],
    TIMED[-20:],
    "0123456789abcdef",
    "k3j9x0q1",
    "tiny",
]
NAMES = [
    *("newsportal.outbox", "comments.mails", "articles.library", "django.request", "django.security.csrf"),
    *("django.db.backends", "django.db.backends.base", "django.server", "django.template", "django.dispatch"),
    *("asyncio", "granian", "_granian", "imagefield", "botocore", "py.warnings", "somebody.else"),
]
# As a message's value, as its words, in an exception, in its cause, in a note on it; by a thread, and at the end.
PROGRAM = """
import logging, threading, django
django.setup()
from newsportal.operating.logs import tell_what_ends
tell_what_ends()
said = {said!r}
for name in {names!r}:
    logger = logging.getLogger(name)
    for one in said:
        logger.error("a value %s", one)
        logger.error("words " + one.replace("%", "%%"), *())
        try:
            try:
                raise KeyError(one)
            except KeyError as cause:
                raise ValueError(f"it failed for {{one}}: {{(one, 4242)}}") from cause
        except ValueError as error:
            error.add_note(one)
            logger.exception("so")
        logger.error("one value too many", one)
        logger.error("x" * 19_970 + " " + one)

def fail():
    raise ValueError(" ".join(said))

thread = threading.Thread(target=fail, name="fails")
thread.start()
thread.join()
fail()
"""


# What Django logs about a Host that is not ours, about a form with more fields, files or bytes than any of ours or with
# malformed parts, about a list narrowed by a filter that it does not offer, and about a popup that is to return what it
# may not.
SCANNED = """
import logging, django
django.setup()
sent = ["TooManyFieldsSent", "TooManyFilesSent", "RequestDataTooBig", "SuspiciousMultipartForm"]
for name in ("DisallowedHost", "DisallowedModelAdminLookup", "DisallowedModelAdminToField", *sent):
    try:
        raise ValueError("evil.example")
    except ValueError:
        logging.getLogger(f"django.security.{name}").exception("evil.example")
"""


@pytest.mark.parametrize("form", ["line", "json"])
def test_no_logger_tells_whose_it_was_or_what_opens_it(form: str) -> None:
    ran = _ran(PROGRAM.format(said=PERSONAL, names=NAMES), form)
    lines = ran.stderr.splitlines()
    # Each of five for each value and logger, what ended the thread, and what ended the process.
    assert (ran.returncode, ran.stdout, len(lines)) == (1, "", 5 * len(PERSONAL) * len(NAMES) + 2), ran.stderr[-2000:]
    assert [(needle, line) for line in lines for needle in NEEDLES if needle in line] == []
    said = ("(address)", REDACTED, "it failed for", "thread fails ends", "the process ends")
    assert [words for words in said if words not in ran.stderr] == []


def test_what_any_scanner_can_make_happen_is_not_told() -> None:
    ran = _ran(SCANNED, "line")
    assert (ran.returncode, ran.stderr) == (0, "")


def _ran(program: str, form: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, with the portal's logging in this format."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "newsportal.settings",
        "LOG_FORMAT": form,
        "SECRET_KEY": "for-this-test-alone-" * 3,
        "VAR_DIR": str(settings.VAR_DIR),
        "PATH": "",
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
