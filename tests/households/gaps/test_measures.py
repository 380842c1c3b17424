"""帮扶措施 and 帮扶计划: planned, begun, done with what came of it, cancelled with the reason; who has no plan."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from households.gaps.measures import begin_measure, cancel_measure, finish_measure
from households.gaps.plans import draw_up_plan, sign_plan, without_plan
from households.models import Gap, HelpPlan, Household, Measure
from households.monitoring.measures import add_measure
from households.options.measure_groups import MEASURE_GROUPS
from households.options.measure_subtypes import MEASURE_SUBTYPES
from tests.actors import make_actors
from tests.factories.gaps import DAY, a_measure, judged
from tests.factories.households import make_household, make_pairing
from tests.factories.monitoring import at
from tests.households.test_judging_one_and_many import ALL_ROWS

pytestmark = pytest.mark.django_db

# forms.md 3.3: the plan groups of the handbook, and one county's list of 2018-2019.
HANDBOOK = "产业 易迁 打工 教育 医疗 低保五保 小额信贷及贴息 合作社入股分红 土地流转 电商扶贫 光伏扶贫 生态扶贫 乡村旅游扶贫"
COUNTY = (
    "医疗帮扶 种植帮扶 养殖帮扶 务工就业 技术培训 金融贷款 政策帮扶 土地流转 产业帮扶 捐助慰问 加入电商 教育帮扶 创业帮扶 "
    "基础设施帮扶"
)


@pytest.fixture(autouse=True)
def today():
    with at(DAY):
        yield DAY


@pytest.mark.parametrize("word", [*HANDBOOK.split(), *COUNTY.split()])
def test_the_words_of_both_lists_are_understood(word):
    assert MEASURE_GROUPS.by_label(word) or MEASURE_SUBTYPES.by_label(word)


def test_every_subtype_belongs_to_a_group():
    assert {one.group for one in MEASURE_SUBTYPES} <= set(MEASURE_GROUPS.keys)


def test_a_measure_goes_from_the_plan_to_its_result(actors):
    household = judged(make_household(survey={"water_solved": False}), rows=ALL_ROWS)
    gap = Gap.objects.get(indicator="water")
    measure = a_measure(
        household,
        actors["village_clerk"],
        group="water",
        subtype="water_works",
        content="接自来水",
        gap=gap,
        planned_amount=Decimal("1200.00"),
    )
    measure.refresh_from_db()
    assert (measure.state, measure.gap) == ("planned", gap)
    assert begin_measure(measure, on=DAY, actor=actors["village_clerk"]).state == "under_way"
    done = finish_measure(
        measure, on=DAY, result="通水", actual_amount=Decimal("1100.00"), actor=actors["village_clerk"]
    )
    assert (done.state, done.begins_on, done.ends_on, done.result) == ("done", DAY, DAY, "通水")


@pytest.mark.parametrize(
    ("fields", "at_field"),
    [
        ({"content": " "}, "content"),
        ({"responsible": ""}, "responsible"),
        ({"group": "nothing"}, "group"),
        ({"subtype": "water_works"}, "subtype"),
        ({"planned_until": None}, "planned_until"),
        ({"planned_from": date(2018, 12, 1), "planned_until": date(2018, 11, 30)}, "planned_until"),
    ],
)
def test_what_is_not_whole_is_refused_at_its_field(actors, fields, at_field):
    with pytest.raises(ValidationError) as error:
        a_measure(make_household(), actors["village_clerk"], **fields)
    assert at_field in error.value.message_dict
    assert not Measure.objects.exists()


def test_another_households_gap_is_no_answer(actors):
    judged(make_household(survey={"water_solved": False}), rows=ALL_ROWS)
    with pytest.raises(ValidationError) as error:
        a_measure(make_household(head="李秀英"), actors["village_clerk"], gap=Gap.objects.get())
    assert "gap" in error.value.message_dict


def test_done_says_what_came_of_it_and_stands(actors):
    measure = a_measure(make_household(), actors["village_clerk"])
    with pytest.raises(ValidationError) as error:
        finish_measure(measure, on=DAY, result=" ", actor=actors["village_clerk"])
    assert "result" in error.value.message_dict
    finish_measure(measure, on=DAY, result="送到50只", actor=actors["village_clerk"])
    with pytest.raises(ValidationError):
        cancel_measure(measure, reason="不做了", actor=actors["village_clerk"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(result="改了")
    with pytest.raises(IntegrityError), transaction.atomic():
        measure.delete()


def test_cancelled_says_why(actors):
    measure = a_measure(make_household(), actors["village_clerk"])
    with pytest.raises(ValidationError) as error:
        cancel_measure(measure, reason="", actor=actors["village_clerk"])
    assert "reason" in error.value.message_dict
    assert cancel_measure(measure, reason="农户改种菜", actor=actors["village_clerk"]).state == "cancelled"


def test_a_helper_helps_his_own_and_nobody_elses(actors):
    own, other = make_household(), make_household(head="李秀英")
    make_pairing(own, actors["helper"])
    measure = a_measure(own, actors["helper"])
    for act in (
        lambda: a_measure(other, actors["helper"]),
        lambda: a_measure(own, actors["county_reviewer"]),
        lambda: begin_measure(measure, on=DAY, actor=make_actors("140212100201")["village_clerk"]),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_what_should_be_done_by_now_is_late(actors):
    late = a_measure(make_household(), actors["village_clerk"], planned_until=date(2018, 11, 2))
    a_measure(make_household(head="李秀英"), actors["village_clerk"])
    assert list(Measure.objects.late_on(DAY)) == [late]


def test_an_end_to_come_is_a_plan(actors):
    made = add_measure(
        make_household(),
        group="social",
        content="临时救助",
        begins_on=DAY,
        ends_on=date(2018, 12, 1),
        responsible="民政所",
        actor=actors["village_clerk"],
    )
    made.refresh_from_db()
    assert (made.state, made.ends_on, made.planned_until) == ("under_way", None, date(2018, 12, 1))


def test_the_plan_is_of_the_status_and_takes_what_goes_on(actors):
    poor, exited = make_household(), make_household(head="李秀英", kind="exited", status="exited")
    measure = a_measure(poor, actors["village_clerk"])
    plan = draw_up_plan(poor, 2018, actor=actors["village_clerk"], goal="增收两千元")
    assert (plan.kind, draw_up_plan(exited, 2018, actor=actors["village_clerk"]).kind) == ("help", "stable")
    measure.refresh_from_db()
    assert measure.plan == plan


def test_a_plan_drawn_up_late_takes_only_what_was_of_its_year(actors):
    household, clerk = make_household(), actors["village_clerk"]
    of_2019 = a_measure(household, clerk, planned_from=date(2019, 3, 1), planned_until=date(2019, 10, 31))
    of_2018 = a_measure(household, clerk)
    plan = draw_up_plan(household, 2018, actor=clerk)
    assert list(plan.measures.all()) == [of_2018]
    assert list(draw_up_plan(household, 2019, actor=clerk).measures.all()) == [of_2019]


def test_one_plan_a_year_and_the_list_of_who_has_none(actors):
    first, second = make_household(), make_household(head="李秀英")
    draw_up_plan(first, 2018, actor=actors["village_clerk"])
    with pytest.raises(ValidationError) as error:
        draw_up_plan(first, 2018, actor=actors["village_clerk"])
    assert "year" in error.value.message_dict
    assert list(without_plan(Household.objects.all(), 2018)) == [second]
    assert without_plan(Household.objects.all(), 2019).count() == 2


def test_an_ordinary_household_needs_no_plan(actors):
    ordinary = make_household(kind="general_rural", status="", main_cause="")
    with pytest.raises(ValidationError):
        draw_up_plan(ordinary, 2018, actor=actors["village_clerk"])
    assert not without_plan(Household.objects.all(), 2018).exists()


def test_both_sign_once_the_helper_for_himself(actors):
    household = make_household()
    make_pairing(household, actors["helper"])
    plan = draw_up_plan(household, 2018, actor=actors["helper"])
    with pytest.raises(ValidationError):
        sign_plan(plan, on=DAY, by_helper=True, actor=actors["village_clerk"])
    sign_plan(plan, on=DAY, by_helper=True, actor=actors["helper"])
    with pytest.raises(ValidationError) as error:
        sign_plan(plan, on=DAY, actor=actors["village_clerk"])
    assert "signer" in error.value.message_dict
    sign_plan(plan, on=DAY, signer="王建国", relation="本人", actor=actors["village_clerk"])
    with pytest.raises(ValidationError):
        sign_plan(plan, on=DAY, signer="王建国", actor=actors["village_clerk"])
    plan.refresh_from_db()
    assert (plan.helper, plan.helper_signed_on, plan.signer) == (actors["helper"], DAY, "王建国")


def test_a_plan_stays(actors):
    plan = draw_up_plan(make_household(), 2018, actor=actors["village_clerk"])
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpPlan.objects.filter(pk=plan.pk).update(year=2019)
