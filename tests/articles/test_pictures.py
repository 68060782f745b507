"""The crops of a picture: which ones exist, their sizes and formats, and what is in them."""

from typing import Any

import pytest
from PIL import Image

from articles import library
from articles.models import Picture
from articles.pictures import FORMATS, WIDTHS, formats_of, widths_of
from articles.uploads import as_kept
from tests.articles.images import MARKS, image_bytes, photograph, stored_picture, upload

KINDS = {"w": "WEBP", "avif": "AVIF", "jpeg": "JPEG"}


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((320, 320), (320,)),
        ((960, 640), (320, 640, 960)),
        ((1439, 960), (320, 640, 960)),
        ((1440, 959), (320, 640, 960)),
        ((4000, 3000), (320, 640, 960, 1440)),
        ((0, 0), (320,)),
    ],
)
def test_a_picture_is_given_out_in_no_width_that_would_have_to_be_made_up(
    size: tuple[int, int], widths: tuple[int, ...]
) -> None:
    assert widths_of(*size) == widths
    assert set(formats_of(*size)) == {f"{kind}{width}" for kind in KINDS for width in widths} | {"share", "whole"}


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "CMYK", "P"])
def test_every_crop_is_of_the_kind_and_size_that_it_is_asked_for(mode: str, db: None) -> None:
    """This holds for a file from before the library converted everything to JPEG, too."""
    kind = "PNG" if mode in {"RGBA", "P"} else "JPEG"
    picture = stored_picture()
    picture.file.save(f"in.{kind.lower()}", upload(image_bytes(kind, (1600, 1200), mode)), save=True)
    found = {}
    for name in FORMATS:
        with picture.file.storage.open(picture.file.process(name)) as file, Image.open(file) as image:
            found[name] = (image.format, image.size, dict(image.getexif()))
    assert found == {
        **{f"{kind}{width}": (KINDS[kind], (width, width * 2 // 3), {}) for width in WIDTHS for kind in KINDS},
        "share": ("JPEG", (1200, 630), {}),
        "whole": ("WEBP", (960, 720), {}),
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_by_what_and_how_a_picture_was_taken_is_in_no_file_that_is_kept(kind: str, db: None) -> None:
    picture = Picture(alt="A harbour")
    picture.file = as_kept(upload(photograph(kind)))
    library.save(picture)
    kept = [picture.file.name, *(picture.file.process(name) for name in formats_of(picture.width, picture.height))]
    assert len(kept) == 1 + 3 * 3 + 2
    for name in kept:
        with picture.file.storage.open(name) as file:
            content = file.read()
        assert [mark for mark in MARKS if mark in content] == [], name


@pytest.mark.parametrize("kind", ["w640", "avif640", "jpeg640", "share"])
def test_what_a_camera_wrote_into_a_file_of_before_is_not_given_to_readers(kind: str, db: None) -> None:
    picture = stored_picture()
    picture.file.save("camera.jpg", upload(photograph()), save=True)
    with picture.file.storage.open(picture.file.process(kind)) as file:
        content = file.read()
    assert [mark for mark in MARKS if mark in content] == []


def test_a_crop_is_upright_although_the_file_of_before_says_only_how_it_was_held(db: None) -> None:
    picture = stored_picture()
    image = Image.new("RGB", (600, 900), "white")
    image.paste("red", (0, 0, 600, 100))
    exif = Image.Exif()
    exif[0x0112] = 8
    path = picture.file.storage.path(picture.file.name)
    image.save(path, exif=exif)
    with picture.file.storage.open(picture.file.process("w320", force=True)) as file, Image.open(file) as crop:
        assert _is_red(crop.getpixel((4, 100)))


def test_the_crops_keep_the_focal_point(db: None) -> None:
    picture = stored_picture(size=(960, 480))
    image = Image.new("RGB", (960, 480), "white")
    image.paste("red", (0, 0, 100, 480))
    image.save(picture.file.storage.path(picture.file.name), "JPEG")
    seen = {}
    for ppoi in ("0x0.5", "1x0.5"):
        picture.ppoi = ppoi
        for name in ("avif320", "w320", "jpeg320"):
            with picture.file.storage.open(picture.file.process(name)) as file, Image.open(file) as crop:
                seen[ppoi, name] = _is_red(crop.convert("RGB").getpixel((5, 100)))
    assert seen == {(ppoi, name): ppoi == "0x0.5" for ppoi, name in seen}


def test_width_and_height_are_those_of_the_file(db: None) -> None:
    picture = stored_picture()
    picture.refresh_from_db()
    assert (picture.width, picture.height) == (480, 320)


def test_a_crop_has_an_address_of_its_own(db: None) -> None:
    picture = stored_picture()
    addresses: list[Any] = [getattr(picture.file, name) for name in FORMATS]
    assert len(set(addresses)) == len(FORMATS)
    assert all(address.startswith("/media/__processed__/") for address in addresses)


def _is_red(pixel: Any) -> bool:
    red, green, blue = pixel
    return bool(red > 200 and green < 80 and blue < 80)
