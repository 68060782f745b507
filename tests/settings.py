"""The portal's settings, with the changes that tests need: quick password hashing, files in a folder of their own."""

import os
import tempfile
from pathlib import Path

# One folder for each process: a test worker must not see another one's files.
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="portal-tests-")
os.environ.setdefault("SECRET_KEY", "a-key-for-tests-alone-0123456789-abcdefghijklmnopqrstuvwxyz")

from newsportal.settings import *  # noqa: F403
from newsportal.settings import DATABASES, STORAGES, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = Path(VAR_DIR) / "media"
STATIC_ROOT = Path(VAR_DIR) / "static"
STATIC_ROOT.mkdir(exist_ok=True)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# If the server kept it open, a connection would keep the test database from being dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Nobody pulls the plug here; the journeys run the portal with its own settings.
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
else:
    _options = DATABASES["default"]["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
