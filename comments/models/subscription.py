"""What readers want to be told by mail, and when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.commenter import Commenter
from comments.models.thread import Thread
from comments.states import Pace, Topic


class Subscription(models.Model):
    """One wish of the owner of a confirmed address: how soon they are told about a topic, or about one conversation.

    The most specific row counts: that of a conversation, then that of a topic, then that of everything (neither).
    Without any, `policy.PACE` applies.
    """

    commenter = models.ForeignKey(Commenter, on_delete=models.CASCADE, related_name="subscriptions")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    topic = models.CharField(max_length=16, choices=Topic.choices, blank=True)
    pace = models.CharField(max_length=8, choices=Pace.choices)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = (
            models.CheckConstraint(condition=Q(pace__in=Pace.values), name="subscription_pace_known"),
            models.CheckConstraint(condition=Q(topic__in=["", *Topic.values]), name="subscription_topic_known"),
            models.CheckConstraint(condition=Q(thread__isnull=True) | Q(topic=""), name="subscription_is_of_one_thing"),
            models.UniqueConstraint(
                fields=["commenter", "topic"], condition=Q(thread__isnull=True), name="one_subscription_to_a_topic"
            ),
            models.UniqueConstraint(
                fields=["commenter", "thread"],
                condition=Q(thread__isnull=False),
                name="one_subscription_to_a_conversation",
            ),
        )

    def __str__(self) -> str:
        return f"{self.commenter_id}: {self.topic or self.thread_id or 'everything'}, {self.pace}"
