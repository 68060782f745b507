"""The newsroom: it declares; what it does, the verbs do."""

from articles.admin import front, library, pictures, stories

__all__ = ["front", "library", "pictures", "stories"]
