"""The newsroom: it declares; what it does, the verbs do."""

from articles.admin import errors, front, house, library, pictures, stories

__all__ = ["errors", "front", "house", "library", "pictures", "stories"]
