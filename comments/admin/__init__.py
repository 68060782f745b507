"""The desk: it declares; what it does, `comments.moderation` does."""

from comments.admin import conversations, desk, limits, rules, templates

__all__ = ["conversations", "desk", "limits", "rules", "templates"]
