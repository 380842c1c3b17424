"""Exited households are followed: what each judging shows raises a clue by itself, once, and says why."""

from datetime import date
from decimal import Decimal

import pytest

from households.models import Assessment, Clue
from households.monitoring.clues import answer_clue, reopen_clue
from households.monitoring.explaining import why
from households.monitoring.watching import raise_clues
from households.services.assess import assess
from households.services.surveys import save_survey
from poverty.fields.states import MET, UNMET
from poverty.standards.models import Standard
from tests.factories.households import make_household, make_survey, make_year
from tests.factories.monitoring import at
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db
NOW = date(2024, 11, 20)


def result(household, year, *, income="12000.00", **states):
    """A stored result of a year."""
    make_year(household.area_id[:6], year)
    standard = Standard.objects.filter(year=year).first() or make_standard(year=year)
    return Assessment.objects.create(
        household=household,
        year=year,
        standard=standard,
        facts_version=1,
        area_id=household.area_id,
        members=1,
        net_income_per_head=Decimal(income),
        verdict=MET,
        judged_at="2024-11-20T09:00:00+08:00",
        **{"education": MET, "medical": MET, "housing": MET, **states},
    )


def followed(household, *, before, now):
    """Results of 2023 and 2024, and what they raise."""
    result(household, 2023, **before)
    result(household, 2024, **now)
    with at(NOW):
        raise_clues([make_year(household.area_id[:6], 2024)])
    return list(Clue.objects.order_by("kind").values_list("kind", flat=True))


def exited(**fields):
    return make_household(survey=False, year=2024, kind="exited", status="exited", **fields)


@pytest.mark.parametrize(
    ("before", "now", "raised"),
    [
        ({}, {}, []),
        # 30 % of 12,000.00 is 3,600.00: down to 8,400.00 is a fall of exactly 30 %.
        ({}, {"income": "8400.00"}, ["income_fell"]),
        ({}, {"income": "8400.01"}, []),
        ({}, {"medical": UNMET}, ["insurance_lost"]),
        ({}, {"education": UNMET, "housing": UNMET}, ["dangerous_house", "dropout"]),
        ({"housing": UNMET}, {"housing": UNMET}, []),
        ({"housing": None}, {"housing": UNMET}, ["dangerous_house"]),
    ],
)
def test_what_raises_a_clue(before, now, raised):
    assert followed(exited(), before=before, now=now) == raised


def test_with_a_published_range_a_fall_that_leaves_much_is_no_clue():
    make_parameter("line.monitoring", "220503", date(2024, 1, 1), "8000")
    # 150 % of 8,000 is 12,000: who falls from 30,000 to 15,000 stands above.
    assert followed(exited(), before={"income": "30000.00"}, now={"income": "15000.00"}) == []


def test_within_the_published_range_is_a_clue_without_any_fall():
    make_parameter("line.monitoring", "220503", date(2024, 1, 1), "8000")
    assert followed(exited(), before={"income": "8100.00"}, now={"income": "8000.00"}) == ["income_low"]


def test_who_has_not_exited_is_not_followed():
    assert followed(make_household(survey=False, year=2024), before={}, now={"medical": UNMET}) == []


def test_in_the_years_of_the_register_nothing_is_raised():
    household = exited()
    result(household, 2017)
    result(household, 2018, medical=UNMET)
    assert raise_clues([make_year(household.area_id[:6], 2018)]) == 0


def test_the_same_figures_raise_one_clue_however_often_it_is_judged():
    household = exited()
    followed(household, before={}, now={"medical": UNMET})
    with at(NOW):
        assert raise_clues([make_year("220503", 2024)]) == 0
    assert Clue.objects.count() == 1


def test_an_answered_clue_comes_again_only_when_the_figures_changed(actors):
    household = exited()
    followed(household, before={}, now={"income": "8000.00"})
    with at(NOW):
        answer_clue(Clue.objects.get(), "no_risk", answer="农产品还没有出售", actor=actors["village_clerk"])
        year = make_year("220503", 2024)
        assert raise_clues([year]) == 0
        Assessment.objects.filter(year=2024).update(net_income_per_head=Decimal("7000.00"))
        assert raise_clues([year]) == 1


def test_a_clue_says_why_with_both_figures_and_its_deadline():
    household = exited()
    followed(household, before={}, now={"income": "8000.00"})
    clue = Clue.objects.get()
    assert why(clue) == "2024年度人均纯收入 8,000.00 元，上年 12,000.00 元，下降 33%（达到 30% 提示）。"
    assert (clue.received_on, clue.due_on, clue.recorded_by) == (NOW, date(2024, 11, 27), None)


def test_working_days_leave_the_weekend_out():
    make_parameter("monitoring.working_days", "220503", date(2024, 1, 1), "1")
    followed(exited(), before={}, now={"medical": UNMET})
    # 2024-11-20 is a Wednesday: seven working days end on Friday of the next week.
    assert Clue.objects.get().due_on == date(2024, 11, 29)


def test_a_run_and_a_save_raise_what_they_find(actors):
    make_standard(year=2023)
    make_standard(year=2024)
    household = make_household(year=2023, kind="exited", status="exited")
    make_survey(household, 2024)
    with at(NOW):
        assess("220503", 2023, trigger="command")
        assess("220503", 2024, trigger="command")
        kinds = set(Clue.objects.values_list("kind", flat=True))
        survey = household.surveys.get(year=2024)
        save_survey(
            survey, {"is_dangerous_house": True, "dangerous_grade": "d"}, actor=actors["village_clerk"]
        )
    assert "dangerous_house" not in kinds
    assert Clue.objects.filter(kind="dangerous_house", household=household).count() == 1


def test_many_are_found_in_a_handful_of_statements(django_assert_max_num_queries):
    for number in range(12):
        household = exited(head=f"户主{number:02d}")
        result(household, 2023)
        result(household, 2024, medical=UNMET, housing=UNMET)
    year = make_year("220503", 2024)
    with at(NOW), django_assert_max_num_queries(16):
        assert raise_clues([year]) == 24


def test_the_township_sends_an_answer_back(actors):
    followed(exited(), before={}, now={"medical": UNMET})
    with at(NOW):
        clue = answer_clue(Clue.objects.get(), "helped", answer="已参保", actor=actors["village_clerk"])
        reopen_clue(clue, comment="没有缴费凭证", actor=actors["township_officer"])
    clue.refresh_from_db()
    assert clue.state == "received"
