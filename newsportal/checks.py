"""System checks of our own: configuration mistakes, found before a reader finds them."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

from newsportal.client import trusted_networks

# Django's own measure for `check --deploy` (security.W009): shorter or more uniform keys can be guessed.
SECRET_LENGTH = 50
SECRET_DISTINCT = 5
# The largest networks that one operator plausibly owns, by IP version.
SHORTEST_PREFIX = {4: 8, 6: 32}


@checks.register("security")
def check_secret(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """A missing secret is critical; a short, uniform or example-like one is an error."""
    try:
        secret = str(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return [
            checks.Critical(
                "SECRET_KEY is not set.",
                hint="Where SITE_URL is not this machine's own, give SECRET_KEY at least 50 random characters.",
                id="newsportal.E001",
            )
        ]
    if len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_DISTINCT or "insecure" in secret or "change" in secret:
        return [
            checks.Error(
                "SECRET_KEY is weak.",
                hint="python3 -c 'import secrets; print(secrets.token_urlsafe(50))' makes a good one.",
                id="newsportal.E002",
            )
        ]
    return []


@checks.register("security")
def check_site_url(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """`SITE_URL` must be an http(s) root without a path, and its host one that the site answers to."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        return [
            checks.Error(
                f"SITE_URL is not the root of a site: {settings.SITE_URL!r}.",
                hint="Something like https://news.example.org, without a path.",
                id="newsportal.E003",
            )
        ]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if not validate_host(host, settings.ALLOWED_HOSTS):
        return [
            checks.Error(
                f"ALLOWED_HOSTS {settings.ALLOWED_HOSTS} does not hold the host of SITE_URL, {host!r}.",
                hint="Every link we print would be answered with 400.",
                id="newsportal.E004",
            )
        ]
    return []


@checks.register("security")
def check_proxies(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """`TRUSTED_PROXIES` must be addresses or networks, and must not trust everybody."""
    try:
        networks = trusted_networks(tuple(settings.TRUSTED_PROXIES))
    except ValueError as error:
        return [checks.Error(f"TRUSTED_PROXIES cannot be read: {error}.", id="newsportal.E005")]
    if any(network.prefixlen == 0 for network in networks):
        return [
            checks.Error(
                "TRUSTED_PROXIES trusts everybody.",
                hint="Any client could then choose its own address and evade every limit.",
                id="newsportal.E006",
            )
        ]
    if not networks and settings.SITE_URL.startswith("https://"):
        return [
            checks.Warning(
                "TRUSTED_PROXIES is empty, but SITE_URL says that a proxy ends TLS.",
                hint="All readers would share the limits of the proxy's address.",
                id="newsportal.W008",
            )
        ]
    if any(network.prefixlen < SHORTEST_PREFIX[network.version] for network in networks):
        return [checks.Warning("TRUSTED_PROXIES trusts a very large network.", id="newsportal.W007")]
    return []


@checks.register("security")
def check_operators(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """`METRICS_FROM` must be addresses or networks: otherwise nobody who asks for the figures gets them."""
    try:
        trusted_networks(tuple(settings.METRICS_FROM))
    except ValueError as error:
        return [checks.Error(f"METRICS_FROM cannot be read: {error}.", id="newsportal.E015")]
    return []


@checks.register()
def check_storage(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """Pictures in S3-compatible storage need packages that other portals do not."""
    if not settings.MEDIA_STORAGE or (find_spec("storages") and find_spec("boto3")):
        return []
    return [
        checks.Error(
            "MEDIA_STORAGE is set, and the packages that it needs are not installed.",
            hint="pip install --require-hashes -r requirements-s3.txt",
            id="newsportal.E012",
        )
    ]


@checks.register()
def check_backup_key(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """An invalid key is found at the start, and not at night when the backup is made."""
    if not settings.BACKUP_KEY:
        return []
    # Not above: servers do not need what seals backups.
    from newsportal.backups import sealing
    from newsportal.backups.problems import BackupError

    try:
        sealing.key_of(settings.BACKUP_KEY)
    except BackupError as error:
        return [checks.Error(str(error), id="newsportal.E013")]
    return []


@checks.register()
def check_contact(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """`CONTACT_EMAIL` is shown on public pages, so it must be a mail address."""
    try:
        if settings.CONTACT_EMAIL:
            validate_email(settings.CONTACT_EMAIL)
    except ValidationError:
        return [checks.Error(f"CONTACT_EMAIL is no mail address: {settings.CONTACT_EMAIL!r}.", id="newsportal.E010")]
    return []


@checks.register()
def check_what_is_gone(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """A setting that no longer has an effect must not seem to have one: the words it lists hold no comment."""
    if "COMMENTS_WORD_LIST" not in os.environ:
        return []
    return [
        checks.Warning(
            "COMMENTS_WORD_LIST counts no more.",
            hint="Paste its words, a line each, into “Add word rules” in the admin, and take it from the environment.",
            id="newsportal.W009",
        )
    ]


@checks.register()
def check_second_factor(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """A misspelt `STAFF_SECOND_FACTOR` must not leave the newsroom without one."""
    if settings.STAFF_SECOND_FACTOR in {"optional", "required"}:
        return []
    words = f"STAFF_SECOND_FACTOR is neither optional nor required: {settings.STAFF_SECOND_FACTOR!r}."
    return [checks.Error(words, id="newsportal.E011")]


@checks.register()
def check_log(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """`LOG_FORMAT` must be a format that exists."""
    if settings.LOG_FORMAT in {"line", "json"}:
        return []
    return [
        checks.Error(
            f"LOG_FORMAT is neither line nor json: {settings.LOG_FORMAT!r}.",
            hint="Until then lines are written.",
            id="newsportal.E014",
        )
    ]
