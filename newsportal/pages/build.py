"""What makes pages: the code, the templates and the settings that show. A deployment leaves no old page to be shown."""

from hashlib import blake2b

from django.conf import settings

_FOLDERS = ("newsportal", "articles", "comments", "templates", "locale")
_KINDS = {".py", ".html", ".css", ".js", ".svg", ".mo"}
_FILES = ("requirements.txt",)
# Those that stand on pages; the others may differ from machine to machine.
_SETTINGS = ("SITE_URL", "SITE_NAME", "SITE_TAGLINE", "LANGUAGE_CODE", "TIME_ZONE", "MEDIA_URL", "STATIC_URL")


def build() -> str:
    """A digest, as text, that two processes share if they would make the same pages of the same rows."""
    digest = blake2b(digest_size=8)
    for name in _SETTINGS:
        digest.update(f"{name}={getattr(settings, name)}\n".encode())
    files = [path for folder in _FOLDERS for path in (settings.BASE_DIR / folder).rglob("*") if path.suffix in _KINDS]
    for path in sorted([*files, *(settings.BASE_DIR / name for name in _FILES)]):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
