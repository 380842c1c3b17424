"""The scan of the document, through the common gallery of files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from poverty.files.models import FileLink
from poverty.standards import services
from tests.actors import client_of
from tests.factories.standards import make_standard
from tests.standards.test_drafting import draft

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj "
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
)


@pytest.fixture(autouse=True)
def _files_elsewhere(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


def upload(user, standard):
    address = reverse("files:upload", args=["standards.standard", standard.pk, "scan"])
    return client_of(user).post(address, {"files": SimpleUploadedFile("文件.pdf", PDF)}).status_code


def remove(user, standard):
    link = FileLink.objects.get(case_type="standards.standard", case_id=standard.pk)
    return client_of(user).post(reverse("files:remove", args=[link.pk]), {"reason": "传错了"}).status_code


def page(user, standard):
    return client_of(user).get(reverse("standards:detail", args=[standard.pk])).content.decode()


def test_a_draft_takes_a_scan_shows_it_and_gives_it_back(drafter):
    standard = draft(drafter)

    assert upload(drafter, standard) == 302
    assert "文件.pdf" in page(drafter, standard)
    assert remove(drafter, standard) == 302
    assert "文件.pdf" not in page(drafter, standard)


def test_a_published_standard_takes_the_scan_that_comes_later_and_keeps_it(drafter, publisher):
    standard = services.publish(draft(drafter), actor=publisher)

    assert upload(drafter, standard) == 302
    assert services.scans_of(standard, publisher).count() == 1
    assert remove(drafter, standard) == 403
    assert upload(drafter, standard) == 403
    assert services.scans_of(standard, publisher).count() == 1


def test_readers_see_the_scan_and_add_none(drafter, publisher, village_clerk, stranger):
    standard = services.publish(draft(drafter), actor=publisher)
    upload(drafter, standard)

    assert "文件.pdf" in page(village_clerk, standard)
    assert upload(village_clerk, standard) == 403
    assert upload(stranger("county_reviewer"), standard) == 404


def test_the_province_has_its_scans_from_the_province(drafter):
    assert upload(drafter, make_standard("22")) == 403


def test_a_correction_takes_the_scan_of_the_same_document_along(drafter, publisher):
    standard = draft(drafter)
    upload(drafter, standard)
    published = services.publish(standard, actor=publisher)

    correction = services.correct(published, actor=publisher, reason="标准值录入有误")

    assert [link.name for link in services.scans_of(correction, drafter)] == ["文件.pdf"]


def test_a_withdrawn_draft_takes_no_more(drafter):
    withdrawn = services.withdraw(draft(drafter), actor=drafter, reason="不用")

    assert upload(drafter, withdrawn) == 403
