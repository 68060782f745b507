"""`error` is an address below each story now, so no story is found there: the same word as `freezing.slug_of` gives one."""

from django.db import migrations


def move(apps, schema_editor):
    """What stands below a story's id comes before its slug, so such a story would not be found at all."""
    apps.get_model("articles", "Edition").objects.filter(slug="error").update(slug="story-error")


class Migration(migrations.Migration):
    dependencies = [("articles", "0017_errors_that_readers_report")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
