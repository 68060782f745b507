"""The bare Django project: the least that the same Django does behind the same server and the same edge.

One page is one string. One page makes the inserts of a comment in one transaction. Nothing else is here: no middleware,
no templates, no session. `bare_serve.py` starts it.
"""

import os
from pathlib import Path

import django
from django.conf import settings

if not settings.configured:
    _folder = Path(os.environ["BARE_DIR"])
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        BASE_DIR=_folder,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": _folder / "bare.sqlite3",
                "CONN_MAX_AGE": 600,
                # The same as the portal's, so that both wait for the disk alike.
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
                },
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ROOT_URLCONF="tests.bench.bare",
        SECRET_KEY="known to everybody, protects nothing",
        SITE_URL=f"http://127.0.0.1:{os.environ['PORT']}",
        USE_TZ=True,
    )
    django.setup()

from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

# As long as a finding by the portal's rules.
_FINDINGS = '[{"rule": "every_comment", "detail": ""}]'


# Nobody ever reads these rows as text.
# ruff: noqa: DJ008
class Network(models.Model):
    digest = models.CharField(max_length=64, primary_key=True)
    period = models.PositiveIntegerField()

    class Meta:
        app_label = "bare"


class Comment(models.Model):
    public_id = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=16)
    posted_at = models.DateTimeField()

    class Meta:
        app_label = "bare"


class Revision(models.Model):
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT)
    body = models.TextField()
    fingerprint = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "bare"


class Decision(models.Model):
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT)
    to_status = models.CharField(max_length=16)
    actor = models.CharField(max_length=16)
    findings = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "bare"


TABLES = (Network, Comment, Revision, Decision)


def page(request: HttpRequest) -> HttpResponse:
    """One string, no query."""
    return HttpResponse("Hello.\n")


@transaction.atomic
def take(request: HttpRequest) -> HttpResponse:
    """The inserts of one comment, one into each of TABLES, in one transaction."""
    now = timezone.now()
    digest = os.urandom(32).hex()
    Network.objects.create(digest=digest, period=now.year)
    comment = Comment.objects.create(
        public_id=os.urandom(6).hex(), name=request.POST["name"], status="pending", posted_at=now
    )
    revision = Revision.objects.create(
        comment=comment, body=request.POST["body"], fingerprint=os.urandom(32).hex(), network=digest, created_at=now
    )
    Decision.objects.create(
        comment=comment, revision=revision, to_status="pending", actor="rule", findings=_FINDINGS, at=now
    )
    return HttpResponse(status=303, headers={"Location": "/"})


urlpatterns = [path("", page), path("take/", take)]


def make_tables() -> None:
    """Create the tables if they do not exist yet."""
    if Comment._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            for model in TABLES:
                editor.create_model(model)
