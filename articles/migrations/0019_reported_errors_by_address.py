"""Errors that were reported with an address are found by it, whatever its case, for whoever asks for all that is held."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("articles", "0018_no_story_is_called_error")]
    operations = [
        migrations.RemoveIndex("errorreport", "error_report_with_address"),
        migrations.AddIndex(
            "errorreport", models.Index(Lower("email"), condition=~Q(email=""), name="error_report_of_address")
        ),
    ]
