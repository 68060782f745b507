"""The sums of each month, for the public page of moderation. The worker fills them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0020_objections")]
    operations = [
        migrations.CreateModel(
            name="ModeratedMonth",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False, verbose_name="month")),
                ("figures", models.JSONField(verbose_name="figures")),
                ("through", models.BigIntegerField(editable=False)),
                ("made_at", models.DateTimeField(verbose_name="made")),
            ],
            options={
                "verbose_name": "month of moderation",
                "verbose_name_plural": "months of moderation",
                "ordering": ("-month",),
            },
        ),
    ]
