"""Editors write the pages about the paper."""

from django.db import migrations

PERMISSION = {"codename": "edit_house_pages", "defaults": {"name": "Can write the pages about the paper"}}


def give(apps, schema_editor):
    """Django would make the permission only after all migrations, so it is made here."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="articles", model="housepage"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(content_type=content_type, **PERMISSION)
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="editors")
    group.permissions.add(permission)


def take(apps, schema_editor):
    apps.get_model("auth", "Permission").objects.filter(codename=PERMISSION["codename"]).delete()


class Migration(migrations.Migration):
    dependencies = [("articles", "0020_pages_about_the_paper")]
    operations = [migrations.RunPython(give, take)]
