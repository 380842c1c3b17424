"""Saving the conditions of a household for a year: sources, refusals, the verdict in the same transaction."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
import time_machine

from households.models import Assessment, MemberSurvey
from households.services.surveys import save_survey, start_survey
from poverty.audit.models import Entry
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.review.models import FactEntry
from tests.factories.accounts import make_user
from tests.factories.households import make_household, make_member, make_year
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

TODAY = date(2018, 11, 3)


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def actor():
    return make_user("赵信息")


def survey_of(household, year=2018):
    return household.surveys.get(year=year)


def verdict(household):
    return Assessment.objects.get(household=household, year=2018)


class TestVerdict:
    def test_a_corrected_fact_changes_the_verdict_in_the_same_save(self, actor):
        make_standard()
        household = make_household(survey={"dangerous_grade": "c", "is_dangerous_house": True})
        save_survey(survey_of(household), {"house_area": 60}, actor=actor)
        assert (verdict(household).verdict, verdict(household).housing) == (UNMET, UNMET)
        save_survey(
            survey_of(household),
            {"housing_safety": "renovated", "housing_document": "竣工验收单 2018-031"},
            actor=actor,
        )
        assert (verdict(household).verdict, verdict(household).housing) == (MET, MET)

    def test_a_fact_taken_back_makes_it_unknown(self, actor):
        make_standard()
        household = make_household()
        save_survey(survey_of(household), {"water_solved": None}, actor=actor)
        assert (verdict(household).verdict, verdict(household).water) == (UNKNOWN, UNKNOWN)

    def test_without_a_standard_the_facts_are_saved_and_nothing_is_judged(self, actor):
        household = make_household()
        save_survey(survey_of(household), {"food_ok": False}, actor=actor)
        assert survey_of(household).food_ok is False
        assert not Assessment.objects.filter(household=household).exists()


class TestTraces:
    def test_the_survey_says_when_it_was_last_saved(self, actor):
        household = make_household()
        with time_machine.travel("2026-11-20T10:00:00+08:00", tick=False):
            save_survey(survey_of(household), {"house_area": 61}, actor=actor)
        with time_machine.travel("2026-11-21T09:30:00+08:00", tick=False):
            save_survey(survey_of(household), {"house_area": 62}, actor=actor)
        saved = survey_of(household).recorded_at.astimezone(ZoneInfo("Asia/Shanghai"))
        assert f"{saved:%Y-%m-%d %H:%M}" == "2026-11-21 09:30"

    def test_versions_typist_and_log(self, actor):
        household = make_household()
        before = household.facts_version
        row = save_survey(
            survey_of(household),
            {"house_area": 80, "has_industry": True},  # an industry was known already
            actor=actor,
            happened_on=date(2018, 11, 2),
            decided_by_name="钱组长",
        )
        household.refresh_from_db()
        assert household.facts_version == before + 1
        assert (row.version, row.recorded_by, row.decided_by_name) == (2, actor, "钱组长")
        entry = Entry.objects.get(action="households.survey.save")
        assert (entry.case_type, entry.case_id, entry.actor) == ("households.household", household.pk, actor)
        assert entry.changes == {"house_area": [None, "80"]}
        assert FactEntry.objects.filter(
            case_type="households.household", case_id=household.pk, user=actor
        ).exists()

    def test_nothing_new_writes_nothing(self, actor):
        household = make_household()
        row = save_survey(survey_of(household), {"food_ok": True}, actor=actor)
        assert row.version == 1
        assert not Entry.objects.filter(action="households.survey.save").exists()

    def test_each_changed_fact_gets_its_own_source_and_the_others_keep_theirs(self, actor):
        household = make_household(survey={"source": "import", "happened_on": date(2018, 3, 1)})
        row = save_survey(
            survey_of(household), {"dangerous_grade": "a"}, actor=actor, happened_on=date(2018, 11, 2)
        )
        assert row.source_of("dangerous_grade") == ("entered", "2018-11-02")
        assert row.source_of("is_dangerous_house") == ("import", "2018-03-01")

    def test_a_visit_moves_the_day_of_the_visit_and_never_back(self, actor):
        household = make_household(survey={"visited_on": None})
        save_survey(
            survey_of(household),
            {"food_ok": True},
            actor=actor,
            source="visit",
            happened_on=date(2018, 11, 2),
        )
        assert survey_of(household).visited_on == date(2018, 11, 2)
        save_survey(
            survey_of(household),
            {"food_ok": False},
            actor=actor,
            source="visit",
            happened_on=date(2018, 11, 1),
        )
        assert survey_of(household).visited_on == date(2018, 11, 2)

    def test_a_visit_of_before_the_period_does_not_count_for_the_year(self, actor):
        household = make_household(survey={"visited_on": None})
        errors = refused(save_survey, survey_of(household), {"visited_on": date(2017, 9, 30)}, actor=actor)
        assert errors == {
            "visited_on": ["2017-09-30 在2018年度核算期（2017-10-01 起）之前，不能算作本年度入户。"]
        }
        assert survey_of(household).visited_on is None
        save_survey(survey_of(household), {"visited_on": date(2017, 10, 1)}, actor=actor)
        assert survey_of(household).visited_on == date(2017, 10, 1)

    def test_typing_in_is_no_visit(self, actor):
        household = make_household(survey={"visited_on": None})
        save_survey(survey_of(household), {"food_ok": False}, actor=actor)
        assert survey_of(household).visited_on is None


class TestNewYear:
    @pytest.fixture
    def household(self):
        household = make_household(
            year=2017,
            survey={"house_area": 68, "cultivated_land": "6.50", "dangerous_grade": "b"},
            members=[
                {"name": "王小明", "birth_date": date(2008, 5, 1), "facts": {"health_states": "chronic"}}
            ],
        )
        make_year(year=2018)
        return household

    def test_what_stays_is_carried_and_marked(self, household, actor):
        row = start_survey(household, 2018, actor=actor)
        assert (row.house_area, row.cultivated_land, row.dangerous_grade) == (68, 6.5, "b")
        assert row.is_dangerous_house is False
        assert row.source_of("house_area") == ("carried", "2017-12-31")

    def test_income_food_visit_and_industry_start_unknown(self, household, actor):
        row = start_survey(household, 2018, actor=actor)
        asked_anew = (
            "food_ok",
            "clothing_ok",
            "visited_on",
            "wage_income",
            "production_expense",
            "has_industry",
        )
        assert [getattr(row, name) for name in asked_anew] == [None] * 6

    def test_members_keep_what_is_lasting_and_lose_school_and_insurance(self, household, actor):
        start_survey(household, 2018, actor=actor)
        row = MemberSurvey.objects.get(member__name="王小明", year=2018)
        assert (row.education_level, row.health_states) == ("junior_middle", "chronic")
        assert (row.school_status, row.resident_insurance, row.work_months) == ("", None, None)
        assert row.sources["health_states"] == {"source": "carried", "on": "2017-12-31"}

    def test_starting_twice_is_starting_once(self, household, actor):
        assert start_survey(household, 2018, actor=actor) == start_survey(household, 2018, actor=actor)
        assert Entry.objects.filter(action="households.survey.start").count() == 1

    @pytest.mark.parametrize("answer", [{"water_difficult": True}, {"water_safe": False}])
    def test_water_that_was_not_safe_stays_so_under_the_new_question(self, household, actor, answer):
        household.surveys.update(water_solved=None, **answer)
        row = start_survey(household, 2018, actor=actor)
        assert row.water_solved is False
        assert row.source_of("water_solved") == ("carried", "2017-12-31")

    def test_water_that_was_safe_is_asked_anew(self, household, actor):
        household.surveys.update(water_solved=None, water_difficult=False, water_safe=True)
        assert start_survey(household, 2018, actor=actor).water_solved is None

    def test_carried_twice_still_tells_how_old_it_is(self, household, actor):
        start_survey(household, 2018, actor=actor)
        make_year(year=2019)
        row = start_survey(household, 2019, actor=actor)
        assert row.source_of("house_area") == ("carried", "2017-12-31")

    def test_who_confirms_carried_facts_becomes_their_source(self, household, actor):
        row = start_survey(household, 2018, actor=actor)
        row = save_survey(
            row, {}, actor=actor, source="visit", happened_on=TODAY, confirmed=["house_area", "forest_land"]
        )
        assert row.source_of("house_area") == ("visit", "2018-11-03")
        assert row.source_of("cultivated_land") == ("carried", "2017-12-31")
        assert "forest_land" not in row.sources  # unknown stays unknown

    def test_a_year_that_is_not_open_is_not_started(self, household, actor):
        assert "尚未开启" in refused(start_survey, household, 2019, actor=actor)["year"][0]


class TestRefusals:
    @pytest.fixture
    def household(self):
        return make_household(survey={"cultivated_land": "5.00", "irrigated_land": "2.00"})

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"wage_income": "-1"}, "wage_income", "不能为负数"),
            ({"house_area": "-3"}, "house_area", "不能为负数"),
            ({"irrigated_land": "5.01"}, "irrigated_land", "不能大于耕地面积"),
            ({"cultivated_land": "1.99"}, "irrigated_land", "不能大于耕地面积"),
            ({"dangerous_grade": "c", "housing_safety": "graded"}, "dangerous_grade", "A级或B级"),
            ({"housing_safety": "renovated"}, "housing_document", "须填写依据文件"),
            ({"housing_document_date": "2018-11-04"}, "housing_document_date", "在今天之后"),
            ({"visited_on": date(2018, 11, 4)}, "visited_on", "在今天之后"),
            ({"rebuilt_year": 2019}, "rebuilt_year", "1949至2018"),
            ({"built_year": 99}, "built_year", "1800至2018"),
            ({"house_area": "12345678901"}, "house_area", "数字太大"),
            ({"house_area": "NaN"}, "house_area", "填写的内容不对"),
            ({"house_area": "0.001"}, "house_area", "最多两位小数"),
            ({"house_area": [1]}, "house_area", "填写的内容不对"),
            ({"food_ok": "maybe"}, "food_ok", "填写的内容不对"),
            ({"fuel_type": "uranium"}, "fuel_type", "请从列表中选择"),
            ({"industry_support": "长" * 101}, "industry_support", "100"),
            ({"household": 7}, "household", "没有这一项"),
            ({"sources": {}}, "sources", "没有这一项"),
        ],
    )
    def test_what_cannot_be(self, household, actor, changes, field, words):
        told = refused(save_survey, survey_of(household), {"food_ok": False, **changes}, actor=actor)
        assert list(told) == [field]
        assert words in told[field][0]
        assert survey_of(household).food_ok is True
        assert not Entry.objects.filter(action="households.survey.save").exists()

    @pytest.mark.parametrize(
        ("arguments", "field", "words"),
        [
            ({"happened_on": date(2018, 11, 4)}, "happened_on", "不能晚于今天"),
            ({"happened_on": date(2018, 1, 5)}, "late_reason", "补录"),
            ({"happened_on": date(2016, 5, 1), "late_reason": "旧表"}, "happened_on", "不属于2018年度"),
        ],
    )
    def test_days_that_cannot_be(self, household, actor, arguments, field, words):
        told = refused(save_survey, survey_of(household), {"food_ok": False}, actor=actor, **arguments)
        assert words in told[field][0]

    def test_a_late_entry_with_its_reason(self, household, actor):
        row = save_survey(
            survey_of(household),
            {"food_ok": False},
            actor=actor,
            happened_on=date(2018, 1, 5),
            late_reason="汛期道路中断",
        )
        assert row.late_reason == "汛期道路中断"
        assert "补录：汛期道路中断" in Entry.objects.get(action="households.survey.save").summary

    def test_empty_text_and_none_are_the_same_nothing(self, household, actor):
        row = save_survey(survey_of(household), {"irrigated_land": "", "dangerous_grade": None}, actor=actor)
        row.refresh_from_db()
        assert (row.irrigated_land, row.dangerous_grade) == (None, "")

    def test_a_closed_year(self, household, actor):
        make_year(year=2016, state="closed")
        assert "已关闭" in refused(start_survey, household, 2016, actor=actor)["year"][0]
        assert not household.surveys.filter(year=2016).exists()

    @pytest.mark.parametrize("state", ["closed", "merged"])
    def test_a_household_that_left(self, actor, state):
        household = make_household(state=state, closed_on=date(2018, 10, 1))
        told = refused(save_survey, survey_of(household), {"food_ok": False}, actor=actor)
        assert "不能再改" in told[""][0]

    def test_a_total_beside_its_items(self, household, actor):
        survey = survey_of(household)
        survey.income_items.create(item="wage_work", amount="10000")
        told = refused(save_survey, survey, {"wage_income": "9000"}, actor=actor)
        assert "收入表" in told["wage_income"][0]
        assert save_survey(survey, {"property_income": "300"}, actor=actor).property_income == 300


def test_the_member_of_another_household_stays_as_he_is(actor):
    make_household(year=2017, head="张三")
    household = make_household(year=2017, head="李四")
    outsider = make_member(None, "王五", year=2017)
    make_year(year=2018)
    start_survey(household, 2018, actor=actor)
    assert set(MemberSurvey.objects.filter(year=2018).values_list("member__name", flat=True)) == {"李四"}
    assert outsider.surveys.count() == 1
