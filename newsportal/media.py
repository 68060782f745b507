"""Uploaded pictures, as the server sends them if no proxy does; and the icons that represent the paper elsewhere."""

import logging
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils._os import safe_join
from django.views.decorators.http import require_safe
from django.views.static import serve

logger = logging.getLogger(__name__)

# Each crop has an address of its own, made from its file's unguessable name, its size and its centre.
KEPT = "public, max-age=31536000, immutable"
# Crops only: the originals may carry what the camera noted, and are nobody's business.
_SERVED = "__processed__/"
# The sizes that devices ask for; the largest has a second form, whose edges they may cut off.
_ICONS = (192, 512)
# Not from the machine's table of types, which may not know AVIF: a browser shows nothing if the type is wrong.
TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg"}


class Unreachable(OSError):
    """The service that stores the pictures did not do what it was asked."""


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A crop of a picture; raises Http404 for anything else. Whatever the file is, browsers may run nothing in it."""
    try:
        kind = TYPES.get(PurePosixPath(path).suffix)
        if kind is None or not safe_join("/", path).startswith(f"/{_SERVED}"):
            raise Http404
        response: HttpResponseBase
        if settings.MEDIA_STORAGE:
            response = _stored(path)
        else:
            response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except Unreachable as error:
        logger.warning("%s", error)
        words = "Pictures cannot be read just now.\n"
        headers = {"Cache-Control": "no-store", "Retry-After": "10"}
        return HttpResponse(words, content_type="text/plain", status=503, headers=headers)
    except (OSError, ValueError, SuspiciousFileOperation):
        # A name that no file system accepts, or one outside the folder.
        raise Http404 from None
    # Not for a 304, which has none.
    if "Content-Type" in response:
        response["Content-Type"] = kind
    response["Cache-Control"] = KEPT
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    # Feed readers and other papers' pages show our pictures.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _stored(path: str) -> HttpResponse:
    """A file from the service that stores the pictures; raises FileNotFoundError, or Unreachable before sending."""
    with default_storage.open(path) as file:
        return HttpResponse(file.read())


@require_safe
def favicon(request: HttpRequest) -> HttpResponseBase:
    """Redirect clients that guess the icon's address, as feed readers do, to where it is."""
    response = redirect(static("icon.svg"))
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponseBase:
    """What a device needs to install the paper like an app (W3C, Web Application Manifest)."""
    icons = [(size, "any") for size in _ICONS] + [(_ICONS[-1], "maskable")]
    content = {
        "name": settings.SITE_NAME,
        "description": settings.SITE_TAGLINE,
        "lang": settings.LANGUAGE_CODE,
        "start_url": "/",
        "display": "minimal-ui",
        "icons": [
            {
                "src": static(f"icons/icon-{'maskable-' if purpose == 'maskable' else ''}{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in icons
        ],
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response
