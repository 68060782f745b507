"""Readers' pages about comments: each view authorises, parses, calls one verb and responds."""

from comments.views.address import address_asked, address_export, ask_for_address, my_address
from comments.views.author import my_comment
from comments.views.erasing import address_erasure, comment_erasure
from comments.views.guidelines import guidelines
from comments.views.moderation import moderation
from comments.views.privacy import privacy
from comments.views.reading import answers, page, permalink, thread_context
from comments.views.recommending import recommend
from comments.views.reporting import report, report_status
from comments.views.subscriptions import subscriptions, unsubscribe
from comments.views.writing import new

__all__ = [
    "address_asked",
    "address_erasure",
    "address_export",
    "answers",
    "ask_for_address",
    "comment_erasure",
    "guidelines",
    "moderation",
    "my_address",
    "my_comment",
    "new",
    "page",
    "permalink",
    "privacy",
    "recommend",
    "report",
    "report_status",
    "subscriptions",
    "thread_context",
    "unsubscribe",
]
