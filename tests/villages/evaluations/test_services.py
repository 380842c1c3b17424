"""Assessing village teams: once a period, by another, corrected by a further version; what was recorded stands beside it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from households.duties.models import Duty
from households.duties.services.leave import answer_leave, apply_leave
from poverty.accounts.models import Role, User
from poverty.audit.models import Entry
from tests.at_once import at_once
from tests.factories.accounts import make_actor, make_user
from tests.factories.duties import make_visit
from tests.factories.households import make_household, make_pairing
from tests.factories.posts import make_post
from tests.factories.teams import make_days, make_evaluation
from tests.factories.villages import make_village
from tests.households.refusals import refused
from villages.evaluations.due import counts, latest_period, lines
from villages.evaluations.facts import Facts, facts_of, is_thin, summed
from villages.evaluations.forms import assessors
from villages.evaluations.services import correct, evaluate, facts_for, withdraw
from villages.models import Evaluation, VillagePost

pytestmark = pytest.mark.django_db
Q3 = {"year": 2018, "period": "q3"}


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER)


@pytest.fixture
def secretary():
    return make_post(person=make_user("赵强"))


def said(officer, **fields):
    return {
        "result": "competent",
        "assessor": officer,
        "assessed_by": "鸭园镇党委",
        "happened_on": date(2018, 10, 8),
        "document": "鸭发〔2018〕40号",
        **fields,
    }


def test_a_first_secretary_of_a_quarter(officer, secretary):
    row = evaluate(
        secretary.village, secretary.person, **Q3, **said(officer), score=Decimal(88), actor=officer
    )
    assert (row.title, row.get_result_display(), row.version, row.is_current) == (
        "2018年第三季度",
        "称职",
        1,
        True,
    )
    assert row.facts["days"] == 0
    entry = Entry.objects.get(action="villages.evaluation.add")
    assert (entry.case_type, entry.case_id) == ("villages.evaluation", row.pk)


class TestBesideIt:
    def test_days_leave_and_visits_of_the_period(self, officer, secretary):
        person, area = secretary.person, secretary.village.area
        make_days(person, area.pk, date(2018, 6, 25), 6)  # before the period
        for first, number in ((date(2018, 7, 1), 20), (date(2018, 8, 2), 22), (date(2018, 9, 10), 11)):
            make_days(person, area.pk, first, number)
        elsewhere = make_village("220503100209").area_id
        make_days(person, elsewhere, date(2018, 9, 25), 3)
        clerk = make_actor(Role.VILLAGE_CLERK)
        leave = apply_leave(
            person,
            area,
            actor=clerk,
            kind="sick",
            starts_on=date(2018, 9, 29),
            ends_on=date(2018, 10, 1),
            reason="住院",
            late_reason="补录",
        )
        answer_leave(leave, actor=officer, agreed=True)
        household = make_household(area.pk)
        make_pairing(household, person)
        make_visit(household, person, date(2018, 8, 15))
        make_visit(household, person, date(2018, 10, 5))  # after it
        facts = facts_for(secretary.village, person, 2018, "q3")
        assert facts == Facts(
            days=53, months=3, asked=60, short=1, leave=2, away=3, owed=3, done=1, late=2, visits=1
        )
        assert is_thin(facts) == "3 个整月中 1 个月驻村天数不足"

    def test_a_duty_of_a_quarter_is_owed_once(self, secretary):
        household = make_household(secretary.village.area_id, status="exited")
        make_pairing(household, secretary.person)
        facts = facts_for(secretary.village, secretary.person, 2018, "q3")
        assert (facts.owed, facts.late) == (1, 1)
        half = facts_for(secretary.village, secretary.person, 2018, "half")
        assert half.owed == 2

    def test_quarters_add_up_where_a_duty_runs_over_two_of_them(self, secretary):
        # March and April: visited in March, it is done in the second quarter and nowhere else.
        Duty.objects.create(
            area_code="220503",
            key="visit_poor",
            title="走访未脱贫户",
            bearer="helper",
            act="visit",
            per="household",
            statuses=["not_exited"],
            every_months=2,
            times=1,
            valid_from=date(2018, 1, 1),
            document="县文件",
            recorded_by=make_user(),
        )
        household = make_household(secretary.village.area_id)
        make_pairing(household, secretary.person)
        make_visit(household, secretary.person, date(2018, 3, 15))
        q1, q2, half = (
            facts_for(secretary.village, secretary.person, 2018, period) for period in ("q1", "q2", "half")
        )
        assert [(one.owed, one.done, one.late) for one in (q1, q2, half)] == [(1, 0, 1), (2, 1, 1), (3, 1, 2)]

    def test_days_are_asked_of_months_served_whole_and_over(self, secretary):
        village = secretary.village
        newcomer = make_post(village, "team_member", person=make_user("钱进"), since=date(2018, 8, 10))
        found = facts_of(
            [(village.area_id, secretary.person_id), (village.area_id, newcomer.person_id)], 2018, "q3"
        )
        assert [facts.months for facts in found.values()] == [3, 1]
        # October is not over: nothing of the fourth quarter is asked yet.
        assert facts_for(village, secretary.person, 2018, "q4").asked is None
        team = summed(found.values())
        assert (team.months, team.asked, team.short) == (4, 80, 4)

    def test_a_month_is_served_whole_by_one_post_after_another(self, secretary):
        village, person = secretary.village, make_user("钱进")
        make_post(village, "team_member", person=person, valid_to=date(2018, 8, 15), end_reason="任队长")
        make_post(village, "team_leader", person=person, since=date(2018, 8, 15))
        assert facts_for(village, person, 2018, "q3").months == 3
        broken = make_user("孙明")
        make_post(village, "team_member", person=broken, valid_to=date(2018, 8, 15), end_reason="调动")
        make_post(village, "team_member", person=broken, since=date(2018, 8, 17))
        assert facts_for(village, broken, 2018, "q3").months == 2

    def test_many_people_cost_no_more_queries_than_one(self):
        posts = [
            make_post(make_village(f"2205031002{number:02d}"), person=make_user(f"队员{number}"))
            for number in range(10, 14)
        ]
        pairs = [(post.village.area_id, post.person_id) for post in posts]
        with CaptureQueriesContext(connection) as one:
            facts_of(pairs[:1], 2018, "q3")
        with CaptureQueriesContext(connection) as many:
            facts_of(pairs, 2018, "q3")
        assert len(many) == len(one)


class TestByAnother:
    def test_nobody_assesses_or_types_himself(self, officer):
        post = make_post(person=officer)
        other = make_user("周考评")
        with pytest.raises(PermissionDenied, match="他人登记"):
            evaluate(post.village, officer, **Q3, **said(other), actor=officer)
        reviewer = make_actor(Role.COUNTY_REVIEWER)
        told = refused(evaluate, post.village, officer, **Q3, **said(officer), actor=reviewer)
        assert told == {"assessor": ["考评人不能是本人或同队的人。"]}

    def test_nor_his_own_team_nor_one_of_it(self, officer, secretary):
        make_post(secretary.village, "team_member", person=officer)
        reviewer = make_actor(Role.COUNTY_REVIEWER)
        for whom in (None, secretary.person, officer):
            with pytest.raises(PermissionDenied):
                evaluate(secretary.village, whom, **Q3, **said(make_user()), actor=officer)
            told = refused(evaluate, secretary.village, whom, **Q3, **said(officer), actor=reviewer)
            assert set(told) == {"assessor"}
        row = make_evaluation(secretary)
        with pytest.raises(PermissionDenied):
            withdraw(row, reason="重复", actor=officer)
        # Of the next quarter he is no more of the team.
        VillagePost.objects.filter(person=officer).update(valid_to=date(2018, 10, 1), end_reason="轮换")
        evaluate(secretary.village, secretary.person, year=2018, period="q4", **said(officer), actor=officer)

    @pytest.mark.parametrize("who", ["assessor", "recorded_by"])
    def test_the_database_says_the_same(self, secretary, who):
        colleague = make_post(secretary.village, "team_member", person=make_user("钱进"))
        for fields in ({}, {"team": True}):
            for person in (secretary.person, colleague.person):
                with pytest.raises(IntegrityError, match="by one of the team"), transaction.atomic():
                    make_evaluation(secretary, **fields, **{who: person})

    def test_nor_does_the_database_let_one_of_the_team_withdraw(self, secretary):
        colleague = make_post(secretary.village, "team_member", person=make_user("钱进"))
        row = make_evaluation(secretary)
        taken = {"is_current": False, "withdrawn_on": date(2018, 10, 9), "withdrawn_reason": "重复"}
        for person, refusal in (
            (secretary.person, "by one of the team"),
            (colleague.person, "by one of the team"),
            (None, "withdrawn_with_its_reason"),
        ):
            with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
                Evaluation.objects.filter(pk=row.pk).update(**taken, withdrawn_by=person)
        Evaluation.objects.filter(pk=row.pk).update(**taken, withdrawn_by=make_user())

    def test_nor_of_who_did_not_live_there(self):
        leader = make_post(post="leader", person=make_user("区领导"))
        with pytest.raises(IntegrityError, match="not of its team"), transaction.atomic():
            make_evaluation(leader)
        gone = make_post(valid_to=date(2018, 7, 1), end_reason="调动")
        with pytest.raises(IntegrityError, match="not of its team"), transaction.atomic():
            make_evaluation(gone)
        make_evaluation(gone, period="q2")

    def test_not_by_another_place_nor_by_who_only_reads(self, secretary, stranger, leader, village_clerk):
        for actor in (stranger("township_officer"), leader, village_clerk):
            with pytest.raises(PermissionDenied):
                evaluate(secretary.village, secretary.person, **Q3, **said(make_user()), actor=actor)


class TestRefused:
    def test_twice_and_of_a_period_to_come(self, officer, secretary):
        make_evaluation(secretary)
        told = refused(evaluate, secretary.village, secretary.person, **Q3, **said(officer), actor=officer)
        assert "已登记考评" in told[""][0]
        next_year = {"year": 2019, "period": "q1"}
        told = refused(
            evaluate, secretary.village, secretary.person, **next_year, **said(officer), actor=officer
        )
        assert "还没有开始" in told[""][0]

    def test_what_is_missing(self, officer, secretary):
        wrong = said(officer, result="", assessed_by=" ", document="", happened_on=date(2018, 10, 11))
        told = refused(evaluate, secretary.village, secretary.person, **Q3, **wrong, actor=officer)
        assert set(told) == {"result", "assessed_by", "document", "happened_on"}
        early = said(officer, happened_on=date(2018, 6, 30))
        told = refused(evaluate, secretary.village, secretary.person, **Q3, **early, actor=officer)
        assert "早于考评期" in told["happened_on"][0]


def test_the_team_of_a_village_that_was_merged_is_assessed_for_what_was_before(officer):
    village = make_village(ended_on=date(2018, 8, 15))
    post = make_post(village, person=make_user("赵强"), valid_to=date(2018, 8, 15), end_reason="村撤并")
    assert evaluate(village, post.person, **Q3, **said(officer), actor=officer).is_current
    told = refused(evaluate, village, post.person, year=2018, period="q4", **said(officer), actor=officer)
    assert "不在本村驻村" in told[""][0]


def test_who_was_transferred_since_may_still_be_named_as_assessor(secretary):
    before = make_actor(Role.TOWNSHIP_OFFICER)
    long_ago = make_actor(Role.COUNTY_REVIEWER)
    before.postings.update(valid_to=date(2018, 9, 1))
    long_ago.postings.update(valid_to=date(2018, 7, 1))
    now = make_actor(Role.COUNTY_REVIEWER)
    assert set(assessors(secretary.village, date(2018, 7, 1), [])) == {before, now}


class TestCorrected:
    def test_by_a_further_version_the_old_one_stays(self, officer, secretary):
        row = make_evaluation(secretary, assessor=officer)
        new = correct(
            row, **said(officer, result="basic"), score=None, remark="", reason="核实", actor=officer
        )
        row.refresh_from_db()
        assert (row.result, row.is_current) == ("competent", False)
        assert (new.result, new.version, new.replaces, new.correction) == ("basic", 2, row, "核实")
        told = refused(correct, row, **said(officer), score=None, remark="", reason="再改", actor=officer)
        assert "已更正" in told[""][0]

    def test_with_a_reason_and_a_difference(self, officer, secretary):
        row = make_evaluation(secretary, assessor=officer)
        same = said(officer, document="考评通报") | {"score": None, "remark": ""}
        assert "没有改动" in refused(correct, row, **same, reason="核实", actor=officer)[""][0]
        other = same | {"result": "basic"}
        assert set(refused(correct, row, **other, reason=" ", actor=officer)) == {"reason"}
        row.refresh_from_db()
        assert row.is_current

    def test_withdrawn_it_may_be_written_anew(self, officer, secretary):
        row = make_evaluation(secretary)
        assert set(refused(withdraw, row, reason="", actor=officer)) == {"reason"}
        withdraw(row, reason="登记错了人", actor=officer)
        row.refresh_from_db()
        assert (row.is_current, row.withdrawn_on, row.withdrawn_by) == (False, date(2018, 10, 10), officer)
        evaluate(secretary.village, secretary.person, **Q3, **said(officer), actor=officer)

    def test_never_overwritten_whatever_the_path(self, secretary):
        row = make_evaluation(secretary)
        for act in (
            lambda: Evaluation.objects.update(result="excellent"),
            lambda: Evaluation.objects.all().delete(),
            lambda: make_evaluation(secretary),
            lambda: make_evaluation(secretary, replaces=row, version=2, correction="x", is_current=False),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()
        Evaluation.objects.update(is_current=False)
        with pytest.raises(IntegrityError), transaction.atomic():
            Evaluation.objects.update(is_current=True)


class TestDue:
    def test_everybody_who_lived_there_in_the_period_with_who_has_none(self):
        village = make_village()
        leads = make_user("赵强")
        first = make_post(village, person=leads)
        make_post(village, "team_leader", person=leads)
        make_post(village, "team_member", person=make_user("钱进"), since=date(2018, 10, 1))
        gone = make_post(
            village, "team_member", person=make_user("孙明"), valid_to=date(2018, 7, 2), end_reason="调动"
        )
        make_post(village, "technician", person=make_user("李农技"))
        make_evaluation(first)
        found = lines(["220503"], 2018, "q3")
        assert [(row.person.name, row.told, row.evaluation is None) for row in found] == [
            ("赵强", ["第一书记", "驻村工作队队长"], False),
            ("孙明", ["驻村工作队队员"], True),
        ]
        assert gone.person_id == found[1].key
        by_result = {label: number for _, label, number in counts(found)}
        assert by_result == {"未考评": 1, "优秀": 0, "称职": 1, "基本称职": 0, "不称职": 0}
        [team] = lines(["220503"], 2018, "q3", teams=True)
        assert (team.person, team.told, team.key) == (None, ["赵强", "孙明"], 0)

    def test_what_is_assessed_now(self):
        assert latest_period(date(2018, 10, 10)) == (2018, "q3")
        assert latest_period(date(2019, 1, 5)) == (2018, "q4")
        assert latest_period(date(2018, 3, 31) + timedelta(days=1)) == (2018, "q1")


@pytest.mark.django_db(transaction=True)
def test_two_officers_assess_the_same_person_at_once():
    with transaction.atomic():  # the factory writes a state and its step one after the other
        secretary = make_post(person=make_user("赵强"))
    officers = [make_actor(Role.TOWNSHIP_OFFICER), make_actor(Role.COUNTY_REVIEWER)]

    def assess(actor):
        actor = User.objects.get(pk=actor.pk)
        return lambda: evaluate(secretary.village, secretary.person, **Q3, **said(actor), actor=actor)

    results = at_once(*(assess(actor) for actor in officers))
    assert sum(isinstance(one, Evaluation) for one in results) == 1
    assert Evaluation.objects.count() == 1
