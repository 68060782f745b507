"""The ledger says which decisions were made together, which one was overridden, and what was featured."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

STATUSES = [
    ("pending", "waiting"),
    ("approved", "approved"),
    ("rejected", "rejected"),
    ("spam", "spam"),
    ("returned", "returned to its author"),
    ("withdrawn", "withdrawn by its author"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0006_featuring_and_returning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("act", models.CharField(choices=STATUSES, max_length=16, verbose_name="act")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="moderator",
                    ),
                ),
            ],
            options={"verbose_name": "batch", "verbose_name_plural": "batches", "ordering": ("-pk",)},
        ),
        migrations.AddField(
            "decision",
            "batch",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="comments.batch",
                verbose_name="batch",
            ),
        ),
        migrations.AddField(
            "decision",
            "overrides",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="overridden_by",
                to="comments.decision",
                verbose_name="overrides",
            ),
        ),
        migrations.AddField(
            "decision", "featured", models.BooleanField(default=False, verbose_name="featured")
        ),
        migrations.AddIndex(
            "decision", models.Index("batch", condition=Q(batch__isnull=False), name="decision_of_batch")
        ),
        migrations.AddField("decisionwords", "passage", models.TextField(blank=True, verbose_name="passage")),
        migrations.AddField(
            "decisionwords", "to_colleagues", models.TextField(blank=True, verbose_name="for colleagues")
        ),
    ]
