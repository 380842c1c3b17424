"""The signed page of a sheet: scanned when it is typed, or on another day."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from households.models import Visit
from households.visits.services.deciding import withdraw_visit
from poverty.files.models import FileLink
from tests.actors import VILLAGE_A, client_of
from tests.factories.files import jpeg, pdf
from tests.factories.households import (
    make_household,
    make_pairing,
)
from tests.factories.sheets import make_sheets, send_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_november(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def home(helper):
    made = make_household(VILLAGE_A, head="王建国", survey={"dangerous_grade": "b", "house_area": "60.00"})
    make_pairing(made, helper)
    return made


@pytest.fixture
def sheet(home, village_clerk):
    return make_sheets(VILLAGE_A, village_clerk).sheets.get(household=home)


def test_the_scan_of_the_signed_page_stays_with_the_visit(village_clerk, sheet):
    send_sheet(village_clerk, sheet, scan=SimpleUploadedFile("签字页.jpg", jpeg(), "image/jpeg"))
    link = FileLink.objects.get()
    assert (link.case_type, link.case_id, link.role) == (
        "households.visit",
        Visit.objects.get().pk,
        "signature",
    )


class TestAScanOfAnotherDay:
    """The village types in the evening and scans next day."""

    @staticmethod
    def add(who, visit, content, role="signature", name="签字页.pdf"):
        target = reverse("files:upload", args=["households.visit", visit.pk, role])
        return client_of(who).post(target, {"files": [SimpleUploadedFile(name, content)]})

    @pytest.fixture
    def visit(self, village_clerk, sheet):
        send_sheet(village_clerk, sheet)
        return Visit.objects.get()

    def test_it_is_added_on_the_visit_s_page_and_shown_to_the_auditor(
        self, village_clerk, auditor, visit, helper
    ):
        page = reverse("households:visit", args=[visit.pk])
        target = reverse("files:upload", args=["households.visit", visit.pk, "signature"])
        for who in (village_clerk, helper):
            assert target in client_of(who).get(page).content.decode()
        self.add(village_clerk, visit, jpeg(), name="签字.jpg")
        link = FileLink.objects.get()
        assert (link.role, link.case_id) == ("signature", visit.pk)
        shown = client_of(auditor).get(page).content.decode()
        assert "签字.jpg" in shown
        assert target not in shown

    def test_a_pdf_is_a_scan_too(self, village_clerk, visit):
        self.add(village_clerk, visit, pdf())
        assert FileLink.objects.get().role == "signature"

    def test_nothing_is_added_to_the_photos_of_a_visit_by_hand(self, village_clerk, visit):
        assert self.add(village_clerk, visit, jpeg(), role="photo", name="1.jpg").status_code == 403
        assert not FileLink.objects.exists()

    def test_not_by_those_who_only_see_it_nor_to_a_withdrawn_one(
        self, village_clerk, auditor, stranger, visit
    ):
        assert self.add(auditor, visit, jpeg()).status_code == 403
        assert self.add(stranger("village_clerk"), visit, jpeg()).status_code == 404
        withdraw_visit(visit, "录错了户", actor=village_clerk)
        assert self.add(village_clerk, visit, jpeg()).status_code == 403
        assert not FileLink.objects.exists()

    def test_the_sheet_sent_again_with_its_scan_keeps_it(self, village_clerk, sheet, visit):
        scan = SimpleUploadedFile("签字页.jpg", jpeg(), "image/jpeg")
        assert send_sheet(village_clerk, sheet, scan=scan).status_code == 302
        assert FileLink.objects.get().case_id == visit.pk
        assert Visit.objects.count() == 1


def test_a_broken_scan_keeps_nothing_half_done(village_clerk, sheet):
    answer = send_sheet(
        village_clerk, sheet, scan=SimpleUploadedFile("签字页.jpg", b"not a picture", "image/jpeg")
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["scan"]
    assert not Visit.objects.exists()
