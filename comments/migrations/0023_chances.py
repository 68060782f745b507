"""How often a network was shown words of the newsroom's list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0022_reports")]
    operations = [
        migrations.AddField(
            model_name="network",
            name="chances",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="network",
            name="chances_since",
            field=models.DateTimeField(null=True),
        ),
    ]
