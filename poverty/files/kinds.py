"""What may be stored: kinds of file, the types of content each may have, and how large they may be."""

from dataclasses import dataclass

from django.db import models

MEGABYTE = 1024 * 1024


class Kind(models.TextChoices):
    """What a file is for; decides which types of content are taken."""

    PHOTO = "photo", "照片"
    SCAN = "scan", "扫描件"
    DOCUMENT = "document", "文件"
    WORKBOOK = "workbook", "表格"


@dataclass(frozen=True)
class ContentType:
    """A type of content, recognised by what is in the file and never by its name."""

    mime: str
    label: str
    endings: tuple[str, ...]  # the first is given to a file whose name ends otherwise
    limit: int  # bytes

    @property
    def is_image(self) -> bool:
        return self.mime.startswith("image/")


_OFFICE = "application/vnd.openxmlformats-officedocument"
JPEG = ContentType("image/jpeg", "JPG", (".jpg", ".jpeg"), 20 * MEGABYTE)
PNG = ContentType("image/png", "PNG", (".png",), 20 * MEGABYTE)
WEBP = ContentType("image/webp", "WebP", (".webp",), 20 * MEGABYTE)
PDF = ContentType("application/pdf", "PDF", (".pdf",), 50 * MEGABYTE)
DOCX = ContentType(f"{_OFFICE}.wordprocessingml.document", "Word（docx）", (".docx",), 50 * MEGABYTE)
XLSX = ContentType(f"{_OFFICE}.spreadsheetml.sheet", "Excel（xlsx）", (".xlsx",), 50 * MEGABYTE)
CSV = ContentType("text/csv", "CSV", (".csv", ".txt"), 50 * MEGABYTE)

ALL = (JPEG, PNG, WEBP, PDF, DOCX, XLSX, CSV)
BY_MIME = {item.mime: item for item in ALL}
LARGEST = max(item.limit for item in ALL)

ALLOWED: dict[str, tuple[ContentType, ...]] = {
    Kind.PHOTO: (JPEG, PNG, WEBP),
    Kind.SCAN: (PDF, JPEG, PNG, WEBP),
    Kind.DOCUMENT: (PDF, DOCX, XLSX, JPEG, PNG, WEBP),
    Kind.WORKBOOK: (XLSX, CSV),
}


def accepts(kind: str) -> str:
    """The value of an input's accept attribute. A phone that stores HEIC converts when only these are
    named.
    """
    return ",".join(item.mime for item in ALLOWED[kind])


def named(kind: str) -> str:
    """The types a kind may have, in words: "JPG、PNG、WebP"."""
    return "、".join(item.label for item in ALLOWED[kind])
