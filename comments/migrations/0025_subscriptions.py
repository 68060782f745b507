"""What readers want to be told by mail, how soon, and the one mail a day."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

TOPICS = [
    ("published", "Comments of yours that are published"),
    ("reasons", "Comments of yours that are not published or are to be changed, and how you stand"),
    ("answers", "Answers to your comments"),
    ("featured", "Comments of yours that are featured"),
]


class Migration(migrations.Migration):
    dependencies = [("comments", "0024_answers_and_featuring_are_told")]
    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(blank=True, choices=TOPICS, max_length=16)),
                (
                    "pace",
                    models.CharField(
                        choices=[("now", "at once"), ("daily", "once a day"), ("off", "not at all")], max_length=8
                    ),
                ),
                (
                    "commenter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="comments.commenter",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="comments.thread",
                    ),
                ),
            ],
            options={
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(pace__in=["now", "daily", "off"]), name="subscription_pace_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(topic__in=["", *(topic for topic, _label in TOPICS)]),
                        name="subscription_topic_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(thread__isnull=True) | Q(topic=""), name="subscription_is_of_one_thing"
                    ),
                    models.UniqueConstraint(
                        condition=Q(thread__isnull=True),
                        fields=("commenter", "topic"),
                        name="one_subscription_to_a_topic",
                    ),
                    models.UniqueConstraint(
                        condition=Q(thread__isnull=False),
                        fields=("commenter", "thread"),
                        name="one_subscription_to_a_conversation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Roundup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("to", models.EmailField(max_length=254, verbose_name="to")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("given_up_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                ("day", models.DateField(verbose_name="day")),
            ],
            options={
                "verbose_name": "roundup",
                "verbose_name_plural": "roundups",
                "ordering": ("due_at", "pk"),
                "indexes": [
                    models.Index(
                        "due_at", condition=Q(given_up_at__isnull=True, sent_at__isnull=True), name="roundup_owed"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("to", "day"), name="one_roundup_a_day_for_each")],
            },
        ),
        migrations.AddField(
            model_name="notice",
            name="roundup",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="comments.roundup",
            ),
        ),
        migrations.RemoveIndex(model_name="notice", name="notice_owed"),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                "due_at",
                condition=Q(given_up_at__isnull=True, roundup__isnull=True, sent_at__isnull=True),
                name="notice_owed",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index("roundup", "id", condition=Q(roundup__isnull=False), name="notice_of_roundup"),
        ),
    ]
