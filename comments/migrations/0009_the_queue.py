"""What waits has a place in the queue, by what the rules say of it and by how long it waits."""

from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce


def give_places(apps, schema_editor):
    """What waits already keeps the order in which it came; its risk is counted when the rules look at it again."""
    Comment = apps.get_model("comments", "Comment")
    Revision = apps.get_model("comments", "Revision")
    newest = Revision.objects.filter(comment=OuterRef("pk"), number=OuterRef("revision_number"))
    # One without a text cannot be; but a migration that stops helps nobody. Each row is written once: those that were
    # written twice PostgreSQL does not take in one transaction with the constraint.
    came = Coalesce(Subquery(newest.values("created_at")[:1]), F("posted_at"))
    Comment.objects.filter(status="pending").update(queued_at=came)


class Migration(migrations.Migration):
    # One transaction, and the new column locks the table to its end: no comment comes in between places and constraint.
    dependencies = [("comments", "0008_explanation_templates")]
    operations = [
        migrations.AddField(
            model_name="comment",
            name="queued_at",
            field=models.DateTimeField(null=True, verbose_name="place in the queue"),
        ),
        migrations.AddField(
            model_name="comment",
            name="risk",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="risk"),
        ),
        migrations.RunPython(give_places, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=Q(status="pending", queued_at__isnull=False)
                | ~Q(status="pending") & Q(queued_at__isnull=True),
                name="waiting_comment_has_a_place",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index("queued_at", "id", condition=Q(queued_at__isnull=False), name="comment_queue"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                "thread", "queued_at", "id", condition=Q(queued_at__isnull=False), name="comment_queue_of_story"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                "thread", "status", "posted_at", "public_id",
                condition=Q(queued_at__isnull=True),
                name="comment_decided",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                "queued_at", "id",
                condition=Q(queued_at__isnull=False, returned_by__isnull=False),
                name="comment_came_back",
            ),
        ),
        migrations.RemoveIndex(model_name="comment", name="comment_of_address"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                "commenter", "posted_at", "status",
                condition=Q(commenter__isnull=False),
                name="comment_of_address",
            ),
        ),
    ]
