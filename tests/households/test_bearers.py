"""Households whose place is merged or moved: judged at once by what counts there, so that a night finds nothing."""

from datetime import date

import pytest
import time_machine

from households.models import Assessment, AssessmentChange, MemberSurvey, Survey
from households.services.assess import assess, judge_households
from households.services.years import close_year
from poverty.areas.services.changes import change_area
from poverty.fields.states import MET, NOT_ASSESSED, UNMET
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_survey, make_year
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard

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
