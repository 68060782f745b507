"""Errors that readers report in stories, and the mails that tell them what came of it."""
import articles.models.error_report
import django.db.models.deletion
import newsportal.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0016_index_of_stories_found'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ErrorReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=articles.models.error_report.new_reference, editable=False, max_length=16, unique=True, verbose_name='reference')),
                ('passage', newsportal.fields.ProseField(blank=True, max_length=1000, verbose_name='passage')),
                ('text', newsportal.fields.ProseField(max_length=3000, verbose_name='what is wrong')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='mail address')),
                ('network', models.CharField(blank=True, max_length=64)),
                ('sent_at', models.DateTimeField(verbose_name='sent')),
                ('outcome', models.CharField(blank=True, choices=[('corrected', 'corrected'), ('no_error', 'no error')], max_length=16, verbose_name='outcome')),
                ('answer', newsportal.fields.ProseField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='error_reports', to='articles.article', verbose_name='story')),
                ('corrected_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.edition', verbose_name='edition that corrected it')),
                ('edition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.edition', verbose_name='edition that was read')),
            ],
            options={
                'verbose_name': 'reported error',
                'verbose_name_plural': 'reported errors',
                'ordering': ('-sent_at', '-pk'),
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ErrorAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('to', models.EmailField(max_length=254, verbose_name='to')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('given_up_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='articles.errorreport', verbose_name='report')),
            ],
            options={
                'verbose_name': 'answer by mail',
                'verbose_name_plural': 'answers by mail',
                'ordering': ('due_at', 'pk'),
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='errorreport',
            index=models.Index(models.F('article'), models.F('sent_at'), name='error_report_of_article'),
        ),
        migrations.AddIndex(
            model_name='errorreport',
            index=models.Index(models.F('sent_at'), condition=models.Q(('answered_at__isnull', True)), name='error_report_waits'),
        ),
        migrations.AddIndex(
            model_name='errorreport',
            index=models.Index(models.F('sent_at'), name='error_report_by_time'),
        ),
        migrations.AddIndex(
            model_name='errorreport',
            index=models.Index(models.F('network'), models.F('sent_at'), condition=models.Q(('network', ''), _negated=True), name='error_report_sender'),
        ),
        migrations.AddIndex(
            model_name='errorreport',
            index=models.Index(models.F('answered_at'), condition=models.Q(('email', ''), _negated=True), name='error_report_with_address'),
        ),
        migrations.AddConstraint(
            model_name='errorreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True), ('outcome', '')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('outcome__in', ['corrected', 'no_error']), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='error_report_answered_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='errorreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrected_by__isnull', False), ('outcome', 'corrected')), models.Q(models.Q(('outcome', 'corrected'), _negated=True), ('corrected_by__isnull', True)), _connector='OR'), name='error_report_corrected_by_an_edition'),
        ),
        migrations.AddIndex(
            model_name='erroranswer',
            index=models.Index(models.F('due_at'), condition=models.Q(('given_up_at__isnull', True), ('sent_at__isnull', True)), name='error_answer_owed'),
        ),
    ]
