"""Whether everything that a restore would need is in order; for `manage.py doctor`."""

from django.conf import settings

from newsportal import erasures
from newsportal.backups.folders import is_unfinished


def troubles() -> list[str]:
    """What is wrong, one sentence each; empty if all is well."""
    found = []
    if is_unfinished():
        found.append("a restore did not come to its end, and what was erased may be there: restore again")
    try:
        if erasures.is_there():
            erasures.read(settings.ERASURES_DIR)
    except (erasures.Missing, OSError) as error:
        found.append(f"the record of erasures is broken, so nothing can be erased: {error}; put its copy back")
    return found
