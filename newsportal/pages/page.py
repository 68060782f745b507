"""A page as it is kept: what it shows, at which versions, its headers, and its bytes, compressed once."""

import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

import brotli

# gzip turns a story of 25 kB into 6.4 kB in 0.35 ms, brotli into 6.3 kB in 0.34 ms; their next levels take a third
# longer and gain 1 and 6 % (measured on the first rendering, where a reader waits for both).
_GZIP_LEVEL = 5
_BROTLI_LEVEL = 4

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Page:
    """A kept page. `until` is the hard clock and `rendered_at` when it was made, both in seconds since 1970.

    `versions` maps each name that it shows (text) to the version (text) at which it was rendered.
    """

    key: str
    headers: Headers
    zipped: bytes
    brotli: bytes
    etag: bytes
    rendered_at: float
    until: float
    versions: Mapping[str, str]

    @classmethod
    def of(cls, key: str, headers: Iterable[tuple[bytes, bytes]], body: bytes, *, at: float, until: float) -> Self:
        """Compress a body and give it a validator: a weak one, as the forms of one page differ only in their bytes.

        It is the one that Django gives to the same body, so clients that bypassed the store need not load it again.
        """
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        return cls(
            key=key,
            headers=tuple(headers),
            zipped=gzip.compress(body, _GZIP_LEVEL, mtime=0),
            brotli=brotli.compress(body, brotli.MODE_TEXT, _BROTLI_LEVEL),
            etag=f'W/"{digest}"'.encode(),
            rendered_at=at,
            until=until,
            versions={},
        )

    @property
    def size(self) -> int:
        """About how many bytes it takes in a store."""
        return len(self.zipped) + len(self.brotli) + 64 * (len(self.headers) + len(self.versions))

    @property
    def plain(self) -> bytes:
        """The body as it was rendered; few clients ask for it."""
        return gzip.decompress(self.zipped)

    def at_versions(self, versions: Mapping[str, str]) -> Self:
        """The same page, with the versions of what it shows."""
        return replace(self, versions=dict(versions))

    def pack(self) -> bytes:
        """The page as bytes: a line of JSON, then both compressed forms."""
        head = {
            "key": self.key,
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self.headers],
            "etag": self.etag.decode(),
            "rendered_at": self.rendered_at,
            "until": self.until if math.isfinite(self.until) else None,
            "versions": dict(self.versions),
            "sum": zlib.crc32(self.brotli, zlib.crc32(self.zipped)),
            "zipped": len(self.zipped),
        }
        return json.dumps(head).encode() + b"\n" + self.zipped + self.brotli

    @classmethod
    def unpack(cls, packed: bytes) -> Self | None:
        """The page in these bytes; None if they are not what was packed."""
        line, _, forms = packed.partition(b"\n")
        try:
            head = json.loads(line)
            zipped, brotli_form = forms[: head["zipped"]], forms[head["zipped"] :]
            if zlib.crc32(brotli_form, zlib.crc32(zipped)) != head["sum"]:
                return None
            return cls(
                key=head["key"],
                headers=tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in head["headers"]),
                zipped=zipped,
                brotli=brotli_form,
                etag=head["etag"].encode(),
                rendered_at=head["rendered_at"],
                until=math.inf if head["until"] is None else head["until"],
                versions=head["versions"],
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
