"""The desk: it declares; what it does, `comments.moderation` does."""

from comments.admin import authors, conversations, desk

__all__ = ["authors", "conversations", "desk"]
