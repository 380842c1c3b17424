"""Pages of imports: upload, result, choosing rows, applying, the report."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from households.models import Household, Member
from poverty.accounts.models import Role
from poverty.jobs.services.running import run
from poverty.ledgers.models import Import
from tests.actors import client_of
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_year
from tests.factories.incoming import VILLAGE, number_of, person, read, reviewer, workbook

pytestmark = pytest.mark.django_db

WANG = number_of(date(1970, 3, 8), 1)
LI = number_of(date(1972, 6, 1), 2)


@pytest.fixture
def actor():
    make_year()
    return reviewer()


@pytest.fixture
def client(actor):
    return client_of(actor)


@pytest.fixture
def rows():
    return [
        person("H1", "P1", "王建国", WANG, 成员联系电话="13812345678"),
        person("H1", "P2", "李秀英", LI, "配偶", 成员联系电话="1381234"),
    ]


def page(imported):
    return reverse("ledgers:import", args=[imported.pk])


def choose(client, imported, **data):
    return client.post(reverse("ledgers:import-choose", args=[imported.pk]), data, follow=True)


def test_uploaded_read_and_applied_in_the_background(client, rows, tmp_path):
    content = workbook(tmp_path / "人口.xlsx", rows).read_bytes()
    answer = client.post(
        reverse("ledgers:import-new"),
        {
            "kind": "persons",
            "area": "220503",
            "year": "2018",
            "as_of": "2018-12-01",
            "file": SimpleUploadedFile("人口.xlsx", content),
        },
        follow=True,
    )
    imported = Import.objects.get()
    assert answer.redirect_chain == [(page(imported), 302)]
    assert run(imported.job_id) == "done"
    text = client.get(page(imported)).content.decode()
    assert "手机" in text or "电话" in text
    assert "13812345678" not in text
    assert not Household.objects.exists()
    client.post(reverse("ledgers:import-apply", args=[imported.pk]))
    imported.refresh_from_db()
    assert run(imported.job_id) == "done"
    assert list(Member.objects.values_list("member_no", flat=True)) == ["P1"]
    assert "应用" in client.get(page(imported)).content.decode()


def test_a_row_is_accepted_without_its_wrong_cell(client, actor, rows, tmp_path):
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    assert imported.counts["wrong"] == 1
    choose(client, imported, action="accept", row="3")
    client.post(reverse("ledgers:import-apply", args=[imported.pk]))
    imported.refresh_from_db()
    run(imported.job_id)
    assert Member.objects.get(member_no="P2").phone is None


def test_a_kind_of_fault_is_accepted_together(client, actor, rows, tmp_path):
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    kind = next(one["k"] for row in imported.rows.all() for one in row.cell_faults)
    choose(client, imported, action="accept", fault=kind)
    imported.refresh_from_db()
    assert (imported.counts["wrong"], imported.counts["to_apply"]) == (0, 2)


def test_a_head_left_out_takes_the_new_household_along(client, actor, rows, tmp_path):
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    choose(client, imported, action="leave", row="2")
    imported.refresh_from_db()
    assert imported.counts["to_apply"] == 0


def test_the_report(client, actor, rows, tmp_path):
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    answer = client.post(reverse("ledgers:import-report", args=[imported.pk]))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 2
    assert sheet.cell(2, 8).value == "李秀英"


def test_given_up(client, actor, rows, tmp_path):
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    client.post(reverse("ledgers:import-cancel", args=[imported.pk]), {"confirmed": "1"})
    imported.refresh_from_db()
    assert imported.state == "cancelled"
    assert imported.rows.count() == 0
    assert "已放弃" in client.get(page(imported)).content.decode()


def test_another_countys_import_is_not_found(actor, rows, tmp_path):
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    stranger = make_actor(Role.COUNTY_REVIEWER, "140212100201")
    assert client_of(stranger).get(page(imported)).status_code == 404
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE)
    assert client_of(clerk).get(page(imported)).status_code == 403


def test_a_form_without_a_file(client):
    answer = client.post(reverse("ledgers:import-new"), {"kind": "persons", "area": "220503", "year": "2018"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "没有上传。" in shown
    assert "文件要重新选" not in shown, "none was chosen"
    assert "工作簿（.xlsx）</a>：请选择要导入的工作簿。" in shown


def test_a_chosen_file_is_to_be_chosen_again_when_the_form_comes_back(client, rows, tmp_path):
    with open(workbook(tmp_path / "a.xlsx", rows), "rb") as file:
        sent = {"kind": "persons", "area": "220503", "year": "", "file": file}
        answer = client.post(reverse("ledgers:import-new"), sent)
    assert answer.status_code == 422
    assert "文件要重新选" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_applying_goes_in_line_twice_clicked_too(rows, tmp_path):
    # Outside the transaction that other tests stand in: a request of its own, as people send it.
    with transaction.atomic():
        make_year()
        actor = reviewer()
    client = client_of(actor)
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    address = reverse("ledgers:import-apply", args=[imported.pk])
    jobs = set()
    for _ in range(2):
        assert client.post(address).status_code == 302
        imported.refresh_from_db()
        jobs.add(imported.job_id)
    assert len(jobs) == 1
    assert run(jobs.pop()) == "done"
    assert list(Member.objects.values_list("member_no", flat=True)) == ["P1"]
    # Applied meanwhile in another tab: told, nothing changes.
    answer = client.post(address, follow=True)
    assert "已应用，不能再改动" in answer.content.decode()


def test_what_to_do_next_is_said_and_nothing_is_offered_that_would_be_refused(client, actor, rows, tmp_path):
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    text = client.get(page(imported)).content.decode()
    assert "登记还没有变化" in text
    assert "应用 1 行" in text
    client.post(reverse("ledgers:import-apply", args=[imported.pk]))
    waiting = client.get(page(imported)).content.decode()
    # In line: neither applied again, nor given up, nor changed.
    assert reverse("ledgers:import-apply", args=[imported.pk]) not in waiting
    assert reverse("ledgers:import-cancel", args=[imported.pk]) not in waiting
    imported.refresh_from_db()
    run(imported.job_id)
    done = client.get(page(imported)).content.decode()
    assert "接下来" in done
    assert reverse("households:national") in done


def test_a_button_without_a_tick_says_so(client, actor, rows, tmp_path):
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    assert "还没有勾选" in choose(client, imported, action="leave").content.decode()


def test_households_the_file_does_not_name_are_asked_about(client, actor, rows, tmp_path):
    make_household(VILLAGE, head="赵长贵", kind="registered_poor")
    imported = read(workbook(tmp_path / "a.xlsx", rows), actor=actor)
    text = client.get(page(imported)).content.decode()
    assert "表里没有的在册户" in text
    assert "赵长贵户" in text
    assert "导入不会减少任何户" in text


def test_a_refused_file_is_told_once_and_uploaded_anew(client, actor):
    book = Workbook()
    book.active.append(["甲", "乙"])
    content = BytesIO()
    book.save(content)
    answer = client.post(
        reverse("ledgers:import-new"),
        {
            "kind": "persons",
            "area": "220503",
            "year": "2018",
            "as_of": "2018-12-01",
            "file": SimpleUploadedFile("人口.xlsx", content.getvalue()),
        },
    )
    assert answer.status_code == 302
    imported = Import.objects.get()
    run(imported.job_id)
    text = client.get(page(imported)).content.decode()
    assert "登记没有变化" in text
    assert reverse("ledgers:import-new") in text
    # Running the same file again would end the same way.
    assert reverse("jobs:retry", args=[imported.job_id]) not in text
