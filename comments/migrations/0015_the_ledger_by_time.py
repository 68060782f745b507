"""The ledger is found by its days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0014_claims_of_moderators")]
    operations = [migrations.AddIndex("decision", models.Index("at", "id", name="decision_by_time"))]
