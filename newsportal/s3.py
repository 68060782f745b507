"""Pictures in S3-compatible storage, if `MEDIA_STORAGE` names a bucket; only then is this imported.

The bucket is private, or lets readers have only the crops: originals are nobody's business.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from newsportal.media import KEPT, TYPES, Unreachable

# A service that does not answer occupies one of the few threads that there are.
_CONNECT_SECONDS = 3
_READ_SECONDS = 20
_ATTEMPTS = 2


class Pictures(S3Storage):
    """The storage of uploaded pictures. Raises `Unreachable` if the service does not do what it is asked."""

    def __init__(self, **options: Any) -> None:
        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"total_max_attempts": _ATTEMPTS},
            s3={"addressing_style": options.pop("addressing_style", "auto")},
        )
        super().__init__(client_config=config, file_overwrite=False, **options)

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """The headers that our own server sends; a browser shows nothing if the type is wrong."""
        kind = TYPES.get(PurePosixPath(name).suffix)
        return {"CacheControl": KEPT, **({"ContentType": kind} if kind else {})}

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """An address below `MEDIA_URL`, whoever answers there; never signed."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))

    def exists(self, name: str) -> bool:
        with _asked():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _asked():
            super().delete(name)

    def size(self, name: str) -> int:
        with _asked():
            return int(super().size(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _asked():
            folders, files = super().listdir(path)
            return folders, files

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with _asked():
            file: File[bytes] = super()._open(name, mode)
            # Now, and not when it is read, so that errors are raised here.
            _content = file.file
            return file

    def _save(self, name: str, content: File[bytes]) -> str:
        with _asked():
            return str(super()._save(name, content))


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unreachable(f"the pictures' storage did not do what it was asked: {error}") from error
