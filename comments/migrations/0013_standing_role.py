"""Moderators may give authors a standing."""

from django.db import migrations


def allow(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="comments", model="commenter"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename="give_standing",
        defaults={"name": "Can give authors a standing, and slow or pause networks"},
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="moderators"):
        group.permissions.add(permission)


def forbid(apps, schema_editor):
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="comments", codename="give_standing"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="moderators"):
        group.permissions.remove(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0012_standing"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(allow, forbid)]
