"""Every setting of the portal, read from the environment and typed.

`docs/settings.md` lists them; a test keeps the two in step.
"""

from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import to_language
from environs import Env, EnvError, validate
from whitenoise.compress import Compressor

from newsportal.buckets import options_of
from newsportal.environment import is_address, is_level, is_redis, is_zone
from newsportal.limits import REPORTS_PREFIX
from newsportal.secrets_kept import kept_secret

# Lets Django's generic classes be annotated with their type parameters.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
_COUNT = validate.Range(min=0)

# --- Where the site lives -------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
PORT = env.int("PORT", 8000, validate=validate.Range(1, 65_535))
HOST = env.str("HOST", "127.0.0.1")
WORKERS = env.int("WORKERS", 2, validate=validate.Range(1))
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{PORT}", validate=is_address).rstrip("/")
_host = urlsplit(SITE_URL).hostname or ""
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
# The demo edition, a generated secret and other comforts exist only if nobody else can reach the server.
IS_DEMO = _host in {"127.0.0.1", "localhost", "::1"}
_is_https = SITE_URL.startswith("https://")

SITE_NAME = env.str("SITE_NAME", "The Meridian")
SITE_TAGLINE = env.str("SITE_TAGLINE", "News, and what its readers make of it")
# Who is responsible: what the imprint, the contact page and the privacy page say until the newsroom writes more.
PUBLISHER = env.str("PUBLISHER", "")
PUBLISHER_ADDRESS = env.str("PUBLISHER_ADDRESS", "")
RESPONSIBLE_PERSON = env.str("RESPONSIBLE_PERSON", "")
# How it looks: docs/theming.md.
THEME_DIR = env.str("THEME_DIR", "")
SITE_LOGO = env.str("SITE_LOGO", "")
SITE_FONTS: list[str] = env.list("SITE_FONTS", ["fonts/portal-serif.woff2", "fonts/portal-sans.woff2"])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", LOOPBACK_HOSTS if IS_DEMO else [_host])
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])
# The contact in `/.well-known/security.txt`: by default the mailbox that RFC 2142 reserves for it.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", f"security@{_host or 'localhost'}")

# --- What is kept, and where ----------------------------------------------------------------------------------------

VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    # Raises if we may not look into it.
    (VAR_DIR / "static").exists()
except OSError as error:
    raise EnvError(
        f"VAR_DIR cannot be used: {error}. It needs room, and must belong to the account that runs this."
    ) from error


def _own_secret() -> str:
    """The demo's secret: made once, and readable by its owner alone. Two processes that start together agree on it."""
    try:
        return kept_secret(VAR_DIR / "secret_key", length=50)
    except OSError as error:
        raise EnvError(
            f"VAR_DIR cannot be used: {error}. It needs room, and must belong to the account that runs this."
        ) from error


# Outside the demo empty unless given: Django then refuses to start, and the system check says why in words.
SECRET_KEY = env.str("SECRET_KEY", "") or (_own_secret() if IS_DEMO else "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
_database = DATABASES["default"]
_database["CONN_MAX_AGE"] = env.int("DATABASE_CONNECTION_SECONDS", 600, validate=_COUNT)
_database["CONN_HEALTH_CHECKS"] = True
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["ENGINE"] = "newsportal.sqlite"
    _database["OPTIONS"] = {
        # IMMEDIATE takes the write lock at BEGIN, so that two writers wait for each other and never deadlock.
        "transaction_mode": "IMMEDIATE",
        # WAL lets readers read while one writes; FULL makes an acknowledged comment survive a power cut.
        # Five seconds, after as many in our own queue: a writer learns within ten that it has to wait (503).
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;",
    }
    # A file: in-memory databases have only one connection, and the concurrency tests would test nothing.
    _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["OPTIONS"] = {
        # A server that is switched off answers nothing at all: TCP alone would wait for two minutes to reach it, ...
        "connect_timeout": 5,
        # ... and a quarter of an hour for an answer that was on its way.
        "tcp_user_timeout": 10_000,
        # A writer learns within ten seconds that it has to wait (503), as with SQLite; so does a migration.
        "options": "-c lock_timeout=10s",
        # Options in DATABASE_URL take precedence.
        **_database.get("OPTIONS", {}),
    }
else:
    raise EnvError("DATABASE_URL is neither postgres://user:password@host:5432/name nor sqlite:////path/to/file.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The record of erasures, for restoring a backup: better on another disk than the backups.
ERASURES_DIR = env.path("ERASURES_DIR", VAR_DIR / "erasures")
# The key that seals backups: an age key (https://age-encryption.org); `manage.py backup --make-key` makes one.
BACKUP_KEY = env.str("BACKUP_KEY", "")

# The store of readers' pages: a file on this machine, or a Redis that several machines share.
CACHE_URL = env.str("CACHE_URL", "", validate=is_redis)
PAGE_STORE = env.bool("PAGE_STORE", True)
# The CDN that keeps our pages in front of us, and is told of each name that changes.
CDN_PURGE_URL = env.str("CDN_PURGE_URL", "")
CDN_PURGE_METHOD = env.str("CDN_PURGE_METHOD", "PURGE")
CDN_PURGE_HEADERS: list[str] = env.list("CDN_PURGE_HEADERS", [])
METRICS_FROM: list[str] = env.list("METRICS_FROM", ["127.0.0.1", "::1"])

MEDIA_URL = env.str("MEDIA_URL", "/media/")
MEDIA_ROOT = VAR_DIR / "media"
# Where pictures are stored if several machines share them: s3://bucket/prefix?endpoint=…
MEDIA_STORAGE = env.str("MEDIA_STORAGE", "")
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# A file of the newsroom's replaces ours of the same name.
STATICFILES_DIRS = [THEME_DIR] if THEME_DIR else []
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "newsportal.s3.Pictures", "OPTIONS": options_of(MEDIA_STORAGE)}
    if MEDIA_STORAGE
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "newsportal.storage.HashedStaticFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Nor source maps: megabytes that only a debugger asks for, and two seconds of a first start.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
IMAGEFIELD_BIN_DEPTH = 2
# `articles.library` makes the crops: those for which a picture is large enough.
IMAGEFIELD_AUTOGENERATE = False
FILE_UPLOAD_PERMISSIONS = 0o644

# --- What it is made of ---------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "newsportal",
    "newsportal.pages",
    "newsportal.operating",
    "newsportal.accounts",
    "articles",
    "comments",
    "newsportal.admin_site.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "crispy_forms",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_prose_editor",
    "imagefield",
]
MIDDLEWARE = [
    "newsportal.operating.access.OperatorsMiddleware",
    "newsportal.operating.proxies.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "newsportal.operating.csp_views.ReportingMiddleware",
    "csp.middleware.CSPMiddleware",
    "newsportal.resource_policy.ResourcePolicyMiddleware",
    "newsportal.limits.RequestSizeMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "newsportal.accounts.middleware.StaffMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "newsportal.urls"
WSGI_APPLICATION = "newsportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsportal.context.site",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "portal"
CRISPY_TEMPLATE_PACK = "portal"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# --- Words and times ------------------------------------------------------------------------------------------------

LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en").replace("_", "-").lower()
# English, each language that has a catalogue, and any variety of these: "de-at" uses the words of "de".
_spoken = ["en", *sorted(to_language(path.name) for path in LOCALE_PATHS[0].iterdir())]
if LANGUAGE_CODE.partition("-")[0] not in _spoken:
    raise EnvError(f"LANGUAGE_CODE is none of {', '.join(_spoken)}, nor a variety of these.")
_spoken.append(LANGUAGE_CODE)
LANGUAGES = [(code, code) for code in dict.fromkeys(_spoken)]
TIME_ZONE = env.str("TIME_ZONE", "UTC", validate=is_zone)
USE_TZ = True
FORMAT_MODULE_PATH = "newsportal.formats"

# --- Who may look, and what a browser may do ------------------------------------------------------------------------

# Only staff have cookies, and only under /admin/: a reader's page is the same bytes for everybody.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", 12 * 3600, validate=_COUNT)
# An open page of the desk or the newsroom polls for news, and so counts as use; a closed laptop does not.
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 4 * 3600, validate=_COUNT)
# Whether staff may have a second factor ("optional") or must ("required").
STAFF_SECOND_FACTOR = env.str("STAFF_SECOND_FACTOR", "optional")
OTP_TOTP_ISSUER = SITE_NAME
# The longest life of a link for choosing a password; `newsportal/accounts/policy.py` has that of each kind.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "newsportal.errors.csrf_failure"
AUTHENTICATION_BACKENDS = ["newsportal.rights.OneQueryBackend"]
MESSAGE_STORAGE = "newsportal.staff_messages.StaffMessages"
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"
# Behind a proxy that terminates TLS Django sees plain HTTP; the site's own address is then the only origin to trust.
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000, validate=_COUNT) if _is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", False)
X_FRAME_OPTIONS = "DENY"
# Pictures may come from a host of their own.
_media_origins = ["{0.scheme}://{0.netloc}".format(urlsplit(MEDIA_URL))] if "://" in MEDIA_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *_media_origins],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        # Both: `report-to` for browsers that know it (`newsportal.operating.csp_views`), this older one for the rest.
        "report-uri": REPORTS_PREFIX,
        "report-to": "csp",
    }
}
# W008: the proxy that terminates TLS redirects to it. W005, W021: only the operator knows if all subdomains use TLS.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W005", "security.W021"]

# --- Comments -------------------------------------------------------------------------------------------------------

COMMENTS_TRUST_AFTER = env.int("COMMENTS_TRUST_AFTER", 0, validate=_COUNT)
# How many days after a story's first edition its conversation closes by itself; 0: never. At most a century, so that
# the date stays valid.
COMMENTS_OPEN_DAYS = min(env.int("COMMENTS_OPEN_DAYS", 0, validate=_COUNT), 36_500)
# Within how many minutes each comment should be decided, and who is told when one is not.
DESK_PROMISE_MINUTES = env.int("DESK_PROMISE_MINUTES", 120, validate=_COUNT)
DESK_ALERTS_TO: list[str] = env.list("DESK_ALERTS_TO", [])
DESK_DIGEST_TO: list[str] = env.list("DESK_DIGEST_TO", [])
DESK_WEBHOOK_URL = env.str("DESK_WEBHOOK_URL", "")
DESK_WEBHOOK_SECRET = env.str("DESK_WEBHOOK_SECRET", "")

# --- Mail and log ---------------------------------------------------------------------------------------------------

_mail = env.dj_email_url("EMAIL_URL", "console:")
if "EMAIL_BACKEND" not in _mail:
    raise EnvError("EMAIL_URL is no address like smtp://user:password@host:587/?tls=True.")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"newsroom@{'localhost' if IS_DEMO else _host}")
# Where readers write: on the contact page and the imprint, and in mails about decisions without a page for objections.
CONTACT_EMAIL = env.str("CONTACT_EMAIL", "") or parseaddr(DEFAULT_FROM_EMAIL)[1]

# One line for each record and each request, for eyes or for machines.
LOG_FORMAT = env.str("LOG_FORMAT", "line")
REQUEST_LOG = env.bool("REQUEST_LOG", True)
# A statement that takes longer is logged, without its values; 0 logs none.
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", 500, validate=_COUNT)

# Any scanner can send a wrong Host or thousands of fields, and anybody with an account any query. The answer is 400 or
# 413 and has its own line, and nobody needs to read where in Django it was refused.
_SENDERS_FAULTS = (
    *("DisallowedHost", "DisallowedModelAdminLookup", "DisallowedModelAdminToField"),
    *("RequestDataTooBig", "SuspiciousMultipartForm", "TooManyFieldsSent", "TooManyFilesSent"),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "newsportal.operating.logs.LineFormatter"},
        "json": {"()": "newsportal.operating.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json" if LOG_FORMAT == "json" else "line"},
        # Without any handler Python prints a record as it is, on many lines.
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO", validate=is_level)},
    "loggers": {
        **{f"django.security.{name}": {"handlers": ["nowhere"], "propagate": False} for name in _SENDERS_FAULTS},
        "imagefield": {"level": "WARNING"},
        # A warning for each 404 says nothing that the proxy's log does not; errors are logged.
        "django.request": {"level": "ERROR"},
        # Django's own handlers would mail errors to `ADMINS`, with the whole request in them.
        "django": {"handlers": [], "level": "INFO"},
        # The request lines of Django's own server, if somebody tries it, look like ours.
        "django.server": {"handlers": [], "propagate": True},
        # What granian logs in a serving process looks like everything else.
        "_granian": {"handlers": [], "propagate": True},
    },
}
