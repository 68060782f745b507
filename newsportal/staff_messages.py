"""What the admin says on the next page, kept on the way there."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpResponse


class _StaffCookie(CookieStorage):
    """Django's signed cookie, under the admin alone: a reader's page has none."""

    def _update_cookie(self, encoded_data: str, response: HttpResponse) -> None:
        super()._update_cookie(encoded_data, response)  # type: ignore[misc]
        response.cookies[self.cookie_name]["path"] = settings.SESSION_COOKIE_PATH


class StaffMessages(FallbackStorage):
    """In a cookie; what is too long for one, in the session, which costs a decision a write of the database."""

    storage_classes = (_StaffCookie, SessionStorage)
