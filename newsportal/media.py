"""Uploaded pictures, as the server gives them out where no proxy or storage service does."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve

# Each processed picture has an address of its own, made from its content and its crop; nothing changes in place.
_KEPT = "public, max-age=31536000, immutable"


def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file below MEDIA_ROOT; raises Http404 for anything else. Whatever it is, it may run nothing."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Cache-Control"] = _KEPT
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
