"""What the desk is told in time: causes from when they began until they were over, and their messages."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("waiting_too_long", "the oldest comment waits too long"),
    ("reported_as_illegal", "comments are reported as illegal"),
    ("busy_story", "a story draws many comments"),
]


class Migration(migrations.Migration):
    dependencies = [("comments", "0015_the_ledger_by_time")]
    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=32, verbose_name="what")),
                ("subject", models.CharField(blank=True, max_length=32)),
                ("words", models.TextField(verbose_name="in words")),
                ("raised_at", models.DateTimeField(verbose_name="raised")),
                ("told_at", models.DateTimeField(null=True, verbose_name="told")),
                ("over_at", models.DateTimeField(null=True, verbose_name="over")),
            ],
            options={
                "verbose_name": "alarm",
                "verbose_name_plural": "alarms",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(over_at__isnull=True), fields=("kind", "subject"), name="one_open_alarm_of_a_cause"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("to", models.EmailField(max_length=254, verbose_name="to")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("given_up_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                (
                    "alarm",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="comments.alarm",
                    ),
                ),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "ordering": ("due_at", "pk"),
                "indexes": [
                    models.Index(
                        "due_at", condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="alert_owed"
                    )
                ],
            },
        ),
    ]
