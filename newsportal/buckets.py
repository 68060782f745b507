"""The address of a bucket, as `MEDIA_STORAGE` gives it: `s3://BUCKET/PREFIX?endpoint=…&region=…&style=path`."""

from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

_NAMES = {"endpoint": "endpoint_url", "region": "region_name", "style": "addressing_style"}


def options_of(address: str) -> dict[str, str]:
    """The storage's options; raises ImproperlyConfigured for any other form. Its keys are in the environment."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    # Without an endpoint the address is Amazon's own.
    is_strange = "endpoint" in asked and not asked["endpoint"].startswith(("http://", "https://"))
    if parts.scheme != "s3" or not parts.hostname or parts.username or asked.keys() - _NAMES.keys() or is_strange:
        # The address is not repeated: somebody may have put a secret into it.
        raise ImproperlyConfigured(
            "MEDIA_STORAGE is no address like s3://bucket/prefix?endpoint=https://s3.example.net&region=eu-1&style=path;"
            " keys go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    told = {_NAMES[name]: value for name, value in asked.items()}
    return {"bucket_name": parts.netloc, "location": parts.path.strip("/"), **told}
