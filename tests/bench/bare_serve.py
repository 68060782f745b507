"""`python -m tests.bench.bare_serve`: migrates the bare project and serves it, as `manage.py serve` does the portal.

With `--tables` it creates the tables that it inserts into.
"""

import os
import sys

from django.core.management import call_command

from newsportal.listening import listening
from newsportal.supervising import preparation, serving, supervise
from tests.bench import bare


def main() -> None:
    """Migrate, and serve as the portal does, with the bare project behind its edge."""
    call_command("migrate", verbosity=0, interactive=False)
    if "--tables" in sys.argv:
        bare.make_tables()
    one = serving(listening("127.0.0.1", int(os.environ["PORT"])), "tests.bench.bare_edge:application")
    sys.exit(supervise([one, one], preparation()))


if __name__ == "__main__":
    main()
