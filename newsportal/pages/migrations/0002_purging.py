from django.db import migrations, models

import newsportal.pages.models


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0001_changed_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='changedname',
            name='purge_at',
            field=models.DateTimeField(default=newsportal.pages.models.left_behind_at, null=True),
        ),
        migrations.AddField(
            model_name='changedname',
            name='was_purged',
            field=models.BooleanField(default=False),
        ),
    ]
