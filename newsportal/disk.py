"""Making sure that data is on the disk and not only in the system's memory."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Wait until a folder's list of files is on the disk, as `fsync` of a file does for its content."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
