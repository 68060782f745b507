"""What readers recommend: who by a keyed hash, and a number for each comment."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0025_subscriptions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('browser', models.CharField(editable=False, max_length=64)),
                ('network', models.CharField(editable=False, max_length=64)),
                ('at', models.DateTimeField(verbose_name='when')),
                ('counted', models.BooleanField(default=False, verbose_name='counted')),
                ('taken_back', models.BooleanField(default=False, verbose_name='taken back')),
            ],
            options={
                'verbose_name': 'recommendation',
                'verbose_name_plural': 'recommendations',
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='recommendations',
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name='recommendations'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('thread'), models.F('recommendations'), models.F('posted_at'), models.F('public_id'), condition=models.Q(('root__isnull', True), models.Q(('public_revision__isnull', False), ('answer_count__gt', 0), _connector='OR')), name='comment_recommended'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('thread'), models.F('posted_at'), models.F('public_id'), condition=models.Q(('featured_at__isnull', False)), name='comment_featured'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='comment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='recommended_by', to='comments.comment'),
        ),
        migrations.AddIndex(
            model_name='recommendation',
            index=models.Index(models.F('network'), models.F('at'), name='recommendation_of_network'),
        ),
        migrations.AddIndex(
            model_name='recommendation',
            index=models.Index(models.F('id'), condition=models.Q(('counted', False), ('taken_back', True), _connector='OR'), name='recommendation_due'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.UniqueConstraint(fields=('comment', 'browser'), name='one_recommendation_a_browser'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(('counted', True), ('taken_back', False), _connector='OR'), name='only_what_was_counted_is_counted_out'),
        ),
    ]
