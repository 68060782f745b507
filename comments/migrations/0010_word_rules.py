"""Rules that the newsroom writes, their log, what they caught, and the limits."""

import django.db.models.deletion
import newsportal.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0009_the_queue'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HouseLimits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(editable=False, max_length=32)),
                ('links_allowed', models.PositiveIntegerField(null=True, verbose_name='links allowed')),
                ('burst', models.PositiveIntegerField(null=True, verbose_name='comments from one network in ten minutes')),
                ('hourly', models.PositiveIntegerField(null=True, verbose_name='comments from one network in an hour')),
                ('new_author_comments', models.PositiveIntegerField(null=True, verbose_name='approved comments until an author is known')),
                ('same_text_days', models.PositiveIntegerField(null=True, verbose_name='days in which the same text is a repeat')),
            ],
            options={
                'verbose_name': 'limits',
                'verbose_name_plural': 'limits',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='limits_are_one_row')],
            },
        ),
        migrations.CreateModel(
            name='WordRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', newsportal.fields.WordsField(max_length=100, verbose_name='word or phrase')),
                ('key', models.CharField(editable=False, max_length=300, unique=True)),
                ('action', models.CharField(choices=[('hold', 'hold for a person'), ('reject', 'reject, with a reason')], max_length=16, verbose_name='action')),
                ('reason', models.CharField(blank=True, choices=[('off_topic', 'off topic'), ('offensive', 'offensive'), ('harassment', 'harassment'), ('hate', 'hate'), ('advertising', 'advertising'), ('misinformation', 'misinformation'), ('personal_data', 'personal data'), ('illegal', 'illegal'), ('other', 'other')], max_length=16, verbose_name='reason')),
                ('notes', newsportal.fields.ProseField(max_length=1000, verbose_name='why')),
                ('state', models.CharField(choices=[('logging', 'only logs'), ('acting', 'acts'), ('off', 'off')], default='logging', max_length=16, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
                ('changed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'word rule',
                'verbose_name_plural': 'word rules',
                'ordering': ('key',),
            },
        ),
        migrations.CreateModel(
            name='RuleChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('added', 'added, after a rehearsal'), ('changed', 'changed, after a rehearsal'), ('noted', 'notes changed'), ('acting', 'switched to act'), ('logging', 'switched to log only'), ('off', 'switched off'), ('limits', 'limits changed')], max_length=16, verbose_name='what')),
                ('action', models.CharField(blank=True, choices=[('hold', 'hold for a person'), ('reject', 'reject, with a reason')], max_length=16, verbose_name='action')),
                ('reason', models.CharField(blank=True, choices=[('off_topic', 'off topic'), ('offensive', 'offensive'), ('harassment', 'harassment'), ('hate', 'hate'), ('advertising', 'advertising'), ('misinformation', 'misinformation'), ('personal_data', 'personal data'), ('illegal', 'illegal'), ('other', 'other')], max_length=16, verbose_name='reason')),
                ('notes', models.TextField(blank=True, verbose_name='why')),
                ('figures', models.JSONField(default=dict, verbose_name='figures')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='comments.wordrule')),
            ],
            options={
                'verbose_name': 'change of rules',
                'verbose_name_plural': 'changes of rules',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Catch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acted', models.BooleanField(verbose_name='acted')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('comment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='catches', to='comments.comment')),
                ('rule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='catches', to='comments.wordrule')),
            ],
            options={
                'verbose_name': 'catch',
                'verbose_name_plural': 'catches',
            },
        ),
        migrations.AddConstraint(
            model_name='wordrule',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['hold', 'reject'])), name='rule_action_known'),
        ),
        migrations.AddConstraint(
            model_name='wordrule',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['logging', 'acting', 'off'])), name='rule_state_known'),
        ),
        migrations.AddConstraint(
            model_name='wordrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'reject'), models.Q(('reason', ''), _negated=True)), models.Q(('action', 'hold'), ('reason', '')), _connector='OR'), name='rule_that_rejects_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='rulechange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', 'limits'), ('rule__isnull', True)), models.Q(models.Q(('act', 'limits'), _negated=True), ('rule__isnull', False)), _connector='OR'), name='change_is_of_a_rule_or_of_limits'),
        ),
        migrations.AddIndex(
            model_name='catch',
            index=models.Index(models.F('rule'), models.F('at'), name='catch_of_rule'),
        ),
        migrations.AddConstraint(
            model_name='catch',
            constraint=models.UniqueConstraint(fields=('comment', 'rule'), name='comment_is_caught_once'),
        ),
    ]
