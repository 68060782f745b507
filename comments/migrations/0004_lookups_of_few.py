"""What only some rows have is indexed for those alone: a confirmed address, a moderator."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0003_readers_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                "commenter", "status", condition=Q(commenter__isnull=False), name="comment_of_address"
            ),
        ),
        migrations.RemoveIndex(model_name="comment", name="comment_record"),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index("by", condition=Q(by__isnull=False), name="decision_of_moderator"),
        ),
        # By the index's name: AlterField would copy the whole table on SQLite, and drop what hangs on it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="decision",
                    name="by",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="moderator",
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX comments_decision_by_id_550b5cf2",
                    "CREATE INDEX comments_decision_by_id_550b5cf2 ON comments_decision (by_id)",
                ),
            ],
        ),
    ]
