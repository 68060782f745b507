"""A section's stories come in the order of its page without sorting, and are counted without reading one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_roles")]
    operations = [
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                "section",
                "first_visible_from",
                "article_id",
                "visible_from",
                "visible_until",
                name="edition_of_section",
            ),
        ),
        migrations.RemoveIndex(model_name="edition", name="edition_by_section"),
    ]
