"""Labels for handbook covers: what they hold, who gets in by them, and photos filed by the label they show."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from households.archive.labels import address_of, code_in
from households.models import HandbookLabel
from households.services.archive import issue_labels
from poverty.files.models import FileLink, StoredFile
from tests.actors import VILLAGE_A, client_of
from tests.factories.archive import photo_of
from tests.factories.files import jpeg
from tests.factories.households import make_household, make_pairing

pytestmark = pytest.mark.django_db
BASE = "https://fp.example.gov.cn"


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def household(village_clerk):
    made = make_household(VILLAGE_A, head="王建国", household_no="22050310020400012")
    issue_labels([made], actor=village_clerk)
    return made


def address(household) -> str:
    return address_of(household.label.code, BASE)


def send(user, *photos):
    return client_of(user).post(reverse("households:papers"), {"files": list(photos)})


def test_a_label_says_nothing(household):
    code = household.label.code
    assert re.fullmatch("[2-9a-hjkmnp-z]{20}", code)
    assert household.household_no not in address(household)
    assert str(household.area_id) not in address(household)


def test_labels_are_made_once_and_printed_after(village_clerk, household):
    make_household(VILLAGE_A, head="赵二")
    browser = client_of(village_clerk)
    sheet = reverse("households:archive-labels", args=[VILLAGE_A])
    page = browser.get(sheet).content.decode()
    assert page.count('class="qr"') == 1
    assert "制作 1 户的标签" in page
    before = household.label.code

    browser.post(sheet)

    assert HandbookLabel.objects.count() == 2
    assert HandbookLabel.objects.get(household=household).code == before, (
        "what is glued on a cover stays good"
    )
    page = browser.get(sheet).content.decode()
    assert page.count('class="qr"') == 2
    assert "户的标签</button>" not in page


def test_looking_makes_no_label(village_clerk):
    make_household(VILLAGE_A)
    client_of(village_clerk).get(reverse("households:archive-labels", args=[VILLAGE_A]))
    assert HandbookLabel.objects.count() == 0


def test_a_scanned_label_opens_the_household_to_who_may_see_it(helper, stranger, bureau_officer, household):
    page = reverse("households:label", args=[household.label.code])
    assert client_of(helper).get(page).status_code == 404, "not his household"
    make_pairing(household, helper)
    shown = client_of(helper).get(page)
    assert shown.status_code == 200
    assert "拍资料" in shown.content.decode()
    assert (
        reverse("files:upload", args=["households.household", household.pk, "paper"])
        in shown.content.decode()
    )
    assert client_of(stranger("county_reviewer")).get(page).status_code == 404
    assert client_of(bureau_officer).get(page).status_code == 404
    assert client_of(None).get(page).status_code == 302
    assert client_of(helper).get(reverse("households:label", args=["2" * 20])).status_code == 404


@pytest.mark.parametrize("turned", [0, 8, 90])
def test_the_label_is_read_from_a_photo(household, turned):
    assert code_in(photo_of(address(household), turned=turned)) == household.label.code


def test_no_label_two_labels_another_code_and_no_picture(household):
    assert code_in(photo_of()) is None
    assert code_in(photo_of(address(household), address_of("2" * 20, BASE))) is None
    assert code_in(photo_of("https://example.com/pay/1234")) is None
    assert code_in(BytesIO(b"GIF89a")) is None
    assert code_in(BytesIO(jpeg()[:200])) is None


def test_a_photo_is_filed_where_its_label_says(helper, household, village_clerk):
    make_pairing(household, helper)
    other = make_household(VILLAGE_A, head="赵二")
    issue_labels([other], actor=village_clerk)
    make_pairing(other, helper)

    response = send(
        helper, photo_of(address(household), name="低保证.jpg"), photo_of(address(other), name="残疾证.jpg")
    )

    assert "已归档 2 张" in response.content.decode()
    links = FileLink.objects.order_by("pk").values_list("case_id", "role", "name")
    assert list(links) == [(household.pk, "paper", "低保证.jpg"), (other.pk, "paper", "残疾证.jpg")]


def test_what_cannot_be_filed_is_refused_with_its_reason_and_not_kept(helper, household):
    response = send(
        helper, photo_of(address(household), name="别人家.jpg"), SimpleUploadedFile("空.jpg", jpeg())
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "别人家.jpg：标签不是您负责的在册户" in page
    assert "空.jpg：照片里没有认出手册标签" in page
    assert StoredFile.objects.count() == 0


def test_papers_show_on_the_page_of_the_household(village_clerk, household):
    send(village_clerk, photo_of(address(household), name="户口本.jpg"))
    page = client_of(village_clerk).get(reverse("households:detail", args=[household.pk]), {"tab": "place"})
    assert "户口本.jpg" in page.content.decode()
