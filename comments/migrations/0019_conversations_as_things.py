import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0016_index_of_stories_found'),
        ('comments', '0018_digests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ThreadChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('closed', 'closed'), ('opened', 'opened'), ('timed', 'closing time set'), ('untimed', 'stays open'), ('slowed', 'slowed'), ('released', 'slowed no longer'), ('guided', 'rules of its own'), ('asked', 'question to readers')], max_length=16, verbose_name='what')),
                ('until', models.DateTimeField(null=True, verbose_name='until')),
                ('words', models.TextField(blank=True, verbose_name='words')),
                ('reason', models.TextField(blank=True, verbose_name='why')),
                ('at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'change of a conversation',
                'verbose_name_plural': 'changes of conversations',
                'ordering': ('pk',),
            },
        ),
        migrations.AddField(
            model_name='thread',
            name='closes_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='closes'),
        ),
        migrations.AddField(
            model_name='thread',
            name='guidance',
            field=models.TextField(blank=True, verbose_name='rules of its own'),
        ),
        migrations.AddField(
            model_name='thread',
            name='question',
            field=models.TextField(blank=True, verbose_name='question to readers'),
        ),
        migrations.AddField(
            model_name='thread',
            name='question_by',
            field=models.CharField(blank=True, max_length=80, verbose_name='who asks'),
        ),
        migrations.AddField(
            model_name='thread',
            name='slowed_because',
            field=models.TextField(blank=True, verbose_name='why it is slowed'),
        ),
        migrations.AddField(
            model_name='thread',
            name='slowed_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='slowed until'),
        ),
        migrations.AddField(
            model_name='thread',
            name='stays_open',
            field=models.BooleanField(default=False, verbose_name='stays open whatever its age'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(models.F('closes_at'), condition=models.Q(('closes_at__isnull', False)), name='thread_closes'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(models.F('slowed_until'), condition=models.Q(('slowed_until__isnull', False)), name='thread_slowed'),
        ),
        migrations.AddField(
            model_name='threadchange',
            name='by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='threadchange',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='comments.thread'),
        ),
    ]
