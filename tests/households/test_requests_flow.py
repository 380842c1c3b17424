"""A table from above from upload to the sender's own sheet: matching, prefilling, filling, handing in, giving back."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from openpyxl import load_workbook

from households.models import RequestMapping, RequestPart, RequestRow, TableRequest
from households.requests.columns import AskedColumn
from households.services import request_filling as filling
from households.services import requests as service
from households.services.request_returning import give_back
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.models import Step
from tests.actors import VILLAGE_B
from tests.factories.accounts import make_actor
from tests.factories.households import VILLAGE, make_household, make_member, make_pairing
from tests.factories.requests import (
    ASKED,
    COUNTY,
    ROWS,
    SECOND,
    make_draft,
    make_issued,
    make_two_villages,
    read,
    upload,
    workbook,
)

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


@pytest.fixture
def township(households):
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE)


def row_of(request, number) -> RequestRow:
    return request.rows.select_related("part__request", "household", "member").get(number=number)


def answer(row, actor, **answers):
    base = {one.name: row.whole("answers").get(one.name, "") for one in row.request.to_fill}
    return filling.save_row(row.pk, answers, base, actor=actor)


def merged(request, actor, **options) -> bytes:
    out = BytesIO()
    give_back(request, out, actor=actor, **options)
    return out.getvalue()


# --- taking in --------------------------------------------------------------------------------------------------


def test_rows_are_matched_and_columns_proposed(reviewer, households):
    draft = make_draft(reviewer)
    first, second = households
    assert [
        (row.number, row.household_id, row.area_code, row.reason) for row in draft.rows.order_by("number")
    ] == [
        (3, second.pk, SECOND, ""),
        (4, first.pk, VILLAGE, ""),
        (5, None, "", "unknown"),
    ]
    draft.refresh_from_db()
    assert [(one.heading, one.role, one.kind) for one in draft.asked] == [
        ("户编号", "left", "text"),
        ("户主姓名", "known", "text"),
        ("家庭人口数", "known", "text"),
        ("是否加装净水器", "fill", "yes_no"),
        ("加装日期", "fill", "date"),
        ("备注", "fill", "text"),
    ]


def test_what_the_register_knows_is_filled_in_and_what_differs_is_noted(reviewer):
    draft = make_draft(reviewer)
    row = row_of(draft, 3)
    assert row.known == {"c1": "李秀英", "c2": "1"}  # the sheet says 3 persons
    assert row.differs == ["c2"]
    assert row_of(draft, 4).differs == []


def test_the_senders_workbook_stands_encrypted_and_goes_back_as_it_came(reviewer, settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    issued = make_issued(reviewer)
    [stored] = [one for one in settings.FILES_ROOT.rglob("*") if one.is_file()]
    assert stored.parent.parent == settings.FILES_ROOT / "requests"
    assert not stored.read_bytes().startswith(b"PK")
    assert read(merged(issued, reviewer))[1][:3] == list(ASKED[:3])
    stored.write_bytes(stored.read_bytes()[:-1])
    with pytest.raises(ValidationError, match="已损坏"):
        merged(issued, reviewer)


def test_a_draft_given_up_takes_the_workbook_along_unless_another_table_came_by_it(
    reviewer, settings, tmp_path
):
    settings.FILES_ROOT = tmp_path / "files"
    content = workbook(rows=ROWS)
    first, second = (make_draft(reviewer, content=content) for _ in range(2))
    service.discard(first, actor=reviewer)
    [stored] = [one for one in settings.FILES_ROOT.rglob("*") if one.is_file()]
    service.discard(second, actor=reviewer)
    assert not stored.exists()
    second.refresh_from_db()
    assert (second.state, second.file.sha256) == ("discarded", stored.name)


def test_rows_of_another_county_are_refused(reviewer):
    make_household(VILLAGE_B, "张外县", household_no="1402120001")
    draft = make_draft(reviewer, content=workbook(rows=[("1402120001", *[None] * 5), *ROWS]))
    row = row_of(draft, 3)
    assert (row.reason, row.household_id) == ("elsewhere", None)


def test_persons_are_matched_by_their_number_which_is_kept_sealed(reviewer, households):
    member = make_member(households[0], "王小明", member_no="M1")
    number = member.identity.reveal()
    content = workbook(
        ("姓名", "身份证号", "是否就业"),
        [
            ("王小明", number, None),
            ("无此人", "220503199001011234", None),
            ("数字", 220503199001011234, None),
        ],
    )
    draft = make_draft(reviewer, content=content)
    row = row_of(draft, 3)
    assert (row.member_id, row.household_id, row.reason) == (member.pk, households[0].pk, "")
    assert number not in str(row.cells)
    assert row.sealed_part("cells") == {"1": number}
    assert [row_of(draft, place).reason for place in (4, 5)] == ["unknown", "number"]


def test_another_column_can_be_chosen_to_match_by(reviewer, households):
    content = workbook(("户编号", "编码", "是否加装"), [("1", "2205030001", None)])
    draft = make_draft(reviewer, content=content)
    assert row_of(draft, 3).reason == "unknown"
    draft.refresh_from_db()
    service.set_columns(draft, draft.asked, key_position=1, key_kind="household_no", actor=reviewer)
    assert row_of(draft, 3).household_id == households[0].pk


@pytest.mark.parametrize(
    ("content", "field"),
    [(b"no workbook", "file"), (workbook(("姓名",), [("王",)]), "file")],
)
def test_what_cannot_be_matched_is_refused_and_nothing_is_kept(reviewer, content, field):
    with pytest.raises(ValidationError) as caught:
        make_draft(reviewer, content=content)
    assert field in caught.value.message_dict
    assert not TableRequest.objects.exists()


def test_a_deadline_in_the_past_is_refused(reviewer):
    with pytest.raises(ValidationError, match="截止时间"):
        make_draft(reviewer, hours=-1)


@pytest.mark.parametrize(
    "role", [Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER, Role.BUREAU_OFFICER, Role.HELPER]
)
def test_only_the_county_takes_tables_in(households, role):
    with pytest.raises(PermissionDenied):
        make_draft(make_actor(role, VILLAGE))


def test_columns_need_something_to_fill(reviewer):
    draft = make_draft(reviewer)
    draft.refresh_from_db()
    left = [AskedColumn(one.name, one.heading, one.position) for one in draft.asked]
    with pytest.raises(ValidationError, match="至少要有一列待填"):
        service.set_columns(draft, left, key_position=0, key_kind="household_no", actor=reviewer)


# --- issuing ----------------------------------------------------------------------------------------------------


def test_each_village_gets_its_rows_and_only_those(reviewer, clerk):
    issued = make_issued(reviewer)
    assert issued.state == "issued"
    assert Step.objects.filter(case_type="households.tablerequest", case_id=issued.pk).count() == 1
    assert list(RequestPart.objects.values_list("area_code", flat=True)) == [VILLAGE, SECOND]
    seen = RequestRow.objects.visible_to(clerk, "request.fill").filter(request=issued)
    assert [row.number for row in seen] == [4]


def test_a_helper_sees_the_rows_of_his_own_households(reviewer, households):
    helper = make_actor(Role.HELPER, VILLAGE)
    make_pairing(households[1], helper)
    issued = make_issued(reviewer)
    assert [row.number for row in RequestRow.objects.visible_to(helper).filter(request=issued)] == [3]
    assert TableRequest.objects.visible_to(helper).count() == 1


@pytest.mark.parametrize("role", [Role.BUREAU_OFFICER, Role.FINANCE_OFFICER, Role.LEADER, Role.INSPECTOR])
def test_others_see_nothing_of_it(reviewer, role):
    make_issued(reviewer)
    other = make_actor(role, VILLAGE)
    assert not TableRequest.objects.visible_to(other).exists()
    assert not RequestRow.objects.visible_to(other).exists()


def test_another_county_sees_nothing_of_it(reviewer):
    make_issued(reviewer)
    for role in (Role.COUNTY_REVIEWER, Role.TOWNSHIP_OFFICER, Role.VILLAGE_CLERK):
        assert not TableRequest.objects.visible_to(make_actor(role, VILLAGE_B)).exists()


def test_villages_do_not_see_a_draft(reviewer, clerk):
    make_draft(reviewer)
    assert not TableRequest.objects.visible_to(clerk).exists()


def test_what_headings_meant_is_kept_for_the_next_sheet_of_the_county(reviewer):
    draft = make_draft(reviewer)
    draft.refresh_from_db()
    columns = [
        AskedColumn("c5", "备注", 5, "fill", kind="option", options=("已装", "不装"))
        if one.name == "c5"
        else one
        for one in draft.asked
    ]
    service.set_columns(draft, columns, key_position=0, key_kind="household_no", actor=reviewer)
    draft.refresh_from_db()
    service.issue(draft, actor=reviewer)
    assert RequestMapping.objects.get(area_code=COUNTY, heading="备注").meaning["kind"] == "option"
    again = make_draft(reviewer)
    again.refresh_from_db()
    assert again.asked[5].options == ("已装", "不装")


def test_nothing_is_issued_when_no_row_matches(reviewer):
    draft = make_draft(reviewer, content=workbook(rows=[("0", *[None] * 5)]))
    with pytest.raises(ValidationError, match="没有一行"):
        service.issue(draft, actor=reviewer)


def test_a_draft_that_is_given_up_leaves_no_rows(reviewer):
    draft = make_draft(reviewer)
    service.discard(draft, actor=reviewer)
    assert draft.rows.count() == 0
    assert TableRequest.objects.get().state == "discarded"


# --- filling ----------------------------------------------------------------------------------------------------


def test_a_row_is_filled_and_complete_when_all_is_answered(reviewer, clerk):
    row = row_of(make_issued(reviewer), 4)
    answer(row, clerk, c3="是")
    row.refresh_from_db()
    assert (row.answers, row.complete) == ({"c3": "是"}, False)
    answer(row, clerk, c4="2018-05-01")
    row.refresh_from_db()
    assert (row.complete, row.filled_by) == (True, clerk)
    assert Entry.objects.filter(action="households.request.fill").count() == 2


def test_two_who_fill_the_same_row_do_not_write_over_each_other(reviewer, clerk, township):
    row = row_of(make_issued(reviewer), 4)
    base = {"c3": "", "c5": ""}
    filling.save_row(row.pk, {"c3": "是", "c5": ""}, base, actor=clerk)
    kept = filling.save_row(row.pk, {"c3": "", "c5": "外出"}, base, actor=township)
    assert not kept.conflicts
    row.refresh_from_db()
    assert row.answers == {"c3": "是", "c5": "外出"}
    clash = filling.save_row(row.pk, {"c3": "否"}, base, actor=township)
    assert clash.conflicts == {"c3": ("", "否", "是")}
    row.refresh_from_db()
    assert row.answers["c3"] == "是"


def test_nobody_fills_rows_of_others(reviewer, clerk):
    issued = make_issued(reviewer)
    with pytest.raises(PermissionDenied):
        answer(row_of(issued, 3), clerk, c3="是")
    with pytest.raises(PermissionDenied):
        answer(row_of(issued, 4), reviewer, c3="是")
    with pytest.raises(PermissionDenied):
        answer(row_of(issued, 5), clerk, c3="是")


def test_a_number_of_a_person_among_the_answers_is_sealed_and_stays_when_its_mask_comes_back(reviewer, clerk):
    row = row_of(make_issued(reviewer), 4)
    answer(row, clerk, c5="13800001234")
    row.refresh_from_db()
    assert row.answers == {}
    shown = filling.shown_answers(row)
    assert shown == {"c5": "138******34"}
    assert filling.unmasked(row, shown) == {"c5": "13800001234"}


# --- handing in -------------------------------------------------------------------------------------------------


def filled(reviewer, clerk):
    issued = make_issued(reviewer)
    answer(row_of(issued, 4), clerk, c3="是", c4="2018-05-01")
    return issued, RequestPart.objects.select_related("request").get(request=issued, area_code=VILLAGE)


def test_a_village_hands_in_and_can_then_change_nothing(reviewer, clerk):
    issued, part = filled(reviewer, clerk)
    filling.submit(part, actor=clerk)
    part.refresh_from_db()
    assert part.state == "submitted"
    assert part.submitted_at is not None
    with pytest.raises(ValidationError, match="要改请乡镇退回"):
        answer(row_of(issued, 4), clerk, c3="否")


def test_handing_in_with_rows_unfilled_needs_a_reason(reviewer, clerk):
    issued = make_issued(reviewer)
    part = RequestPart.objects.get(request=issued, area_code=VILLAGE)
    with pytest.raises(ValidationError, match="还有 1 行没有填完"):
        filling.submit(part, actor=clerk)
    filling.submit(part, actor=clerk, comment="户主在外务工，联系不上")
    assert Step.objects.get(case_type="households.requestpart").comment == "户主在外务工，联系不上"


def test_the_township_sends_back_with_a_reason_and_the_village_hands_in_again(reviewer, clerk, township):
    issued, part = filled(reviewer, clerk)
    filling.submit(part, actor=clerk)
    with pytest.raises(ValidationError, match="退回须写明原因"):
        filling.send_back(part, actor=township, reason=" ")
    filling.send_back(part, actor=township, reason="日期不对")
    part = RequestPart.objects.select_related("request").get(pk=part.pk)
    assert (part.state, part.reason) == ("returned", "日期不对")
    answer(row_of(issued, 4), clerk, c4="2018-06-01")
    filling.submit(part, actor=clerk)
    filling.accept(part, actor=township)
    part.refresh_from_db()
    assert part.state == "accepted"


def test_who_handed_in_does_not_look_it_through(reviewer, clerk, township):
    _, part = filled(reviewer, clerk)
    filling.submit(part, actor=township)
    with pytest.raises(ValidationError):
        filling.accept(part, actor=township)


def test_a_helper_does_not_hand_in_for_the_village(reviewer, households):
    helper = make_actor(Role.HELPER, VILLAGE)
    make_pairing(households[0], helper)
    part = RequestPart.objects.get(request=make_issued(reviewer), area_code=VILLAGE)
    with pytest.raises(PermissionDenied):
        filling.submit(part, actor=helper, comment="户主外出")


def test_late_is_who_has_not_handed_in_by_the_hour(reviewer, clerk):
    _, part = filled(reviewer, clerk)
    assert not part.is_late
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert part.is_late
        filling.submit(part, actor=clerk)
        part.refresh_from_db()
        assert part.is_late  # handed in after the hour


def test_the_county_reminds_and_closes(reviewer, clerk):
    issued, part = filled(reviewer, clerk)
    assert service.remind(issued, actor=reviewer) == 2
    filling.submit(part, actor=clerk)
    assert service.remind(issued, actor=reviewer) == 1
    service.close(issued, actor=reviewer)
    with pytest.raises(ValidationError, match="已结束"):
        answer(row_of(issued, 3), make_actor(Role.VILLAGE_CLERK, SECOND), c3="是")


# --- the part-workbook ------------------------------------------------------------------------------------------


def part_book(issued, clerk):
    out = BytesIO()
    rows = RequestRow.objects.visible_to(clerk, "request.fill").filter(request=issued).order_by("number")
    filling.write_workbook(rows.select_related("household"), issued, out, actor=clerk)
    return load_workbook(BytesIO(out.getvalue()))


def sent(book):
    out = BytesIO()
    book.save(out)
    return upload(out.getvalue())


def test_a_part_workbook_goes_out_filled_in_and_comes_back(reviewer, clerk):
    issued = make_issued(reviewer)
    book = part_book(issued, clerk)
    sheet = book["填报"]
    assert [cell.value for cell in sheet[3]] == ["任务行号", *ASKED]
    assert [cell.value for cell in sheet[4]][:4] == [f"{issued.pk}-4-1", "2205030001", "王建国", "1"]
    assert sheet.max_row == 4
    sheet["E4"], sheet["F4"], sheet["C4"] = "是", "2018.5.1", "改名"
    taken = filling.take_workbook(issued, sent(book), actor=clerk)
    assert (taken.rows, taken.changed, taken.faults) == (1, 1, [])
    row = row_of(issued, 4)
    assert (row.answers, row.known["c1"]) == ({"c3": "是", "c4": "2018-05-01"}, "王建国")


def test_wrong_cells_are_told_and_the_right_ones_kept(reviewer, clerk):
    issued = make_issued(reviewer)
    book = part_book(issued, clerk)
    book["填报"]["E4"], book["填报"]["F4"] = "也许", "2018-05-01"
    taken = filling.take_workbook(issued, sent(book), actor=clerk)
    assert [(row, heading) for row, heading, _ in taken.faults] == [(4, "是否加装净水器")]
    assert row_of(issued, 4).answers == {"c4": "2018-05-01"}


def test_rows_of_others_are_not_taken(reviewer, clerk):
    issued = make_issued(reviewer)
    book = part_book(issued, clerk)
    book["填报"]["A4"], book["填报"]["E4"] = f"{issued.pk}-3-1", "是"
    taken = filling.take_workbook(issued, sent(book), actor=clerk)
    assert taken.changed == 0
    assert "没有写入" in taken.faults[0][2]
    assert row_of(issued, 3).answers == {}


def test_what_was_filled_on_the_page_meanwhile_is_not_written_over(reviewer, clerk):
    issued = make_issued(reviewer)
    book = part_book(issued, clerk)
    book["填报"]["E4"], book["填报"]["G4"] = "否", "外出"
    answer(row_of(issued, 4), clerk, c3="是")
    taken = filling.take_workbook(issued, sent(book), actor=clerk)
    assert "没有覆盖" in taken.faults[0][2]
    assert row_of(issued, 4).answers == {"c3": "是", "c5": "外出"}


# --- giving back ------------------------------------------------------------------------------------------------


def test_the_sender_gets_his_own_sheet_in_his_order_with_the_answers(reviewer, clerk):
    issued, _ = filled(reviewer, clerk)
    rows = read(merged(issued, reviewer))
    assert rows[0][0] == "净水器加装情况表"
    assert rows[2] == ["2205030002", "李秀英", 3, None, None, None]  # his own 3 stays
    assert rows[3] == ["2205030001", "王建国", 1, "是", datetime(2018, 5, 1), None]  # a number, a real date
    assert rows[4] == ["9999999999", "赵无名", None, None, None, None]
    assert rows[5][0] == "合计"
    entry = Entry.objects.get(action="households.request.return")
    assert "未填完 2 行" in entry.summary


def test_numbers_that_we_add_are_masked_without_a_purpose_and_the_senders_own_come_back(
    reviewer, clerk, households
):
    number = households[0].head.identity.reveal()
    content = workbook(("证件号码", "户主证件号码", "是否加装"), [(number, None, None)])
    issued = make_issued(reviewer, content=content)
    row = read(merged(issued, reviewer))[2]
    assert row[0] == number
    assert row[1] != number
    assert row[1].startswith("220***")
    assert read(merged(issued, reviewer, purpose="核对户口和证件"))[2][1] == number


def test_full_numbers_need_the_right(reviewer, clerk):
    issued = make_issued(reviewer)
    with pytest.raises(PermissionDenied):
        merged(issued, clerk)


def test_doubtful_rows_are_answered_in_columns_at_the_right_end(reviewer, clerk):
    content = workbook(("户编号", "疑点"), [("2205030001", "名下有车")], titles=())
    issued = make_issued(reviewer, content=content, kind="doubt")
    row = row_of(issued, 2)
    answer(row, clerk, verdict="不属实")
    row.refresh_from_db()
    assert not row.complete
    answer(row, clerk, why="车辆已于2017年过户")
    row.refresh_from_db()
    assert row.complete
    rows = read(merged(issued, reviewer))
    assert rows[0] == ["户编号", "疑点", "核查结果", "情况说明"]
    assert rows[1] == ["2205030001", "名下有车", "不属实", "车辆已于2017年过户"]
