"""Households whose place is merged or moved: judged at once by what counts there, so that a night finds nothing."""

from datetime import date

import pytest
import time_machine

from households.models import Assessment, AssessmentChange, MemberSurvey, Survey
from households.services.assess import assess, judge_households
from households.services.closing import clear_household
from households.services.members import check_leave
from households.services.places import move_household
from households.services.years import close_year
from poverty.accounts.models import Role
from poverty.areas.services.changes import change_area
from poverty.fields.states import MET, NOT_ASSESSED, UNMET
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_survey, make_year
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

ON = date(2018, 3, 1)
OLD, SAME_COUNTY, OTHER_COUNTY = "220503100204", "220503101201", "220502100200"
PUPIL = {"name": "王小宝", "birth_date": date(2012, 3, 1), "facts": {"dropout_reason": ""}}


@pytest.fixture(autouse=True)
def in_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


def move(old, new, kind="merge", **options):
    return change_area(kind, old, new, actor=None, on=ON, document="吉政函〔2018〕12号", **options)


def night(county="220503", year=2018):
    return assess(county, year, trigger="nightly").written


def test_a_village_that_comes_to_another_township_is_judged_by_its_standard_at_once():
    for code, line in (("220503100", "3535"), ("220503101", "20000")):
        make_standard(code, rows={"income": line})
    make_area(SAME_COUNTY)
    one = make_household(OLD)
    judge_households([one.pk], 2018)
    assert Assessment.objects.get().verdict == MET

    move(OLD, SAME_COUNTY)

    result = Assessment.objects.get()
    assert (result.verdict, result.area_id, result.standard.area_code) == (UNMET, SAME_COUNTY, "220503101")
    assert set(Survey.objects.values_list("area_id", flat=True)) == {SAME_COUNTY}
    assert set(MemberSurvey.objects.values_list("area_id", flat=True)) == {SAME_COUNTY}
    assert AssessmentChange.objects.get().verdict_after == UNMET
    assert night() == 0


def test_where_no_standard_applies_any_more_the_result_goes_at_once():
    make_standard("220503100")
    make_area(SAME_COUNTY)
    one = make_household(OLD)
    judge_households([one.pk], 2018)
    move(OLD, SAME_COUNTY)
    assert not Assessment.objects.exists()
    assert AssessmentChange.objects.get().verdict_after is None
    assert night() == 0


def test_years_that_ended_before_or_are_closed_keep_their_place():
    make_standard("220503100")
    make_standard("220503100", year=2017)
    make_area(SAME_COUNTY)
    one = make_household(OLD)
    make_survey(one, 2017)  # ended on 30 September 2017, still open
    for year in (2017, 2018):
        judge_households([one.pk], year)
    move(OLD, SAME_COUNTY)
    assert dict(Survey.objects.values_list("year", "area_id")) == {2017: OLD, 2018: SAME_COUNTY}
    assert [row.year for row in Assessment.objects.all()] == [2017]


def test_in_another_county_the_year_stays_with_the_county_that_opened_it():
    """Its facts, standard and closing are that county's; nothing is left for the night."""
    make_standard()
    make_area(OTHER_COUNTY)
    one = make_household(OLD)
    judge_households([one.pk], 2018)
    move(OLD, OTHER_COUNTY)
    one.refresh_from_db()
    assert (one.area_id, Survey.objects.get().area_id) == (OTHER_COUNTY, OLD)
    result = Assessment.objects.get()
    assert (result.verdict, result.area_id, result.facts_version) == (MET, OLD, one.facts_version)
    assert night() == 0


def test_values_that_went_along_to_a_new_county_code_count_at_once():
    """Six years old on 1 September and not at school: not of school age by the county's own value of 7."""
    make_standard(area="22", rows={"education": None})
    make_parameter("education.start_age", "220503", value="7", valid_from=date(2017, 1, 1))
    one = make_household(OLD, members=[PUPIL])
    judge_households([one.pk], 2018)
    assert Assessment.objects.get().education == NOT_ASSESSED
    move("220503", "220504", "move", below=[("220503100", "220504100", ""), (OLD, "220504100204", "")])
    assert Assessment.objects.get().education == UNMET
    assert night() == 0


def test_a_closed_year_keeps_its_place_and_its_result(county_reviewer):
    make_standard("220503100", year=2017)
    make_area(SAME_COUNTY)
    one = make_household(OLD, year=2017)
    judge_households([one.pk], 2017)
    close_year(make_year(year=2017), actor=county_reviewer, document_name="年度关闭通知")
    before = Assessment.objects.values().get()
    move(OLD, SAME_COUNTY)
    assert Assessment.objects.values().get() == before
    assert Survey.objects.get().area_id == OLD


def places(household):
    return list(household.places.order_by("valid_from").values_list("area_id", "valid_from", "valid_to"))


def clear(household, on, actor):
    return clear_household(household, on=on, document="清退文件", actor=actor, reason="识别有误")


@pytest.mark.parametrize(
    ("closed_on", "rows"),
    [
        (
            date(2018, 6, 1),  # after the day of the change, which is entered late
            [(OLD, date(2016, 1, 1), ON), (SAME_COUNTY, ON, date(2018, 6, 1))],
        ),
        (date(2018, 3, 1), [(OLD, date(2016, 1, 1), ON)]),
        (date(2018, 2, 1), [(OLD, date(2016, 1, 1), date(2018, 2, 1))]),
    ],
)
def test_a_household_that_has_left_goes_along_and_gets_no_new_place(county_reviewer, closed_on, rows):
    make_area(SAME_COUNTY)
    one, there = make_household(OLD), make_household(OLD, head="李秀英")
    clear(one, closed_on, county_reviewer)
    move(OLD, SAME_COUNTY)
    one.refresh_from_db()
    assert (one.area_id, one.state, places(one)) == (SAME_COUNTY, "closed", rows)
    assert places(there) == [(OLD, date(2016, 1, 1), ON), (SAME_COUNTY, ON, None)]


def test_who_moved_away_after_the_day_was_at_the_new_code_until_then(township_officer):
    make_area(SAME_COUNTY)
    one, other = make_household(OLD), make_area("220503100205")
    since = date(2018, 6, 1)
    move_household(one, other, None, on=since, reason="搬迁", document="协议", actor=township_officer)
    move(OLD, SAME_COUNTY)
    one.refresh_from_db()
    assert one.area_id == other.pk
    assert places(one) == [
        (OLD, date(2016, 1, 1), ON),
        (SAME_COUNTY, ON, since),
        (other.pk, since, None),
    ]


def test_after_a_merge_over_the_border_leaving_the_register_reaches_the_year_of_the_old_county():
    make_standard()
    make_area(OTHER_COUNTY)
    one = make_household(OLD)
    judge_households([one.pk], 2018)
    move(OLD, OTHER_COUNTY)
    one.refresh_from_db()
    clear(one, date(2018, 5, 1), make_actor(Role.COUNTY_REVIEWER, OTHER_COUNTY))
    assert not Assessment.objects.exists()
    change = AssessmentChange.objects.get()
    assert (change.area_id, change.verdict_before, change.verdict_after) == (OLD, MET, None)
    assert night() == 0


def test_after_a_merge_over_the_border_a_closed_year_of_the_old_county_holds(county_reviewer):
    make_standard()
    make_area(OTHER_COUNTY)
    one = make_household(OLD, members=[PUPIL])
    move(OLD, OTHER_COUNTY)
    close_year(make_year(), actor=county_reviewer, document_name="年度关闭通知")
    one.refresh_from_db()
    child = one.memberships.select_related("household", "member").get(relation="child")
    told = refused(check_leave, child, "moved_out", on=date(2018, 5, 1))
    assert "二道江区2018年度已关闭（核算期至 2018-09-30）" in told["happened_on"][0]
    told = refused(clear, one, date(2018, 5, 1), make_actor(Role.COUNTY_REVIEWER, OTHER_COUNTY))
    assert "二道江区2018年度已关闭" in told["happened_on"][0]
    check_leave(child, "moved_out", on=date(2018, 10, 1))


def test_after_a_merge_over_the_border_a_move_leaves_the_facts_with_their_county(township_officer):
    make_area(OTHER_COUNTY)
    one = make_household(OLD)
    move(OLD, OTHER_COUNTY)
    make_year(OTHER_COUNTY[:6])
    one.refresh_from_db()
    there = make_area("220502200201")
    on = date(2018, 5, 1)
    move_household(one, there, None, on=on, reason="搬迁", document="协议", actor=township_officer)
    assert Survey.objects.get().area_id == OLD
