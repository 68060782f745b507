"""The newsroom: it declares; what it does, the verbs do."""

from articles.admin import colleagues, errors, front, house, library, pictures, stories

__all__ = ["colleagues", "errors", "front", "house", "library", "pictures", "stories"]
