"""A section may have a picture, for where its page or a story without one is shared."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0021_editors_write_pages_about_the_paper")]
    operations = [
        migrations.AddField(
            model_name="section",
            name="picture",
            field=models.ForeignKey(
                to="articles.picture",
                on_delete=models.PROTECT,
                null=True,
                blank=True,
                related_name="picture_of",
                verbose_name="picture",
                help_text="Shown where its page is shared, or a story of it that has no picture of its own.",
            ),
        ),
    ]
