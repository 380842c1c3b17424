"""Years of a county: opened with a period, closed for good, opened again by a document."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from households.models import CountyYear, Survey
from households.services.changes import propose_change
from households.services.surveys import save_survey, start_survey
from households.services.years import close_year, counts_of, default_period, open_year, reopen_year
from poverty.fields.states import UNMET
from poverty.jobs.models import Job
from poverty.parameters.models import Parameter
from poverty.review.models import Step
from tests.actors import COUNTY_A, COUNTY_B, VILLAGE_A, VILLAGE_B
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_year
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db


def opened(actor, year=2018, **changes):
    make_area(COUNTY_A)
    return open_year(COUNTY_A, year, actor=actor, **{"document_name": "工作方案", **changes})


class TestOpening:
    def test_october_to_september(self, county_reviewer):
        row = opened(county_reviewer)
        assert (row.state, row.period_from, row.period_to) == ("open", date(2017, 10, 1), date(2018, 9, 30))
        step = Step.objects.of_case("households.countyyear", row.pk).get()
        assert (step.transition, step.document_name) == ("open_year", "工作方案")

    def test_the_calendar_year_where_the_area_says_so(self, county_reviewer):
        Parameter.objects.create(
            code="accounting.start_month",
            area_code=COUNTY_A,
            valid_from=date(2017, 1, 1),
            value="1",
            document_name="市统计局通知",
        )
        assert default_period(COUNTY_A, 2018) == (date(2018, 1, 1), date(2018, 12, 31))
        assert default_period(COUNTY_A, 2016) == (date(2015, 10, 1), date(2016, 9, 30))

    def test_with_a_document(self, county_reviewer):
        assert "document_name" in refused(opened, county_reviewer, document_name=" ")
        assert not CountyYear.objects.exists()

    def test_once(self, county_reviewer):
        opened(county_reviewer)
        assert refused(opened, county_reviewer) == {"year": ["2018年度已开启，不能再开启。"]}

    def test_periods_of_a_county_do_not_overlap(self, county_reviewer):
        opened(county_reviewer)
        told = refused(
            opened, county_reviewer, 2019, period_from=date(2018, 9, 30), period_to=date(2019, 9, 29)
        )
        assert "与2018年度（2017-10-01 至 2018-09-30）重叠" in told["period_from"][0]
        told = refused(
            opened, county_reviewer, 2019, period_from=date(2019, 9, 30), period_to=date(2018, 10, 1)
        )
        assert told == {"period_to": ["核算期止须晚于核算期起。"]}

    def test_a_year_too_far_away_and_a_place_that_is_no_county(self, county_reviewer):
        with time_machine.travel("2018-11-05 10:00+08:00"):
            told = refused(opened, county_reviewer, 2020)
            assert told == {"year": ["年度须在 2013 至 2019 之间。"]}
        make_area(VILLAGE_A)
        told = refused(open_year, VILLAGE_A, 2018, actor=county_reviewer, document_name="x")
        assert told == {"area": ["请选现行的县（6位区划代码）。"]}

    def test_only_by_the_county_s_own_reviewer(self, township_officer, stranger):
        for actor in (township_officer, stranger("county_reviewer")):
            with pytest.raises(PermissionDenied):
                opened(actor)


class TestClosing:
    def test_freezes_facts_and_results(self, county_reviewer, village_clerk):
        household = make_household(VILLAGE_A)
        close_year(CountyYear.objects.get(), actor=county_reviewer, document_name="关账通知")
        told = refused(save_survey, household.surveys.get(), {"food_ok": False}, actor=village_clerk)
        assert "2018年度已关闭" in told["year"][0]
        with pytest.raises(IntegrityError, match="2018: the year is closed"), transaction.atomic():
            Survey.objects.filter(household=household).update(food_ok=False)

    def test_nothing_leaves_it_for_an_open_year_or_county(self, county_reviewer):
        household = make_household(VILLAGE_A)
        make_year(COUNTY_A, 2019)
        make_year(COUNTY_B, 2018)
        make_area(VILLAGE_B)
        close_year(
            CountyYear.objects.get(area=COUNTY_A, year=2018), actor=county_reviewer, document_name="通知"
        )
        rows = Survey.objects.filter(household=household)
        for moved in ({"year": 2019}, {"area_id": VILLAGE_B}):
            with pytest.raises(IntegrityError, match="stays in its year"), transaction.atomic():
                rows.update(**moved)
        with pytest.raises(IntegrityError, match="stays in its year"), transaction.atomic():
            household.head.surveys.update(year=2019)

    def test_not_before_the_period_is_over(self, county_reviewer):
        with time_machine.travel("2018-09-30 10:00+08:00"):
            row = opened(county_reviewer)
            told = refused(close_year, row, actor=county_reviewer, document_name="通知")
            assert told == {"": ["核算期到 2018-09-30 才结束，结束以后才能关闭。"]}
        with time_machine.travel("2018-10-01 10:00+08:00"):
            close_year(row, actor=county_reviewer, document_name="通知")

    def test_with_a_document(self, county_reviewer):
        row = opened(county_reviewer)
        assert "document_name" in refused(close_year, row, actor=county_reviewer, document_name="")

    def test_open_again_only_with_reason_and_document(self, county_reviewer, village_clerk):
        household = make_household(VILLAGE_A)
        row = close_year(CountyYear.objects.get(), actor=county_reviewer, document_name="关账通知")
        told = refused(reopen_year, row, actor=county_reviewer, comment="", document_name="")
        assert set(told) == {"comment", "document_name"}
        reopen_year(row, actor=county_reviewer, comment="审计要求更正", document_name="审计意见〔2019〕3号")
        row.refresh_from_db()
        assert row.state == "open"
        save_survey(household.surveys.get(), {"food_ok": False}, actor=village_clerk)

    def test_what_is_frozen_rests_on_the_standard_of_that_moment(self, county_reviewer):
        """The run that a publication puts in line may still wait; closing does not freeze what it would change."""
        household = make_household(VILLAGE_A, survey={"food_ok": False})
        make_standard()
        assert not household.assessments.exists()
        close_year(CountyYear.objects.get(), actor=county_reviewer, document_name="关账通知")
        assert household.assessments.get().verdict == UNMET

    def test_opened_again_everybody_is_judged_again(self, county_reviewer):
        make_household(VILLAGE_A)
        row = close_year(CountyYear.objects.get(), actor=county_reviewer, document_name="关账通知")
        reopen_year(row, actor=county_reviewer, comment="审计要求更正", document_name="审计意见〔2019〕3号")
        job = Job.objects.live().get()
        assert (job.kind, job.params["area_code"], job.params["year"]) == (
            "households.assess",
            COUNTY_A,
            2018,
        )

    def test_a_year_that_is_not_open_has_no_surveys(self, village_clerk):
        household = make_household(VILLAGE_A)
        assert "尚未开启" in refused(start_survey, household, 2019, actor=village_clerk)["year"][0]


def test_counts(county_reviewer, village_clerk):
    make_standard()
    met = make_household(VILLAGE_A)
    save_survey(met.surveys.get(), {"has_industry": False}, actor=village_clerk)
    unmet = make_household(VILLAGE_A, head="陈大山", survey={"food_ok": False})
    save_survey(unmet.surveys.get(), {"clothing_ok": False}, actor=village_clerk)
    make_household(VILLAGE_A, head="周独居", survey=False)
    make_household("140212100201", head="外县")
    propose_change(
        "clear_household",
        unmet,
        actor=village_clerk,
        happened_on=date(2018, 9, 1),
        reason="有商品房",
        document_name="核查表",
    )
    row = CountyYear.objects.get(area=COUNTY_A)
    counts = counts_of([row])[row.pk]
    assert (counts.surveys, counts.met, counts.unmet, counts.unknown) == (2, 1, 1, 0)
    assert (counts.without_survey, counts.open_changes, counts.not_judged) == (1, 1, 0)
