"""The desk: it declares; what it does, `comments.moderation` does."""

from comments.admin import authors, conversations, desk, ledger, limits, rules, templates

__all__ = ["authors", "conversations", "desk", "ledger", "limits", "rules", "templates"]
