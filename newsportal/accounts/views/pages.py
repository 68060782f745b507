"""What the pages of accounts share."""

import math
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

PRIVATE = "private, no-store"


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page in the admin's layout, which nobody keeps."""
    context = {**admin.site.each_context(request), **context}
    headers = {"Cache-Control": PRIVATE}
    return TemplateResponse(request, f"admin/accounts/{template}", context, status=status, headers=headers)


def wait(response: HttpResponse, how_long: timedelta) -> HttpResponse:
    """Say when to come again (RFC 6585, section 4)."""
    response.status_code = 429
    response["Retry-After"] = str(max(1, math.ceil(how_long.total_seconds())))
    return response
