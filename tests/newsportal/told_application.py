"""An application whose process is told to end while it is being loaded, as one may be that has just been started."""

import signal

from tests.newsportal.slow_application import application

__all__ = ["application"]

signal.raise_signal(signal.SIGTERM)
