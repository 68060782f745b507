"""The desk: it declares; what it does, `comments.moderation` does."""

from comments.admin import conversations, desk, templates

__all__ = ["conversations", "desk", "templates"]
