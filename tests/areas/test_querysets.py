from datetime import date

import pytest

from poverty.accounts.roles import Role
from poverty.areas.models import Area, Settlement, SettlementFact
from poverty.areas.names import full_names, short_names
from poverty.areas.querysets import ancestors_of, codes_above, length_below
from tests.factories.accounts import make_actor, make_posting, make_user
from tests.factories.areas import make_area, make_settlement, make_settlement_fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    for code in ("220503200200", "220503100200", "220502200200"):
        make_area(code)


def test_codes_above_lead_from_the_country_down():
    assert codes_above("220503100204") == ["", "22", "2205", "220503", "220503100", "220503100204"]
    assert codes_above("220503", itself=False) == ["", "22", "2205"]
    assert codes_above("") == [""]
    assert codes_above("", itself=False) == []
    assert ancestors_of("220503") == ["22", "2205"]
    assert ancestors_of("22") == ancestors_of("") == []


@pytest.mark.parametrize(
    ("code", "length"),
    [("", 2), ("22", 4), ("2205", 6), ("220503", 9), ("220503100", 12), ("220503100204", 12)],
)
def test_what_lies_right_below_has_codes_of_one_length(code, length):
    assert length_below(code) == length


def codes(areas):
    return list(areas.values_list("code", flat=True))


def test_a_township_officer_sees_the_township_and_the_way_to_it(tree):
    officer = make_actor(Role.TOWNSHIP_OFFICER, "220503200200")
    assert codes(Area.objects.visible_to(officer)) == [
        "22",
        "2205",
        "220503",
        "220503200",
        "220503200200",
    ]
    assert codes(Area.objects.inside_scope(officer)) == ["220503200", "220503200200"]


def test_who_is_posted_twice_sees_both_and_nobody_nothing(tree):
    officer = make_actor(Role.TOWNSHIP_OFFICER, "220503200200")
    make_posting(officer, Role.TOWNSHIP_OFFICER, "220502200")
    assert codes(Area.objects.inside_scope(officer)) == [
        "220502200",
        "220502200200",
        "220503200",
        "220503200200",
    ]
    assert codes(Area.objects.visible_to(make_user())) == []


def test_under_a_code_and_everywhere(tree):
    assert codes(Area.objects.under("220502")) == ["220502", "220502200", "220502200200"]
    assert Area.objects.under("").count() == Area.objects.count()


def test_in_force_on_a_day():
    make_area("22", valid_from=date(2018, 1, 1), valid_to=date(2020, 1, 1))
    make_area("23")
    assert codes(Area.objects.in_force(date(2017, 12, 31))) == ["23"]
    assert codes(Area.objects.in_force(date(2019, 12, 31))) == ["22", "23"]
    assert codes(Area.objects.in_force(date(2020, 1, 1))) == ["23"]


def test_whether_something_lies_below(tree):
    make_area("220503100")
    Area.objects.filter(code="220503100200").update(valid_to=date(2019, 1, 1))
    flags = dict(
        Area.objects.with_children_flag(date(2020, 1, 1)).filter(level=9).values_list("code", "has_children")
    )
    assert flags == {"220502200": True, "220503100": False, "220503200": True}


def test_settlements_and_facts_are_seen_inside_the_scope_only(tree):
    here = make_settlement(Area.objects.get(code="220503200200"))
    there = make_settlement(Area.objects.get(code="220502200200"))
    fact = make_settlement_fact(here)
    make_settlement_fact(there)
    clerk = make_actor(Role.VILLAGE_CLERK, "220503200200")
    assert list(Settlement.objects.visible_to(clerk)) == [here]
    assert list(SettlementFact.objects.visible_to(clerk)) == [fact]
    assert not Settlement.objects.visible_to(make_user()).exists()


def test_full_names_of_many_places_take_one_query(tree, django_assert_num_queries):
    wanted = ["220503200200", "220502200200", "22", "99", ""]
    with django_assert_num_queries(1):
        assert full_names(wanted) == {
            "220503200200": "吉林省通化市二道江区二道江乡二道江村",
            "220502200200": "吉林省通化市东昌区江东乡江东村",
            "22": "吉林省",
        }
    assert full_names(["220503200200", "220503"], below="220503") == {
        "220503200200": "二道江乡二道江村",
        "220503": "二道江区",
    }
    with django_assert_num_queries(0):
        assert full_names([]) == {}


def test_short_names_say_the_township_of_a_village(tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert short_names(["220503200200", "220503200", "220503", "99", ""]) == {
            "220503200200": "二道江乡二道江村",
            "220503200": "二道江区二道江乡",
            "220503": "二道江区",
        }
