"""Stories may be handed over to a colleague, and the log may say so.

Lock: nobody reads or writes the stories' log while PostgreSQL reads it once to check the constraint, or SQLite writes it
anew. It has a few rows for each story. The way back refuses where a story was handed over.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0023_names_of_what_an_edition_keeps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='articlelog',
            name='article_log_act_known',
        ),
        migrations.AlterField(
            model_name='articlelog',
            name='act',
            field=models.CharField(choices=[('created', 'created'), ('edited', 'edited'), ('submitted', 'submitted for review'), ('sent_back', 'sent back'), ('accepted', 'accepted'), ('published', 'published'), ('scheduled', 'scheduled'), ('cancelled', 'cancelled'), ('withdrawn', 'withdrawn'), ('restored', 'taken back into the working copy'), ('blanked', 'words removed'), ('handed_over', 'handed over')], max_length=16, verbose_name='what'),
        ),
        migrations.AddConstraint(
            model_name='articlelog',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['created', 'edited', 'submitted', 'sent_back', 'accepted', 'published', 'scheduled', 'cancelled', 'withdrawn', 'restored', 'blanked', 'handed_over'])), name='article_log_act_known'),
        ),
    ]
