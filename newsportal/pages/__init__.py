"""The page store: readers' pages, kept whole and forgotten exactly when something on them changes.

Views say which names a page shows (`shows`), verbs say which they change (`changed`), and nobody writes a key.
`docs/architecture.md` has the path of a request through these modules.
"""

from newsportal.pages.names import CLOCK, changed, shows

__all__ = ["CLOCK", "changed", "shows"]
