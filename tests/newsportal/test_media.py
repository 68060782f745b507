"""Uploaded pictures: served from one folder and from nowhere else, and never run."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client, override_settings
from PIL import Image


@pytest.fixture
def _picture(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media" / "__processed__").mkdir(parents=True)
    (tmp_path / "media" / "__processed__" / "a.webp").write_bytes(b"RIFF")
    for name in ("a.html", "a.svg"):
        (tmp_path / "media" / "__processed__" / name).write_text("<script>alert(1)</script>")
    (tmp_path / "media" / "__processed__" / "folder.webp").mkdir()
    (tmp_path / "media" / "pictures").mkdir()
    (tmp_path / "media" / "pictures" / "a.webp").write_bytes(b"the original, with where it was taken")
    (tmp_path / "secret_key").write_text("secret")


@pytest.mark.usefixtures("_picture")
def test_a_picture_is_kept_for_good_and_may_run_nothing() -> None:
    response = Client().get("/media/__processed__/a.webp")
    assert (response.status_code, b"".join(response.streaming_content)) == (200, b"RIFF")
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == "inline"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.usefixtures("_picture")
@pytest.mark.parametrize(("ending", "kind"), [("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg")])
def test_every_kind_of_crop_is_called_what_it_is(ending: str, kind: str, settings: Any) -> None:
    (settings.MEDIA_ROOT / "__processed__" / f"b.{ending}").write_bytes(b"crop")
    response = Client().get(f"/media/__processed__/b.{ending}")
    assert (response.status_code, response["Content-Type"]) == (200, kind)
    assert b"".join(response.streaming_content) == b"crop"


@pytest.mark.usefixtures("_picture")
@pytest.mark.parametrize(
    "path",
    [
        "pictures/a.webp",
        "__processed__/../pictures/a.webp",
        "__processed__/b.webp",
        "__processed__/",
        "pictures/",
        "pictures",
        "",
        "../secret_key",
        "%2e%2e/secret_key",
        "..%2fsecret_key",
        "pictures/../../secret_key",
        "/etc/passwd",
        "%00",
        "pictures/a.webp%00.html",
        "x" * 300,
        "__processed__/a.html",
        "__processed__/a.svg",
        "__processed__/a.WEBP",
        "__processed__/" + "x" * 300 + ".webp",
        "__processed__//a.webp/../b.webp",
        "__processed__/folder.webp",
        "%ff%fe",
    ],
)
def test_anything_else_is_not_found(path: str) -> None:
    response = Client().get(f"/media/{path}")
    assert (response.status_code, b"This page was not found" in response.content) == (404, True)


@pytest.mark.usefixtures("_picture")
def test_a_picture_that_a_browser_has_is_not_sent_again() -> None:
    first = Client().get("/media/__processed__/a.webp")
    assert b"".join(first.streaming_content) == b"RIFF"
    again = Client().get("/media/__processed__/a.webp", headers={"if-modified-since": first["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


def test_who_guesses_the_icons_address_is_led_to_it() -> None:
    response = Client().get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, f"{settings.STATIC_URL}icon.svg")


@override_settings(SITE_NAME="Der Seebote", SITE_TAGLINE="Aus Hafen und Stadt", LANGUAGE_CODE="de")
def test_the_manifest_names_the_paper_and_icons_that_are_there() -> None:
    response = Client().get("/site.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    icons = manifest.pop("icons")
    assert manifest == {
        "name": "Der Seebote",
        "description": "Aus Hafen und Stadt",
        "lang": "de",
        "start_url": "/",
        "display": "minimal-ui",
    }
    assert [(icon["sizes"], icon["purpose"]) for icon in icons] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for icon in icons:
        with Image.open(finders.find(icon["src"].removeprefix(settings.STATIC_URL))) as picture:
            assert "{}x{}".format(*picture.size) == icon["sizes"]
