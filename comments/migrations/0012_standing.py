"""How authors stand, notes on them, and what slows or pauses networks: logs whose newest row counts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0011_lead_moderators'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StandingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_standing', models.CharField(choices=[('new', 'new'), ('known', 'known'), ('trusted', 'trusted'), ('held', 'always held'), ('paused', 'paused'), ('barred', 'barred')], max_length=16, verbose_name='from')),
                ('to_standing', models.CharField(blank=True, choices=[('new', 'new'), ('known', 'known'), ('trusted', 'trusted'), ('held', 'always held'), ('paused', 'paused'), ('barred', 'barred')], max_length=16, verbose_name='to')),
                ('until', models.DateTimeField(null=True, verbose_name='until')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
            ],
            options={
                'verbose_name': 'change of a standing',
                'verbose_name_plural': 'changes of standings',
                'ordering': ('pk',),
            },
        ),
        migrations.AlterModelOptions(
            name='commenter',
            options={'permissions': (('give_standing', 'Can give authors a standing, and slow or pause networks'),), 'verbose_name': 'commenter', 'verbose_name_plural': 'commenters'},
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('confirm_address', 'confirm an address'), ('decided', 'what was decided'), ('answered', 'what the newsroom answers'), ('standing', 'how an author stands')], max_length=32),
        ),
        migrations.CreateModel(
            name='StandingWords',
            fields=[
                ('change', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='comments.standingchange')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
            ],
        ),
        migrations.AddField(
            model_name='standingchange',
            name='commenter',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='standing_changes', to='comments.commenter', verbose_name='author'),
        ),
        migrations.AddField(
            model_name='notice',
            name='standing_change',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='comments.standingchange'),
        ),
        migrations.CreateModel(
            name='AuthorNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='written')),
                ('struck_at', models.DateTimeField(null=True, verbose_name='struck')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('commenter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='comments.commenter', verbose_name='author')),
            ],
            options={
                'verbose_name': 'note on an author',
                'verbose_name_plural': 'notes on authors',
                'ordering': ('-pk',),
                'indexes': [models.Index(models.F('commenter'), models.F('id'), name='note_on_commenter')],
            },
        ),
        migrations.CreateModel(
            name='NetworkRestraint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_restraint', models.CharField(blank=True, choices=[('slowed', 'slowed'), ('paused', 'paused')], max_length=16, verbose_name='from')),
                ('to_restraint', models.CharField(blank=True, choices=[('slowed', 'slowed'), ('paused', 'paused')], max_length=16, verbose_name='to')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('reason', models.TextField(verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
                ('network', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='restraints', to='comments.network')),
            ],
            options={
                'verbose_name': 'restraint on a network',
                'verbose_name_plural': 'restraints on networks',
                'ordering': ('pk',),
                'indexes': [models.Index(models.F('network'), models.F('id'), name='restraint_of_network')],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_restraint__in', ['', 'slowed', 'paused'])), name='restraint_known')],
            },
        ),
        migrations.AddIndex(
            model_name='standingchange',
            index=models.Index(models.F('commenter'), models.F('id'), name='standing_of_commenter'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(('to_standing__in', ['', 'trusted', 'held', 'paused', 'barred'])), name='standing_can_be_given'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_standing', 'paused'), _negated=True), ('until__isnull', False), _connector='OR'), name='pause_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('at')), _connector='OR'), name='standing_lasts'),
        ),
    ]
