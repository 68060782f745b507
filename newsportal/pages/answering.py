"""From a kept page to a response: the encoding for the client, 304 if it has the page, and what caches may do."""

from newsportal.asgi_types import Message
from newsportal.pages.asking import Asked
from newsportal.pages.limits import SHARED_SECONDS, STALE_IF_ERROR_SECONDS, STALE_WHILE_SECONDS
from newsportal.pages.page import Headers, Page

# Readers' browsers revalidate each time, and a 304 is cheap.
BROWSERS = "public, no-cache"
_LONGEST_WINDOW = SHARED_SECONDS + max(STALE_WHILE_SECONDS, STALE_IF_ERROR_SECONDS)


def shared_windows(seconds: float) -> str:
    """How long a shared cache may keep a page that is valid for `seconds` more (RFC 5861, RFC 9111): never longer."""
    left = max(0, int(seconds if seconds < _LONGEST_WINDOW else _LONGEST_WINDOW))
    fresh = min(SHARED_SECONDS, left)
    while_asking = min(STALE_WHILE_SECONDS, left - fresh)
    if_error = min(STALE_IF_ERROR_SECONDS, left - fresh)
    return f"stale-while-revalidate={while_asking}, stale-if-error={if_error}, s-maxage={fresh}"


def cache_headers(seconds: float) -> dict[str, str]:
    """What browsers and CDNs (RFC 9213) may do with a page that is valid for `seconds` more."""
    windows = shared_windows(seconds)
    return {
        "Cache-Control": f"{BROWSERS}, {windows}",
        "CDN-Cache-Control": f"public, {windows.replace('s-maxage', 'max-age')}",
    }


def has_page(if_none_match: bytes, etag: bytes) -> bool:
    """Whether a client says that it has this page, by weak comparison (RFC 9110, section 13.1.2)."""
    if not if_none_match:
        return False
    opaque = etag.removeprefix(b"W/")
    return any(tag.strip().removeprefix(b"W/") in (opaque, b"*") for tag in if_none_match.split(b","))


class Ready:
    """A page with its responses, each made when first needed. `moment` is when the page was last found current."""

    def __init__(self, page: Page, moment: str) -> None:
        self.page = page
        self.moment = moment
        self._answers: dict[object, tuple[Message, Message]] = {}

    def answer(self, asked: Asked, now: float) -> tuple[Message, Message]:
        """The two ASGI messages that answer a request."""
        is_known = bool(asked.if_none_match) and has_page(asked.if_none_match, self.page.etag)
        kind = is_known or (asked.encoding, asked.is_head)
        left = self.page.until - now
        if left < _LONGEST_WINDOW:
            return self._made(asked, left, is_known=is_known)
        answer = self._answers.get(kind)
        if answer is None:
            answer = self._answers[kind] = self._made(asked, left, is_known=is_known)
        return answer

    def _made(self, asked: Asked, left: float, *, is_known: bool) -> tuple[Message, Message]:
        page = self.page
        caching = [(name.lower().encode(), value.encode()) for name, value in cache_headers(left).items()]
        common: list[tuple[bytes, bytes]] = [*caching, (b"etag", page.etag), (b"vary", b"Accept-Encoding")]
        if is_known:
            shown = [header for header in page.headers if header[0] == b"surrogate-key"]
            return _messages(304, (*shown, *common), b"")
        body = {"br": page.brotli, "gzip": page.zipped}.get(asked.encoding) or page.plain
        if asked.encoding:
            common.append((b"content-encoding", asked.encoding.encode()))
        common.append((b"content-length", str(len(body)).encode()))
        return _messages(200, (*page.headers, *common), b"" if asked.is_head else body)


def _messages(status: int, headers: Headers, body: bytes) -> tuple[Message, Message]:
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )
