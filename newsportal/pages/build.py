"""What pages are made of: code, templates and visible settings. After a deployment no old page is shown."""

from hashlib import blake2b

from django.conf import settings

_FOLDERS = ("newsportal", "articles", "comments", "templates", "locale")
_KINDS = {".py", ".html", ".css", ".js", ".svg", ".mo"}
_FILES = ("requirements.txt",)
# The settings that show on pages; others may differ from machine to machine.
_SETTINGS = ("SITE_URL", "SITE_NAME", "SITE_TAGLINE", "LANGUAGE_CODE", "TIME_ZONE", "MEDIA_URL", "STATIC_URL")


def build() -> str:
    """A digest, as text, that is the same for two processes if they would make the same pages from the same rows."""
    digest = blake2b(digest_size=8)
    for name in _SETTINGS:
        digest.update(f"{name}={getattr(settings, name)}\n".encode())
    files = [path for folder in _FOLDERS for path in (settings.BASE_DIR / folder).rglob("*") if path.suffix in _KINDS]
    for path in sorted([*files, *(settings.BASE_DIR / name for name in _FILES)]):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
