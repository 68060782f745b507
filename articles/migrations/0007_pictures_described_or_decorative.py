"""Every picture has an alternative text or says that it needs none; and which crops of it have been made."""

import newsportal.fields
from django.db import migrations, models


def mark_decorative(apps, schema_editor):
    """What was kept without words, which no form allowed, was passed over by screen readers already."""
    apps.get_model("articles", "Picture").objects.filter(alt="").update(is_decorative=True)


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0006_review_sections_and_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name='picture',
            name='is_decorative',
            field=models.BooleanField(default=False, help_text='It says nothing that the text beside it does not; screen readers pass over it.', verbose_name='decorative'),
        ),
        migrations.AddField(
            model_name='picture',
            name='sized_as',
            field=models.CharField(blank=True, default='', editable=False, max_length=12),
        ),
        migrations.AlterField(
            model_name='picture',
            name='alt',
            field=newsportal.fields.WordsField(blank=True, help_text='What the picture shows, for those who do not see it.', max_length=300, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='picture',
            name='ppoi',
            field=models.CharField(default='0.5x0.5', max_length=20, verbose_name='focal point'),
        ),
        migrations.RunPython(mark_decorative, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('alt', ''), ('is_decorative', True)), models.Q(models.Q(('alt', ''), _negated=True), ('is_decorative', False)), _connector='OR'), name='picture_described_or_decorative', violation_error_message='A picture has an alternative text, or is marked as decorative.'),
        ),
    ]
