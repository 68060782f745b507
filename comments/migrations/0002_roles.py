"""The role of the desk, as a group: moderators decide on comments."""

from django.db import migrations

MODERATORS = {"comment": ("view_comment", "moderate_comment"), "thread": ("view_thread",)}


def make_role(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="moderators")
    for model, codenames in MODERATORS.items():
        content_type, _ = ContentType.objects.get_or_create(app_label="comments", model=model)
        for codename in codenames:
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
            )
            group.permissions.add(permission)


def drop_role(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name="moderators").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_role, drop_role)]
