"""The roles of the newsroom, as groups: writers write and submit their own drafts, editors edit and publish all."""

from django.db import migrations

LISTS = ("keypoint", "quote", "byline")
LIBRARY = ("picture", "section", "tag", "person", "source")

WRITERS = {
    "article": ("add", "change", "view"),
    **{model: ("add", "change", "delete", "view") for model in LISTS},
    **{model: ("view",) for model in LIBRARY},
    "picture": ("add", "view"),
    "tag": ("add", "view"),
}
EDITORS = {
    "article": ("add", "change", "view", "edit_all_articles", "publish_article"),
    **{model: ("add", "change", "delete", "view") for model in (*LISTS, *LIBRARY)},
}


def make_roles(apps, schema_editor):
    give(apps, "writers", "articles", WRITERS)
    give(apps, "editors", "articles", EDITORS)


def give(apps, group_name, app_label, rights):
    """Give a group its permissions; those that Django would only make after all migrations are made here."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=group_name)
    for model, verbs in rights.items():
        content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
        for verb in verbs:
            codename = verb if "_" in verb else f"{verb}_{model}"
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
            )
            group.permissions.add(permission)


def drop_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["writers", "editors"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, drop_roles)]
