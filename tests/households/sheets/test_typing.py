"""A sheet that came back: only differences are typed, the rest is confirmed in one tap, nothing is lost or doubled."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from households.models import Household, MemberSurvey, Need, Survey, Visit, VisitFact, VisitSheet
from households.services.surveys import save_survey
from households.sheets.services.printing import withdraw_bundle
from households.visits.services.deciding import withdraw_visit
from households.visits.services.recording import record_visit
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.households import (
    close_the_year,
    make_household,
    make_member,
    make_pairing,
    make_year,
)
from tests.factories.sheets import make_sheets, send_sheet, sheet_address, typed_sheet
from tests.factories.visits import make_sent

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


def test_only_what_the_paper_changed_is_typed_and_the_rest_is_confirmed(village_clerk, helper, sheet, home):
    answer = send_sheet(
        village_clerk, sheet, **{"h-dangerous_grade": "a", f"m{home.head_id}-work_months": "8"}
    )

    assert answer.status_code == 302
    row = Survey.objects.get(household=home)
    assert row.dangerous_grade == "a"
    assert row.visited_on == date(2018, 11, 2)
    assert row.sources["food_ok"] == {"source": "visit", "on": "2018-11-02"}, "unchanged is confirmed"
    assert MemberSurvey.objects.get(member=home.head, year=2018).work_months == 8
    visit = Visit.objects.get()
    assert (visit.visitor, visit.recorded_by) == (helper, village_clerk)
    assert (visit.signer_name, visit.signer_relation, visit.signed) == ("王建国", "本人或户主", True)
    sheet.refresh_from_db()
    assert sheet.visit == visit


def test_without_the_tap_nothing_but_what_was_typed_is_said(village_clerk, sheet):
    send_sheet(village_clerk, sheet, rest="", **{"h-dangerous_grade": "a"})
    assert list(VisitFact.objects.values_list("field", flat=True)) == ["dangerous_grade"]


def test_unchanged_against_the_last_year_is_an_answer_for_this_one(village_clerk, helper):
    home = make_household(VILLAGE_A, year=2017, survey={"food_ok": True})
    make_year(year=2018)
    make_pairing(home, helper)
    sheet = make_sheets(VILLAGE_A, village_clerk).sheets.get()

    send_sheet(village_clerk, sheet)

    assert Survey.objects.get(household=home, year=2018).food_ok is True


def test_what_was_never_answered_is_not_confirmed(village_clerk, sheet, home):
    Survey.objects.filter(household=home).update(food_ok=None)
    bundle = make_sheets(VILLAGE_A, village_clerk)
    send_sheet(village_clerk, bundle.sheets.get())
    assert Survey.objects.get(household=home).food_ok is None
    assert not VisitFact.objects.filter(field="food_ok").exists()


def test_a_value_changed_since_the_print_is_a_conflict_shown_with_both(
    village_clerk, township_officer, sheet, home
):
    save_survey(Survey.objects.get(household=home), {"dangerous_grade": "c"}, actor=township_officer)

    answer = send_sheet(village_clerk, sheet, **{"h-dangerous_grade": "a"})

    assert answer.url == sheet_address(sheet), "it stays at this household"
    assert Survey.objects.get(household=home).dangerous_grade == "c"
    page = client_of(village_clerk).get(sheet_address(sheet)).content.decode()
    assert "两边都改了" in page
    assert "B级" in page, "printed"
    assert "A级" in page, "typed"
    assert "C级" in page, "in the register"


def test_what_others_changed_and_the_paper_left_alone_stays(village_clerk, township_officer, sheet, home):
    save_survey(Survey.objects.get(household=home), {"dangerous_grade": "a"}, actor=township_officer)
    send_sheet(village_clerk, sheet)
    assert Survey.objects.get(household=home).dangerous_grade == "a"
    assert not VisitFact.objects.undecided().exists()


def test_sent_twice_it_is_one_visit(village_clerk, sheet):
    send_sheet(village_clerk, sheet, **{"h-dangerous_grade": "a"})
    assert send_sheet(village_clerk, sheet, **{"h-dangerous_grade": "a"}).status_code == 302
    assert Visit.objects.count() == 1


def test_who_types_it_otherwise_after_somebody_else_is_told_and_keeps_what_he_typed(village_clerk, sheet):
    send_sheet(village_clerk, sheet, **{"h-dangerous_grade": "a"})
    other = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)

    answer = send_sheet(other, sheet, remark="房子漏雨")

    assert answer.status_code == 422
    assert "这张表已经录入" in answer.content.decode()
    assert "房子漏雨" in answer.content.decode()
    assert Visit.objects.count() == 1


def test_a_visit_that_the_phone_has_sent_is_asked_about(village_clerk, helper, sheet, home):
    """The sheet says 2 November, and so does the phone; a withdrawn visit is asked about no more."""
    record_visit(make_sent(home, happened_on=date(2018, 11, 2), device="小米"), actor=helper)
    clerk = client_of(village_clerk)
    assert (
        f"这户已有走访：2018-11-02 {helper.name}（手机）" in clerk.get(sheet_address(sheet)).content.decode()
    )
    answer = send_sheet(village_clerk, sheet)
    assert answer.status_code == 422
    assert list(answer.context["form"].questions) == ["happened_on"]
    assert Visit.objects.count() == 1
    withdraw_visit(Visit.objects.get(), "与纸质表重复", actor=helper)
    assert send_sheet(village_clerk, sheet).status_code == 302


def test_after_the_visit_was_withdrawn_the_paper_is_typed_again(village_clerk, sheet):
    send_sheet(village_clerk, sheet)
    Visit.objects.update(withdrawn_at=timezone.now(), withdrawn_by=village_clerk, withdrawn_reason="录错了户")

    send_sheet(village_clerk, sheet, **{"h-dangerous_grade": "a"})

    assert Visit.objects.standing().count() == 1
    sheet.refresh_from_db()
    assert sheet.visit.withdrawn_at is None


def test_a_typed_sheet_does_not_change_to_another_visit(village_clerk, sheet):
    send_sheet(village_clerk, sheet)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitSheet.objects.filter(pk=sheet.pk).update(visit=None)


def test_the_next_sheet_opens(village_clerk, helper, sheet):
    second = make_household(VILLAGE_A, head="赵二")
    make_pairing(second, helper)
    bundle = make_sheets(VILLAGE_A, village_clerk)
    first, last = bundle.sheets.order_by("number")
    browser = client_of(village_clerk)

    answer = browser.post(
        sheet_address(first), typed_sheet(visitor=helper.pk, signer=str(first.household.head_id)), follow=True
    )

    assert answer.redirect_chain[-1][0] == sheet_address(last)
    assert answer.context["form"]["happened_on"].value() == date(2018, 11, 2), (
        "the pile was visited on few days"
    )
    assert answer.context["form"]["visitor"].value() == helper.pk
    page = browser.get(reverse("households:sheet-bundle", args=[bundle.pk])).content.decode()
    assert "<b>1</b><span>已录入</span>" in page


def test_a_missing_signature_has_its_reason(village_clerk, sheet):
    answer = send_sheet(village_clerk, sheet, signed="no")
    assert answer.status_code == 422
    assert "没有签字的，请写原因" in answer.content.decode()

    send_sheet(village_clerk, sheet, signed="no", refusal_reason="户主外出")

    visit = Visit.objects.get()
    assert (visit.signed, visit.refusal_reason) == (False, "户主外出")


def test_signed_by_another(village_clerk, sheet):
    helper = sheet.household.pairings.get().helper_id
    data = typed_sheet(visitor=helper, signer="other", signer_name="李四", signer_relation="邻居")
    client_of(village_clerk).post(sheet_address(sheet), data)
    assert Visit.objects.get().signer_relation == "邻居"


def test_typed_late_it_says_why(village_clerk, sheet):
    answer = send_sheet(village_clerk, sheet, happened_on="2018-09-01")
    assert answer.status_code == 422
    assert "补录原因" in answer.content.decode()
    assert not Visit.objects.exists()

    send_sheet(village_clerk, sheet, happened_on="2018-09-01", late_reason="秋收后集中录入")

    assert Visit.objects.get().late_reason == "秋收后集中录入"


def test_a_call_counts_only_where_all_are_away(village_clerk, sheet):
    assert send_sheet(village_clerk, sheet, way="phone").status_code == 422
    send_sheet(village_clerk, sheet, way="phone", whole_away="on")
    assert Visit.objects.get().way == "phone"


def test_own_questions_amounts_and_promises(village_clerk, sheet):
    send_sheet(
        village_clerk,
        sheet,
        **{
            "a-check_income": "false",
            "a-check_income_note": "多了务工收入",
            "amount0-direction": "expense",
            "amount0-amount": "3000",
            "amount0-note": "住院",
            "next_promise": "联系水利站",
            "next_on": "2018-12-01",
        },
    )
    visit = Visit.objects.get()
    assert visit.answers == {"check_income": False, "check_income_note": "多了务工收入"}
    assert visit.next_promise == "联系水利站"
    assert [str(one.amount) for one in visit.amounts.all()] == ["3000.00"]


def test_a_need_is_taken_in_once_with_its_visit(village_clerk, sheet):
    need = {"need0-kind": "water", "need0-text": "想修水井", "need0-whom": "village"}
    send_sheet(village_clerk, sheet, **need)
    send_sheet(village_clerk, sheet, **need)
    made = Need.objects.get()
    assert (made.text, made.whom, made.visit) == ("想修水井", "village", Visit.objects.get())


def test_a_need_without_its_kind_is_asked_for_it(village_clerk, sheet):
    answer = send_sheet(village_clerk, sheet, **{"need0-text": "想修水井"})
    assert answer.status_code == 422
    assert "请选择类别" in answer.content.decode()


def test_a_text_is_emptied_by_saying_none(village_clerk, sheet, home):
    MemberSurvey.objects.filter(member=home.head).update(
        work_area="浙江省义乌市", work_place="outside_province"
    )
    second = make_sheets(VILLAGE_A, village_clerk).sheets.get()

    send_sheet(
        village_clerk,
        second,
        **{f"m{home.head_id}-work_area": "无", f"m{home.head_id}-work_place": "__clear__"},
    )

    facts = MemberSurvey.objects.get(member=home.head, year=2018)
    assert (facts.work_area, facts.work_place) == ("", "")


def test_bad_input_is_said_where_it_stands_and_kept(village_clerk, sheet, home):
    answer = send_sheet(
        village_clerk, sheet, **{f"m{home.head_id}-work_months": "十个月", "h-housing_document": "鉴定表"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填整数" in page
    assert "十个月" in page
    assert "鉴定表" in page
    assert not Visit.objects.exists()


def test_a_member_who_has_left_since_is_not_confirmed(village_clerk, helper, home):
    child = make_member(home, "王小花", birth_date=date(2008, 6, 1))
    sheet = make_sheets(VILLAGE_A, village_clerk).sheets.get()
    child.memberships.update(valid_to=date(2018, 11, 2), leave_reason="moved_out")
    type(child).objects.filter(pk=child.pk).update(household=None)
    Household.objects.filter(pk=home.pk).update(size=1)

    assert send_sheet(village_clerk, sheet).status_code == 302

    assert not VisitFact.objects.filter(member=child).exists()


# --- who may not --------------------------------------------------------------------------------------------


def test_a_sheet_of_another_place_or_helper_is_nowhere(sheet, stranger, county_reviewer, helper):
    for who in (stranger("village_clerk"), stranger("township_officer"), make_actor(Role.HELPER, VILLAGE_A)):
        assert client_of(who).get(sheet_address(sheet)).status_code == 404
    assert client_of(county_reviewer).get(sheet_address(sheet)).status_code == 403
    assert client_of(helper).get(sheet_address(sheet)).status_code == 200


def test_a_helper_types_his_own_and_is_the_visitor(helper, sheet):
    send_sheet(helper, sheet)
    visit = Visit.objects.get()
    assert (visit.visitor, visit.recorded_by) == (helper, helper)


def test_a_person_who_cannot_have_visited_is_no_choice(village_clerk, stranger, sheet):
    data = typed_sheet(visitor=stranger("helper").pk, signer=str(sheet.household.head_id))
    assert client_of(village_clerk).post(sheet_address(sheet), data).status_code == 422
    assert not Visit.objects.exists()


def test_nothing_is_typed_into_a_closed_year(village_clerk, sheet):
    close_the_year(make_year())
    answer = send_sheet(village_clerk, sheet)
    assert answer.status_code == 422
    assert "2018年度已关闭" in answer.content.decode()
    assert not Visit.objects.exists()


def test_a_withdrawn_bundle_is_typed_no_more(village_clerk, sheet):
    withdraw_bundle(sheet.bundle, actor=village_clerk, reason="印错月份")
    assert client_of(village_clerk).get(sheet_address(sheet)).status_code == 302
    assert send_sheet(village_clerk, sheet).status_code == 422
    assert not Visit.objects.exists()
