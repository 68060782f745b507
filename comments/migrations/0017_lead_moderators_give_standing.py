"""Lead moderators may do what moderators may: give standings, too, which came to moderators after their group was made."""

from django.db import migrations


def allow(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    moderators = Group.objects.filter(name="moderators").first()
    lead = Group.objects.filter(name="lead moderators").first()
    if moderators and lead:
        given = moderators.permissions.filter(content_type__app_label="comments", codename="give_standing")
        lead.permissions.add(*given)


def forbid(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    given = Permission.objects.filter(content_type__app_label="comments", codename="give_standing")
    for lead in apps.get_model("auth", "Group").objects.filter(name="lead moderators"):
        lead.permissions.remove(*given)


class Migration(migrations.Migration):
    dependencies = [("comments", "0016_alarms"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(allow, forbid)]
