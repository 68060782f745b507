"""Readers are told of answers by other readers, and of being featured, once each."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Q, Subquery


def name_answers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of what the newsroom answered so far the answer is the comment of its decision."""
    notice, decision = apps.get_model("comments", "Notice"), apps.get_model("comments", "Decision")
    answers = decision.objects.filter(pk=OuterRef("decision")).values("comment")
    notice.objects.filter(kind="answered", answer=None).update(answer=Subquery(answers))


class Migration(migrations.Migration):
    dependencies = [("comments", "0023_chances")]
    operations = [
        migrations.AddField(
            model_name="notice",
            name="answer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="comments.comment",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("confirm_address", "confirm an address"),
                    ("decided", "what was decided"),
                    ("answered", "an answer"),
                    ("featured", "featured"),
                    ("standing", "how an author stands"),
                    ("report_received", "that a report was received"),
                    ("report_answered", "what came of a report"),
                    ("report_reopened", "that a report is looked at again"),
                ],
                max_length=32,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=Q(given_up_at__isnull=True, kind="answered"), fields=("answer",), name="answer_is_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=Q(given_up_at__isnull=True, kind="featured"),
                fields=("comment",),
                name="featuring_is_told_once",
            ),
        ),
        migrations.RunPython(name_answers, migrations.RunPython.noop),
    ]
