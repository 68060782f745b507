"""Readers' lists get indexes that hold what readers see, and nothing of what waits."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_roles")]
    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                "thread",
                "posted_at",
                "public_id",
                condition=Q(public_revision__isnull=False) | Q(answer_count__gt=0),
                name="comment_of_thread",
            ),
        ),
        # Behind the one above: of two that fit SQLite takes the one that was made last.
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                "thread",
                "posted_at",
                "public_id",
                condition=Q(root__isnull=True) & (Q(public_revision__isnull=False) | Q(answer_count__gt=0)),
                name="comment_standing",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                "root",
                "posted_at",
                "public_id",
                condition=Q(root__isnull=False, public_revision__isnull=False),
                name="comment_public_answers",
            ),
        ),
        migrations.RemoveIndex(model_name="comment", name="comment_page"),
        migrations.RemoveIndex(model_name="comment", name="comment_answers"),
    ]
