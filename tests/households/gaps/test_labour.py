"""1 个产业或 1 个就业岗位: who has labour and neither, of whom nobody knows; figures and list add up."""

import pytest

from households.gaps.labour import UNKNOWN, WITH, WITHOUT, in_state, labour_figures, without_industry_or_job
from households.models import Household
from tests.factories.households import make_household

pytestmark = pytest.mark.django_db
IDLE = {"labour_skill": "ordinary", "work_months": 0}


def state_of(household):
    [found] = [one for one in (WITH, WITHOUT, UNKNOWN, None) if one is None or holds(household, one)][:1]
    return found


def holds(household, state):
    return in_state(Household.objects.all(), 2018, state).filter(pk=household.pk).exists()


@pytest.mark.parametrize(
    ("facts", "survey", "expected"),
    [
        (IDLE, {"has_industry": False}, WITHOUT),
        (IDLE, {"has_industry": True}, WITH),
        (IDLE, {"has_industry": None}, UNKNOWN),
        ({**IDLE, "work_months": 3}, {"has_industry": False}, WITH),
        ({**IDLE, "work_months": None}, {"has_industry": False}, UNKNOWN),
        (
            {**IDLE, "public_post_type": "forest_ranger", "public_post_months": 12},
            {"has_industry": False},
            WITH,
        ),
        ({**IDLE, "labour_skill": "weak"}, {"has_industry": False}, WITHOUT),
        ({**IDLE, "labour_skill": "none"}, {"has_industry": False}, None),
        ({**IDLE, "labour_skill": "lost"}, {"has_industry": False}, None),
        ({**IDLE, "labour_skill": ""}, {"has_industry": False}, None),
        ({**IDLE, "school_status": "high_1"}, {"has_industry": False}, None),
    ],
)
def test_who_has_labour_and_what_he_has(facts, survey, expected):
    assert state_of(make_household(head_facts=facts, survey=survey)) == expected


def test_other_years_and_other_registers_do_not_count():
    make_household(
        head_facts=IDLE, survey={"has_industry": False}, kind="general_rural", status="", main_cause=""
    )
    assert not without_industry_or_job(Household.objects.all(), 2018).exists()
    make_household(head_facts=IDLE, survey={"has_industry": False})
    assert not without_industry_or_job(Household.objects.all(), 2017).exists()


def test_the_figures_add_up_to_the_lists(django_assert_num_queries):
    for village in ("220503100204", "220503100204", "220503200200"):
        make_household(village, head_facts=IDLE, survey={"has_industry": False})
    make_household("220503200200", head_facts=IDLE, survey={"has_industry": True})
    make_household("220503200200", head_facts=IDLE, survey={"has_industry": None})
    with django_assert_num_queries(2):
        places, total = labour_figures(Household.objects.all(), 2018, "220503")
    assert [(one.code, one.without, one.unknown, one.has) for one in places] == [
        ("220503100", 2, 0, 0),
        ("220503200", 1, 1, 1),
    ]
    assert (total.total, total.without, total.unknown, total.has) == (5, 3, 1, 1)
    for state, number in ((WITHOUT, 3), (UNKNOWN, 1), (WITH, 1)):
        assert in_state(Household.objects.all(), 2018, state).count() == number
