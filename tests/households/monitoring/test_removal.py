"""Removing a risk: only with all its checks, by the whole procedure; and what follows a removal."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from households.models import Assessment, Measure, MonitoringCase
from households.monitoring.cases import REMOVE, advance, open_case, save_visit
from households.monitoring.effects import end_keeping, keep_without_labour, roll_back
from households.monitoring.measures import add_measure
from households.monitoring.village_lists import held_back
from poverty.fields.states import MET, UNMET
from poverty.review.services import fire
from tests.factories.households import make_year
from tests.factories.monitoring import (
    FIRST_DAY_AFTER,
    OPENED,
    REMOVAL,
    VISITED,
    approved,
    at,
    checked,
    finish,
    make_clue,
    make_watched,
    opened,
    rural,
    visited,
)
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db


def refused(household, actors, match, values=None):
    """The visit of a removal with these values goes no further."""
    case = opened(household, actors, REMOVE)
    with at(VISITED):
        save_visit(case, {**REMOVAL, **(values or {})}, actor=actors["village_clerk"])
        with pytest.raises(ValidationError, match=match):
            advance(case, "visit", actor=actors["village_clerk"], document_name="承诺授权书")


def watched(**fields):
    household = rural()
    make_watched(household, **fields)
    return household


def test_the_whole_way_ends_the_watch_on_the_day_the_county_approved(actors):
    household = watched()
    finish(approved(household, actors, REMOVE), actors)
    monitoring = household.monitorings.get()
    assert (monitoring.risk_state, monitoring.removed_on, monitoring.removal_method) == (
        "removed",
        date(2024, 3, 13),
        "natural",
    )


@pytest.mark.parametrize("name", ["income_stable", "guarantees_stable", "risk_gone", "no_new_risk"])
@pytest.mark.parametrize("value", [False, None])
def test_each_of_the_four_checks_is_needed(actors, name, value):
    label = MonitoringCase._meta.get_field(name).verbose_name
    refused(watched(), actors, label, {name: value})


def test_income_must_stand_above_the_range_where_one_is_published(actors):
    make_parameter("line.monitoring", "220503", date(2024, 1, 1), "8000")
    refused(
        watched(), actors, "没有超过当年监测范围 8,000.00 元", {"net_income_per_head": Decimal("8000.00")}
    )


def test_a_guarantee_that_the_judging_finds_missing_stops_it(actors):
    household = watched()
    make_year("220503", 2023)
    Assessment.objects.create(
        household=household,
        year=2023,
        standard=make_standard(year=2023),
        facts_version=1,
        area_id=household.area_id,
        members=1,
        housing=UNMET,
        verdict=MET,
        judged_at="2023-11-20T09:00:00+08:00",
    )
    refused(household, actors, "2023年度判定住房安全未达标")


def test_less_than_half_a_year_is_too_short_to_observe(actors):
    refused(watched(identified_on=date(2023, 9, 5)), actors, "观察不足 6 个月")
    assert visited(watched(identified_on=date(2023, 9, 4)), actors, REMOVE).state == "visited"


def test_removed_by_help_needs_a_measure(actors):
    household = watched()
    refused(household, actors, "没有登记帮扶措施", {"removal_method": "by_help"})
    case = household.monitoring_cases.get()
    with at(VISITED):
        add_measure(
            household,
            group="health",
            risk="illness",
            content="大病救助",
            begins_on=date(2023, 5, 1),
            responsible="区医保局",
            actor=actors["village_clerk"],
        )
        advance(case, "visit", actor=actors["village_clerk"], document_name="承诺授权书")
    case.refresh_from_db()
    assert case.state == "visited"


def test_help_of_an_earlier_watch_removes_nothing_now(actors):
    household = watched(identified_on=date(2023, 2, 1))
    old = {"household": household, "group": "health", "content": "大病救助", "responsible": "区医保局"}
    Measure.objects.create(
        **old, begins_on=date(2021, 5, 1), ends_on=date(2021, 12, 31), recorded_by=actors["village_clerk"]
    )
    refused(household, actors, "没有登记帮扶措施", {"removal_method": "by_help"})
    # One that still goes on when the watch begins helps it.
    Measure.objects.create(**old, begins_on=date(2022, 12, 1), recorded_by=actors["village_clerk"])
    with at(VISITED):
        case = household.monitoring_cases.get()
        advance(case, "visit", actor=actors["village_clerk"], document_name="承诺授权书")
    case.refresh_from_db()
    assert case.state == "visited"


def test_removals_are_asked_about_all_at_once(actors, django_assert_num_queries):
    households = [watched() for _ in range(3)]
    for household, day in zip(households, (1, 2, 4), strict=True):
        checked(household, actors, REMOVE, values={**REMOVAL, "visited_on": date(2024, 3, day)})
    with at(FIRST_DAY_AFTER):
        make_clue(households[2], actors["village_clerk"])
    rows = MonitoringCase.objects.filter(household__in=households)
    with CaptureQueriesContext(connection) as one:
        held_back("approve", rows.filter(household=households[0]), FIRST_DAY_AFTER)
    with django_assert_num_queries(len(one)):
        found = held_back("approve", rows, FIRST_DAY_AFTER)
    assert found == {rows.get(household=households[2]).pk: ["该户还有线索等待核实。"]}


def test_a_measure_must_answer_the_risk_it_names(actors):
    household = watched()
    with at(VISITED), pytest.raises(ValidationError, match="不对应"):
        add_measure(
            household,
            group="housing",
            risk="illness",
            content="危房改造",
            begins_on=VISITED,
            responsible="住建局",
            actor=actors["village_clerk"],
        )


def test_a_household_without_labour_is_kept(actors):
    refused(watched(whole_household_without_labour=True), actors, "暂不消除")


def test_an_open_clue_stops_a_removal(actors):
    household = watched()
    with at(OPENED):
        make_clue(household, actors["village_clerk"])
        with pytest.raises(ValidationError, match="线索等待核实"):
            open_case(household, REMOVE, reason="已好转", actor=actors["village_clerk"])


def test_raw_sql_sends_no_removal_on_without_its_checks(actors):
    case = visited(watched(), actors, REMOVE)
    with pytest.raises(DatabaseError, match="a_risk_is_removed_with_its_checks"), transaction.atomic():
        MonitoringCase.objects.filter(pk=case.pk).update(state="approved", no_new_risk=False)


def test_rolled_back_it_is_watched_as_before(actors):
    household = watched()
    finish(approved(household, actors, REMOVE), actors)
    monitoring = household.monitorings.get()
    with at(date(2024, 6, 1)):
        roll_back(
            monitoring, comment="收入核算有误", document_name="省级核查反馈", actor=actors["county_reviewer"]
        )
    monitoring.refresh_from_db()
    assert (monitoring.risk_state, monitoring.removed_on) == ("returned", None)


def recorded_long_ago():
    """The steps so far were taken in another transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE review_step SET txid = 5")
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_the_old_case_removes_nothing_once_it_was_rolled_back(actors):
    household = watched()
    finish(approved(household, actors, REMOVE), actors)
    monitoring = household.monitorings.get()
    recorded_long_ago()
    with at(date(2024, 6, 1)):
        roll_back(
            monitoring, comment="收入核算有误", document_name="省级核查反馈", actor=actors["county_reviewer"]
        )
        monitoring.refresh_from_db()
        with pytest.raises(ValidationError, match="完整的审批程序"):
            fire("remove_risk", monitoring, actor=actors["county_reviewer"], document_name="文件")


def test_kept_and_released_again(actors):
    monitoring = watched().monitorings.get()
    with at(OPENED):
        keep_without_labour(monitoring, document_name="民政认定", actor=actors["county_reviewer"])
        monitoring.refresh_from_db()
        assert (monitoring.risk_state, monitoring.whole_household_without_labour) == (
            "kept_without_labour",
            True,
        )
        end_keeping(monitoring, comment="子女毕业务工", actor=actors["county_reviewer"])
    monitoring.refresh_from_db()
    assert monitoring.risk_state == "present"


def test_released_it_stands_as_before_it_was_kept(actors):
    household = watched()
    finish(approved(household, actors, REMOVE), actors)
    monitoring, county = household.monitorings.get(), actors["county_reviewer"]
    with at(date(2024, 6, 1)):
        roll_back(monitoring, comment="收入核算有误", document_name="省级核查反馈", actor=county)
        keep_without_labour(monitoring, document_name="民政认定", actor=county)
        monitoring.refresh_from_db()
        with pytest.raises(ValidationError, match="不是这个状态"), transaction.atomic():
            fire("end_keeping", monitoring, actor=county, comment="子女毕业务工")
        monitoring.refresh_from_db()
        end_keeping(monitoring, comment="子女毕业务工", actor=county)
    monitoring.refresh_from_db()
    assert (monitoring.risk_state, monitoring.whole_household_without_labour) == ("returned", False)
