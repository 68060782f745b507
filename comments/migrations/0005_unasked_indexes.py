"""Indexes of foreign keys that nothing asks by, or that another index begins with: each cost every comment a write."""

from django.db import migrations, models
from django.db.models import PROTECT


def without_index(model, name, index, to, related_name, *, null=False):
    """Drop the index by its name: AlterField would copy the whole table on SQLite, and drop what hangs on it."""
    table = f"comments_{model}"
    field = models.ForeignKey(db_index=False, null=null, on_delete=PROTECT, related_name=related_name, to=to)
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AlterField(model_name=model, name=name, field=field)],
        database_operations=[
            migrations.RunSQL(f"DROP INDEX {index}", f"CREATE INDEX {index} ON {table} ({name}_id)"),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("comments", "0004_lookups_of_few")]
    operations = [
        without_index(
            "comment", "thread", "comments_comment_thread_id_fab41b92",
            "comments.thread", "comments",
        ),
        without_index(
            "comment", "parent", "comments_comment_parent_id_3e0802fb",
            "comments.comment", "children", null=True,
        ),
        without_index(
            "comment", "root", "comments_comment_root_id_23b4c218",
            "comments.comment", "descendants", null=True,
        ),
        without_index(
            "comment", "commenter", "comments_comment_commenter_id_ea13f223",
            "comments.commenter", "comments", null=True,
        ),
        without_index(
            "revision", "comment", "comments_revision_comment_id_1a75bde3",
            "comments.comment", "revisions",
        ),
        without_index(
            "decision", "revision", "comments_decision_revision_id_b17ac074",
            "comments.revision", "decisions",
        ),
        without_index(
            "decision", "public_revision", "comments_decision_public_revision_id_82d4f16c",
            "comments.revision", "+", null=True,
        ),
        without_index(
            "notice", "comment", "comments_notice_comment_id_7fa3c534",
            "comments.comment", "notices",
        ),
        without_index(
            "notice", "decision", "comments_notice_decision_id_c645cadb",
            "comments.decision", "notices", null=True,
        ),
    ]
