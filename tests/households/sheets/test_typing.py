"""A sheet that came back: only differences are typed, the rest is confirmed in one tap, nothing is lost or doubled."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from households.models import Household, IncomeItem, MemberSurvey, Need, Survey, Visit, VisitFact, VisitSheet
from households.services.income import save_income
from households.services.surveys import save_survey, start_survey
from households.sheets.services.printing import withdraw_bundle
from households.visits.services.deciding import withdraw_visit
from households.visits.services.recording import record_visit
from poverty.accounts.models import Role
from poverty.files.models import FileLink
from poverty.web.questions import ANSWER, digest
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.files import jpeg, pdf
from tests.factories.households import (
    close_the_year,
    make_household,
    make_member,
    make_pairing,
    make_year,
)
from tests.factories.sheets import make_sheets, typed_sheet
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


def address(sheet):
    return reverse("households:sheet", args=[sheet.code])


def send(who, sheet, **changes):
    helper = sheet.household.pairings.get().helper_id
    data = typed_sheet(visitor=helper, signer=str(sheet.household.head_id), **changes)
    return client_of(who).post(address(sheet), data)


def test_only_what_the_paper_changed_is_typed_and_the_rest_is_confirmed(village_clerk, helper, sheet, home):
    answer = send(village_clerk, sheet, **{"h-dangerous_grade": "a", f"m{home.head_id}-work_months": "8"})

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
    send(village_clerk, sheet, rest="", **{"h-dangerous_grade": "a"})
    assert list(VisitFact.objects.values_list("field", flat=True)) == ["dangerous_grade"]


def test_unchanged_against_the_last_year_is_an_answer_for_this_one(village_clerk, helper):
    home = make_household(VILLAGE_A, year=2017, survey={"food_ok": True})
    make_year(year=2018)
    make_pairing(home, helper)
    sheet = make_sheets(VILLAGE_A, village_clerk).sheets.get()

    send(village_clerk, sheet)

    assert Survey.objects.get(household=home, year=2018).food_ok is True


def test_what_was_never_answered_is_not_confirmed(village_clerk, sheet, home):
    Survey.objects.filter(household=home).update(food_ok=None)
    bundle = make_sheets(VILLAGE_A, village_clerk)
    send(village_clerk, bundle.sheets.get())
    assert Survey.objects.get(household=home).food_ok is None
    assert not VisitFact.objects.filter(field="food_ok").exists()


def test_a_value_changed_since_the_print_is_a_conflict_shown_with_both(
    village_clerk, township_officer, sheet, home
):
    save_survey(Survey.objects.get(household=home), {"dangerous_grade": "c"}, actor=township_officer)

    answer = send(village_clerk, sheet, **{"h-dangerous_grade": "a"})

    assert answer.url == address(sheet), "it stays at this household"
    assert Survey.objects.get(household=home).dangerous_grade == "c"
    page = client_of(village_clerk).get(address(sheet)).content.decode()
    assert "两边都改了" in page
    assert "B级" in page, "printed"
    assert "A级" in page, "typed"
    assert "C级" in page, "in the register"


def test_what_others_changed_and_the_paper_left_alone_stays(village_clerk, township_officer, sheet, home):
    save_survey(Survey.objects.get(household=home), {"dangerous_grade": "a"}, actor=township_officer)
    send(village_clerk, sheet)
    assert Survey.objects.get(household=home).dangerous_grade == "a"
    assert not VisitFact.objects.undecided().exists()


def test_sent_twice_it_is_one_visit(village_clerk, sheet):
    send(village_clerk, sheet, **{"h-dangerous_grade": "a"})
    assert send(village_clerk, sheet, **{"h-dangerous_grade": "a"}).status_code == 302
    assert Visit.objects.count() == 1


def test_who_types_it_otherwise_after_somebody_else_is_told_and_keeps_what_he_typed(village_clerk, sheet):
    send(village_clerk, sheet, **{"h-dangerous_grade": "a"})
    other = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)

    answer = send(other, sheet, remark="房子漏雨")

    assert answer.status_code == 422
    assert "这张表已经录入" in answer.content.decode()
    assert "房子漏雨" in answer.content.decode()
    assert Visit.objects.count() == 1


def test_a_visit_that_the_phone_has_sent_is_asked_about(village_clerk, helper, sheet, home):
    """The sheet says 2 November, and so does the phone; a withdrawn visit is asked about no more."""
    record_visit(make_sent(home, happened_on=date(2018, 11, 2), device="小米"), actor=helper)
    clerk = client_of(village_clerk)
    assert f"这户已有走访：2018-11-02 {helper.name}（手机）" in clerk.get(address(sheet)).content.decode()
    answer = send(village_clerk, sheet)
    assert answer.status_code == 422
    assert list(answer.context["form"].questions) == ["happened_on"]
    assert Visit.objects.count() == 1
    withdraw_visit(Visit.objects.get(), "与纸质表重复", actor=helper)
    assert send(village_clerk, sheet).status_code == 302


def test_after_the_visit_was_withdrawn_the_paper_is_typed_again(village_clerk, sheet):
    send(village_clerk, sheet)
    Visit.objects.update(withdrawn_at=timezone.now(), withdrawn_by=village_clerk, withdrawn_reason="录错了户")

    send(village_clerk, sheet, **{"h-dangerous_grade": "a"})

    assert Visit.objects.standing().count() == 1
    sheet.refresh_from_db()
    assert sheet.visit.withdrawn_at is None


def test_a_typed_sheet_does_not_change_to_another_visit(village_clerk, sheet):
    send(village_clerk, sheet)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitSheet.objects.filter(pk=sheet.pk).update(visit=None)


def test_the_next_sheet_opens(village_clerk, helper, sheet):
    second = make_household(VILLAGE_A, head="赵二")
    make_pairing(second, helper)
    bundle = make_sheets(VILLAGE_A, village_clerk)
    first, last = bundle.sheets.order_by("number")
    browser = client_of(village_clerk)

    answer = browser.post(
        address(first), typed_sheet(visitor=helper.pk, signer=str(first.household.head_id)), follow=True
    )

    assert answer.redirect_chain[-1][0] == address(last)
    assert answer.context["form"]["happened_on"].value() == date(2018, 11, 2), (
        "the pile was visited on few days"
    )
    assert answer.context["form"]["visitor"].value() == helper.pk
    page = browser.get(reverse("households:sheet-bundle", args=[bundle.pk])).content.decode()
    assert "<b>1</b><span>已录入</span>" in page


def test_a_missing_signature_has_its_reason(village_clerk, sheet):
    answer = send(village_clerk, sheet, signed="no")
    assert answer.status_code == 422
    assert "没有签字的，请写原因" in answer.content.decode()

    send(village_clerk, sheet, signed="no", refusal_reason="户主外出")

    visit = Visit.objects.get()
    assert (visit.signed, visit.refusal_reason) == (False, "户主外出")


def test_signed_by_another(village_clerk, sheet):
    helper = sheet.household.pairings.get().helper_id
    data = typed_sheet(visitor=helper, signer="other", signer_name="李四", signer_relation="邻居")
    client_of(village_clerk).post(address(sheet), data)
    assert Visit.objects.get().signer_relation == "邻居"


def test_typed_late_it_says_why(village_clerk, sheet):
    answer = send(village_clerk, sheet, happened_on="2018-09-01")
    assert answer.status_code == 422
    assert "补录原因" in answer.content.decode()
    assert not Visit.objects.exists()

    send(village_clerk, sheet, happened_on="2018-09-01", late_reason="秋收后集中录入")

    assert Visit.objects.get().late_reason == "秋收后集中录入"


def test_a_call_counts_only_where_all_are_away(village_clerk, sheet):
    assert send(village_clerk, sheet, way="phone").status_code == 422
    send(village_clerk, sheet, way="phone", whole_away="on")
    assert Visit.objects.get().way == "phone"


def test_own_questions_amounts_and_promises(village_clerk, sheet):
    send(
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
    send(village_clerk, sheet, **need)
    send(village_clerk, sheet, **need)
    made = Need.objects.get()
    assert (made.text, made.whom, made.visit) == ("想修水井", "village", Visit.objects.get())


def test_a_need_without_its_kind_is_asked_for_it(village_clerk, sheet):
    answer = send(village_clerk, sheet, **{"need0-text": "想修水井"})
    assert answer.status_code == 422
    assert "请选择类别" in answer.content.decode()


def test_the_income_of_autumn_is_typed_and_never_confirmed_by_the_tap(village_clerk, helper, home):
    survey = Survey.objects.get(household=home)
    IncomeItem.objects.create(survey=survey, item="wage_work", amount="10000")
    IncomeItem.objects.create(survey=survey, item="production_planting", amount="3000")
    sheet = make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()

    send(village_clerk, sheet, **{"i-wage_work": "12,000"})

    survey.refresh_from_db()
    assert survey.wage_income == Decimal("12000.00")
    assert survey.production_income == Decimal("3000.00"), "left alone"
    assert [one.field for one in VisitFact.objects.filter(field__startswith="item.")] == ["item.wage_work"]


def test_a_group_of_income_that_there_is_none_of(village_clerk, helper, home):
    Survey.objects.filter(household=home).update(property_income=None)
    sheet = make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()
    send(village_clerk, sheet, **{"none-property": "on"})
    assert Survey.objects.get(household=home).property_income == 0


class TestNoneOfAGroupBesideStandingItems:
    """The household signs that there is none of a group of which the register holds items."""

    @pytest.fixture
    def autumn(self, village_clerk, home):
        survey = Survey.objects.get(household=home)
        rows = [("property_land", "500"), ("wage_work", "10000")]
        save_income(survey, {key: (Decimal(yuan), "") for key, yuan in rows}, actor=village_clerk)
        return make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()

    def test_the_items_go_and_the_other_groups_stay(self, village_clerk, autumn, home):
        assert Survey.objects.get(household=home).property_income == 500
        send(village_clerk, autumn, **{"none-property": "on"})
        survey = Survey.objects.get(household=home)
        assert (survey.property_income, survey.wage_income) == (0, 10_000)
        assert list(survey.income_items.values_list("item", flat=True)) == ["wage_work"]
        told = dict(VisitFact.objects.exclude(outcome="same").values_list("field", "value"))
        assert told == {"item.property_land": None, "none.property": True}

    def test_another_group_is_typed_beside(self, village_clerk, autumn, home):
        send(village_clerk, autumn, **{"none-property": "on", "i-wage_work": "12000"})
        survey = Survey.objects.get(household=home)
        assert (survey.property_income, survey.wage_income) == (0, 12_000)

    def test_an_amount_and_the_tick_do_not_go_together(self, village_clerk, autumn, home):
        answer = send(village_clerk, autumn, **{"none-property": "on", "i-property_land": "600"})
        assert answer.status_code == 422
        assert answer.context["form"].errors["none-property"] == ["已填了金额，不能同时选“没有”。"]
        assert Survey.objects.get(household=home).property_income == 500
        assert not Visit.objects.exists()


class TestIncomeOfAnEarlierYear:
    """Last year 12,000 wages and 8,000 of a post, and land rent of 500; nothing of it carries over."""

    @pytest.fixture
    def home(self, helper, village_clerk):
        made = make_household(VILLAGE_A, head="王建国", year=2017)
        survey = Survey.objects.get(household=made)
        for item, amount in (("wage_work", 12_000), ("wage_other", 8_000), ("property_land", 500)):
            IncomeItem.objects.create(survey=survey, item=item, amount=amount)
        make_year(year=2018)
        make_pairing(made, helper)
        return made

    @pytest.fixture
    def autumn(self, village_clerk, home):
        return make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()

    WORDS = "收入按2018年的写：与上年一样的也要写，没有的在下面打勾"

    def test_paper_and_page_say_that_it_is_written_again(self, village_clerk, autumn):
        clerk = client_of(village_clerk)
        page = clerk.get(address(autumn)).content.decode()
        assert self.WORDS in page
        assert "没有变的不填" not in page
        address_of_print = reverse("households:sheets-print", args=[autumn.bundle_id])
        paper = clerk.post(address_of_print, {"which": "all"}).content.decode()
        assert self.WORDS in paper
        assert "没有变化的不填（收入除外）" in paper
        assert "左边没有改动的各项（收入除外），确认没有变化" in paper

    def test_of_a_group_that_is_filled_in_what_is_left_empty_is_asked_about(
        self, village_clerk, autumn, home
    ):
        typed = {"i-wage_work": "13000"}
        answer = send(village_clerk, autumn, **typed)
        assert answer.status_code == 422
        assert not Visit.objects.exists()
        form = answer.context["form"]
        assert list(form.questions) == ["i-wage_other"], "land rent is of another group, not filled in"
        assert "2017年有 8,000.00 元，这次没有填" in form.questions["i-wage_other"]
        assert 'value="13000"' in answer.content.decode()

        yes = {ANSWER: digest(form)}
        assert send(village_clerk, autumn, **typed, **yes).status_code == 302
        survey = Survey.objects.get(household=home, year=2018)
        assert (survey.wage_income, survey.property_income) == (13_000, None)

    def test_written_again_it_is_saved_without_a_question(self, village_clerk, autumn, home):
        sent = {"i-wage_work": "13000", "i-wage_other": "8000", "none-property": "on"}
        assert send(village_clerk, autumn, **sent).status_code == 302
        survey = Survey.objects.get(household=home, year=2018)
        assert (survey.wage_income, survey.property_income) == (21_000, 0)

    def test_a_group_of_this_year_is_not_asked_for_again(self, village_clerk, home):
        survey = start_survey(home, 2018, actor=village_clerk)
        save_income(survey, {"wage_work": (Decimal("13000"), "")}, actor=village_clerk)
        sheet = make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()
        page = client_of(village_clerk).get(address(sheet)).content.decode()
        assert "财产性收入、转移性收入、生产经营性支出按2018年的写" in page
        assert "2017年 <b>500.00</b>" in page, "of a group that this year has not answered"
        assert "8,000.00" not in page, "this year's wages are answered"


def test_the_scan_of_the_signed_page_stays_with_the_visit(village_clerk, sheet):
    send(village_clerk, sheet, scan=SimpleUploadedFile("签字页.jpg", jpeg(), "image/jpeg"))
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
        send(village_clerk, sheet)
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
        assert send(village_clerk, sheet, scan=scan).status_code == 302
        assert FileLink.objects.get().case_id == visit.pk
        assert Visit.objects.count() == 1


def test_a_broken_scan_keeps_nothing_half_done(village_clerk, sheet):
    answer = send(village_clerk, sheet, scan=SimpleUploadedFile("签字页.jpg", b"not a picture", "image/jpeg"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["scan"]
    assert not Visit.objects.exists()


def test_a_text_is_emptied_by_saying_none(village_clerk, sheet, home):
    MemberSurvey.objects.filter(member=home.head).update(
        work_area="浙江省义乌市", work_place="outside_province"
    )
    second = make_sheets(VILLAGE_A, village_clerk).sheets.get()

    send(
        village_clerk,
        second,
        **{f"m{home.head_id}-work_area": "无", f"m{home.head_id}-work_place": "__clear__"},
    )

    facts = MemberSurvey.objects.get(member=home.head, year=2018)
    assert (facts.work_area, facts.work_place) == ("", "")


def test_bad_input_is_said_where_it_stands_and_kept(village_clerk, sheet, home):
    answer = send(
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

    assert send(village_clerk, sheet).status_code == 302

    assert not VisitFact.objects.filter(member=child).exists()


# --- who may not --------------------------------------------------------------------------------------------


def test_a_sheet_of_another_place_or_helper_is_nowhere(sheet, stranger, county_reviewer, helper):
    for who in (stranger("village_clerk"), stranger("township_officer"), make_actor(Role.HELPER, VILLAGE_A)):
        assert client_of(who).get(address(sheet)).status_code == 404
    assert client_of(county_reviewer).get(address(sheet)).status_code == 403
    assert client_of(helper).get(address(sheet)).status_code == 200


def test_a_helper_types_his_own_and_is_the_visitor(helper, sheet):
    send(helper, sheet)
    visit = Visit.objects.get()
    assert (visit.visitor, visit.recorded_by) == (helper, helper)


def test_a_person_who_cannot_have_visited_is_no_choice(village_clerk, stranger, sheet):
    data = typed_sheet(visitor=stranger("helper").pk, signer=str(sheet.household.head_id))
    assert client_of(village_clerk).post(address(sheet), data).status_code == 422
    assert not Visit.objects.exists()


def test_nothing_is_typed_into_a_closed_year(village_clerk, sheet):
    close_the_year(make_year())
    answer = send(village_clerk, sheet)
    assert answer.status_code == 422
    assert "2018年度已关闭" in answer.content.decode()
    assert not Visit.objects.exists()


def test_a_withdrawn_bundle_is_typed_no_more(village_clerk, sheet):
    withdraw_bundle(sheet.bundle, actor=village_clerk, reason="印错月份")
    assert client_of(village_clerk).get(address(sheet)).status_code == 302
    assert send(village_clerk, sheet).status_code == 422
    assert not Visit.objects.exists()
