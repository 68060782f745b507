"""Whether the server lives, and whether it can work; for operators and load balancers."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path


def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return _answer("ok")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return _answer("the database does not answer", status=503)
    return _answer("ok")


def _answer(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", content_type="text/plain", status=status, headers={"Cache-Control": "no-store"})


urlpatterns = [path("live", live), path("ready", ready)]
