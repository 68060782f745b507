"""What a page store does, whatever it is made of.

A *moment* is the store's count of changes, as text: between two equal moments nothing changed. A *version* is the
moment at which a name last changed, with a random token, so that a lost name never matches what a page remembers.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from newsportal.pages.page import Page


class StoreError(Exception):
    """The store cannot be used now: it is missing, full, broken, unwritable or silent."""


class Store(Protocol):
    """Pages by key, versions by name. Every method may raise StoreError.

    A remote store allows each of its commands `REDIS_SECONDS`.
    """

    # Whether it answers within microseconds, so that it may be asked on the event loop.
    is_instant: bool

    def begin(self) -> None:
        """Make it ready for a server process: empty, if it belongs to this machine alone."""

    def moment(self) -> str:
        """The present count of changes."""

    def find(self, key: str) -> Page | None:
        """The page with this key, if each name that it shows still has the version it was rendered at."""

    def is_current(self, versions: Mapping[str, str]) -> bool:
        """Whether each of these names still has its version."""

    def keep(self, page: Page, names: Iterable[str], since: str) -> Page | None:
        """Keep a page that shows `names` and was rendered after `since`; returns it with its versions.

        Returns None, and keeps nothing, if one of the names has changed since, or may have. The oldest pages make room.
        """

    def renew(self, names: Iterable[str]) -> None:
        """Give these names new versions: pages that show one of them are no longer found."""

    def claim(self, key: str) -> bool:
        """Whether it is the caller that renders this page. A claim ends with `release`, or after `WAIT_SECONDS`."""

    def release(self, key: str) -> None:
        """End a claim."""

    def forget_everything(self) -> None:
        """Delete everything."""

    def contents(self) -> list[Page]:
        """Every kept page that could be served."""

    def count(self, steps: Mapping[str, int]) -> None:
        """Add to the counts that all processes share."""

    def counts(self) -> dict[str, int]:
        """The shared counts, and `pages` and `bytes` that are kept now."""
