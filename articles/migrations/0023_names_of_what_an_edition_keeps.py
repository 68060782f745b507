"""Rows of an edition have names that can be translated: the admin tells them where something cannot be deleted.

Lock: none; the database hears nothing of it.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0022_pictures_of_sections")]

    operations = [
        migrations.AlterModelOptions(
            name="editionperson",
            options={
                "ordering": ("position",),
                "verbose_name": "person of an edition",
                "verbose_name_plural": "people of editions",
            },
        ),
        migrations.AlterModelOptions(
            name="editionpicture",
            options={"verbose_name": "picture of an edition", "verbose_name_plural": "pictures of editions"},
        ),
        migrations.AlterModelOptions(
            name="editiontag",
            options={"verbose_name": "tag of an edition", "verbose_name_plural": "tags of editions"},
        ),
    ]
