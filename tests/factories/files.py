"""Contents of files as people, phones and enemies make them. Nothing random: the same call, the same
bytes.
"""

import struct
import zipfile
import zlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from poverty.files import services
from poverty.files.models import StoredFile

OFFICE_TYPES = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}


def jpeg(size=(64, 48), *, colour="red", orientation=None, taken=None, offset=None, position=None) -> bytes:
    """A photo; `taken` as cameras write it ("2018:10:12 14:02:33"), `position` in degrees (lat, lon)."""
    exif = Image.Exif()
    if orientation:
        exif[ExifTags.Base.Orientation] = orientation
    details = exif.get_ifd(ExifTags.IFD.Exif)
    if taken:
        details[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    if position:
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSLatitudeRef] = "N" if position[0] >= 0 else "S"
        place[ExifTags.GPS.GPSLatitude] = (abs(position[0]), 0, 0)
        place[ExifTags.GPS.GPSLongitudeRef] = "E" if position[1] >= 0 else "W"
        place[ExifTags.GPS.GPSLongitude] = (abs(position[1]), 0, 0)
    return _image("JPEG", size, colour, exif=exif)


def png(size=(64, 48), *, colour="blue", mode="RGB") -> bytes:
    return _image("PNG", size, colour, mode=mode)


def webp(size=(64, 48), *, colour="green") -> bytes:
    return _image("WEBP", size, colour)


def png_header_only(width: int, height: int) -> bytes:
    """A PNG that claims to be of this size and holds next to nothing: a bomb, or a damaged picture."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def office(kind="docx", *, extra=None, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """The least that is an office document; `extra` are more entries, {name: content}."""
    part, main = OFFICE_TYPES[kind]
    types = f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{main}"/></Types>'
    return archive({"[Content_Types].xml": types, part: "<x/>", **(extra or {})}, compression)


def archive(entries, compression=zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return target.getvalue()


def make_upload(content=None, name="照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if content is None else content)


def make_file(actor, content=None, *, name="照片.jpg", kind="photo", area_code="220503100204") -> StoredFile:
    """A stored file, examined as any other."""
    return services.store(make_upload(content, name), actor=actor, area_code=area_code, kind=kind)


def _image(form, size, colour, *, mode="RGB", **options) -> bytes:
    target = BytesIO()
    Image.new(mode, size, colour).save(target, form, **options)
    return target.getvalue()
