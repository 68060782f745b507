"""What was reported with an address is found by it, whatever its case, for whoever asks for all that is held."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("comments", "0030_slowed_by_rule")]
    operations = [
        migrations.AddIndex(
            "report", models.Index(Lower("email"), condition=~Q(email=""), name="report_of_address")
        ),
    ]
