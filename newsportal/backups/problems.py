"""What goes wrong with a backup, in words for the operator."""

import errno


class BackupError(Exception):
    """Nothing was made, or nothing was changed; the words say why and what to do."""


def in_words(error: OSError, doing: str) -> BackupError:
    """An error that says what the system refused, and during what."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        where = f" ({error.filename})" if error.filename else ""
        return BackupError(f"There is no room left{where} for {doing}. Nothing of it was kept.")
    return BackupError(f"{doing.capitalize()} did not work: {error}")
