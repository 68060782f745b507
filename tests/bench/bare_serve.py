"""`python -m tests.bench.bare_serve`: migrates the bare project and serves it, as `manage.py serve` does the portal.

With `--tables` it has the tables that it inserts into.
"""

import os
import sys

from django.core.management import call_command

from newsportal.supervising import server
from tests.bench import bare


def main() -> None:
    """Migrate, and become the portal's server, with the portal's own flags and the bare project behind it."""
    call_command("migrate", verbosity=0, interactive=False)
    if "--tables" in sys.argv:
        bare.make_tables()
    *command, _portal = server("127.0.0.1", os.environ["PORT"], "2")
    os.execv(command[0], [*command, "tests.bench.bare_edge:application"])


if __name__ == "__main__":
    main()
