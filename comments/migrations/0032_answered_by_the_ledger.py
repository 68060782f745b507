"""When a case of reports was answered is the ledger's to say: nothing else keeps it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce


def close(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """On the way back: all but those that are open at a comment, when they were answered or else as they came."""
    cases, comments, ledger = (apps.get_model("comments", name) for name in ("ReportCase", "Comment", "Decision"))
    is_open = Exists(comments.objects.filter(report_case=OuterRef("pk")))
    answers = ledger.objects.filter(report_case=OuterRef("pk"), undone_by=None).order_by("-pk").values("at")[:1]
    cases.objects.exclude(is_open).update(closed_at=Coalesce(Subquery(answers), "opened_at"))


class Migration(migrations.Migration):
    dependencies = [("comments", "0031_reports_by_address")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, close),
        migrations.RemoveIndex("reportcase", "report_case_closed"),
        migrations.RemoveField("reportcase", "closed_at"),
    ]
