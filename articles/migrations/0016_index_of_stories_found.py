"""An index of whatever the search asks of the stories that have the words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0015_breaking_news_by_its_times")]
    operations = [
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                models.F("id"),
                models.F("visible_from"),
                models.F("visible_until"),
                models.F("first_visible_from"),
                models.F("article_id"),
                models.F("section"),
                name="edition_found",
            ),
        ),
    ]
