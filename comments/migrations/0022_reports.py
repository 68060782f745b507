"""What readers report of comments: cases, reports, and which decision answered them."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT

import comments.models.report

REASONS = [
    ("off_topic", "off topic"),
    ("offensive", "offensive"),
    ("harassment", "harassment"),
    ("hate", "hate"),
    ("advertising", "advertising"),
    ("misinformation", "misinformation"),
    ("personal_data", "personal data"),
    ("illegal", "illegal"),
    ("other", "other"),
]
KINDS = [
    ("confirm_address", "confirm an address"),
    ("decided", "what was decided"),
    ("answered", "what the newsroom answers"),
    ("standing", "how an author stands"),
    ("report_received", "that a report was received"),
    ("report_answered", "what came of a report"),
    ("report_reopened", "that a report is looked at again"),
]


def number():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def case(related_name, verbose_name):
    return models.ForeignKey(
        "comments.reportcase",
        on_delete=PROTECT,
        null=True,
        related_name=related_name,
        verbose_name=verbose_name,
        db_index=False,
    )


class Migration(migrations.Migration):
    dependencies = [("comments", "0021_moderated_months")]
    operations = [
        migrations.CreateModel(
            name="ReportCase",
            fields=[
                ("id", number()),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                (
                    "comment",
                    models.ForeignKey("comments.comment", on_delete=PROTECT, related_name="report_cases"),
                ),
            ],
            options={
                "verbose_name": "case of reports",
                "verbose_name_plural": "cases of reports",
                "ordering": ("pk",),
                "indexes": [
                    models.Index("closed_at", condition=Q(closed_at__isnull=False), name="report_case_closed"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", number()),
                (
                    "reference",
                    models.CharField(
                        default=comments.models.report.new_reference,
                        editable=False,
                        max_length=14,
                        unique=True,
                        verbose_name="reference",
                    ),
                ),
                ("reason", models.CharField(choices=REASONS, max_length=16, verbose_name="reason")),
                ("words", models.TextField(blank=True, verbose_name="words")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="address")),
                ("is_of_abuse", models.BooleanField(default=False, verbose_name="sexual abuse of children")),
                ("network", models.CharField(blank=True, editable=False, max_length=64)),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("case", models.ForeignKey("comments.reportcase", on_delete=PROTECT, related_name="reports")),
                (
                    "revision",
                    models.ForeignKey("comments.revision", on_delete=PROTECT, related_name="+", db_index=False),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(reason__in=[code for code, _label in REASONS]), name="report_reason_known"
                    )
                ],
                "indexes": [
                    models.Index("network", "received_at", name="report_by_network"),
                    models.Index("received_at", name="report_by_time"),
                ],
            },
        ),
        migrations.AddField("comment", "report_case", case("+", "open case of reports")),
        migrations.AddField(
            "comment", "reported_at", models.DateTimeField(null=True, verbose_name="place among what was reported")
        ),
        migrations.AddField("decision", "report_case", case("decisions", "in view of reports")),
        migrations.AddField(
            "notice",
            "report",
            models.ForeignKey(
                "comments.report", on_delete=PROTECT, null=True, related_name="notices", db_index=False
            ),
        ),
        migrations.AlterField("notice", "kind", models.CharField(choices=KINDS, max_length=32)),
        migrations.AddIndex(
            "comment",
            models.Index("reported_at", "id", condition=Q(reported_at__isnull=False), name="comment_reported"),
        ),
        migrations.AddIndex(
            "decision",
            models.Index("report_case", condition=Q(report_case__isnull=False), name="decision_of_reports"),
        ),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=Q(report_case__isnull=True, reported_at__isnull=True)
                | Q(report_case__isnull=False, reported_at__isnull=False, status__in=["pending", "approved"]),
                name="reported_comment_has_a_place",
            ),
        ),
    ]
