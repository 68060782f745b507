"""The newsroom: it declares; what it does, the verbs do."""

from articles.admin import library, stories

__all__ = ["library", "stories"]
