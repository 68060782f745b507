"""Static files under hashed names, kept for ever by browsers, compressed once."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites what JavaScript modules import: only hashed names exist."""

    support_js_module_import_aggregation = True
