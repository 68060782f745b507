"""What is held about mails to readers, and about what they want to be told."""

from django.utils.translation import gettext_lazy as _

from comments.held.part import ABOVE, INSIDE, TO_YOU_ALONE, Part, until_sent_long_ago, with_address
from comments.models import Notice, Roundup, Subscription

MAILS: tuple[Part, ...] = (
    Part(
        key="mails",
        model=Notice,
        what=_("Mails that we sent to your address, or owe to it"),
        why=_("So that none is lost, none is sent twice, and a mistake is corrected to whoever was told of it."),
        kept=until_sent_long_ago,
        seen_by=TO_YOU_ALONE,
        told={
            "kind": _("About"),
            "comment": _("Comment"),
            "created_at": _("Written"),
            "due_at": _("Due"),
            "sent_at": _("Sent"),
            "given_up_at": _("Given up"),
            "attempts": _("Attempts"),
        },
        kept_back={
            "id": INSIDE,
            "uid": INSIDE,
            "to": ABOVE,
            "leased_until": INSIDE,
            "error": INSIDE,
            "decision": INSIDE,
            "standing_change": INSIDE,
            "report": "reports stand below",
            "answer": "another reader's comment",
            "roundup": "daily mails stand below",
        },
        rows=lambda owner: Notice.objects.filter(to=owner.email).select_related("comment"),
    ),
    Part(
        key="daily_mails",
        model=Roundup,
        what=_("Daily mails to your address"),
        why=_("So that what you want once a day comes once, in one mail."),
        kept=until_sent_long_ago,
        seen_by=TO_YOU_ALONE,
        told={
            "day": _("Day"),
            "created_at": _("Written"),
            "due_at": _("Due"),
            "sent_at": _("Sent"),
            "given_up_at": _("Given up"),
            "attempts": _("Attempts"),
        },
        kept_back={"id": INSIDE, "uid": INSIDE, "to": ABOVE, "leased_until": INSIDE, "error": INSIDE},
        rows=lambda owner: Roundup.objects.filter(to=owner.email),
    ),
    Part(
        key="wishes",
        model=Subscription,
        what=_("What you want to be told by mail, and when"),
        why=_("So that you get the mails that you want, and no others."),
        kept=with_address,
        seen_by=_("Nobody."),
        told={"topic": _("About"), "thread": _("Story"), "pace": _("How soon")},
        kept_back={"id": INSIDE, "commenter": INSIDE},
        rows=lambda owner: Subscription.objects.filter(commenter=owner).select_related("thread"),
    ),
)
