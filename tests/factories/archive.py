"""Electronic files as rows, without their zips; and pictures of papers with a label."""

from datetime import timedelta
from io import BytesIO

import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from households.models import ArchiveFile
from tests.factories.accounts import make_user


def make_archive_file(area_code, *, actor=None, **fields):
    """A finished zip of an area, kept for a month."""
    now = timezone.now()
    values = {
        "area_code": area_code,
        "actor": actor or make_user("周导出"),
        "state": "done",
        "as_of": now,
        "finished_at": now,
        "households": 1,
        "sha256": "a" * 64,
        "size": 100,
        "file_name": "电子档案.zip",
        "expires_at": now + timedelta(days=30),
    }
    return ArchiveFile.objects.create(**values | fields)


def photo_of(*addresses, turned=0, name="资料.jpg"):
    """A photo of a sheet of paper on a table, with a label for each address on it."""
    sheet = Image.new("L", (1500, 2000), 225)
    for number, address in enumerate(addresses):
        drawn = BytesIO()
        segno.make_qr(address, error="q").save(drawn, kind="png", scale=8, border=2)
        sheet.paste(Image.open(drawn).convert("L").resize((360, 360)), (100 + 600 * number, 150))
    table = Image.new("L", (2000, 2600), 90)
    table.paste(sheet.rotate(turned, expand=True, fillcolor=90), (150, 200))
    content = BytesIO()
    table.save(content, "JPEG", quality=70)
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")
