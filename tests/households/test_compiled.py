"""The judging SELECT of one household is compiled once and still follows rules, standard and household."""

from datetime import date
from decimal import Decimal

import pytest

from households.compiled import bound, compiled_for, compiled_for_some
from households.judging import known_by
from households.models import Assessment, Household
from households.services.assess import judge_households
from households.services.surveys import save_survey
from poverty.fields.states import MET, UNKNOWN, UNMET
from tests.factories.accounts import make_user
from tests.factories.households import make_household
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db


def judged(household):
    judge_households([household.pk], 2018)
    return Assessment.objects.get(household=household, year=2018)


def named(text):
    def build(pk):
        return Household.objects.filter(pk=pk, head_name=text).values_list("pk")

    return build


def test_a_query_is_built_once_with_the_household_as_its_parameter():
    built = []

    def build(pk):
        built.append(pk)
        return named("王%建国")(pk)

    first, second = (compiled_for(("test", "once"), build) for _ in range(2))
    assert len(built) == 1
    assert first == second
    assert '"id" = $1' in first
    assert "王%建国" in first


def test_it_is_the_text_of_the_query_itself():
    text = compiled_for(("test", "same"), named("王建国"))
    assert text.replace("$1", "7") == bound(named("王建国")(7))


def test_a_statement_stands_around_it():
    text = compiled_for(("test", "around"), named("王建国"), lambda select: f"SELECT EXISTS ({select})")
    assert text.startswith("SELECT EXISTS (SELECT")


def test_a_query_that_does_not_name_the_household_is_refused():
    with pytest.raises(ValueError, match="does not name"):
        compiled_for(("test", "all"), lambda pk: Household.objects.values_list("pk"))


def test_a_query_that_selects_nothing_is_no_text():
    assert compiled_for(("test", "none"), lambda pk: Household.objects.none().values_list("pk")) == ""


def test_two_households_after_each_other():
    make_standard()
    good, bad = make_household(), make_household(survey={"food_ok": False})
    assert (judged(good).verdict, judged(bad).verdict, judged(good).verdict) == (MET, UNMET, MET)


def test_two_standards_after_each_other():
    make_standard("220503", rows={"income": "3535"})
    make_standard("140212", rows={"income": "20000"})
    here, there = make_household("220503100204"), make_household("140212100201")
    assert (judged(here).income, judged(there).income) == (MET, UNMET)
    assert (judged(here).food, judged(there).food) == (None, None)


def test_standards_that_ask_the_same_share_their_statements():
    first = make_standard("220503", rows={"income": "3535", "food": None})
    second = make_standard("140212", rows={"food": None, "income": "3535.00"})
    other = make_standard("220502", rows={"income": "3536", "food": None})
    assert known_by(first) == known_by(second) != known_by(other)


def test_a_draft_is_known_by_what_it_asks_now():
    draft = make_standard(rows={"income": "3535"}, status="draft")
    before = known_by(draft)
    draft.requirements.update(threshold="4000")
    assert known_by(draft) != before


def test_a_rule_of_the_county_after_another():
    make_standard()
    household = make_household(survey={"dangerous_grade": "", "is_dangerous_house": False})
    assert judged(household).housing == UNKNOWN
    make_parameter("housing.flag_alone_is_safe", "220503", date(2018, 1, 1), "是")
    assert judged(household).housing == MET


def test_a_save_asks_the_database_little(django_assert_max_num_queries):
    make_standard()
    household = make_household()
    actor = make_user("赵信息")
    survey = household.surveys.select_related("household").get()
    save_survey(survey, {"food_ok": False}, actor=actor)
    with django_assert_max_num_queries(18):  # with both savepoint statements
        save_survey(survey, {"house_area": Decimal("61.00")}, actor=actor)
    # An indicator reached closes its gap: the county's days, who closes what, and the two statements of gaps.
    with django_assert_max_num_queries(22):
        save_survey(survey, {"food_ok": True}, actor=actor)


def test_a_few_households_are_an_array_in_the_same_text():
    def build(pk):
        return Household.objects.filter(pk__in=[pk]).values_list("pk")

    text = compiled_for_some(("test", "some"), build)
    assert '"id" = ANY ($1)' in text
    assert text.replace("= ANY ($1)", "IN (7)") == bound(build(7))


def test_a_query_that_asks_for_them_in_another_way_is_refused_for_a_few():
    with pytest.raises(ValueError, match="another way"):
        compiled_for_some(("test", "equal"), named("王建国"))


def test_a_few_judged_together_get_what_each_gets_alone():
    make_standard()
    homes = [make_household(survey={"food_ok": value}) for value in (True, False, None)]
    together = judge_households([one.pk for one in homes], 2018)
    assert together.assessed == 3
    found = dict(Assessment.objects.values_list("household_id", "food"))
    assert [found[one.pk] for one in homes] == [MET, UNMET, UNKNOWN]
    for one in homes:
        assert judged(one).food == found[one.pk]
    assert judge_households([one.pk for one in homes], 2018).written == 0
