"""Comments that their authors had erased, and who asked what is held about an address."""

import uuid

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("comments", "0026_recommendations")]
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
        migrations.AddIndex(
            "comment",
            models.Index(
                "posted_at",
                condition=Q(email__gt="", commenter__isnull=True),
                name="comment_with_unconfirmed",
            ),
        ),
        migrations.CreateModel(
            name="AddressRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("to", models.EmailField(max_length=254, verbose_name="to")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("given_up_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                ("network", models.CharField(editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "request for a link",
                "verbose_name_plural": "requests for links",
                "ordering": ("due_at", "pk"),
                "indexes": [
                    models.Index(
                        "due_at",
                        condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                        name="address_request_owed",
                    ),
                    models.Index("network", "created_at", name="address_request_by_network"),
                    models.Index("to", "sent_at", name="address_request_by_address"),
                ],
            },
        ),
    ]
