import hashlib
import os
import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from poverty.audit.models import Entry
from poverty.files import kinds, storage
from poverty.files.models import StoredFile, Upload
from poverty.files.services import store
from tests.factories import files as contents
from tests.factories.files import make_file, make_upload
from tests.files.conftest import on_disk

pytestmark = pytest.mark.django_db


def refused(content, *, kind="photo", name="照片.jpg", actor=None):
    """The reason for which a content is refused."""
    with pytest.raises(ValidationError) as caught:
        store(make_upload(content, name), actor=actor, area_code="220503", kind=kind)
    return caught.value.code


def test_a_photo_is_stored_with_what_its_camera_says(village_clerk, files_root):
    content = contents.jpeg((64, 48), orientation=6, taken="2018:10:12 14:02:33", position=(41.76, 126.05))
    file = make_file(village_clerk, content, name="王建国家.jpg")
    digest = hashlib.sha256(content).hexdigest()
    file.refresh_from_db()
    assert (file.sha256, file.size, file.kind, file.content_type) == (
        digest,
        len(content),
        "photo",
        "image/jpeg",
    )
    assert (file.width, file.height) == (48, 64)  # seen upright
    assert file.taken_at == datetime(2018, 10, 12, 6, 2, 33, tzinfo=UTC)  # the camera's clock is Shanghai's
    assert (file.latitude, file.longitude) == (Decimal("41.760000"), Decimal("126.050000"))
    assert (file.name, file.uploaded_by, file.area_code) == ("王建国家.jpg", village_clerk, "220503100204")
    assert file.picture == "pending"
    assert file.path == files_root / digest[:2] / digest[2:4] / digest
    assert file.path.read_bytes() == content
    assert on_disk(files_root) == [digest]


def test_only_the_system_can_read_the_folder(village_clerk, files_root):
    file = make_file(village_clerk)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


def test_the_log_names_neither_the_file_nor_its_owner(village_clerk):
    file = make_file(village_clerk, name="王建国身份证.jpg")
    entry = Entry.objects.get(action="files.store")
    assert (entry.actor, entry.case_type, entry.case_id) == (village_clerk, "files.storedfile", file.pk)
    assert "王建国" not in f"{entry.summary}{entry.changes}{entry.purpose}"


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        ("2018:10:12 14:02:33", "+00:00", datetime(2018, 10, 12, 14, 2, 33, tzinfo=UTC)),
        ("0000:00:00 00:00:00", None, None),
        ("yesterday", None, None),
        ("2999:01:01 00:00:00", None, None),
        ("1970:01:01 00:00:00", None, None),
        ("2018:10:12 14:02:33", "nonsense", None),
        (None, None, None),
    ],
)
def test_time_of_the_photo(village_clerk, taken, offset, expected):
    assert make_file(village_clerk, contents.jpeg(taken=taken, offset=offset)).taken_at == expected


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ((-33.5, -70.25), (Decimal("-33.500000"), Decimal("-70.250000"))),
        ((0, 0), (None, None)),
        ((91, 10), (None, None)),
        ((10, 181), (None, None)),
        (None, (None, None)),
    ],
)
def test_place_of_the_photo(village_clerk, position, expected):
    file = make_file(village_clerk, contents.jpeg(position=position))
    assert (file.latitude, file.longitude) == expected


@pytest.mark.parametrize(
    ("kind", "content", "name", "mime"),
    [
        ("photo", contents.png(), "a.png", "image/png"),
        ("photo", contents.webp(), "a.webp", "image/webp"),
        ("scan", contents.pdf(), "a.pdf", "application/pdf"),
        ("scan", contents.jpeg(), "a.jpg", "image/jpeg"),
        ("document", contents.office("docx"), "a.docx", kinds.DOCX.mime),
        ("workbook", contents.office("xlsx"), "a.xlsx", kinds.XLSX.mime),
        ("workbook", "户主,人均纯收入\n张三,4000\n".encode(), "a.csv", "text/csv"),
        ("workbook", "户主,人均纯收入\n张三,4000\n".encode("gb18030"), "a.csv", "text/csv"),
        ("workbook", b"\xef\xbb\xbf" + "户主\n张三\n".encode(), "a.csv", "text/csv"),
    ],
)
def test_what_is_taken(village_clerk, kind, content, name, mime):
    file = make_file(village_clerk, content, name=name, kind=kind)
    assert (file.content_type, file.name) == (mime, name)
    assert file.picture == ("pending" if mime.startswith("image/") else "none")
    assert (file.width is None) == (not mime.startswith("image/"))


MACRO_TYPES = '<Types ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"", "photo", "empty"),
        (b"<html><script>alert(1)</script></html>", "photo", "unknown"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "photo", "unknown"),
        (b"<!DOCTYPE html><p>a,b\n", "workbook", "unknown"),
        (b"\xef\xbb\xbf  <svg onload='x'>", "workbook", "unknown"),
        (b"MZ\x90\x00" + b"\0" * 100, "document", "unknown"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 100, "document", "unknown"),
        (b"#!/bin/sh\nrm -rf ~\n", "workbook", "unknown"),
        (b"a,b\n\x00\x01\n", "workbook", "unknown"),
        (b"GIF89a" + b"\0" * 20, "photo", "unknown"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 20, "photo", "heic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "document", "old_office"),
        (contents.pdf(), "photo", "not_allowed"),
        (contents.jpeg(), "workbook", "not_allowed"),
        (contents.jpeg()[:-30], "photo", "damaged"),
        (contents.jpeg((400, 300))[:300], "photo", "damaged"),
        (b"\xff\xd8\xff", "photo", "damaged"),
        (contents.png()[:-12], "photo", "damaged"),
        (contents.webp()[:-8], "photo", "damaged"),
        (contents.pdf()[:-8], "scan", "damaged"),
        (contents.png_header_only(60_000, 60_000), "photo", "pixels"),
        (contents.png_header_only(10_000, 6_000), "photo", "pixels"),
        (contents.jpeg() + contents.archive({"a.html": "<script>"}), "photo", "polyglot"),
        (contents.pdf() + contents.archive({"a": "%%EOF"}), "scan", "polyglot"),
        (contents.archive({"a.txt": "b"}), "document", "unknown"),
        (contents.office("docx")[:-20], "document", "damaged"),
        (contents.office("docx") + b"<html>", "document", "damaged"),
        (contents.office("xlsx", extra={"xl/vbaProject.bin": "x"}), "document", "macro"),
        (contents.archive({"[Content_Types].xml": MACRO_TYPES}), "document", "macro"),
        (contents.office("docx", extra={"../../etc/passwd": "x"}), "document", "damaged"),
        (contents.office("docx", extra={"/etc/passwd": "x"}), "document", "damaged"),
        (contents.office("docx", extra={"word/big.xml": b"\0" * 60_000_000}), "document", "bomb"),
        (contents.office("docx", extra={f"word/{n}.xml": "" for n in range(5_001)}), "document", "bomb"),
    ],
)
def test_what_is_refused(files_root, content, kind, reason):
    assert refused(content, kind=kind) == reason
    assert not StoredFile.objects.exists()
    assert not Upload.objects.exists()
    assert not Entry.objects.exists()
    assert on_disk(files_root) == []


def test_what_is_too_large_unpacked_is_told_with_what_to_do():
    content = contents.office("xlsx", extra={"xl/big.xml": b"\0" * 60_000_000})
    with pytest.raises(ValidationError) as caught:
        store(make_upload(content, "表.xlsx"), actor=None, area_code="220503", kind="document")
    assert caught.value.messages[0].startswith(
        "文件解压后过大，不像正常的文档，没有接收。请用 Excel 或 Word 打开"
    )


def test_an_encrypted_archive_is_refused():
    content = bytearray(contents.office("docx"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag stands in both headers
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    assert refused(bytes(content), kind="document") == "encrypted"


def test_an_archive_that_lies_about_its_sizes_is_refused():
    content = bytearray(contents.office("docx"))
    at = content.find(b"PK\x01\x02")  # of [Content_Types].xml
    content[at + 24 : at + 28] = (5).to_bytes(4, "little")
    assert refused(bytes(content), kind="document") == "damaged"


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (contents.jpeg() + b"\0" * 20 * kinds.MEGABYTE, "20 MB"),
        (b"%PDF-" + b"\0" * 50 * kinds.MEGABYTE, "50 MB"),
    ],
)
def test_too_large(files_root, content, limit):
    with pytest.raises(ValidationError, match=f"超过 {limit}") as caught:
        store(make_upload(content), actor=None, area_code="", kind="scan")
    assert caught.value.code == "too_large"
    assert on_disk(files_root) == []


def test_a_photo_with_a_video_behind_it_is_a_photo(village_clerk):
    """Phones append a short video to a photo; only a format that something would open is refused."""
    assert make_file(village_clerk, contents.jpeg() + b"\0\0\0\x18ftypmp42" + b"\0" * 500).pk


def test_messages_are_for_people():
    with pytest.raises(ValidationError) as caught:
        store(make_upload(contents.pdf()), actor=None, area_code="", kind="photo")
    assert caught.value.messages == ["文件内容是 PDF，这里不能上传，只接受：JPG、PNG、WebP。"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd", "passwd.jpg"),
        ("..\\..\\windows\\a.jpg", "a.jpg"),
        ("照片\u202egpj.exe", "照片gpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie_ x.jpg"),
        ("a\0b.jpg", "ab.jpg"),
        ("a.html", "a.html.jpg"),
        ("A.JPEG", "A.jpeg"),
        ("a.tar.jpg", "a.tar.jpg"),
        ("", "未命名.jpg"),
        ("...", "未命名.jpg"),
        (".jpg", "未命名.jpg"),
        ('x<"img">.jpg', "x__img__.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_names_are_made_safe(village_clerk, name, kept):
    upload = make_upload()
    upload._name = name  # past Django's own cleaning: a service may be given any file
    file = store(upload, actor=village_clerk, area_code="", kind="photo")
    assert file.name == kept


def test_an_open_file_can_be_stored(village_clerk, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(contents.pdf())
    with path.open("rb") as file:
        stored = store(file, actor=village_clerk, area_code="", kind="document")
    assert stored.name == "a.pdf"


def test_the_same_content_is_one_file_with_two_uploads(village_clerk, township_officer, files_root):
    first = make_file(village_clerk, name="一.jpg")
    second = make_file(township_officer, name="二.jpg", area_code="220503100")
    assert second == first
    assert StoredFile.objects.get().uploaded_by == village_clerk
    assert list(Upload.objects.order_by("pk").values_list("by", "name", "area_code")) == [
        (village_clerk.pk, "一.jpg", "220503100204"),
        (township_officer.pk, "二.jpg", "220503100"),
    ]
    assert on_disk(files_root) == [first.sha256]


def test_a_content_lost_or_damaged_on_disk_is_mended_by_the_next_upload(village_clerk):
    file = make_file(village_clerk)
    file.path.write_bytes(b"half")
    make_file(village_clerk)
    assert file.path.read_bytes() == contents.jpeg()
    file.path.unlink()
    make_file(village_clerk)
    assert file.path.read_bytes() == contents.jpeg()


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_the_same_content_eight_times_at_once(village_clerk, files_root):
    start, found = threading.Barrier(8), []

    def put():
        start.wait()
        try:
            found.append(make_file(village_clerk).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file = StoredFile.objects.get()
    assert found == [file.pk] * 8
    assert Upload.objects.count() == 8
    assert on_disk(files_root) == [file.sha256]
    assert file.path.read_bytes() == contents.jpeg()


def test_a_process_that_dies_while_writing_leaves_no_half_file(files_root):
    """A child process is gone in the midst of an upload, as by kill -9."""

    def chunks():
        yield contents.jpeg()[:100]
        os._exit(9)

    child = os.fork()
    if not child:
        with storage.receive(chunks(), 10_000):
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9

    assert [path.parent.name for path in files_root.rglob("*") if path.is_file()] == ["incoming"]
    left = next((files_root / "incoming").iterdir())
    assert storage.remove_abandoned() == 0  # it might still be at work
    os.utime(left, (0, 0))
    assert storage.remove_abandoned() == 1
    assert on_disk(files_root) == []


def test_an_upload_that_breaks_off_leaves_nothing(files_root):
    class Broken(SimpleUploadedFile):
        def chunks(self, chunk_size=None):
            yield contents.jpeg()[:100]
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - the client's connection, whatever it says
        store(Broken("a.jpg", b"x"), actor=None, area_code="", kind="photo")
    assert on_disk(files_root) == []


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 63 + "/"])
def test_only_a_sha256_is_an_address(sha256):
    with pytest.raises(ValueError, match="Not a SHA-256"):
        storage.path_of(sha256)
