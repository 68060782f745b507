"""How many comments lists of stories say that one has, beside how many it has."""

from typing import Any

from django.db import migrations, models


def follow(apps: Any, schema_editor: Any) -> None:
    """What is public already is told by lists from the start."""
    apps.get_model("comments", "Thread").objects.update(listed_count=models.F("public_count"))


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0028_reports_that_were_read'),
    ]

    operations = [
        migrations.AddField(
            model_name='thread',
            name='listed_count',
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name='comments as lists tell'),
        ),
        migrations.RunPython(follow, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(models.F('article'), condition=models.Q(('listed_count', models.F('public_count')), _negated=True), name='thread_to_be_listed'),
        ),
    ]
