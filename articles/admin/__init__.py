"""The newsroom: it declares; what it does, the verbs do."""

from articles.admin import library, pictures, stories

__all__ = ["library", "pictures", "stories"]
