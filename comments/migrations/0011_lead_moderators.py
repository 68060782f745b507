"""Who reads the rules and who changes them: moderators see them, lead moderators write them."""

from django.db import migrations

SEE = "view_wordrule"
CHANGE = "change_wordrule"


def permission(apps, codename):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="comments", model="wordrule"
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": f"Can {codename.split('_')[0]} word rule"}
    )
    return found


def make_role(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    moderators, _ = Group.objects.get_or_create(name="moderators")
    moderators.permissions.add(permission(apps, SEE))
    lead, _ = Group.objects.get_or_create(name="lead moderators")
    lead.permissions.add(*moderators.permissions.all(), permission(apps, CHANGE))


def drop_role(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Group.objects.filter(name="lead moderators").delete()
    for group in Group.objects.filter(name="moderators"):
        group.permissions.remove(permission(apps, SEE))


class Migration(migrations.Migration):
    dependencies = [("comments", "0010_word_rules"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make_role, drop_role)]
