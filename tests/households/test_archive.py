"""户有证、村有册、乡有簿、县有电子档案: printing, taking electronic files out, and what of them is masked."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from households.models import ArchiveFile, Household, IncomeItem, Member
from households.services import archive as service
from households.services.assess import assess
from households.services.changes import confirm_changes, propose_change
from poverty.audit.models import Entry
from poverty.files.services import link
from poverty.jobs.models import Job
from poverty.jobs.services.queue import retry
from poverty.jobs.services.running import run
from poverty.ledgers.outgoing import vault
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.archive import make_archive_file
from tests.factories.files import jpeg, make_file
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def household():
    made = make_household(
        VILLAGE_A,
        head="王建国",
        household_no="22050310020400012",
        members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}],
    )
    made.phone, made.bank_account = PHONE, "6228480402564890018"
    made.save()
    IncomeItem.objects.create(survey=made.surveys.get(), item="wage_work", amount=Decimal("10000.00"))
    make_standard(COUNTY_A, 2018)
    assess(COUNTY_A, 2018, trigger="command")
    return made


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def opened(archive) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(vault.read(archive.sha256))))


def content(archive, name) -> bytes:
    """A part of the only household in a zip."""
    found = opened(archive)
    [path] = [one for one in found.namelist() if one.endswith(f"/{name}")]
    return found.read(path)


def lines(archive, name) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(archive, name).decode("utf-8-sig"))))


# --- the card -------------------------------------------------------------------------------------------------


def test_the_card_of_a_household_masked(helper, household):
    make_pairing(household, helper)
    page = text(client_of(helper).get(reverse("households:card", args=[household.pk]), {"year": 2018}))

    for word in ("王建国", "李秀英", "22050310020400012", "因病", helper.name, "138******78", "12000.00"):
        assert word in page
    assert PHONE not in page
    assert "6228480402564890018" not in page
    assert household.head.identity.reveal() not in page
    assert "1970-03-08" not in page, "a birth date is half a number"


def test_a_bureau_sees_no_card(bureau_officer, household):
    assert client_of(bureau_officer).get(reverse("households:card", args=[household.pk])).status_code == 404


def test_the_household_page_leads_to_card_and_file(county_reviewer, inspector, household):
    address = reverse("households:detail", args=[household.pk])
    card, file = (
        reverse("households:card", args=[household.pk]),
        reverse("households:electronic-file", args=[household.pk]),
    )

    assert card in text(client_of(county_reviewer).get(address))
    assert file in text(client_of(county_reviewer).get(address))
    assert file not in text(client_of(inspector).get(address))


def test_the_cards_of_a_village_are_one_print_job(village_clerk, household):
    for number in range(3):
        make_household(VILLAGE_A, head=f"赵{number}")
    make_household("220503100205", head="外村人")
    make_household(VILLAGE_A, head="孙农户", kind="general_rural", status="")

    page = text(
        client_of(village_clerk).get(reverse("households:archive-cards", args=[VILLAGE_A]), {"year": 2018})
    )

    assert page.count('class="hcard-page"') == 4
    assert "外村人" not in page
    assert "孙农户" not in page


def test_a_village_costs_as_many_queries_as_a_household(
    village_clerk, household, django_assert_max_num_queries
):
    for number in range(5):
        make_household(VILLAGE_A, head=f"赵{number}", members=[{"name": "赵妻"}])
    browser = client_of(village_clerk)
    browser.get("/")
    with django_assert_max_num_queries(30):
        browser.get(reverse("households:archive-cards", args=[VILLAGE_A]))


# --- village register and township book -----------------------------------------------------------------------


def test_the_village_register_for_print(village_clerk, household):
    page = text(
        client_of(village_clerk).get(reverse("households:archive-register", args=[VILLAGE_A]), {"year": 2018})
    )
    assert "村册" in page
    assert "王建国" in page
    assert household.head.identity.masked in page
    assert "导出 Excel" not in page, "the clerk prints and does not export"


def test_the_township_book_for_print(township_officer, household):
    page = text(
        client_of(township_officer).get(reverse("households:archive-book", args=[TOWNSHIP_A]), {"year": 2018})
    )
    assert "乡簿" in page
    assert 'colspan="2">建档立卡<' in page
    assert household.area.name in page
    assert "导出 Excel" in page


@pytest.mark.parametrize("name", ["archive-cards", "archive-register", "archive-labels"])
def test_a_village_and_nothing_else(name, county_reviewer, household):
    for code in (TOWNSHIP_A, VILLAGE_B, "220503100999", "x"):
        address = reverse(f"households:{name}", args=[code])
        assert client_of(county_reviewer).get(address).status_code == 404


def test_the_overview_offers_what_there_is(county_reviewer, village_clerk, household):
    county = text(client_of(county_reviewer).get(reverse("households:archive"), {"area": COUNTY_A}))
    assert reverse("households:archive-take", args=[COUNTY_A]) in county
    assert f"?area={TOWNSHIP_A}" in county
    village = text(client_of(village_clerk).get(reverse("households:archive")))
    assert reverse("households:archive-labels", args=[VILLAGE_A]) in village
    assert reverse("households:archive-take", args=[VILLAGE_A]) not in village
    assert (
        client_of(county_reviewer).get(reverse("households:archive"), {"area": COUNTY_B}).status_code == 404
    )


# --- electronic files -----------------------------------------------------------------------------------------


def test_the_electronic_file_of_a_household(county_reviewer, household):
    archive = service.request_file(household, actor=county_reviewer)

    names = [one.split("/", 2)[2] for one in opened(archive).namelist()]
    assert names == [
        "户卡.html",
        "户卡.css",
        "年度信息.csv",
        "成员年度信息.csv",
        "收入.csv",
        "判定.csv",
        "办理记录.csv",
        "时间线.csv",
        "清单.json",
    ]
    card = content(archive, "户卡.html").decode()
    assert "王建国" in card
    assert "138******78" in card
    assert ["2018", "工资性收入", "务工收入", "10000.00", ""] in lines(archive, "收入.csv")
    verdict = lines(archive, "判定.csv")[1]
    assert verdict[:4] == ["2018", "达标", "2", "6000.00"]
    judged_at = timezone.localtime(household.assessments.get().judged_at)
    assert verdict[-1] == f"{judged_at:%Y-%m-%d %H:%M}", "the time of the place"
    assert ["2018", "住房", "房屋鉴定等级", "B级", "入户走访"] in lines(archive, "年度信息.csv")
    assert ["2018", "李秀英", "配偶", "务工时间（月）", "10", "手工录入"] in lines(
        archive, "成员年度信息.csv"
    )
    assert household.area.name == opened(archive).namelist()[0].split("/")[0]


def test_the_list_of_parts_proves_each(county_reviewer, household):
    archive = service.request_file(household, actor=county_reviewer)

    listed = json.loads(content(archive, "清单.json"))

    assert (listed["户编号"], listed["户主"], listed["号码"]) == ("22050310020400012", "王建国", "打码")
    assert len(listed["组成"]) == 8
    for one in listed["组成"]:
        part = content(archive, one["名称"])
        assert hashlib.sha256(part).hexdigest() == one["SHA-256"]
        assert len(part) == one["大小"]


def test_nothing_in_clear_without_asking_for_it(county_reviewer, household):
    archive = service.request_file(household, actor=county_reviewer)
    secrets = [
        PHONE,
        "6228480402564890018",
        *(one.member.identity.reveal() for one in household.memberships.all()),
    ]

    for name in opened(archive).namelist():
        part = opened(archive).read(name).decode("utf-8-sig")
        assert [one for one in secrets if one in part] == [], name


def test_full_numbers_with_right_and_purpose(county_reviewer, township_officer, household, settings):
    with pytest.raises(ValidationError, match="用途"):
        service.request_file(household, actor=county_reviewer, full_numbers=True)

    archive = service.request_file(household, actor=county_reviewer, full_numbers=True, purpose="档案移交")

    card = content(archive, "户卡.html").decode()
    assert household.head.identity.reveal() in card
    assert PHONE in card
    assert json.loads(content(archive, "清单.json"))["号码"] == "完整，用途：档案移交"
    assert archive.expires_at - timezone.now() < timedelta(days=4)
    assert Entry.objects.filter(action="households.archive.request", purpose="档案移交").count() == 1


def test_evidence_decisions_and_story(county_reviewer, village_clerk, township_officer, household):
    photo = make_file(village_clerk, jpeg(), name="房屋.jpg")
    link(photo, household, role="house", actor=village_clerk)
    change = propose_change(
        "clear_household",
        household,
        actor=village_clerk,
        happened_on=date(2018, 10, 5),
        reason="有商品房",
        document_name="=核查表",
    )
    confirm_changes([change.pk], actor=township_officer)

    archive = service.request_file(household, actor=county_reviewer)

    assert content(archive, "001_住房照片_房屋.jpg") == jpeg()
    rows = lines(archive, "办理记录.csv")
    assert [row[1] for row in rows[-2:]] == ["提出", "乡镇核实报县"]
    [proposed] = [row for row in rows if row[1] == "提出"]
    assert (proposed[2], proposed[4], proposed[9]) == ("户清退", village_clerk.name, "'=核查表")
    assert any("户清退：提出" in row[1] for row in lines(archive, "时间线.csv"))


def test_evidence_that_is_gone_is_said_to_be_gone(county_reviewer, village_clerk, household):
    photo = make_file(village_clerk, jpeg(), name="房屋.jpg")
    link(photo, household, role="house", actor=village_clerk)
    photo.path.unlink()

    archive = service.request_file(household, actor=county_reviewer)

    last = json.loads(content(archive, "清单.json"))["组成"][-1]
    assert last == {"名称": "附件/001_住房照片_房屋.jpg", "说明": "原件不在存储中"}


def test_a_name_cannot_leave_its_folder(county_reviewer, household):
    household.head_name = "../../王"
    household.save()
    household.members.filter(pk=household.head_id).update(name=household.head_name)
    archive = service.request_file(household, actor=county_reviewer)
    assert not any(".." in one.split("/") for one in opened(archive).namelist())


def test_a_long_name_keeps_its_ending(county_reviewer, village_clerk, household):
    photo = make_file(village_clerk, jpeg(), name="长" * 100 + ".jpg")
    link(photo, household, role="house", actor=village_clerk)

    archive = service.request_file(household, actor=county_reviewer)

    [evidence] = [one for one in opened(archive).namelist() if "/附件/" in one]
    assert evidence.endswith("长.jpg")
    assert len(evidence.rsplit("/", 1)[1]) == 80


def test_a_damaged_number_does_not_keep_back_the_file(county_reviewer, household):
    broken = bytearray(household.head.identity.sealed)
    broken[-1] ^= 1
    Member.objects.filter(pk=household.head_id).update(identity=bytes(broken))

    archive = service.request_file(household, actor=county_reviewer, full_numbers=True, purpose="档案移交")

    assert archive.state == "done"


def test_the_files_of_an_area_are_of_those_who_have_a_card(county_reviewer, village_clerk, household):
    make_household(VILLAGE_A, head="孙农户", kind="general_rural", status="")
    client = client_of(county_reviewer)

    asked = text(client.get(reverse("households:archive-take", args=[VILLAGE_A])))
    archive = service.request_files(VILLAGE_A, actor=county_reviewer)
    run(archive.job_id)

    assert "建档立卡户 1 户" in asked
    archive.refresh_from_db()
    assert archive.households == 1
    assert not any("孙农户" in one for one in opened(archive).namelist())
    own = service.request_file(Household.objects.get(head_name="孙农户"), actor=county_reviewer)
    assert own.households == 1, "asked for by itself a household outside the register has its file"


def test_a_cancelled_one_is_called_so_and_can_be_run_again(county_reviewer, household):
    archive = service.request_files(COUNTY_A, actor=county_reviewer)
    Job.objects.filter(pk=archive.job_id).update(
        state="running", heartbeat_at=Now(), started_at=Now(), cancel_requested=True
    )
    service.give_up(archive)
    archive = ArchiveFile.objects.get()
    assert (archive.state, archive.standing) == ("cancelled", "cancelled")
    Job.objects.update(state="cancelled", finished_at=Now())
    page = text(client_of(county_reviewer).get(reverse("households:archive-files")))
    assert "已取消" in page

    again = retry(Job.objects.get(), actor=county_reviewer)
    run(again.pk)

    archive.refresh_from_db()
    assert (archive.state, archive.job_id) == ("done", again.pk)


def test_who_may_not_export_takes_no_file(village_clerk, helper, inspector, stranger, household):
    make_pairing(household, helper)
    for user in (village_clerk, helper, inspector, stranger("county_reviewer")):
        with pytest.raises(PermissionDenied):
            service.request_file(household, actor=user)
        with pytest.raises(PermissionDenied):
            service.request_files(VILLAGE_A, actor=user)
    assert ArchiveFile.objects.count() == 0


def test_a_county_is_packed_in_the_background(county_reviewer, household, django_capture_on_commit_callbacks):
    make_household("220503100205", head="赵二")
    make_household(VILLAGE_B, head="外县人")
    archive = service.request_files(COUNTY_A, actor=county_reviewer)
    assert (archive.state, archive.job.area_code) == ("making", COUNTY_A)
    assert service.request_files(COUNTY_A, actor=county_reviewer) == archive, "one at a time"

    run(archive.job_id)

    archive.refresh_from_db()
    assert (archive.state, archive.households) == ("done", 2)
    folders = {"/".join(one.split("/")[:2]) for one in opened(archive).namelist()}
    assert len(folders) == 2
    assert any("赵二" in one for one in folders)
    assert Job.objects.get(pk=archive.job_id).state == "done"


def test_the_pages_ask_make_and_hand_out(county_reviewer, household):
    browser = client_of(county_reviewer)
    address = reverse("households:electronic-file", args=[household.pk])
    assert "完整号码" in text(browser.get(address))

    refused = browser.post(address, {"full_numbers": "on"})
    assert refused.status_code == 422

    response = browser.post(address)
    archive = ArchiveFile.objects.get()
    page = reverse("households:archive-file", args=[archive.pk])
    assert response.url == page
    assert archive.sha256 in text(browser.get(page))
    response = browser.post(reverse("households:archive-download", args=[archive.pk]))
    assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == archive.sha256
    assert Entry.objects.filter(action="households.archive.download").count() == 1
    assert "王建国户电子档案" in text(browser.get(reverse("households:archive-files")))


def test_an_expired_file_is_thrown_away(county_reviewer, household):
    archive = service.request_file(household, actor=county_reviewer)
    ArchiveFile.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    assert service.remove_expired(timezone.now()) == 1

    assert not vault.exists(archive.sha256)
    response = client_of(county_reviewer).post(reverse("households:archive-download", args=[archive.pk]))
    assert response.status_code == 302
    assert "已过有效期" in text(client_of(county_reviewer).get(response.url))


def test_what_another_took_out_is_his(township_officer, auditor, household):
    archive = make_archive_file(COUNTY_A)
    address = reverse("households:archive-file", args=[archive.pk])
    assert client_of(township_officer).get(address).status_code == 404
    assert client_of(auditor).get(address).status_code == 200


def test_too_much_for_one_zip_is_said(county_reviewer, household, monkeypatch):
    monkeypatch.setattr("households.archive.package.LARGEST", 10)
    with pytest.raises(ValidationError, match="按乡镇或村"):
        service.request_file(household, actor=county_reviewer)
    assert ArchiveFile.objects.get().state == "failed"


def test_what_cannot_fit_into_one_zip_is_refused_before_it_is_packed(county_reviewer, household, monkeypatch):
    monkeypatch.setattr("households.archive.package.LARGEST", 2000)
    with pytest.raises(ValidationError, match="按乡镇或村"):
        service.request_files(COUNTY_A, actor=county_reviewer)
    assert not ArchiveFile.objects.exists()
    assert not Job.objects.exists()
