"""Secrets of the demo: generated once, and kept readable by their owner alone."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def kept_secret(path: Path, *, length: int) -> str:
    """The secret in a file, which is made with `length` random bytes if there is none (mode 0600).

    Two processes that start together agree: the file appears complete, and the first one wins.
    """
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(length))
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text()
