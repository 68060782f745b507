"""Small pictures for tests, drawn on the spot."""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles import library
from articles.models import Picture


def image_bytes(kind: str = "JPEG", size: tuple[int, int] = (480, 320), mode: str = "RGB", **how: Any) -> bytes:
    """A plain picture in one of Pillow's formats."""
    out = BytesIO()
    colour = how.pop("color", 0)
    Image.new(mode, size, colour).save(out, kind, **how)
    return out.getvalue()


# What a camera, a phone and a program write into a picture, to be searched for byte by byte.
MARKS = (b"NOTED-BY-EXIF", b"NOTED-AS-PLACE", b"NOTED-BY-XMP", b"NOTED-BY-ICC")


def photograph(kind: str = "JPEG", size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A picture as a phone sends it: where and with what it was taken, a colour profile (`MARKS`), and rotated."""
    exif = Image.Exif()
    exif[0x010F] = MARKS[0].decode()
    exif[0x0112] = 6
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (50.0, 50.0, 46.0), "E", (4.0, 21.0, 8.0)
    place[27] = b"ASCII\x00\x00\x00" + MARKS[1]
    out = BytesIO()
    image = Image.effect_noise(size, 40).convert("RGB")
    image.save(out, kind, exif=exif, icc_profile=_profile(), **_beside(kind))
    return out.getvalue()


def _beside(kind: str) -> dict[str, Any]:
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + MARKS[2] + b"</x:xmpmeta>"
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return {"pnginfo": info, "compress_level": 1}
    return {"xmp": xmp}


def _profile() -> bytes:
    """A colour profile that no library can read, with a name in it."""
    return MARKS[3] + bytes(200)


def upload(content: bytes, name: str = "picture.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def large_picture() -> Picture:
    """A picture that the library considers large enough to lead a page; its file is small, for speed."""
    picture = stored_picture()
    Picture.objects.filter(pk=picture.pk).update(width=1200, height=800)
    picture.refresh_from_db()
    return picture


def stored_picture(*, size: tuple[int, int] = (480, 320), **fields: Any) -> Picture:
    """A picture of the library, with its file."""
    values = {"alt": "A harbour", "caption": "The harbour at noon.", "credit": "M. Photographer", **fields}
    picture = Picture(**values)
    picture.file.save("harbour.jpg", ContentFile(image_bytes(size=size)), save=False)
    return library.save(picture)
