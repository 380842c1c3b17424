import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from poverty.files import pictures
from poverty.files.models import FileLink, StoredFile
from poverty.files.services import link
from tests.actors import client_of
from tests.factories import files as contents
from tests.factories.files import make_file
from tests.files.conftest import CASE

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


def of(settlement, name="upload", role="photo"):
    return reverse(f"files:{name}", args=[CASE, settlement.pk, role])


def at(name, file, *more):
    return reverse(f"files:{name}", args=[file.pk, *more])


def text(response):
    return response.content.decode()


def sent(*uploads, **more):
    return {"files": [SimpleUploadedFile(name, content) for name, content in uploads], **more}


def linked(user, settlement, content=None, role="photo", **fields):
    file = make_file(user, content, **fields)
    return link(file, settlement, role=role, actor=user).file


# --- uploading ---------------------------------------------------------------------------------------------


def test_uploading_without_javascript(village_clerk, settlement):
    client = client_of(village_clerk)
    uploads = sent(("一.jpg", contents.jpeg()), ("二.png", contents.png()), next="/jobs/", note="村口")
    response = client.post(of(settlement), uploads)
    assert response.headers["Location"] == "/jobs/"
    made = FileLink.objects.of(CASE, settlement.pk, "photo")
    assert [(item.name, item.note) for item in made] == [("一.jpg", "村口"), ("二.png", "村口")]
    assert {item.file.area_code for item in made} == {"220503100204"}
    assert "已上传 2 个文件。" in text(client.get("/jobs/"))


def test_uploading_with_htmx_gives_the_gallery_with_what_was_refused_and_why(village_clerk, settlement):
    uploads = sent(("一.jpg", contents.jpeg()), ("网页.jpg", b"<html></html>"), ("空.jpg", b""))
    part = text(client_of(village_clerk).post(of(settlement), uploads, **HTMX))
    assert "<html" not in part
    assert "一.jpg" in part
    assert "网页.jpg：不能识别文件内容" in part
    assert "空.jpg：文件是空的" in part
    assert FileLink.objects.count() == StoredFile.objects.count() == 1


def test_nothing_chosen_is_said(village_clerk, settlement):
    assert "请先选择文件" in text(client_of(village_clerk).post(of(settlement), {}, **HTMX))


def test_the_role_decides_what_is_taken(village_clerk, settlement):
    client = client_of(village_clerk)
    report = ("报告.pdf", contents.pdf())
    assert "文件内容是 PDF，这里不能上传" in text(client.post(of(settlement), sent(report), **HTMX))
    assert "报告.pdf" in text(client.post(of(settlement, role="water"), sent(report), **HTMX))


def test_the_same_file_twice_is_one(village_clerk, settlement):
    client = client_of(village_clerk)
    for _ in range(2):
        client.post(of(settlement), sent(("一.jpg", contents.jpeg())))
    assert FileLink.objects.count() == StoredFile.objects.count() == 1


def test_back_to_our_own_pages_only(village_clerk, settlement):
    uploads = sent(("一.jpg", contents.jpeg()), next="https://evil.example/")
    response = client_of(village_clerk).post(of(settlement), uploads)
    assert "evil" not in response.headers["Location"]


@pytest.mark.parametrize("role", ["auditor", "leader", "administrator", "finance_officer", "bureau_officer"])
def test_who_may_not_add_files_is_refused(actors, settlement, role):
    response = client_of(actors[role]).post(of(settlement), sent(("一.jpg", contents.jpeg())))
    assert response.status_code == 403
    assert not StoredFile.objects.exists()


def test_another_county_is_not_there(strangers, settlement):
    client = client_of(strangers["village_clerk"])
    assert client.post(of(settlement), sent(("一.jpg", contents.jpeg()))).status_code == 404
    assert client.get(of(settlement, "gallery")).status_code == 404
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "path", ["/files/of/areas.settlement/{}/nothing/upload/", "/files/of/nothing.at-all/{}/photo/upload/"]
)
def test_unknown_cases_and_roles_are_not_there(village_clerk, settlement, path):
    response = client_of(village_clerk).post(path.format(settlement.pk), sent(("一.jpg", contents.jpeg())))
    assert response.status_code == 404


def test_a_request_too_large_is_refused_before_it_is_read(village_clerk, settlement, settings, files_root):
    settings.UPLOAD_MAX_REQUEST_SIZE = 10_000
    uploads = sent(("一.jpg", contents.jpeg() + b"\0" * 20_000))
    response = client_of(village_clerk).post(of(settlement), uploads)
    assert response.status_code in (400, 413)
    assert not StoredFile.objects.exists()


# --- gallery -----------------------------------------------------------------------------------------------


def test_the_gallery_asks_again_while_pictures_are_being_made(village_clerk, settlement):
    client = client_of(village_clerk)
    file = linked(village_clerk, settlement, name="院子.jpg")
    part = text(client.get(of(settlement, "gallery"), {"part": "files"}))
    assert "正在生成缩略图" in part
    assert 'hx-trigger="every 3s"' in part
    assert "<form" not in part  # what is being chosen in the form is not swept away
    pictures.make(file.pk)
    part = text(client.get(of(settlement, "gallery")))
    assert at("picture", file, "small") in part
    assert "hx-trigger" not in part
    assert of(settlement) in part


def test_the_gallery_of_who_only_looks_has_no_form(leader, village_clerk, settlement):
    linked(village_clerk, settlement)
    part = text(client_of(leader).get(of(settlement, "gallery")))
    assert "照片.jpg" in part
    assert "<form" not in part
    assert "移除" not in part


def test_an_empty_gallery_says_who_fills_it(leader, settlement):
    assert "还没有现场照片，由采集人员上传" in text(client_of(leader).get(of(settlement, "gallery")))


def test_a_long_gallery_costs_as_much_as_a_short_one(
    village_clerk, settlement, django_assert_max_num_queries
):
    for number in range(30):
        linked(village_clerk, settlement, contents.jpeg(colour=(number, 0, 0)))
    client = client_of(village_clerk)
    with django_assert_max_num_queries(9):
        client.get(of(settlement, "gallery"))


# --- serving -----------------------------------------------------------------------------------------------


def test_the_original_is_a_download(village_clerk, settlement):
    content = contents.jpeg(taken="2018:10:12 14:02:33")
    file = linked(village_clerk, settlement, content, name="院子.jpg")
    response = client_of(village_clerk).get(at("original", file))
    assert b"".join(response.streaming_content) == content
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_is_shown_and_not_sent_twice(village_clerk, settlement):
    client = client_of(village_clerk)
    file = linked(village_clerk, settlement)
    assert client.get(at("picture", file, "small")).status_code == 404  # not made yet
    pictures.make(file.pk)
    response = client.get(at("picture", file, "small"))
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8\xff")
    assert "attachment" not in response.headers.get("Content-Disposition", "")
    again = client.get(at("picture", file, "small"), headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("size", ["huge", "small.jpg", "..", "passwd"])
def test_there_are_two_sizes(village_clerk, settlement, size):
    file = linked(village_clerk, settlement)
    pictures.make(file.pk)
    assert client_of(village_clerk).get(f"/files/{file.pk}/picture/{size}/").status_code == 404


def test_rights_are_asked_even_of_who_has_it_cached(village_clerk, strangers, settlement):
    file = linked(village_clerk, settlement)
    pictures.make(file.pk)
    tag = client_of(village_clerk).get(at("original", file)).headers["ETag"]
    client = client_of(strangers["village_clerk"])
    assert client.get(at("original", file), headers={"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize("address", ["file", "original", "picture"])
def test_out_of_place_no_file_is_there(strangers, helper, anonymous, village_clerk, settlement, address):
    file = linked(village_clerk, settlement)
    pictures.make(file.pk)
    url = at(address, file, *(["small"] if address == "picture" else []))
    assert client_of(village_clerk).get(url).status_code == 200
    assert client_of(helper).get(url).status_code == 404
    for role, user in strangers.items():
        assert client_of(user).get(url).status_code == (403 if role == "administrator" else 404)
    assert client_of(anonymous).get(url).status_code == 302


def test_a_content_that_is_gone_from_disk_is_not_a_failure_of_the_page(village_clerk, settlement):
    file = linked(village_clerk, settlement)
    file.path.unlink()
    client = client_of(village_clerk)
    assert client.get(at("original", file)).status_code == 404
    assert client.get(at("file", file)).status_code == 200


def test_the_page_of_a_file(village_clerk, settlement, elsewhere, strangers):
    content = contents.jpeg(taken="2018:10:12 14:02:33", position=(41.76, 126.05))
    file = linked(village_clerk, settlement, content, name="院子.jpg")
    other = strangers["village_clerk"]
    link(make_file(other, content, name="别县.jpg"), elsewhere, role="photo", actor=other)
    page = text(client_of(village_clerk).get(at("file", file)))
    for shown in ("院子.jpg", "2018-10-12 14:02", "纬度 41.760000", "64 × 48 像素", "现场照片"):
        assert shown in page
    assert str(settlement) in page, "called by its name, not by its key"
    assert "别县.jpg" not in page
    assert page.count("<tr>") == 2  # the head and the one case in sight


# --- taking back -------------------------------------------------------------------------------------------


def test_taking_back_asks_and_wants_a_reason(village_clerk, settlement):
    linked(village_clerk, settlement)
    made = FileLink.objects.get()
    url = reverse("files:remove", args=[made.pk])
    client = client_of(village_clerk)
    assert "移除原因" in text(client.get(url))
    response = client.post(url, {"reason": "  "})
    assert response.status_code == 422
    assert "请填写移除原因" in text(response)
    client.post(url, {"reason": "传错了"})
    made.refresh_from_db()
    assert made.removed_reason == "传错了"
    assert client.get(url).status_code == 404


def test_who_only_looks_cannot_take_back(leader, village_clerk, strangers, settlement):
    linked(village_clerk, settlement)
    url = reverse("files:remove", args=[FileLink.objects.get().pk])
    assert client_of(leader).post(url, {"reason": "x"}).status_code == 403
    assert client_of(strangers["village_clerk"]).post(url, {"reason": "x"}).status_code == 404
    assert FileLink.objects.open().count() == 1
