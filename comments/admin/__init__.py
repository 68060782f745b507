"""The desk. It only declares: `comments.moderation` does the work."""

from comments.admin import authors, conversations, desk, ledger, limits, rules, templates

__all__ = ["authors", "conversations", "desk", "ledger", "limits", "rules", "templates"]
