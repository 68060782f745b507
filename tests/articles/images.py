"""Small pictures for tests, drawn on the spot."""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles.models import Picture


def image_bytes(kind: str = "JPEG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **save: Any) -> bytes:
    """A plain picture in a format of Pillow's."""
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **save)
    return out.getvalue()


def upload(content: bytes, name: str = "picture.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def stored_picture(**fields: Any) -> Picture:
    """A picture of the library with its file."""
    values = {"alt": "A harbour", "caption": "The harbour at noon.", "credit": "M. Photographer", **fields}
    picture = Picture(**values)
    picture.file.save("harbour.jpg", ContentFile(image_bytes()), save=False)
    picture.save()
    return picture
