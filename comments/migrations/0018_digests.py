"""What the desk is told once a day."""

import uuid

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("comments", "0017_lead_moderators_give_standing")]
    operations = [
        migrations.CreateModel(
            name="Digest",
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
                ("day", models.DateField(verbose_name="day")),
                ("figures", models.JSONField(verbose_name="figures")),
            ],
            options={
                "verbose_name": "digest",
                "verbose_name_plural": "digests",
                "ordering": ("due_at", "pk"),
                "indexes": [
                    models.Index(
                        "due_at", condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="digest_owed"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("day", "to"), name="one_digest_a_day_for_each")],
            },
        ),
    ]
