"""The next moment at which a story begins or ends by the clock is the first row of an index."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_lists_of_a_section")]
    operations = [
        migrations.AddIndex(model_name="edition", index=models.Index("visible_from", name="edition_begins")),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index("visible_until", condition=Q(visible_until__isnull=False), name="edition_ends"),
        ),
    ]
