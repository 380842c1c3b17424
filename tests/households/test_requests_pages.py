"""Pages of tables from above: upload, columns, cards row by row, part-workbooks, sending back, taking it out."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from households.models import RecurringRequest, RequestPart, RequestRow, TableRequest
from poverty.accounts.models import Role
from tests.actors import VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.households import VILLAGE, make_pairing
from tests.factories.requests import ROWS, make_draft, make_issued, make_two_villages, read, upload, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def households():
    return make_two_villages()


@pytest.fixture
def reviewer(households):
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE)


@pytest.fixture
def clerk(households):
    return make_actor(Role.VILLAGE_CLERK, VILLAGE)


def page(name, *args, **query):
    return reverse(f"households:{name}", args=args, query=query or None)


def text_of(response) -> str:
    return response.content.decode()


def seen_of(client, issued, village="") -> str:
    """The hidden field of the first card, as the page gave it."""
    return text_of(client.get(page("request-fill", issued.pk))).split('name="seen" value="')[1].split('"')[0]


def test_a_sheet_is_uploaded_shown_and_issued(reviewer):
    client = client_of(reviewer)
    local = timezone.localtime() + timedelta(hours=5)
    response = client.post(
        page("request-new"),
        {
            "kind": "table",
            "title": "净水器加装情况",
            "sender": "省水利厅",
            "deadline": f"{local:%Y-%m-%dT%H:%M}",
            "area": "220503",
            "year": "2018",
            "file": upload(workbook(rows=ROWS)),
        },
    )
    asked = TableRequest.objects.get()
    assert response.url == page("request", asked.pk)
    shown = text_of(client.get(response.url))
    assert "是否加装净水器" in shown
    data = {"key_position": "0", "key_kind": "household_no", "action": "issue"}
    for one in asked.asked:
        data |= {f"{one.name}-role": one.role, f"{one.name}-source": one.source, f"{one.name}-kind": one.kind}
    client.post(page("request-columns", asked.pk), data)
    asked.refresh_from_db()
    assert asked.state == "issued"
    assert "0 / 1" in text_of(client.get(page("request", asked.pk)))


def test_a_file_that_is_no_workbook_says_so(reviewer):
    response = client_of(reviewer).post(
        page("request-new"),
        {
            "kind": "table",
            "title": "甲",
            "sender": "乙",
            "deadline": "2999-01-01T08:00",
            "area": "220503",
            "year": "2018",
            "file": upload(b"text"),
        },
    )
    assert response.status_code == 422
    assert not TableRequest.objects.exists()


def test_columns_that_ask_nothing_are_refused_on_the_page(reviewer):
    draft = make_draft(reviewer)
    draft.refresh_from_db()
    data = {"key_position": "0", "key_kind": "household_no", "action": "issue"}
    for one in draft.asked:
        data |= {f"{one.name}-role": "left", f"{one.name}-kind": "text"}
    response = client_of(reviewer).post(page("request-columns", draft.pk), data)
    assert response.status_code == 422
    assert "至少要有一列待填" in text_of(response)


def test_rows_that_match_nobody_are_listed_with_why(reviewer):
    draft = make_draft(reviewer)
    shown = text_of(client_of(reviewer).get(page("request-rows", draft.pk)))
    assert "9999999999" in shown
    assert "登记里没有这个编号" in shown
    shown = text_of(client_of(reviewer).get(page("request-rows", draft.pk, show="differing")))
    assert "3 → <b>1</b>" in shown


def test_a_clerk_fills_a_row_on_a_card(reviewer, clerk):
    issued = make_issued(reviewer)
    client = client_of(clerk)
    shown = text_of(client.get(page("request-fill", issued.pk)))
    assert "王建国" in shown
    assert "李秀英" not in shown
    assert 'class="must" title="必填"' in shown  # what a row cannot be handed in without
    row = RequestRow.objects.get(request=issued, number=4)
    data = {"seen": seen_of(client, issued), "c3": "是", "c4": "2018-05-01", "c5": ""}
    response = client.post(page("request-row", row.pk), data, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "已保存" in text_of(response)
    row.refresh_from_db()
    assert (row.answers, row.complete) == ({"c3": "是", "c4": "2018-05-01"}, True)


def test_without_javascript_the_page_comes_back(reviewer, clerk):
    issued = make_issued(reviewer)
    client = client_of(clerk)
    row = RequestRow.objects.get(request=issued, number=4)
    response = client.post(page("request-row", row.pk), {"seen": seen_of(client, issued), "c3": "否"})
    assert response.url == page("request-fill", issued.pk)


def test_a_wrong_answer_is_told_at_its_field(reviewer, clerk):
    issued = make_issued(reviewer)
    client = client_of(clerk)
    row = RequestRow.objects.get(request=issued, number=4)
    response = client.post(
        page("request-row", row.pk),
        {"seen": seen_of(client, issued), "c4": "某天"},
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 422
    assert "某天" in text_of(response)
    row.refresh_from_db()
    assert row.answers == {}


def test_who_was_slower_sees_both_and_decides(reviewer, clerk):
    issued = make_issued(reviewer)
    first, second = client_of(clerk), client_of(make_actor(Role.TOWNSHIP_OFFICER, VILLAGE))
    row = RequestRow.objects.get(request=issued, number=4)
    seen = seen_of(first, issued)
    htmx = {"HX-Request": "true"}
    first.post(page("request-row", row.pk), {"seen": seen, "c3": "是"}, headers=htmx)
    shown = text_of(second.post(page("request-row", row.pk), {"seen": seen, "c3": "否"}, headers=htmx))
    assert "您填的 <b>否</b>，别人填的 <b>是</b>" in shown
    row.refresh_from_db()
    assert row.answers == {"c3": "是"}
    again = shown.split('name="seen" value="')[1].split('"')[0]
    second.post(page("request-row", row.pk), {"seen": again, "c3": "否"}, headers=htmx)
    row.refresh_from_db()
    assert row.answers == {"c3": "否"}


def test_a_helper_fills_his_own_households_row(reviewer, households):
    helper = make_actor(Role.HELPER, VILLAGE)
    make_pairing(households[0], helper)
    issued = make_issued(reviewer)
    client = client_of(helper)
    assert client.get(page("request", issued.pk)).url == page("request-fill", issued.pk)
    shown = text_of(client.get(page("request-fill", issued.pk)))
    assert "王建国" in shown
    assert "上交本村" not in shown
    other = RequestRow.objects.get(request=issued, number=3)
    assert client.post(page("request-row", other.pk), {"c3": "是"}).status_code == 404


def test_the_part_workbook_is_taken_out_and_sent_in(reviewer, clerk):
    issued = make_issued(reviewer)
    client = client_of(clerk)
    book = load_workbook(BytesIO(client.post(page("request-part-file", issued.pk)).getvalue()))
    book["填报"]["E4"], book["填报"]["F4"] = "是", "某天"
    out = BytesIO()
    book.save(out)
    response = client.post(page("request-part-upload", issued.pk), {"file": upload(out.getvalue())})
    assert response.status_code == 422
    assert "加装日期" in text_of(response)
    assert RequestRow.objects.get(request=issued, number=4).answers == {"c3": "是"}


def test_handing_in_and_sending_back_by_page(reviewer, clerk):
    issued = make_issued(reviewer)
    part = RequestPart.objects.get(request=issued, area_code=VILLAGE)
    client_of(clerk).post(page("request-submit", part.pk), {"comment": "户主外出"})
    township = client_of(make_actor(Role.TOWNSHIP_OFFICER, VILLAGE))
    assert "已交" in text_of(township.get(page("request", issued.pk)))
    assert township.post(page("request-back", part.pk), {"reason": ""}).status_code == 422
    township.post(page("request-back", part.pk), {"reason": "请打电话核实"})
    assert "请打电话核实" in text_of(client_of(clerk).get(page("request-fill", issued.pk)))


def test_the_county_takes_the_merged_sheet_out_and_reminds(reviewer):
    issued = make_issued(reviewer)
    client = client_of(reviewer)
    response = client.post(page("request-merged", issued.pk))
    assert response["Content-Disposition"].startswith("attachment")
    assert read(response.getvalue())[1][3] == "是否加装净水器"
    client.post(page("request-remind", issued.pk))
    issued.refresh_from_db()
    assert issued.reminded_at is not None


def test_what_waits_stands_on_ones_own_page(reviewer, clerk):
    issued = make_issued(reviewer)
    shown = text_of(client_of(clerk).get(reverse("home")))
    assert "等您填的行" in shown
    client_of(reviewer).post(page("request-remind", issued.pk))
    assert "县里催办" in text_of(client_of(clerk).get(reverse("home")))
    assert "填报中的任务表" in text_of(client_of(reviewer).get(reverse("home")))


def test_another_county_gets_404(reviewer):
    issued = make_issued(reviewer)
    stranger = client_of(make_actor(Role.COUNTY_REVIEWER, VILLAGE_B))
    for name in ("request", "request-rows", "request-fill"):
        assert stranger.get(page(name, issued.pk)).status_code in (403, 404)
    assert stranger.post(page("request-merged", issued.pk)).status_code == 404


def test_a_recurring_one_is_set_up_by_page(reviewer):
    client = client_of(reviewer)
    response = client.post(
        page("recurring-new", "workers"),
        {
            "title": "务工月报",
            "every": "month",
            "days": "3",
            "area": "220503",
            **asked_for(("本月是否在外务工", "yes_no", "", True)),
        },
    )
    assert response.status_code == 302
    assert "务工月报" in text_of(client.get(page("recurring")))


def asked_for(*columns) -> dict:
    """The rows of the form that say what is to be filled: six of them, the rest empty."""
    sent = {}
    for place in range(6):
        heading, kind, options, needed = columns[place] if place < len(columns) else ("", "text", "", False)
        sent |= {f"ask{place}-heading": heading, f"ask{place}-kind": kind, f"ask{place}-options": options}
        if needed:
            sent[f"ask{place}-needed"] = "on"
    return sent


def test_a_recurring_one_is_set_up_about_whom_one_chooses(reviewer):
    client = client_of(reviewer)
    assert "参加城乡居民基本医疗保险" in text_of(client.get(page("recurring-new", "chosen_persons")))
    sent = {"title": "老人走访", "every": "week", "days": "2", "area": "220503", "who-age_from": "60"}
    sent |= asked_for(("身体情况", "option", "好，一般，差", True), ("说明", "text", "", False))
    response = client.post(page("recurring-new", "chosen_persons"), sent)
    assert response.status_code == 302
    shown = text_of(client.get(page("recurring")))
    assert "年龄从（周岁）：60" in shown


def test_a_recurring_one_without_a_condition_or_a_column_is_refused(reviewer):
    client = client_of(reviewer)
    sent = {"title": "老人走访", "every": "week", "days": "2", "area": "220503"}
    told = client.post(
        page("recurring-new", "chosen_persons"), {**sent, **asked_for(("情况", "text", "", True))}
    )
    assert told.status_code == 422
    assert "请至少选一个条件" in text_of(told)
    told = client.post(page("recurring-new", "chosen_persons"), {**sent, "who-age_from": "60", **asked_for()})
    assert told.status_code == 422
    assert "请写明要各村填什么" in text_of(told)
    assert client.get(page("recurring-new", "nobody")).status_code == 404


def test_turning_off_twice_leaves_it_off(reviewer):
    client = client_of(reviewer)
    sent = {"title": "务工月报", "every": "month", "days": "3", "area": "220503"}
    client.post(page("recurring-new", "workers"), {**sent, **asked_for(("本月务工", "yes_no", "", True))})
    made = RecurringRequest.objects.get()
    for _ in range(2):
        client.post(page("recurring-switch", made.pk), {"active": "0"})
    made.refresh_from_db()
    assert made.active is False


def test_the_list_asks_as_many_questions_for_many_as_for_one(reviewer, clerk, django_assert_max_num_queries):
    for _ in range(3):
        make_issued(reviewer)
    client = client_of(clerk)
    client.get(page("requests"))
    with django_assert_max_num_queries(12):
        client.get(page("requests"))


def test_the_second_click_on_issuing_says_where_it_stands(reviewer):
    draft = make_draft(reviewer)
    draft.refresh_from_db()
    client = client_of(reviewer)
    sent = {"key_position": "0", "key_kind": "household_no", "action": "issue"}
    for one in draft.asked:
        sent |= {f"{one.name}-role": one.role, f"{one.name}-source": one.source, f"{one.name}-kind": one.kind}
    assert client.post(page("request-columns", draft.pk), sent).status_code == 302
    again = client.post(page("request-columns", draft.pk), sent, follow=True)
    assert again.status_code == 200
    assert "任务表填报中，各列不能再改" in text_of(again)
    assert RequestPart.objects.filter(request=draft).count() == 2


def test_the_township_sees_what_was_filled_before_it_accepts(reviewer, clerk):
    issued = make_issued(reviewer)
    part = RequestPart.objects.get(request=issued, area_code=VILLAGE)
    client_of(clerk).post(page("request-submit", part.pk), {"comment": "户主外出"})
    client = client_of(make_actor(Role.TOWNSHIP_OFFICER, VILLAGE))
    shown = text_of(client.get(page("request", issued.pk)))
    assert "看填的内容" in shown
    handed_in = text_of(client_of(clerk).get(page("request-fill", issued.pk)))
    assert "确实要改，请乡镇退回" in handed_in
    assert "上传分表" not in handed_in
    own = text_of(client.get(page("request-fill", issued.pk) + f"?village={VILLAGE}"))
    assert "王建国户" in own
    assert "看全部的村" in own
    assert "看全部的村" not in text_of(
        client_of(clerk).get(page("request-fill", issued.pk) + f"?village={VILLAGE}")
    )


def test_a_closed_table_says_that_it_is_closed(reviewer, clerk):
    issued = make_issued(reviewer)
    client_of(reviewer).post(page("request-close", issued.pk), {"confirmed": "1"})
    shown = text_of(client_of(clerk).get(page("request-fill", issued.pk)))
    assert "任务表已结束，不能再改" in shown
    assert "上传分表" not in shown


def test_what_a_begun_row_still_lacks_is_named(reviewer, clerk):
    issued = make_issued(reviewer)
    client = client_of(clerk)
    assert "还要填：" not in text_of(client.get(page("request-fill", issued.pk)))
    row = RequestRow.objects.get(request=issued, number=4)
    told = next(one for one in issued.to_fill if one.name == "c4").heading
    response = client.post(
        page("request-row", row.pk),
        {"seen": seen_of(client, issued), "c3": "是"},
        headers={"HX-Request": "true"},
    )
    assert f"还要填：{told}<" in text_of(response)
