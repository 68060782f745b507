"""The site: settings, the map of addresses, the server's entry, and a small library that knows nothing of the apps."""

__version__ = "0.1.0"
