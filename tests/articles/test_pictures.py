"""Which files are taken for pictures, and what becomes of them."""

import zlib
from io import BytesIO
from struct import pack
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from articles.pictures import FORMATS, WIDTHS, check_upload
from tests.articles.images import image_bytes, stored_picture, upload


def words_for(content: bytes) -> str:
    """Why a file is refused; empty where it is taken."""
    file = upload(content)
    try:
        check_upload(file)
    except ValidationError as error:
        return str(error.messages[0])
    finally:
        assert file.tell() == 0
    return ""


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces any size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


UNREADABLE = "This file cannot be read as a picture. It may be broken, or be something else."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_jpeg_png_and_webp_are_taken(kind: str) -> None:
    assert words_for(image_bytes(kind)) == ""


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO"])
def test_other_formats_are_refused_in_words(kind: str) -> None:
    assert words_for(image_bytes(kind)) == "Pictures are taken as JPEG, PNG or WebP."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<script>alert(1)</script>",
        b"%PDF-1.7",
        b"\xff\xd8\xff",
    ],
)
def test_what_is_no_picture_is_refused_in_words(content: bytes) -> None:
    assert words_for(content) == UNREADABLE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_cut_off_anywhere_is_refused_or_taken_but_never_breaks_anything(kind: str) -> None:
    whole = image_bytes(kind, (64, 48))
    refusals = {words_for(whole[:length]) for length in range(len(whole) - 12)}
    assert refusals <= {UNREADABLE, ""}
    assert words_for(whole[: len(whole) // 2]) == UNREADABLE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_with_any_byte_wrong_is_refused_or_taken_but_never_breaks_anything(kind: str) -> None:
    whole = image_bytes(kind, (64, 48))
    wrong = (whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(len(whole)))
    assert {words_for(content) for content in wrong} <= {
        UNREADABLE,
        "",
        "This picture has more than 50 megapixels.",
        "Pictures are taken as JPEG, PNG or WebP.",
    }


@pytest.mark.parametrize(("width", "height"), [(10_000, 5_001), (20_000, 20_000), (100_000, 100_000)])
def test_a_picture_that_would_not_fit_in_memory_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    assert words_for(png_header(width, height)) == "This picture has more than 50 megapixels."


def test_a_picture_of_just_fifty_megapixels_is_looked_at() -> None:
    assert words_for(png_header(10_000, 5_000)) == UNREADABLE


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    file = upload(b"x")
    file.size = 30 * 1024 * 1024 + 1
    with pytest.raises(ValidationError) as refused:
        check_upload(file)
    assert refused.value.messages == ["This file is larger than 30 MB."]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "CMYK", "P"])
def test_every_crop_is_webp_or_jpeg_of_the_size_it_is_asked_for(mode: str, db: None) -> None:
    kind = "PNG" if mode in {"RGBA", "P"} else "JPEG"
    picture = stored_picture()
    picture.file.save(f"in.{kind.lower()}", upload(image_bytes(kind, (1600, 1200), mode)), save=True)
    made = {name: picture.file.process(name) for name in FORMATS}
    found = {}
    for name, path in made.items():
        with picture.file.storage.open(path) as file, Image.open(file) as image:
            found[name] = (image.format, image.size, dict(image.getexif()))
    assert found == {
        **{f"w{width}": ("WEBP", (width, width * 2 // 3), {}) for width in WIDTHS},
        "share": ("JPEG", (1200, 630), {}),
    }


def test_what_a_camera_wrote_into_a_picture_is_not_given_to_readers(db: None) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera, and where it stood"
    out = BytesIO()
    Image.new("RGB", (1600, 1200)).save(out, "JPEG", exif=exif)
    picture = stored_picture()
    picture.file.save("camera.jpg", upload(out.getvalue()), save=True)
    for name in FORMATS:
        with picture.file.storage.open(picture.file.process(name)) as file:
            assert b"where it stood" not in file.read()


def test_width_and_height_are_those_of_the_file(db: None) -> None:
    picture = stored_picture()
    picture.refresh_from_db()
    assert (picture.width, picture.height) == (300, 200)


def test_a_crop_has_an_address_of_its_own(db: None) -> None:
    picture = stored_picture()
    addresses: list[Any] = [getattr(picture.file, name) for name in FORMATS]
    assert len(set(addresses)) == len(FORMATS)
    assert all(address.startswith("/media/") for address in addresses)
