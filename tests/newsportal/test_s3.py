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
from articles.models import Picture
from newsportal.backups import media
from newsportal.buckets import options_of
from newsportal.media import Unreachable
from tests import factories
from tests.articles.browser import read_form
from tests.articles.images import image_bytes, stored_picture, upload

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
    # Only the portal may read anything: no object has permissions of its own.
    grants = [grant["Grantee"] for key in keys(bucket) for grant in bucket.Object(key).Acl().grants]
    assert [grantee for grantee in grants if grantee["Type"] == "Group"] == []


def test_readers_are_given_crops_by_the_portal_and_never_an_original(bucket: Any) -> None:
    picture = stored_picture()
    response = Client().get(picture.file.w320)
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert response.content == bucket.Object(f"paper{picture.file.w320.removeprefix('/media')}").get()["Body"].read()
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (response["X-Content-Type-Options"], response["Content-Disposition"]) == ("nosniff", "inline")
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
    # Other objects in a bucket may be somebody else's.
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


# --- Away and back --------------------------------------------------------------------------------------------------

TYPED = {"alt": "A harbour at dawn", "caption": "As it was.", "credit": "A. N. Other", "ppoi_0": "20", "ppoi_1": "70"}
AWAY = (
    "Pictures cannot be stored just now. Nothing was saved, and what you typed is still here: "
    "send it again in a moment, with its file."
)
ADD = "/admin/articles/picture/add/"


class Service:
    """A server of its own, that can be stopped and restarted in the same place; its content survives."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        self._port = self._server.get_host_and_port()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self._port, verbose=False)
        self._server.start()


@pytest.fixture
def away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The service that holds the portal's pictures, to be stopped."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    service, name = Service(), f"pictures-{secrets.token_hex(6)}"
    boto3.resource("s3", endpoint_url=service.url, region_name="us-east-1").create_bucket(Bucket=name)
    use(settings, f"s3://{name}?endpoint={service.url}&region=us-east-1&style=path")
    yield service
    service.stop()


def sent(**fields: str) -> dict[str, Any]:
    return {"file": upload(image_bytes(size=(900, 600))), **TYPED, **fields}


def test_an_upload_that_cannot_be_stored_comes_back_with_what_was_typed_and_is_taken_later(
    away: Service, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("writers")
    away.stop()
    response = client.post(ADD, sent())
    form = response.context["adminform"].form
    assert (response.status_code, form.errors) == (200, {"file": [AWAY]})
    fields = read_form(response.text, "picture_form").fields
    assert {name: fields[name] for name in TYPED} == {name: [value] for name, value in TYPED.items()}
    dropped = client.post("/admin/articles/picture/drop/", sent())
    assert (dropped.status_code, dropped.json()) == (503, {"errors": {"file": [AWAY]}})
    assert not Picture.objects.exists()
    away.start()
    assert client.post(ADD, sent()).status_code == 302
    picture = Picture.objects.get()
    assert (picture.alt, picture.ppoi, Client().get(picture.file.w320).status_code) == (TYPED["alt"], "0.2x0.7", 200)


def test_while_the_storage_is_away_a_picture_keeps_its_shape_and_gets_other_words(
    away: Service, sign_in: Callable[..., Client]
) -> None:
    picture = stored_picture()
    client = sign_in("editors")
    page = f"/admin/articles/picture/{picture.pk}/change/"
    words = {"alt": "Other words", "caption": "", "credit": "", "ppoi_0": "50", "ppoi_1": "50"}
    away.stop()
    assert client.post(page, words).status_code == 302
    for other in ({"ppoi_0": "10"}, {"file": upload(image_bytes(size=(600, 600)))}):
        response = client.post(page, {**words, "alt": "Neither", **other})
        assert (response.status_code, response.context["adminform"].form.errors) == (200, {"file": [AWAY]})
        assert read_form(response.text, "picture_form").fields["alt"] == ["Neither"]
    after = Picture.objects.get()
    assert (after.alt, after.ppoi, after.file.name) == ("Other words", "0.5x0.5", picture.file.name)
    away.start()
    assert client.post(page, {**words, "ppoi_0": "10"}).status_code == 302
    assert Client().get(Picture.objects.get().file.w320).status_code == 200


def test_while_the_storage_is_away_a_picture_is_not_deleted(
    away: Service, sign_in: Callable[..., Client], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    picture = stored_picture()
    client = sign_in("editors")
    page = f"/admin/articles/picture/{picture.pk}/delete/"
    away.stop()
    response = client.post(page, {"post": "yes"}, follow=True)
    said = [str(message) for message in response.context["messages"]]
    assert response.status_code == 200
    assert said == ["Pictures cannot be reached just now, so it was not deleted. Try again in a moment."]
    assert Picture.objects.get() == picture
    away.start()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(page, {"post": "yes"}).status_code == 302
    assert (list(media.names()), Picture.objects.exists()) == ([], False)


@pytest.mark.parametrize("has_all_crops", [True, False])
def test_no_page_needs_the_storage_to_name_a_picture(
    away: Service, sign_in: Callable[..., Client], *, has_all_crops: bool
) -> None:
    picture = stored_picture()
    edition = factories.live(picture=picture, body=f"<p>One.</p><p>[[picture {picture.pk}]]</p><p>[[quote said]]</p>")
    if not has_all_crops:
        Picture.objects.update(sized_as="")
    away.stop()
    reader, client = Client(), sign_in("editors")
    for path in (
        edition.get_absolute_url(),
        "/",
        "/feed/",
        "/sitemap-stories.xml",
        "/news-sitemap.xml",
        "/search/?q=a",
    ):
        assert (path, reader.get(path).status_code) == (path, 200)
    pages = (f"article/{edition.article_id}/change/", "picture/", f"picture/{picture.pk}/change/", "article/library/")
    for name in pages:
        assert (name, client.get(f"/admin/articles/{name}").status_code) == (name, 200)
    assert library.make_missing_crops() == 0
    away.start()
    assert library.make_missing_crops() == (0 if has_all_crops else 1)


@pytest.mark.parametrize(
    "address",
    [
        "pictures",
        "http://bucket",
        "s3://",
        "s3://key:secret@bucket",
        "s3://bucket?secret=hush",
        "s3:///bucket",
        "s3://bucket?endpoint=hush",
    ],
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
