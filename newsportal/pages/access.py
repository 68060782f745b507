"""The page store chosen by the settings, and whether this process may use it now."""

import logging
from functools import lru_cache

from django.conf import settings

from newsportal.pages.build import build
from newsportal.pages.store import Store, StoreError

logger = logging.getLogger(__name__)


class Access:
    """A process's access to its store; closed while the store cannot be trusted, and reopened by the keeper."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.is_open = False
        # How often it has failed, so that the keeper sees whether it failed again while reopening.
        self.failures = 0

    def fail(self, error: StoreError) -> None:
        """Do without the store until the keeper has made up for what it may have missed."""
        if self.is_open:
            logger.warning("the page store cannot be used: %s", error)
        self.failures += 1
        self.is_open = False


@lru_cache(maxsize=1)
def access() -> Access | None:
    """The store chosen by the settings; None if `PAGE_STORE` turns it off."""
    if not settings.PAGE_STORE:
        return None
    if settings.CACHE_URL:
        from newsportal.pages.redis_store import RedisStore

        return Access(RedisStore(settings.CACHE_URL, f"portal {settings.SITE_URL}", build=build()))
    from newsportal.pages.lmdb_store import LmdbStore

    return Access(LmdbStore(settings.VAR_DIR / "pages", build=build()))
