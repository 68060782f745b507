"""The admin's messages for the next page, and where they are kept until then."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpResponse


class _StaffCookie(CookieStorage):
    """Django's signed cookie, under the admin alone: readers' pages have none."""

    def _update_cookie(self, encoded_data: str, response: HttpResponse) -> None:
        super()._update_cookie(encoded_data, response)  # type: ignore[misc]
        response.cookies[self.cookie_name]["path"] = settings.SESSION_COOKIE_PATH


class StaffMessages(FallbackStorage):
    """In a cookie, and if too long for one in the session, which costs a decision a write to the database."""

    storage_classes = (_StaffCookie, SessionStorage)
