"""Pages about the paper, and every version of their words."""
import django.core.validators
import django.db.models.deletion
import newsportal.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0019_reported_errors_by_address"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HousePage',
            fields=[
                ('title', newsportal.fields.WordsField(max_length=60, verbose_name='title')),
                ('summary', newsportal.fields.WordsField(blank=True, max_length=300, verbose_name='summary')),
                ('body', newsportal.fields.ProseField(blank=True, verbose_name='text')),
                ('is_public', models.BooleanField(default=False, verbose_name='readers see it')),
                ('slug', models.CharField(max_length=60, primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z', 'Small letters and digits, with single hyphens between words.')], verbose_name='address')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('changed_at', models.DateTimeField(editable=False, verbose_name='changed')),
                ('changed_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
            ],
            options={
                'verbose_name': 'page about the paper',
                'verbose_name_plural': 'pages about the paper',
                'ordering': ('position', 'slug'),
                'permissions': (('edit_house_pages', 'Can write the pages about the paper'),),
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='HousePageVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', newsportal.fields.WordsField(max_length=60, verbose_name='title')),
                ('summary', newsportal.fields.WordsField(blank=True, max_length=300, verbose_name='summary')),
                ('body', newsportal.fields.ProseField(blank=True, verbose_name='text')),
                ('is_public', models.BooleanField(default=False, verbose_name='readers see it')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('page', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='articles.housepage')),
            ],
            options={
                'verbose_name': 'version of a page',
                'verbose_name_plural': 'versions of a page',
                'ordering': ('-number',),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('page', 'number'), name='house_page_versions_are_distinct')],
            },
        ),
    ]
