"""The newsroom's admin: it only declares; the verbs act."""

from articles.admin import colleagues, errors, front, house, library, pictures, stories

__all__ = ["colleagues", "errors", "front", "house", "library", "pictures", "stories"]
