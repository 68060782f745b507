"""How much a request may carry, each number with its reason; and the middleware that refuses before reading."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Readers send a name, an address and 5,000 code points; percent-encoded emoji make at most 60 kB of that. Four times
# as much leaves room for a form that a browser fills with old fields, and keeps 200 posters at once below 64 MB.
READER_BYTES = 256 * 1024
# Django's own limit for forms: a story of 20,000 words is 150 kB.
STAFF_BYTES = 2_621_440
# Staff upload pictures: a 50-megapixel JPEG is about 25 MB.
PICTURE_BYTES = 32 * 1024 * 1024
# A browser's reports about our Content Security Policy: some 1 kB each, of which several may come together.
REPORTS_BYTES = 16 * 1024
# What is read and thrown away after a refusal, so that the sender gets to read the answer instead of a reset.
DRAIN_BYTES = 16 * 1024 * 1024
# A body that trickles in is given up after this many seconds: a comment of 60 kB at 2G speed takes 5, ...
READER_SECONDS = 30.0
# ... and the largest picture over a hotel's 1 Mbit/s takes 4 minutes.
PICTURE_SECONDS = 300.0
# The length that the edge gives for a body that did not arrive in time: no sender's own one gets past the edge.
LATE = -1

STAFF_PREFIX = "/admin/"
PICTURE_PREFIX = "/admin/articles/picture/"
REPORTS_PREFIX = "/csp-reports/"


def body_limit(path: str) -> int:
    """How many bytes a request to `path` may carry."""
    if path.startswith(PICTURE_PREFIX):
        return PICTURE_BYTES
    if path.startswith(REPORTS_PREFIX):
        return REPORTS_BYTES
    return STAFF_BYTES if path.startswith(STAFF_PREFIX) else READER_BYTES


def body_seconds(path: str) -> float:
    """How long the body of a request to `path` may take to arrive."""
    return PICTURE_SECONDS if path.startswith(PICTURE_PREFIX) else READER_SECONDS


class RequestSizeMiddleware:
    """Answers 413 to a request whose announced length is over the limit of its path, and 408 to one that the edge gave
    up; the edge asks it for both pages. A compressed body gets 415: nothing here decompresses one, whatever its size.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from newsportal.errors import content_too_large, request_timeout, unsupported_coding

        length = announced_length(request)
        if length == LATE:
            return request_timeout(request)
        if length > body_limit(request.path):
            return content_too_large(request)
        if request.headers.get("Content-Encoding", "").strip().lower() not in {"", "identity"}:
            return unsupported_coding(request)
        return self.get_response(request)


def announced_length(request: HttpRequest) -> int:
    """The request's Content-Length in bytes; 0 if there is none or it is not a number."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
