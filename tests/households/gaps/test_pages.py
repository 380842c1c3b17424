"""The pages of gaps, measures, plans and needs as people use them, each by whom it is for."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from households.gaps.measures import begin_measure
from households.gaps.needs import answer_need
from households.models import Gap, GapResponsibility, HelpPlan, Measure, Need
from poverty.audit.models import Entry
from tests.actors import client_of
from tests.factories.accounts import make_actor
from tests.factories.duties import make_visit
from tests.factories.gaps import DAY, a_measure, a_need, judged
from tests.factories.households import make_household, make_pairing
from tests.factories.monitoring import at
from tests.households.test_judging_one_and_many import ALL_ROWS

pytestmark = pytest.mark.django_db
VILLAGE, NEIGHBOUR = "220503100204", "220503200200"


@pytest.fixture(autouse=True)
def today():
    with at(DAY):
        yield DAY


def url(name, *args, **query):
    address = reverse(f"households:{name}", args=args)
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else address


def text(response):
    return response.content.decode()


def lacking(village=VILLAGE, head="王建国", **facts):
    return judged(make_household(village, head, survey=facts or {"water_solved": None}), rows=ALL_ROWS)


def test_the_list_and_its_figures_add_up(actors):
    lacking(water_solved=None, food_ok=False)
    lacking(NEIGHBOUR, "李秀英", has_power=False)
    response = client_of(actors["county_reviewer"]).get(url("gaps", year=2018))
    total = response.context["total"]
    assert (total.total, total.unmet, total.unknown) == (3, 2, 1)
    assert sum(one.total for one in response.context["by_place"]) == 3
    assert sum(one.total for one in response.context["by_kind"]) == 3
    assert response.context["count"] == 3
    response = client_of(actors["county_reviewer"]).get(url("gaps", year=2018, area="220503200"))
    assert response.context["count"] == 1


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"indicator": "water"}, 1),
        ({"state": "0"}, 1),
        ({"party": "water"}, 1),
        ({"late": "yes"}, 0),
        ({"indicator": "nonsense"}, 2),
    ],
)
def test_filters_narrow_and_what_cannot_be_read_does_not(actors, query, number):
    lacking(water_solved=None, food_ok=False)
    response = client_of(actors["village_clerk"]).get(url("gaps", year=2018, **query))
    assert response.context["count"] == number


def test_each_sees_what_is_his_to_close(actors):
    household = lacking(water_solved=None, food_ok=False, visited_on=date(2018, 9, 1), wage_income=0)
    make_pairing(household, actors["helper"])
    mine = {
        role: {
            one.indicator
            for one in client_of(actors[role]).get(url("gaps", year=2018, mine="yes")).context["page"].rows
        }
        for role in ("helper", "village_clerk", "bureau_officer", "leader")
    }
    assert mine["village_clerk"] == {"food"}
    assert mine["bureau_officer"] == {"water"}
    assert "income" in mine["helper"]
    assert mine["leader"] == set()


@pytest.mark.parametrize(
    ("role", "shown"), [("township_officer", True), ("finance_officer", False), ("bureau_officer", False)]
)
def test_the_way_to_who_has_labour_and_no_work_is_for_who_may_go_it(actors, role, shown):
    page = client_of(actors[role]).get(url("gaps"))
    assert (url("labour") in text(page)) is shown
    assert (client_of(actors[role]).get(url("labour")).status_code == 200) is shown


def test_a_bureau_sees_its_own_and_not_the_households_page_of_others(actors):
    household = lacking(water_solved=None, food_ok=False)
    response = client_of(actors["bureau_officer"]).get(url("gaps", year=2018))
    assert [one.indicator for one in response.context["page"].rows] == ["water"]
    food = Gap.objects.get(household=household, indicator="food")
    assert client_of(actors["bureau_officer"]).get(url("gap", food.pk)).status_code == 404


def test_a_gap_is_given_to_a_person_with_another_day(actors):
    lacking(food_ok=False)
    gap = Gap.objects.get()
    page = url("gap", gap.pk)
    clerk, township = actors["village_clerk"], client_of(actors["township_officer"])
    sent = {"person": clerk.pk, "party": "village", "due_on": "2018-11-20", "reason": ""}
    refused = township.post(page, sent)
    assert refused.status_code == 422
    assert "写明原因" in text(refused)
    assert township.post(page, {**sent, "reason": "入冬以前"}).status_code == 302
    gap.refresh_from_db()
    assert (gap.assigned_to, gap.due_on, gap.due_from, gap.reason) == (
        clerk,
        date(2018, 11, 20),
        "hand",
        "入冬以前",
    )
    assert gap in Gap.objects.put_to(clerk)


def test_a_gap_passes_from_one_person_to_another_and_to_nobody(actors):
    lacking(food_ok=False)
    gap = Gap.objects.get()
    clerk, officer = actors["village_clerk"], actors["township_officer"]
    page, client = url("gap", gap.pk), client_of(officer)
    due = gap.due_on.isoformat()
    client.post(page, {"person": clerk.pk, "party": gap.party, "due_on": due, "reason": ""})
    sent = {"person": officer.pk, "party": "township", "due_on": due, "reason": "村里办不了"}
    assert client.post(page, sent).status_code == 302
    gap.refresh_from_db()
    assert (gap.assigned_to, gap.party) == (officer, "township")
    entries = Entry.objects.filter(action="households.gap.assign").order_by("pk")
    assert entries.last().changes["assigned_to"] == [clerk.name, officer.name]
    assert client.post(page, {**sent, "person": "", "reason": ""}).status_code == 302
    gap.refresh_from_db()
    assert gap.assigned_to is None
    assert entries.last().changes == {"assigned_to": [officer.name, None]}
    assert client.post(page, {**sent, "person": "", "reason": ""}).status_code == 422  # nothing changed


@pytest.mark.parametrize("role", ["helper", "leader", "auditor", "bureau_officer"])
def test_who_may_not_assign_is_refused(actors, role):
    household = lacking(water_solved=None)
    make_pairing(household, actors["helper"])
    gap = Gap.objects.get()
    sent = {"person": "", "party": "village", "due_on": "2018-11-20", "reason": "改"}
    assert client_of(actors[role]).post(url("gap", gap.pk), sent).status_code == 403
    gap.refresh_from_db()
    assert gap.due_from == "days"


def test_somebody_who_does_not_work_there_is_no_choice(actors):
    lacking(food_ok=False)
    gap = Gap.objects.get()
    stranger = make_actor("village_clerk", "220503101203")
    sent = {"person": stranger.pk, "party": "village", "due_on": gap.due_on.isoformat(), "reason": "他去"}
    assert client_of(actors["township_officer"]).post(url("gap", gap.pk), sent).status_code == 422


def test_a_closed_gap_says_how_and_is_given_to_nobody(actors):
    household = lacking(food_ok=False)
    household.surveys.update(food_ok=True)
    judged(household, rows=ALL_ROWS)
    gap = Gap.objects.get()
    response = client_of(actors["township_officer"]).get(url("gap", gap.pk))
    assert "已补上" in text(response)
    assert response.context["form"] is None


def test_the_county_says_who_closes_what(actors):
    reviewer = client_of(actors["county_reviewer"])
    sent = {
        "indicator": "food",
        "state": "0",
        "party": "civil_affairs",
        "days": "10",
        "valid_from": "2018-11-03",
        "document_name": "责任分工文件",
    }
    assert reviewer.post(url("gap-responsibilities"), {**sent, "document_name": ""}).status_code == 422
    assert reviewer.post(url("gap-responsibilities"), sent).status_code == 302
    assert GapResponsibility.objects.filter(area_code="220503").count() == 1
    assert reviewer.post(url("gap-responsibilities"), sent).status_code == 422  # the same day again
    assert client_of(actors["village_clerk"]).post(url("gap-responsibilities"), sent).status_code == 403
    assert "民政部门" in text(client_of(actors["village_clerk"]).get(url("gap-responsibilities")))


def test_labour_is_listed_by_tab(actors):
    make_household(head_facts={"labour_skill": "ordinary", "work_months": 0}, survey={"has_industry": False})
    response = client_of(actors["township_officer"]).get(url("labour", year=2018))
    assert (response.context["total"].without, len(response.context["lines"])) == (1, 1)
    assert client_of(actors["township_officer"]).get(url("labour", tab="nothing")).status_code == 404
    assert client_of(actors["bureau_officer"]).get(url("labour")).status_code == 403


def test_a_need_from_the_yard_to_the_answer(actors):
    household = make_household(household_no="2205030001")
    make_pairing(household, actors["helper"])
    helper = client_of(actors["helper"])
    sent = {
        "identity": uuid4(),
        "kind": "water",
        "whom": "water",
        "text": "泵坏了",
        "raised_on": "2018-11-03",
    }
    response = helper.post(url("need-new", household=household.pk), sent)
    need = Need.objects.get()
    assert response.url == url("need", need.pk)
    bureau = client_of(actors["bureau_officer"])
    assert [one.pk for one in bureau.get(url("needs")).context["page"].rows] == [need.pk]
    answer = {"action": "finish", "reply": "", "on": "2018-11-03"}
    assert bureau.post(url("need-answer", need.pk), answer).status_code == 422
    assert bureau.post(url("need-answer", need.pk), {**answer, "reply": "已换泵"}).status_code == 302
    assert "已换泵" in text(helper.get(url("need", need.pk)))
    assert [one.pk for one in helper.get(url("needs", tab="untold")).context["page"].rows] == [need.pk]
    assert helper.post(url("need-told", need.pk), {"on": "2018-11-03"}).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.told_on) == ("done", DAY)


def test_a_page_that_is_sent_twice_writes_one_need_and_one_measure(actors):
    household = lacking(water_solved=False)
    clerk = client_of(actors["village_clerk"])
    need = {
        "identity": uuid4(),
        "kind": "water",
        "whom": "water",
        "text": "泵坏了",
        "raised_on": "2018-11-03",
    }
    page = url("need-new", household=household.pk)
    assert {clerk.post(page, need).url for _ in range(2)} == {url("need", Need.objects.get().pk)}
    measure = {
        "identity": uuid4(),
        "group": "water",
        "content": "接自来水",
        "planned_until": "2018-12-31",
        "responsible": "水利局",
    }
    page = url("measure-new", household.pk, year=2018)
    assert [clerk.post(page, measure).status_code for _ in range(2)] == [302, 302]
    assert Entry.objects.filter(action="households.measure.plan").count() == Measure.objects.count() == 1
    other = clerk.post(page, {**measure, "content": "打井"})
    assert other.status_code == 422
    assert "已经登记过" in text(other)
    # Begun meanwhile, it is still the one that this page planned.
    begin_measure(Measure.objects.get(), on=DAY, actor=actors["village_clerk"])
    assert clerk.post(page, measure).status_code == 302
    assert Measure.objects.count() == 1


def test_a_need_without_words_keeps_what_was_typed(actors):
    make_household(household_no="2205030001")
    sent = {
        "identity": uuid4(),
        "household": "2205030001",
        "kind": "water",
        "whom": "water",
        "text": "",
        "raised_on": "2018-11-03",
    }
    response = client_of(actors["village_clerk"]).post(url("need-new"), sent)
    assert response.status_code == 422
    assert "2205030001" in text(response)
    assert not Need.objects.exists()


def test_who_is_not_asked_does_not_answer(actors):
    need = a_need(make_household(), actors["village_clerk"], whom="water")
    sent = {"action": "answer", "reply": "好", "on": "2018-11-03"}
    assert client_of(actors["village_clerk"]).post(url("need-answer", need.pk), sent).status_code == 403
    assert client_of(actors["leader"]).post(url("need-answer", need.pk), sent).status_code == 403
    other = make_actor("village_clerk", "220503101203")
    assert client_of(other).post(url("need-answer", need.pk), sent).status_code == 404


def test_passed_on_by_the_bureau_it_is_out_of_its_sight(actors):
    need = a_need(make_household(), actors["village_clerk"], whom="water")
    sent = {"action": "pass_on", "whom": "village", "reply": "属村里维护", "on": "2018-11-03"}
    assert client_of(actors["bureau_officer"]).post(url("need-answer", need.pk), sent).url == url("needs")
    assert client_of(actors["bureau_officer"]).get(url("need", need.pk)).status_code == 404


def test_the_rate_counts_what_was_raised_in_the_year(actors):
    for head, action in (("甲", "finish"), ("乙", "finish"), ("丙", "answer"), ("丁", "")):
        need = a_need(make_household(head=head), actors["village_clerk"])
        if action:
            answer_need(need, action, reply="办了", actor=actors["village_clerk"])
    rate = client_of(actors["township_officer"]).get(url("needs", year=2018)).context["rate"]
    assert (rate.raised, rate.answered, rate.done, str(rate.rate), rate.reached) == (4, 3, 2, "50.0", False)


def test_a_measure_is_planned_from_the_gap_and_done(actors):
    household = lacking(water_solved=False)
    gap, clerk = Gap.objects.get(), client_of(actors["village_clerk"])
    page = url("measure-new", household.pk, year=2018, gap=gap.pk)
    assert clerk.get(page).context["form"]["gap"].value() == str(gap.pk)
    sent = {
        "identity": uuid4(),
        "gap": gap.pk,
        "group": "water",
        "content": "接自来水",
        "planned_until": "2018-12-31",
        "responsible": "水利局",
    }
    assert clerk.post(page, {**sent, "content": ""}).status_code == 422
    assert clerk.post(page, sent).status_code == 302
    measure = Measure.objects.get()
    assert "接自来水" in text(clerk.get(url("gap", gap.pk)))
    assert "接自来水" in text(clerk.get(url("detail", household.pk, year=2018, tab="help")))
    done = {"on": "2018-11-03", "result": "通水", "actual_amount": "1,100.50"}
    assert clerk.post(url("measure-step", measure.pk, "finish"), done).status_code == 302
    measure.refresh_from_db()
    assert (measure.state, str(measure.actual_amount)) == ("done", "1100.50")
    assert clerk.post(url("measure-step", measure.pk, "cancel"), {"reason": "不做"}).status_code == 422


def test_a_visit_that_waits_for_a_decision_proves_no_measure(actors):
    household = make_household()
    measure = a_measure(household, actors["village_clerk"])
    visitor, day = actors["helper"], date(2018, 11, 3)
    make_visit(household, visitor, day, held="不再是您的结对户")
    counted = make_visit(household, visitor, day)
    done = {"on": "2018-11-03", "result": "通水", "actual_amount": ""}
    page = client_of(actors["village_clerk"])
    assert page.post(url("measure-step", measure.pk, "finish"), done).status_code == 302
    measure.refresh_from_db()
    assert measure.visit == counted


def test_measures_are_read_by_who_sees_the_household_and_changed_by_who_helps(actors):
    measure = a_measure(make_household(), actors["village_clerk"])
    assert client_of(actors["leader"]).get(url("measure", measure.pk)).status_code == 200
    step = url("measure-step", measure.pk, "cancel")
    assert client_of(actors["leader"]).post(step, {"reason": "不做"}).status_code == 403
    assert client_of(actors["bureau_officer"]).get(url("measure", measure.pk)).status_code == 403
    assert client_of(make_actor("leader", "140212100201")).get(url("measure", measure.pk)).status_code == 404


def test_who_has_no_plan_gets_one(actors):
    household = make_household()
    clerk = client_of(actors["village_clerk"])
    assert [one.pk for one, *_ in clerk.get(url("plans", year=2018)).context["lines"]] == [household.pk]
    response = clerk.post(
        url("plan-new", household.pk, year=2018), {"drawn_up_on": "2018-11-03", "goal": "增收"}
    )
    plan = HelpPlan.objects.get()
    assert response.url == url("plan", plan.pk)
    assert clerk.get(url("plans", year=2018)).context["lines"] == []
    signed = {"signer": "王建国", "relation": "本人", "on": "2018-11-03"}
    assert clerk.post(url("plan-sign", plan.pk, "household"), {**signed, "signer": ""}).status_code == 422
    assert clerk.post(url("plan-sign", plan.pk, "household"), signed).status_code == 302
    assert clerk.post(url("plan-sign", plan.pk, "helper")).status_code == 422  # he is not its helper
    assert "王建国" in text(clerk.get(url("plan", plan.pk)))


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("helper", "归我补的缺项"),
        ("village_clerk", "等我答复的诉求"),
        ("township_officer", "全部逾期的缺项"),
        ("county_reviewer", "全部逾期的缺项"),
        ("bureau_officer", "归我补的缺项"),
    ],
)
def test_my_work_names_what_waits(actors, role, words):
    household = lacking(water_solved=None)
    make_pairing(household, actors["helper"])
    assert words in text(client_of(actors[role]).get(reverse("home"), {"year": 2018}))
