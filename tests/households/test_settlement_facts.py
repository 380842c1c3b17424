"""A fact of a natural village, stated once: who may, and that its households are judged in the same breath."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from households.models import Assessment, AssessmentChange, Household
from households.services.assess import assess, judge_households
from households.services.closing import clear_household
from households.services.places import move_household
from households.services.settlements import state_fact
from poverty.accounts.models import Role
from poverty.areas.models import Settlement, SettlementFact
from poverty.areas.services import close_settlement
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area, make_settlement
from tests.factories.households import make_household, make_survey, make_year
from tests.factories.standards import make_standard
from tests.factories.web import typed
from tests.households.verdicts import ALL_ROWS

pytestmark = pytest.mark.django_db

PAPER = {"document_name": "水质检测报告", "document_date": date(2018, 3, 1)}
ASKED = {"water_solved": None, "has_power": None, "has_broadcasting": None, "road_reached": None}


@pytest.fixture
def group():
    return make_settlement(make_area(VILLAGE_A))


@pytest.fixture
def homes(group):
    """Two households that inherit, one with its own answer, one in another group; all judged."""
    make_standard(rows=ALL_ROWS)
    made = [
        make_household(head="王建国", settlement=group, survey=ASKED),
        make_household(head="李秀英", settlement=group, survey=ASKED),
        make_household(head="赵六", settlement=group, survey={**ASKED, "water_solved": False}),
        make_household(head="孙七", settlement=make_settlement(make_area(VILLAGE_A), "二组"), survey=ASKED),
    ]
    judge_households([one.pk for one in made], 2018)
    return made


def water(year=2018):
    rows = Assessment.objects.filter(year=year).order_by("household_id")
    return list(rows.values_list("water", flat=True))


def test_households_that_inherit_are_judged_at_once(group, homes, village_clerk):
    assert water() == [1, 1, 0, 1]
    before = dict(Household.objects.values_list("pk", "facts_version"))

    row, counts = state_fact(group, "water", actor=village_clerk, reached=True, on=date(2018, 5, 1), **PAPER)

    assert row.reached is True
    assert water() == [2, 2, 0, 1]
    assert (counts.assessed, counts.changed) == (3, 2)
    changes = AssessmentChange.objects.order_by("household_id")
    assert [(one.household, one.states_before[6], one.states_after[6]) for one in changes] == [
        (homes[0], 1, 2),
        (homes[1], 1, 2),
    ]
    after = dict(Household.objects.values_list("pk", "facts_version"))
    assert [after[one.pk] - before[one.pk] for one in homes] == [1, 1, 1, 0]
    assert assess("220503", 2018, trigger="nightly").written == 0


def test_only_open_years_that_end_on_the_day_or_later_are_touched(group, village_clerk):
    make_year(year=2017)
    make_year(year=2019)
    make_standard(year=2017, rows=ALL_ROWS)
    make_standard(year=2018, rows=ALL_ROWS)
    make_standard(year=2019, rows=ALL_ROWS)
    household = make_household(settlement=group, year=2017, survey=ASKED)
    for year in (2018, 2019):
        make_survey(household, year, **ASKED)
    for year in (2017, 2018, 2019):
        judge_households([household.pk], year)
    _, counts = state_fact(group, "road", actor=village_clerk, reached=True, on=date(2017, 10, 1), **PAPER)
    assert counts.assessed == 2
    assert list(Assessment.objects.order_by("year").values_list("road", flat=True)) == [1, 2, 2]


def test_a_closed_year_keeps_its_result(group, homes, village_clerk):
    make_year("220503", 2016, state="closed")
    _, counts = state_fact(group, "power", actor=village_clerk, reached=True, on=date(2015, 1, 1), **PAPER)
    assert counts.assessed == 3, "only 2018 is open"


@pytest.mark.parametrize(
    ("sector", "fact"),
    [("water", "water"), ("power", "power"), ("broadcasting", "broadcasting"), ("transport", "road")],
)
def test_a_bureau_states_the_facts_of_its_own_sector(group, homes, sector, fact):
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector=sector)
    _, counts = state_fact(group, fact, actor=officer, reached=True, on=date(2018, 5, 1), **PAPER)
    assert counts.assessed == 3
    for other in set(SettlementFact.Fact.values) - {fact}:
        with pytest.raises(PermissionDenied):
            state_fact(group, other, actor=officer, reached=True, on=date(2018, 5, 1), **PAPER)


def test_a_bureau_of_another_county_or_sector_may_not(group, stranger):
    for officer in (
        stranger("bureau_officer"),
        make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education"),
    ):
        with pytest.raises(PermissionDenied):
            state_fact(group, "water", actor=officer, reached=True, on=date(2018, 5, 1), **PAPER)
    assert not SettlementFact.objects.exists()


def test_what_is_refused_leaves_nothing(group, homes, village_clerk):
    with pytest.raises(ValidationError, match="依据文件"):
        state_fact(group, "water", actor=village_clerk, reached=True, on=date(2018, 5, 1))
    assert water() == [1, 1, 0, 1]


# --- the page ---------------------------------------------------------------------------------------------


def address(group, fact="water"):
    return reverse("households:settlement-fact", args=[group.pk, fact])


def test_from_the_page_of_the_group_to_the_form_and_back(group, homes, village_clerk):
    client = client_of(village_clerk)
    here = reverse("areas:settlement", args=[group.pk])
    assert address(group) in client.get(here).content.decode()
    shown = client.get(address(group))
    assert shown.context["concerned"] == [(2018, 3)]
    data = typed(
        shown.context["form"],
        reached="true",
        valid_from="2018-05-01",
        document_name="水质检测报告",
        document_date="2018-03-01",
    )
    response = client.post(address(group), data, follow=True)
    assert response.redirect_chain == [(here, 302)]
    assert "本处 3 户已重新判定，2 户有变化" in response.content.decode()
    assert Entry.objects.filter(action="settlement.fact", actor=village_clerk).exists()


def test_what_is_missing_is_said_at_the_field_and_what_was_typed_stays(group, homes, village_clerk):
    client = client_of(village_clerk)
    form = client.get(address(group)).context["form"]
    data = typed(form, reached="true", valid_from="2018-05-01", document_name="", scheme="二道沟集中供水")
    response = client.post(address(group), data)
    assert response.status_code == 422
    assert "document_name" in response.context["form"].errors
    assert "二道沟集中供水" in response.content.decode()


def test_a_bureau_officer_gets_only_the_link_of_his_sector(group, homes, bureau_officer):
    client = client_of(bureau_officer)
    text = client.get(reverse("areas:settlement", args=[group.pk])).content.decode()
    assert address(group, "water") in text
    assert address(group, "road") not in text
    assert client.get(address(group, "water")).status_code == 200
    assert client.get(address(group, "road")).status_code == 403


def test_who_may_not_is_turned_away(group, homes, stranger, leader, village_clerk):
    assert client_of(stranger("village_clerk")).get(address(group)).status_code == 404
    assert client_of(leader).get(address(group)).status_code == 403
    assert client_of(village_clerk).get(address(group, "gas")).status_code == 404


def test_a_group_is_not_closed_on_a_day_before_the_end_of_a_period_that_rests_on_it(
    group, homes, township_officer
):
    """All have moved away after 30 September; their 2018 is still judged by what reached the group."""
    state_fact(group, "water", actor=township_officer, reached=True, on=date(2018, 5, 1), **PAPER)
    other = Settlement.objects.get(name="二组")
    for one in homes[:3]:
        paper = {"on": date(2018, 10, 8), "reason": "搬迁", "document": "协议", "actor": township_officer}
        move_household(one, other.village, other, **paper)
    for day in (date(2018, 6, 1), date(2018, 9, 30)):
        with pytest.raises(ValidationError) as refused:
            close_settlement(group, actor=township_officer, on=day, reason="整组搬迁")
        told = "有户的年度核算以 2018-09-30 在一组的情况为准，撤销日期须晚于该日。"
        assert refused.value.message_dict == {"on": [told]}
    close_settlement(group, actor=township_officer, on=date(2018, 10, 8), reason="整组搬迁")
    assert water() == [2, 2, 0, 1]
    assert assess("220503", 2018, trigger="nightly").written == 0


def test_who_left_the_register_before_the_end_of_the_period_stops_no_closing(
    group, homes, township_officer, county_reviewer
):
    for one in homes[:3]:
        clear_household(
            one, on=date(2018, 6, 1), document="清退文件", actor=county_reviewer, reason="识别有误"
        )
    close_settlement(group, actor=township_officer, on=date(2018, 7, 1), reason="整组搬迁")
    assert assess("220503", 2018, trigger="nightly").written == 0
