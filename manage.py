#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsportal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from environs import EnvError

    try:
        execute_from_command_line(sys.argv)
    except (EnvError, ImproperlyConfigured) as error:
        # A setting that cannot be read, or is missing: which one, and why, without the way through the code.
        sys.exit(f"{error}\ndocs/settings.md says what each setting takes.")


if __name__ == "__main__":
    main()
