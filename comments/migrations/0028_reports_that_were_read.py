"""How many reports the open case of a comment has, and who was told that a report came in."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count, OuterRef, Q, Subquery


def count(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Those of the cases that are open now."""
    reports = apps.get_model("comments", "Report").objects.filter(case=OuterRef("report_case")).order_by()
    counted = reports.values("case").annotate(total=Count("pk")).values("total")
    reported = apps.get_model("comments", "Comment").objects.filter(reported_at__isnull=False)
    reported.update(report_count=Subquery(counted))


class Migration(migrations.Migration):
    dependencies = [("comments", "0027_erasing")]
    operations = [
        migrations.AddField(
            "comment",
            "report_count",
            models.PositiveIntegerField(db_default=0, default=0, verbose_name="open reports"),
        ),
        migrations.AddIndex(
            "notice", models.Index("report", condition=Q(report__isnull=False), name="notice_of_report")
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
