"""Which files are accepted for the library, and what is kept of them."""

import tracemalloc
import zipfile
import zlib
from functools import cache
from io import BytesIO
from struct import pack

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms

from articles.uploads import as_kept
from tests.articles.images import MARKS, image_bytes, photograph, upload

UNREADABLE = "This file cannot be read as a picture. It may be broken, or be something else."
NOT_TAKEN = "Pictures are taken as JPEG, PNG or WebP."
TOO_MANY = "This picture has more than 50 megapixels."
SVG = "SVG is not taken, for it can hold programs. Export the drawing as a PNG."
MOVES = "This picture moves. Only still pictures are taken: send one of its frames."
SMALLEST = (320, 320)


def words_for(content: bytes, name: str = "picture.jpg") -> str:
    """Why a file is refused; empty if it is accepted."""
    file = upload(content, name)
    try:
        as_kept(file)
    except ValidationError as error:
        return str(error.messages[0])
    finally:
        assert file.tell() == 0
    return ""


def kept(content: bytes, name: str = "picture.jpg") -> Image.Image:
    """What is kept of an accepted file."""
    image = Image.open(as_kept(upload(content, name)))
    image.load()
    return image


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims any size and contains next to nothing."""
    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_jpeg_png_and_webp_are_taken(kind: str) -> None:
    assert words_for(image_bytes(kind)) == ""


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "AVIF"])
def test_other_formats_are_refused_in_words(kind: str) -> None:
    assert words_for(image_bytes(kind)) == NOT_TAKEN


@pytest.mark.parametrize(
    "content",
    [b"x", b"<script>alert(1)</script>", b"%PDF-1.7", b"\xff\xd8\xff", b"\x00" * 100, b"RIFF\xff\xff\xff\xff"],
)
def test_what_is_no_picture_is_refused_in_words(content: bytes) -> None:
    assert words_for(content) == UNREADABLE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (
            b"<?xml version='1.0'?><SVG xmlns='http://www.w3.org/2000/svg'/>",
            SVG,
        ),
        (
            b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic",
            "HEIC is not taken, for few browsers show it. Export the photograph as a JPEG.",
        ),
    ],
    ids=["nothing", "SVG", "HEIC"],
)
def test_what_people_often_send_is_called_by_its_name(content: bytes, words: str) -> None:
    assert words_for(content) == words


@pytest.mark.parametrize(("kind", "frames"), [("WEBP", 3), ("PNG", 3)])
def test_a_picture_that_moves_is_refused_in_words(kind: str, frames: int) -> None:
    more = [Image.new("RGB", (400, 400), colour) for colour in ("red", "green", "blue")[:frames]]
    out = BytesIO()
    more[0].save(out, kind, save_all=True, append_images=more[1:], duration=100)
    assert words_for(out.getvalue()) == MOVES


def test_the_first_of_the_two_pictures_of_a_phone_is_kept() -> None:
    out = BytesIO()
    first, second = Image.new("RGB", (480, 330), "red"), Image.new("RGB", (480, 330), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])
    assert kept(out.getvalue()).getpixel((200, 150)) == (254, 0, 0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_cut_off_anywhere_is_refused_or_taken_but_never_breaks_anything(kind: str) -> None:
    whole = image_bytes(kind, SMALLEST)
    lengths = [*range(1, min(300, len(whole))), *range(300, len(whole) - 12, 41)]
    assert {words_for(whole[:length]) for length in lengths} <= {UNREADABLE, ""}
    assert words_for(photograph(kind)[:-3000]) == UNREADABLE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_with_any_byte_wrong_is_refused_or_taken_but_never_breaks_anything(kind: str) -> None:
    whole = image_bytes(kind, SMALLEST, exif=_exif(), icc_profile=_profile())
    places = [*range(min(200, len(whole))), *range(200, len(whole), 23)]
    wrong = (whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in places)
    said = {words_for(content) for content in wrong}
    shapes = {words for words in said if "too small" in words or "six times" in words}
    assert said - shapes <= {UNREADABLE, "", TOO_MANY, NOT_TAKEN, MOVES}


@pytest.mark.parametrize(("width", "height"), [(10_000, 5_001), (20_000, 20_000), (100_000, 100_000)])
def test_a_picture_that_would_not_fit_in_memory_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    assert words_for(png_header(width, height)) == TOO_MANY


def test_a_picture_of_just_fifty_megapixels_is_looked_at() -> None:
    assert words_for(png_header(10_000, 5_000)) == UNREADABLE


def test_a_webp_may_have_half_as_many_for_it_takes_twice_as_much_to_decode() -> None:
    content = image_bytes("WEBP", (5_001, 5_000), lossless=True, method=0)
    assert words_for(content) == "This picture has more than 25 megapixels."


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    file = upload(b"x")
    file.size = 30 * 1024 * 1024 + 1
    with pytest.raises(ValidationError) as refused:
        as_kept(file)
    assert refused.value.messages == ["This file is larger than 30 MB."]


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((320, 320), ""),
        ((319, 400), "This picture is too small: it has 319 × 400 pixels, and needs 320 on each side."),
        ((1920, 320), ""),
        ((1921, 320), "One side of this picture is more than six times the other: crop it first."),
    ],
)
def test_what_is_too_small_or_too_narrow_to_be_shown_is_refused_in_words(size: tuple[int, int], words: str) -> None:
    assert words_for(image_bytes("PNG", size)) == words


@pytest.mark.parametrize("name", ["harbour.jpg", "harbour.png", "harbour", "../../etc/passwd", "\x00.svg", "क्षण.gif"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_a_misnamed_picture_is_taken_for_what_it_is_and_named_rightly(kind: str, name: str) -> None:
    file = as_kept(upload(image_bytes(kind), name))
    assert (str(file.name).endswith(".jpg"), file.content_type, Image.open(file).format) == (True, "image/jpeg", "JPEG")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_was_written_beside_the_picture_is_kept(kind: str) -> None:
    content = photograph(kind)
    # A PNG stores its profile compressed.
    assert [mark in content for mark in MARKS] == [True, True, True, kind != "PNG"]
    image = kept(content)
    assert (dict(image.getexif()), set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}) == (
        {},
        set(),
    )
    file = as_kept(upload(content)).read()
    assert [mark in file for mark in MARKS] == [False] * len(MARKS)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_kept_upright_however_the_camera_was_held(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.new("RGB", (480, 330), "white")
    upright.paste("red", (0, 0, 240, 165))
    # What a camera held this way stores: rotated the other way.
    back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    stored = upright.transpose(_TURNS[back]) if back in _TURNS else upright
    out = BytesIO()
    stored.save(out, "JPEG", exif=exif, quality=95)
    image = kept(out.getvalue())
    red, white = image.getpixel((60, 40)), image.getpixel((420, 290))
    assert (image.size, red, white) == ((480, 330), (254, 0, 0), (255, 255, 255))


def test_a_broken_note_of_the_camera_does_not_cost_the_picture() -> None:
    assert words_for(image_bytes("JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")) == ""


def test_what_is_transparent_is_kept_on_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(out, "PNG")
    assert kept(out.getvalue()).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_picture_is_kept_in_eight_bits_of_red_green_and_blue(mode: str) -> None:
    image = kept(image_bytes("JPEG" if mode == "CMYK" else "PNG", SMALLEST, mode))
    assert (image.mode, image.size) == ("RGB", SMALLEST)


def test_a_grey_of_sixteen_bits_stays_a_grey() -> None:
    out = BytesIO()
    Image.new("I;16", (400, 400), 128 * 256).save(out, "PNG")
    assert kept(out.getvalue()).getpixel((9, 9)) == (128, 128, 128)


def test_colours_are_those_that_were_meant() -> None:
    """A profile that swaps red and green: the kept picture shows the intended colours without the profile."""
    swapped = _profile().replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")
    red, green, _blue = _pixel(kept(image_bytes("PNG", SMALLEST, color=(200, 20, 20), icc_profile=swapped)))
    assert (red < 60, green > 180) == (True, True)


def test_a_profile_of_other_colours_than_the_picture_has_is_passed_over() -> None:
    assert words_for(image_bytes("JPEG", SMALLEST, "L", icc_profile=_profile())) == ""
    assert words_for(image_bytes("JPEG", SMALLEST, icc_profile=b"no profile")) == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_of_more_pixels_than_any_page_shows_is_kept_smaller(kind: str) -> None:
    assert kept(image_bytes(kind, (5000, 2500))).size == (4000, 2000)


# --- What is another thing besides a picture ------------------------------------------------------------------------

MARK = b"<script>alert('MARK')</script>"


def chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


def archive() -> bytes:
    """A ZIP, as a JAR or an office file is one, with a page in it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("META-INF/MANIFEST.MF", MARK)
    return out.getvalue()


def in_png(*chunks: bytes) -> bytes:
    """A PNG with more chunks behind its header."""
    whole = image_bytes("PNG", SMALLEST)
    return whole[:33] + b"".join(chunks) + whole[33:]


def in_jpeg(*segments: tuple[int, bytes]) -> bytes:
    """A JPEG with more segments in front."""
    whole = image_bytes("JPEG", SMALLEST)
    return (
        whole[:2] + b"".join(b"\xff%c" % kind + pack(">H", len(data) + 2) + data for kind, data in segments) + whole[2:]
    )


def two_sided(rest: bytes, kind: str) -> bytes:
    return image_bytes(kind, SMALLEST) + rest


@pytest.mark.parametrize(
    "content",
    [
        two_sided(archive(), "PNG"),
        two_sided(archive(), "JPEG"),
        two_sided(MARK, "PNG"),
        two_sided(b"<?php " + MARK, "WEBP"),
        two_sided(b"%PDF-1.7 " + MARK, "JPEG"),
        in_png(chunk(b"tEXt", b"Comment\0" + MARK), chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + MARK)),
        in_png(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(MARK)), chunk(b"eXIf", b"II*\0" + MARK)),
        in_jpeg((0xFE, MARK), (0xFE, b"*/" + MARK)),
        in_jpeg((0xE1, b"Exif\0\0" + MARK), (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + MARK), (0xED, MARK)),
        # Megabytes of metadata: as many segments as there is room for.
        in_jpeg(*[(0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + MARK * 2000)] * 200),
        # A header that an old browser took for a page.
        b"\xff\xd8\xff\xfe" + pack(">H", len(MARK) + 2) + MARK + image_bytes("JPEG", SMALLEST)[2:],
    ],
    ids=["ZIP", "JAR", "HTML", "PHP", "PDF", "words", "packed", "comments", "notes", "megabytes", "first"],
)
def test_of_a_picture_that_is_something_else_besides_nothing_but_the_picture_is_kept(content: bytes) -> None:
    file = as_kept(upload(content, "picture.html")).read()
    assert (Image.open(BytesIO(file)).size, file.count(b"MARK"), file.count(b"PK\x03\x04")) == (SMALLEST, 0, 0)
    # Nothing follows the end of the picture.
    assert file.index(b"\xff\xd9") == len(file) - 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (image_bytes("GIF", SMALLEST) + archive(), NOT_TAKEN),
        (b"GIF89a/*" + MARK, UNREADABLE),
        (archive(), UNREADABLE),
        (b"<?xml version='1.0'?><!-- x --><svg onload='alert(1)'/>", SVG),
        (b"\xef\xbb\xbf <svg/>", SVG),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 400 400\n", NOT_TAKEN),
    ],
    ids=["GIFAR", "GIF as a script", "ZIP", "SVG", "SVG behind a mark", "PostScript"],
)
def test_what_is_no_picture_of_ours_is_refused_whatever_it_is_called(content: bytes, words: str) -> None:
    for name in ("picture.png", "picture.jpg", "picture.svg"):
        assert words_for(content, name) == words


@cache
def _packed() -> bytes:
    return zlib.compress(bytes(200_000_000))


@pytest.mark.parametrize(
    ("kind", "head"),
    [(b"zTXt", b"Comment\0\0"), (b"iTXt", b"Comment\0\1\0\0\0"), (b"iCCP", b"profile\0\0")],
    ids=["words", "words of any script", "a profile"],
)
def test_what_unpacks_to_hundreds_of_megabytes_beside_the_picture_is_not_unpacked(kind: bytes, head: bytes) -> None:
    content = in_png(chunk(kind, head + _packed()))
    assert len(content) < 1_000_000
    tracemalloc.start()
    words = words_for(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (words in {"", UNREADABLE}, peak < 20_000_000) == (True, True)


def test_a_picture_of_a_thousand_frames_is_refused_before_they_are_decoded() -> None:
    frame = png_header(7_000, 7_000)
    control = chunk(b"acTL", pack(">II", 1_000, 0))
    frames = b"".join(
        chunk(b"fcTL", pack(">IIIIIHHBB", number, 7_000, 7_000, 0, 0, 1, 10, 0, 0)) for number in range(1_000)
    )
    assert words_for(frame[:33] + control + frames + frame[33:]) == MOVES


def test_a_picture_that_comes_in_thousands_of_scans_is_refused_before_they_are_decoded() -> None:
    out = BytesIO()
    Image.new("RGB", SMALLEST, "red").save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    last = whole[whole.rindex(b"\xff\xda") : -2]
    assert whole.count(b"\xff\xda") == 10
    assert words_for(whole[:-2] + last * 90 + whole[-2:]) == ""
    assert words_for(whole[:-2] + last * 91 + whole[-2:]) == UNREADABLE


# --- How ------------------------------------------------------------------------------------------------------------

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _pixel(image: Image.Image) -> tuple[int, ...]:
    found = image.getpixel((9, 9))
    assert isinstance(found, tuple)
    return found


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "NOTED-BY-EXIF"
    return exif


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
