"""Comments that their authors had erased."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("comments", "0018_digests")]
    operations = [
        migrations.AddField("comment", "erased_at", models.DateTimeField(null=True, verbose_name="erased")),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(status="withdrawn", name="", email="", commenter__isnull=True),
                name="erased_comment_is_nobodys",
            ),
        ),
    ]
