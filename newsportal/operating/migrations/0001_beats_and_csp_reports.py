"""When workers were last heard of, and what browsers report of our Content Security Policy.

Lock: none that anybody waits for; both tables are new.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="CspReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("directive", models.CharField(max_length=40, verbose_name="directive")),
                ("blocked", models.CharField(max_length=200, verbose_name="blocked")),
                ("path", models.CharField(max_length=300, verbose_name="page")),
                ("times", models.PositiveBigIntegerField(default=1, verbose_name="times")),
                ("first_at", models.DateTimeField(verbose_name="first")),
                ("last_at", models.DateTimeField(verbose_name="last")),
            ],
            options={
                "verbose_name": "refusal of a browser",
                "verbose_name_plural": "refusals of browsers",
                "ordering": ("-last_at", "-pk"),
                "indexes": [models.Index(models.F("last_at"), name="csp_report_by_age")],
            },
        ),
        migrations.CreateModel(
            name="WorkerBeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("worker", models.CharField(max_length=120)),
                ("part", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("worker"), models.F("part"), name="one_beat_of_each_part")
                ],
            },
        ),
    ]
