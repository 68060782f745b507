"""What featuring, returning and answering by the newsroom set on a comment."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0005_unasked_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("comment", "featured_at", models.DateTimeField(null=True, verbose_name="featured")),
        migrations.AddField("comment", "closes_at", models.DateTimeField(null=True, verbose_name="closes")),
        migrations.AddField(
            "comment", "is_from_newsroom", models.BooleanField(default=False, verbose_name="from the newsroom")
        ),
        migrations.AddField(
            "comment",
            "returned_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returned_comments",
                to=settings.AUTH_USER_MODEL,
                verbose_name="returned by",
            ),
        ),
        migrations.AddIndex(
            "comment", models.Index("returned_by", condition=Q(returned_by__isnull=False), name="comment_returned_by")
        ),
        migrations.AddIndex(
            "comment", models.Index("closes_at", condition=Q(closes_at__isnull=False), name="comment_closes")
        ),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=Q(featured_at__isnull=True) | Q(public_revision__isnull=False),
                name="featured_comment_is_public",
            ),
        ),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=Q(status="returned") | Q(closes_at__isnull=True), name="only_returned_comments_close"
            ),
        ),
        migrations.AlterField(
            "notice",
            "kind",
            models.CharField(
                choices=[
                    ("confirm_address", "confirm an address"),
                    ("decided", "what was decided"),
                    ("answered", "what the newsroom answers"),
                ],
                max_length=32,
            ),
        ),
    ]
