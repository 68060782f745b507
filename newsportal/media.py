"""Uploaded pictures, as the server gives them out where no proxy or storage service does; and the icon."""

from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils._os import safe_join
from django.views.static import serve

# Each crop has an address of its own, made from its file's unguessable name, its size and its centre.
_KEPT = "public, max-age=31536000, immutable"
# Crops only: the originals carry what the camera noted, and are nobody's business.
_SERVED = "__processed__/"
# Not by the machine's table of types, which may not know AVIF: a browser shows nothing under a wrong one.
_TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg"}


def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A crop of a picture; raises Http404 for anything else. Whatever it is, it may run nothing."""
    try:
        kind = _TYPES.get(PurePosixPath(path).suffix)
        if kind is None or not safe_join("/", path).startswith(f"/{_SERVED}"):
            raise Http404
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except (OSError, ValueError, SuspiciousFileOperation):
        # A name that no file system takes, or one outside the folder.
        raise Http404 from None
    # Not of a 304, which has none.
    if "Content-Type" in response:
        response["Content-Type"] = kind
    response["Cache-Control"] = _KEPT
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def favicon(request: HttpRequest) -> HttpResponseBase:
    """Leads those who guess the icon's address, as feed readers do, to where it is."""
    response = redirect(static("icon.svg"))
    response["Cache-Control"] = "public, max-age=3600"
    return response
