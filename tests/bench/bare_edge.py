"""The portal's edge (`newsportal/edge.py`) with the bare project behind it instead of the portal."""

# Configures Django, so it comes before everything that reads settings.
from tests.bench import bare  # noqa: F401, I001
from newsportal.edge import edge as application

__all__ = ["application"]
