"""The page store: readers' pages, kept whole and dropped exactly when something on them changes.

Views say which names a page shows (`shows`), verbs which they change (`changed`), and nobody composes cache keys.
`docs/architecture.md` shows the path of a request through these modules.
"""

from newsportal.pages.names import CLOCK, changed, shows

__all__ = ["CLOCK", "changed", "shows"]
