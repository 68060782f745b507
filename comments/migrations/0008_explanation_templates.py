"""Explanations that are kept ready, and that moderators may change them."""

import django.core.validators
from django.db import migrations, models

REASONS = [
    ("off_topic", "off topic"),
    ("offensive", "offensive"),
    ("harassment", "harassment"),
    ("hate", "hate"),
    ("advertising", "advertising"),
    ("misinformation", "misinformation"),
    ("personal_data", "personal data"),
    ("illegal", "illegal"),
    ("other", "other"),
]
ACTS = ("view", "add", "change", "delete")


def permit(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group = apps.get_model("auth", "Group").objects.filter(name="moderators").first()
    if group is None:
        return
    content_type, _ = ContentType.objects.get_or_create(app_label="comments", model="explanationtemplate")
    for act in ACTS:
        permission, _ = Permission.objects.get_or_create(
            content_type=content_type,
            codename=f"{act}_explanationtemplate",
            defaults={"name": f"Can {act} explanation template"},
        )
        group.permissions.add(permission)


def forbid(apps, schema_editor):
    names = [f"{act}_explanationtemplate" for act in ACTS]
    apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="comments", codename__in=names
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("comments", "0007_batches_and_overriding"), ("comments", "0002_roles")]
    operations = [
        migrations.CreateModel(
            name="ExplanationTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(blank=True, choices=REASONS, max_length=16, verbose_name="reason")),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                (
                    "text",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name="text"
                    ),
                ),
            ],
            options={
                "verbose_name": "explanation template",
                "verbose_name_plural": "explanation templates",
                "ordering": ("reason", "title", "pk"),
            },
        ),
        migrations.RunPython(permit, forbid),
    ]
