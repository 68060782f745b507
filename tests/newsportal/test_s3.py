"""Pictures in S3-compatible storage: the same portal, tried on a server that speaks S3 (moto)."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.test import Client
from moto.server import ThreadedMotoServer

from articles import library
from newsportal.backups import media
from newsportal.buckets import options_of
from newsportal.media import Unreachable
from tests import factories
from tests.articles.images import stored_picture

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """Where the server is."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(service: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A new private bucket, which the portal uses."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    name = f"pictures-{secrets.token_hex(6)}"
    made = boto3.resource("s3", endpoint_url=service, region_name="us-east-1").create_bucket(Bucket=name)
    use(settings, f"s3://{name}/paper?endpoint={service}&region=us-east-1&style=path")
    return made


def use(settings: Any, address: str) -> None:
    settings.MEDIA_STORAGE = address
    default = {"BACKEND": "newsportal.s3.Pictures", "OPTIONS": options_of(address)}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def keys(bucket: Any) -> list[str]:
    return sorted(item.key for item in bucket.objects.all())


def test_the_original_and_its_crops_are_in_the_bucket_as_browsers_want_them(bucket: Any) -> None:
    picture = stored_picture(size=(960, 640))
    original, *rest = [key for key in keys(bucket) if "/__processed__/" not in key]
    assert (original, rest) == (f"paper/{picture.file.name}", [])
    crops = [bucket.Object(key).get() for key in keys(bucket) if "/__processed__/" in key]
    assert {crop["ContentType"] for crop in crops} == {"image/avif", "image/webp", "image/jpeg"}
    assert {crop["CacheControl"] for crop in crops} == {"public, max-age=31536000, immutable"}
    # Nobody but the portal may read anything: no object has rights of its own.
    grants = [grant["Grantee"] for key in keys(bucket) for grant in bucket.Object(key).Acl().grants]
    assert [grantee for grantee in grants if grantee["Type"] == "Group"] == []


def test_readers_are_given_crops_by_the_portal_and_never_an_original(bucket: Any) -> None:
    picture = stored_picture()
    response = Client().get(picture.file.w320)
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert response.content == bucket.Object(f"paper{picture.file.w320.removeprefix('/media')}").get()["Body"].read()
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    paths = [f"/media/{picture.file.name}", "/media/__processed__/000/000/never.webp", "/media/__processed__/../x.webp"]
    assert [Client().get(path).status_code for path in paths] == [404] * 3


def test_pages_name_whoever_answers_at_the_address_of_media(bucket: Any, service: str, settings: Any) -> None:
    settings.MEDIA_URL = "https://pictures.example.org/paper/"
    edition = factories.live(picture=stored_picture())
    page = Client().get(edition.get_absolute_url()).content.decode()
    assert "https://pictures.example.org/paper/__processed__/" in page
    assert [word in page for word in ("Signature=", service, "/pictures/")] == [False] * 3


def test_a_deleted_picture_leaves_nothing(bucket: Any, django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    picture = stored_picture()
    assert len(keys(bucket)) > 1
    with django_capture_on_commit_callbacks(execute=True):
        library.delete(picture)
    assert keys(bucket) == []


def test_a_backup_has_them_and_they_go_back_into_another_bucket(
    bucket: Any, service: str, settings: Any, tmp_path: Path
) -> None:
    stored_picture()
    before = {name: b"".join(read(name)) for name in media.names()}
    assert [f"paper/{name}" for name in before] == keys(bucket)
    for name, content in before.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    other = boto3.resource("s3", endpoint_url=service, region_name="us-east-1").create_bucket(Bucket="another")
    use(settings, f"s3://another?endpoint={service}&region=us-east-1&style=path")
    assert (media.put_in_place(tmp_path), keys(other)) == (len(before), list(before))
    assert {name: b"".join(read(name)) for name in media.names()} == before
    # What else is in a bucket may be somebody else's.
    assert (media.remove_others(set()), len(keys(other))) == (0, len(before))


def read(name: str) -> Iterator[bytes]:
    with media.reading(name) as (file, size):
        content = file.read()
        assert len(content) == size
        yield content


def test_a_service_that_is_away_is_told_to_readers_as_an_error_that_passes(bucket: Any, settings: Any) -> None:
    crop = stored_picture().file.w320
    use(settings, "s3://pictures?endpoint=http://127.0.0.1:9&region=us-east-1&style=path")
    response = Client().get(crop)
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "10", "no-store")
    with pytest.raises(Unreachable, match="did not do what it was asked"):
        default_storage.exists("x")


@pytest.mark.parametrize(
    "address",
    ["pictures", "http://bucket", "s3://", "s3://key:secret@bucket", "s3://bucket?secret=hush", "s3:///bucket"],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORAGE is no address like") as raised:
        options_of(address)
    assert "hush" not in str(raised.value)


def test_the_address_says_all_but_the_keys() -> None:
    assert options_of("s3://Bucket/a/b/?endpoint=https://s3.example.net:9000&region=eu-1&style=path") == {
        "bucket_name": "Bucket",
        "location": "a/b",
        "endpoint_url": "https://s3.example.net:9000",
        "region_name": "eu-1",
        "addressing_style": "path",
    }
