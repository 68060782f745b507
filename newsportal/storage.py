"""Static files under hashed names, which browsers keep for ever, compressed once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

from newsportal import bundling

# The files that are made of others, and how.
_BUNDLES = {
    "portal.css": bundling.stylesheet,
    "staff.css": bundling.stylesheet,
    "js/front.js": bundling.script,
    "js/story.js": bundling.script,
}


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also bundles files that are made of others, and rewrites the imports of JavaScript modules."""

    # Only hashed names exist.
    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002
        """Called by `collectstatic` with what it found, by name: (storage, path)."""
        bundles = {} if dry_run else self._bundle(paths)
        yield from super().post_process({**paths, **bundles}, dry_run, **options)

    def _bundle(self, paths: dict[str, Any]) -> dict[str, Any]:
        # Read from the source, because a file collected earlier is a bundle already.
        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        for name, made_of in _BUNDLES.items():
            Path(self.path(name)).write_text(made_of(name, read), encoding="utf-8")
        return {name: (self, name) for name in _BUNDLES}
