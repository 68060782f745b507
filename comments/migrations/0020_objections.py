"""What authors object to decisions: the objection, and which rows of the ledger raise and answer it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

_REFERS = {"null": True, "db_index": False, "on_delete": django.db.models.deletion.PROTECT, "verbose_name": "objection"}


class Migration(migrations.Migration):
    dependencies = [("comments", "0019_conversations_as_things"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(blank=True, verbose_name="objection")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objected_decisions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="comments.comment"
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objected_by",
                        to="comments.decision",
                        verbose_name="decision",
                    ),
                ),
            ],
            options={"verbose_name": "objection", "verbose_name_plural": "objections", "ordering": ("pk",)},
        ),
        migrations.AddField(
            "comment", "objection", models.ForeignKey(related_name="+", to="comments.objection", **_REFERS)
        ),
        migrations.AddField(
            "decision", "objection", models.ForeignKey(related_name="rows", to="comments.objection", **_REFERS)
        ),
        migrations.AddIndex(
            "comment",
            models.Index(
                F("queued_at"),
                F("id"),
                condition=Q(queued_at__isnull=False, objection__isnull=False),
                name="comment_objected",
            ),
        ),
    ]
