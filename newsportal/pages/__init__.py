"""Which pages change: verbs say the names of what they changed, and on commit whoever keeps pages hears of them."""

from newsportal.pages.names import changed, names_changed

__all__ = ["changed", "names_changed"]
