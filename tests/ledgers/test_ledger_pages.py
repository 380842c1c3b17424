"""The pages of ledgers: first rows, exporting, the file, the record, verifying."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from poverty.ledgers import registry
from poverty.ledgers.models import Export, ExportState
from poverty.ledgers.outgoing import vault
from tests.actors import COUNTY_A, COUNTY_B, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.areas import make_area
from tests.factories.exports import make_export
from tests.factories.households import make_household, make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    made = make_household(VILLAGE_A, head="王建国", kind="registered_poor", household_no="22050310020400012")
    made.phone = "13812345678"
    made.save()
    return made


@pytest.fixture
def browser(county_reviewer):
    return client_of(county_reviewer)


def text(response) -> str:
    return response.content.decode()


def test_the_list_names_the_ledgers_in_the_words_of_the_year(browser):
    make_year(COUNTY_A, 2018)
    make_year(COUNTY_A, 2022)

    assert "贫困户信息" in text(browser.get(reverse("ledgers:list"), {"year": 2018}))
    assert "脱贫户和监测对象信息" in text(browser.get(reverse("ledgers:list"), {"year": 2022}))


def test_the_page_shows_the_first_rows_masked(browser, household):
    page = text(browser.get(reverse("ledgers:ledger", args=["households"]), {"year": 2018}))

    assert "王建国" in page
    assert "138******78" in page
    assert "13812345678" not in page
    assert household.head.identity.reveal() not in page


def test_whatever_a_text_holds_it_is_shown_as_text(browser):
    make_household(VILLAGE_A, head="<b>王&建国</b>", kind="registered_poor", survey=False)

    page = text(browser.get(reverse("ledgers:ledger", args=["households"]), {"year": 2018}))

    assert "&lt;b&gt;王&amp;建国&lt;/b&gt;" in page
    assert "<b>王" not in page


def test_fifty_rows_are_shown_and_counted_apart(browser):
    for number in range(52):
        make_household(VILLAGE_A, head=f"户主{number:02d}", kind="registered_poor", survey=False)
    address = reverse("ledgers:ledger", args=["households"])

    page = text(browser.get(address, {"year": 2018}))
    assert len(re.findall("户主[0-9]{2}", page)) == 50
    assert "只显示前 50 户" in page
    count = browser.get(reverse("ledgers:ledger-count", args=["households"]), {"year": 2018})
    assert "52 户" in text(count)
    assert "52 户" in text(browser.get(address, {"year": 2018, "count": "yes"}))


def test_constant_number_of_queries(browser, household, django_assert_max_num_queries):
    address = reverse("ledgers:ledger", args=["persons"])
    browser.get(address)
    for number in range(10):
        make_household(VILLAGE_A, head=f"户主{number}", kind="registered_poor")
    with django_assert_max_num_queries(12):
        browser.get(address, {"year": 2018})


def test_filters_and_columns_stand_in_the_address(browser, household):
    make_household(VILLAGE_A, head="周脱贫", kind="exited", status="exited")
    address = reverse("ledgers:ledger", args=["households"])

    page = text(browser.get(address, {"year": 2018, "status": "exited", "col": ["head_name", "size"]}))

    assert "周脱贫" in page
    assert "王建国" not in page
    head = page.split("<thead>")[1].split("</thead>")[0]
    assert re.findall(">([^<>]+)</th>", head) == ["户主姓名", "家庭人口数"]


def test_columns_left_as_they_stood_do_not_open_their_list(browser, household):
    """The filters send every ticked column; only who took some away needs to see the list again."""
    address = reverse("ledgers:ledger", args=["households"])
    keys = [one.key for one in registry.get("households").columns]

    assert '<details class="more-filters">' in text(browser.get(address, {"year": 2018, "col": keys}))
    assert '<details class="more-filters" open>' in text(
        browser.get(address, {"year": 2018, "col": keys[:3]})
    )


def test_a_filter_that_cannot_be_read_is_said_not_ignored(browser, household):
    response = browser.get(reverse("ledgers:ledger", args=["households"]), {"status": "nonsense"})

    assert response.status_code == 422
    assert "王建国" not in text(response)


def test_another_countys_area_is_not_there(browser, household):
    make_area(VILLAGE_B)

    response = browser.get(reverse("ledgers:ledger", args=["households"]), {"area": COUNTY_B})

    assert response.status_code == 404


def test_an_unknown_ledger_is_not_there(browser):
    assert browser.get(reverse("ledgers:ledger", args=["nothing"])).status_code == 404


def test_from_the_page_to_the_file(browser, household, county_reviewer):
    sent = browser.post(
        reverse("ledgers:export", args=["households"]), {"area": COUNTY_A, "year": "2018", "format": "xlsx"}
    )
    export = Export.objects.get()
    assert sent.url == reverse("ledgers:exported", args=[export.pk])
    assert "下载文件" in text(browser.get(sent.url))

    response = browser.post(reverse("ledgers:export-file", args=[export.pk]))

    content = b"".join(response.streaming_content)
    assert content == b"".join(vault.read(export.sha256))
    assert response["Content-Length"] == str(len(content))
    assert "attachment" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_file_is_not_given_to_a_link(browser, county_reviewer):
    export = make_export(COUNTY_A, actor=county_reviewer)

    assert browser.get(reverse("ledgers:export-file", args=[export.pk])).status_code == 405


def test_full_numbers_ask_for_a_purpose(browser, household):
    address = reverse("ledgers:export", args=["households"])
    data = {"area": COUNTY_A, "year": "2018", "format": "xlsx", "full_numbers": "on"}

    refused = browser.post(address, data)
    assert refused.status_code == 422
    assert "请写明完整号码的用途" in text(refused)
    assert "没有导出。" in text(refused)
    assert not Export.objects.exists()

    browser.post(address, data | {"purpose": "办理参保登记"})
    assert Export.objects.get().full_numbers


def test_a_large_one_shows_its_progress(browser, household, settings):
    settings.LEDGER_ROWS_AT_ONCE = 0

    sent = browser.post(
        reverse("ledgers:export", args=["households"]), {"area": COUNTY_A, "year": "2018", "format": "xlsx"}
    )

    page = text(browser.get(sent.url))
    assert "排队中" in page
    assert "下载文件" not in page
    assert Export.objects.get().state == ExportState.MAKING


def test_the_page_says_what_changed_and_offers_the_stored_file(browser, household):
    address = reverse("ledgers:export", args=["households"])
    data = {"area": COUNTY_A, "year": "2018", "format": "xlsx"}
    first = browser.post(address, data).url
    make_household(VILLAGE_A, head="新来户", kind="registered_poor")

    page = text(browser.get(browser.post(address, data).url))

    assert "增加 1 行，减少 0 行，内容改变 0 行" in page
    assert first in page
    assert "原文件保留到" in page
    again = text(browser.get(browser.post(address, data).url))
    assert "逐字节相同" in again


def test_anothers_export_is_hidden_but_from_who_oversees(actors, stranger):
    export = make_export(COUNTY_A, actor=actors["county_reviewer"])
    address = reverse("ledgers:exported", args=[export.pk])

    assert client_of(actors["township_officer"]).get(address).status_code == 404
    assert client_of(actors["auditor"]).get(address).status_code == 200
    assert client_of(stranger("auditor")).get(address).status_code == 404
    listed = text(client_of(actors["auditor"]).get(reverse("ledgers:exports")))
    assert actors["county_reviewer"].name in listed


def test_an_expired_file_is_not_given(browser, county_reviewer, household):
    browser.post(
        reverse("ledgers:export", args=["households"]), {"area": COUNTY_A, "year": "2018", "format": "xlsx"}
    )
    export = Export.objects.get()
    Export.objects.update(expires_at=export.as_of)

    response = browser.post(reverse("ledgers:export-file", args=[export.pk]), follow=True)

    assert "已过有效期" in text(response)
    assert "下载文件" not in text(response)


def test_a_dropped_file_is_verified(browser, household):
    browser.post(
        reverse("ledgers:export", args=["households"]), {"area": COUNTY_A, "year": "2018", "format": "xlsx"}
    )
    file = b"".join(vault.read(Export.objects.get().sha256))
    address = reverse("ledgers:verify")

    same = browser.post(address, {"file": SimpleUploadedFile("台账.xlsx", file)})
    assert "未改动" in text(same)
    assert "贫困户信息" in text(same)
    other = browser.post(address, {"file": SimpleUploadedFile("别的.xlsx", b"not a workbook")})
    assert "不是本系统导出的台账" in text(other)
    plain = browser.post(
        address, {"file": SimpleUploadedFile("台账.csv", "户编号,户主\n1,王建国\n".encode())}
    )
    assert "CSV 只能整个文件核对" in text(plain)
    assert "再导入" not in text(plain)  # saved as a workbook it would be no more a file that went out
    nothing = browser.post(address, {})
    assert nothing.status_code == 422
    assert "没有核验。" in text(nothing)
    assert "请选择要核验的文件。" in text(nothing)


def test_who_verifies_in_another_county_is_not_told_who_exported(actors, stranger, household):
    client_of(actors["county_reviewer"]).post(
        reverse("ledgers:export", args=["households"]), {"area": COUNTY_A, "year": "2018", "format": "xlsx"}
    )
    file = b"".join(vault.read(Export.objects.get().sha256))

    page = text(
        client_of(stranger("auditor")).post(
            reverse("ledgers:verify"), {"file": SimpleUploadedFile("台账.xlsx", file)}
        )
    )

    assert "未改动" in page
    assert actors["county_reviewer"].name not in page
    assert "二道江" not in page, "the verdict, not what the file was"
    assert "您没有那里的导出权限" in page


def test_a_forger_is_not_told_what_the_record_says(actors, stranger, household):
    client_of(actors["county_reviewer"]).post(
        reverse("ledgers:export", args=["households"]), {"area": COUNTY_A, "year": "2018", "format": "xlsx"}
    )
    book = openpyxl.load_workbook(BytesIO(b"".join(vault.read(Export.objects.get().sha256))))
    book.worksheets[0]["A2"].value = "区划：别处"
    target = BytesIO()
    book.save(target)

    def page(user):
        file = SimpleUploadedFile("台账.xlsx", target.getvalue())
        return text(client_of(user).post(reverse("ledgers:verify"), {"file": file}))

    assert "二道江" in page(actors["auditor"])
    answer = page(stranger("auditor"))
    assert "已改动" in answer
    assert "二道江" not in answer


def test_a_cancelled_export_is_called_so(browser, county_reviewer):
    export = make_export(COUNTY_A, actor=county_reviewer, done=False, state="cancelled")

    for address in (reverse("ledgers:exports"), reverse("ledgers:exported", args=[export.pk])):
        page = text(browser.get(address))
        assert "已取消" in page
        assert "未生成" not in page


@pytest.mark.parametrize("query", [{"year": "0000"}, {"year": "9999"}, {"area": COUNTY_A + "1"}])
@pytest.mark.parametrize("name", ["households", "changes"])
def test_a_year_or_place_that_never_was_is_said(browser, household, name, query):
    response = browser.get(reverse("ledgers:ledger", args=[name]), query)

    assert response.status_code == 422
    assert browser.get(reverse("ledgers:ledger-count", args=[name]), query).status_code == 404


def test_the_name_heads_its_row_and_a_phone_leaves_out_what_all_rows_share(browser, household):
    page = text(browser.get(reverse("ledgers:ledger", args=["persons"]), {"year": 2018}))

    assert '<th scope="row">王建国</th>' in page
    assert '<th scope="col" class="wide-only">省</th>' in page
