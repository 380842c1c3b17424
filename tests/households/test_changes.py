"""Register changes: proposed by the village, confirmed by the township, decided by the county."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from households.models import Assessment, Household, RegisterChange
from households.services.changes import (
    confirm_changes,
    decide_changes,
    propose_change,
    return_change,
    withdraw_change,
)
from households.services.heads import open_memberships
from households.services.members import remove_member
from households.services.surveys import save_survey
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.models import Step
from poverty.review.services import fire
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor, make_posting
from tests.factories.households import make_household, make_member, make_pairing, make_year
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

ON = date(2018, 10, 5)


@pytest.fixture
def household():
    return make_household(
        VILLAGE_A,
        members=[
            {"name": "李秀英", "relation": "spouse", "sex": "female"},
            {"name": "王小明", "relation": "son", "birth_date": date(1992, 5, 1)},
        ],
    )


def person(household, name):
    return household.memberships.get(member__name=name, valid_to=None).member


def propose(kind, household, actor, **changes):
    values = {"happened_on": ON, "reason": "按实际情况", "document_name": "户口本", **changes}
    return propose_change(kind, household, actor=actor, **values)


def removal(household, actor, name="李秀英", reason="death"):
    return propose(
        "remove_member",
        household,
        actor,
        member=person(household, name),
        details={"leave_reason": reason},
    )


class TestSmallKinds:
    def test_nothing_happens_before_the_township_confirms(self, household, village_clerk, township_officer):
        change = removal(household, village_clerk)
        household.refresh_from_db()
        assert (change.state, household.size) == ("proposed", 3)
        (outcome,) = confirm_changes([change.pk], actor=township_officer)
        change.refresh_from_db()
        household.refresh_from_db()
        assert outcome.done
        assert (change.state, household.size) == ("effective", 2)
        assert change.effective_at is not None
        assert len(change.details["before"]) == 3
        assert len(change.details["after"]) == 2

    def test_a_birth(self, household, village_clerk, township_officer):
        baby = make_member(None, "王小宝", birth_date=date(2018, 9, 20), identity=None, facts=False)
        change = propose(
            "add_member",
            household,
            village_clerk,
            member=baby,
            details={"relation": "grandson", "join_reason": "birth"},
        )
        confirm_changes([change.pk], actor=township_officer)
        assert person(household, "王小宝") == baby

    def test_a_new_head(self, household, village_clerk, township_officer):
        son, old, wife = (person(household, name) for name in ("王小明", "王建国", "李秀英"))
        change = propose(
            "change_head",
            household,
            village_clerk,
            member=son,
            details={"relations": {old.pk: "father", wife.pk: "mother"}},
        )
        confirm_changes([change.pk], actor=township_officer)
        household.refresh_from_db()
        assert household.head == son

    def test_moving_between_households(self, household, village_clerk, township_officer):
        target = make_household(VILLAGE_A, head="陈大山")
        son = person(household, "王小明")
        change = propose(
            "move_member",
            household,
            village_clerk,
            member=son,
            target=target,
            details={"relation": "son_in_law"},
        )
        confirm_changes([change.pk], actor=township_officer)
        son.refresh_from_db()
        assert son.household == target

    def test_the_other_household_must_be_the_officer_s_too(self, household, village_clerk, township_officer):
        target = make_household("220503200200", head="陈大山")
        change = propose(
            "move_member",
            household,
            village_clerk,
            member=person(household, "王小明"),
            target=target,
            details={"relation": "son_in_law"},
        )
        (outcome,) = confirm_changes([change.pk], actor=township_officer)
        assert "对方户不在您的区划" in outcome.problem

    def test_a_list_is_taken_in_the_order_of_its_days(self, household, village_clerk, township_officer):
        """The wife leaves first, then the last two; typed the other way round."""
        second = propose(
            "remove_member",
            household,
            village_clerk,
            member=person(household, "王小明"),
            happened_on=date(2018, 11, 5),
            details={"leave_reason": "military_service"},
        )
        first = removal(household, village_clerk)
        outcomes = confirm_changes([second.pk, first.pk], actor=township_officer)
        assert [outcome.change.pk for outcome in outcomes] == [first.pk, second.pk]

    def test_the_log_and_the_steps_tell_who_did_what(self, household, village_clerk, township_officer):
        change = removal(household, village_clerk)
        confirm_changes([change.pk], actor=township_officer, document_name="鸭园镇10月变动清单")
        steps = Step.objects.of_case("households.registerchange", change.pk)
        assert [(step.transition, step.decided_by, step.document_name) for step in steps] == [
            ("propose_change", village_clerk, "户口本"),
            ("confirm_change", township_officer, "鸭园镇10月变动清单"),
        ]
        told = Entry.objects.filter(case_type="households.household", case_id=household.pk)
        assert [
            entry.summary for entry in told.order_by("pk") if entry.action.startswith("households.change")
        ] == [
            "提出：减少成员（李秀英），2018-10-05，按实际情况",
            "乡镇确认生效：减少成员（李秀英），2018-10-05，按实际情况",
        ]


class TestCountyKinds:
    def test_split(self, household, village_clerk, township_officer, county_reviewer):
        make_standard()
        son = person(household, "王小明")
        wife = make_member(household, "周小燕", relation="daughter_in_law", sex="female")
        change = propose(
            "split",
            household,
            village_clerk,
            details={"head": son, "relations": {wife.pk: "spouse"}},
        )
        confirm_changes([change.pk], actor=township_officer)
        change.refresh_from_db()
        assert (change.state, Household.objects.count()) == ("confirmed", 1)
        (outcome,) = decide_changes(
            [change.pk], actor=county_reviewer, document_name="领导小组会议纪要〔2018〕9号"
        )
        assert outcome.done, outcome.problem
        change.refresh_from_db()
        new = change.target
        assert (new.state, new.status, new.kind) == ("registered", "not_exited", "registered_poor")
        assert new.household_no is None
        assert {row.member.name: row.relation for row in open_memberships(new)} == {
            "王小明": "head",
            "周小燕": "spouse",
        }
        household.refresh_from_db()
        assert (household.size, new.size) == (2, 2)
        assert Step.objects.of_case("households.household", new.pk).get().transition == "register_split"

    def test_the_head_does_not_split_off(self, household, village_clerk):
        told = refused(
            propose,
            "split",
            household,
            village_clerk,
            details={"head": household.head, "relations": {}},
        )
        assert "原户主不能分出去" in told["members"][0]
        assert not RegisterChange.objects.exists()

    def test_merge(self, household, village_clerk, township_officer, county_reviewer):
        make_standard()
        target = make_household(VILLAGE_A, head="陈大山")
        make_pairing(household)
        people = [row.member for row in open_memberships(household)]
        relations = dict(zip([one.pk for one in people], ["sibling", "brothers_wife", "nephew"], strict=True))
        change = propose(
            "merge",
            household,
            village_clerk,
            target=target,
            happened_on=date(2018, 9, 1),
            details={"relations": relations},
        )
        save_survey(household.surveys.get(), {"clothing_ok": False}, actor=village_clerk)
        assert Assessment.objects.filter(household=household).exists()
        confirm_changes([change.pk], actor=township_officer)
        (outcome,) = decide_changes([change.pk], actor=county_reviewer, document_name="纪要")
        assert outcome.done, outcome.problem
        household.refresh_from_db()
        target.refresh_from_db()
        assert (household.state, household.closed_on, household.size) == ("merged", date(2018, 9, 1), 0)
        assert household.head_name == "王建国"
        assert target.size == 4
        assert [row.relation for row in open_memberships(target)].count("head") == 1
        assert household.pairings.get().valid_to == date(2018, 9, 1)
        assert not Assessment.objects.filter(household=household).exists()
        assert Assessment.objects.get(household=target).members == 4

    def test_closing_needs_everybody_to_be_gone(self, village_clerk, township_officer, county_reviewer):
        household = make_household(VILLAGE_A, head="周独居")
        head = household.head
        told = refused(propose, "close", household, village_clerk)
        assert "仍在户的，不能销户" in told[f"leave_reason_{head.pk}"][0]
        change = propose("close", household, village_clerk, details={"leave_reasons": {head.pk: "death"}})
        confirm_changes([change.pk], actor=township_officer)
        decide_changes([change.pk], actor=county_reviewer, document_name="纪要")
        household.refresh_from_db()
        head.refresh_from_db()
        assert (household.state, household.closed_on, head.household) == ("closed", ON, None)
        assert head.memberships.get().leave_reason == "death"

    def test_clearing_a_household(self, household, village_clerk, township_officer, county_reviewer):
        change = propose("clear_household", household, village_clerk, reason="有商品房")
        confirm_changes([change.pk], actor=township_officer)
        decide_changes([change.pk], actor=county_reviewer, document_name="纪要")
        household.refresh_from_db()
        assert household.state == "closed"
        assert set(household.memberships.values_list("leave_reason", flat=True)) == {"cleared"}

    def test_clearing_a_person(self, household, village_clerk, township_officer, county_reviewer):
        change = propose("clear_member", household, village_clerk, member=person(household, "王小明"))
        confirm_changes([change.pk], actor=township_officer)
        decide_changes([change.pk], actor=county_reviewer, document_name="纪要")
        household.refresh_from_db()
        assert household.size == 2

    def test_the_township_does_not_decide_for_the_county(self, household, village_clerk, township_officer):
        change = propose("clear_household", household, village_clerk)
        confirm_changes([change.pk], actor=township_officer)
        with pytest.raises(PermissionDenied):
            decide_changes([change.pk], actor=township_officer, document_name="纪要")


class TestWhoNot:
    def test_only_the_village_proposes(self, household, township_officer, county_reviewer, stranger):
        for actor in (township_officer, county_reviewer, stranger("village_clerk")):
            with pytest.raises(PermissionDenied):
                removal(household, actor)

    def test_only_the_township_confirms(self, household, village_clerk, county_reviewer, stranger):
        change = removal(household, village_clerk)
        for actor in (village_clerk, county_reviewer, stranger("township_officer")):
            with pytest.raises(PermissionDenied):
                confirm_changes([change.pk], actor=actor)

    def test_maker_is_not_checker(self, household, village_clerk):
        """A clerk who is also the township's officer does not confirm what he proposed."""
        make_posting(village_clerk, Role.TOWNSHIP_OFFICER, VILLAGE_A[:9])
        change = removal(household, village_clerk)
        (outcome,) = confirm_changes([change.pk], actor=village_clerk)
        assert "请由他人办理" in outcome.problem
        household.refresh_from_db()
        assert household.size == 3

    def test_who_entered_facts_of_the_household_meanwhile_does_not_check(
        self, household, village_clerk, township_officer
    ):
        change = removal(household, village_clerk)
        save_survey(household.surveys.get(), {"food_ok": False}, actor=township_officer)
        (outcome,) = confirm_changes([change.pk], actor=township_officer)
        assert not outcome.done
        assert "本轮填报过该对象的信息，不能再审核" in outcome.problem
        colleague = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
        assert confirm_changes([change.pk], actor=colleague)[0].done

    def test_facts_entered_before_the_proposal_do_not_matter(
        self, household, village_clerk, township_officer
    ):
        save_survey(household.surveys.get(), {"food_ok": False}, actor=township_officer)
        change = removal(household, village_clerk)
        assert confirm_changes([change.pk], actor=township_officer)[0].done


class TestImpossibleByThen:
    def test_the_rest_of_the_list_goes_on(self, household, village_clerk, township_officer):
        other = make_household(VILLAGE_A, head="陈大山")
        baby = make_member(None, "王小宝", birth_date=date(2018, 9, 20), identity=None, facts=False)
        details = {"relation": "grandson", "join_reason": "birth"}
        doomed = propose("add_member", household, village_clerk, member=baby, details=details)
        fine = removal(household, village_clerk)
        # Meanwhile the child joins another household.
        again = propose("add_member", other, village_clerk, member=baby, details=details)
        confirm_changes([again.pk], actor=township_officer)
        outcomes = {
            one.change.pk: one for one in confirm_changes([doomed.pk, fine.pk], actor=township_officer)
        }
        assert outcomes[fine.pk].done
        assert outcomes[doomed.pk].problem == (
            "王建国户“增加成员” 王小宝：此人已在册于另一户，一人只能在一户。"
        )
        doomed.refresh_from_db()
        assert doomed.state == "proposed"
        assert not Step.objects.of_case("households.registerchange", doomed.pk).filter(
            transition="confirm_change"
        )

    def test_two_new_heads_one_after_the_other(self, household, village_clerk, township_officer):
        son, old, wife = (person(household, name) for name in ("王小明", "王建国", "李秀英"))
        both = [
            propose("change_head", household, village_clerk, member=new, details={"relations": relations})
            for new, relations in (
                (son, {old.pk: "father", wife.pk: "mother"}),
                (wife, {old.pk: "spouse", son.pk: "son"}),
            )
        ]
        assert all(one.done for one in confirm_changes([one.pk for one in both], actor=township_officer))
        assert household.memberships.get(valid_to=None, relation="head").member == wife
        assert household.headships.get(valid_to=None).member == wife

    def test_a_relation_missing_by_then(self, household, village_clerk, township_officer):
        """Somebody joined since the new head was proposed: nobody was asked what he is to the new head."""
        son, old, wife = (person(household, name) for name in ("王小明", "王建国", "李秀英"))
        change = propose(
            "change_head",
            household,
            village_clerk,
            member=son,
            details={"relations": {old.pk: "father", wife.pk: "mother"}},
        )
        make_member(household, "周小燕", relation="daughter_in_law", sex="female")
        (outcome,) = confirm_changes([change.pk], actor=township_officer)
        assert outcome.problem == "王建国户“变更户主” 王小明：请选择与户主关系。"
        household.refresh_from_db()
        assert household.head == old

    def test_a_year_closed_meanwhile(self, household, village_clerk, township_officer):
        change = removal(household, village_clerk)
        make_year(year=2019, state="closed")
        (outcome,) = confirm_changes([change.pk], actor=township_officer)
        assert "2019年度已关闭" in outcome.problem


class TestProposing:
    def test_one_open_change_of_a_kind(self, household, village_clerk):
        removal(household, village_clerk)
        told = refused(removal, household, village_clerk)
        assert told == {"": ["该户已有一项同类变动在办理中。"]}

    def test_after_a_return_it_may_be_proposed_again(self, household, village_clerk, township_officer):
        change = removal(household, village_clerk)
        return_change(change, actor=township_officer, comment="死亡证明不清楚")
        again = removal(household, village_clerk)
        assert confirm_changes([again.pk], actor=township_officer)[0].done

    def test_reason_and_document_are_asked_for(self, household, village_clerk):
        told = refused(propose, "clear_household", household, village_clerk, reason=" ", document_name="")
        assert set(told) == {"reason", "document_name"}

    def test_a_day_in_the_future_is_refused(self, household, village_clerk):
        told = refused(propose, "clear_household", household, village_clerk, happened_on=date(2099, 1, 1))
        assert told == {"happened_on": ["日期在今天之后，请核对。"]}

    def test_late_entry_of_a_proposal_needs_its_reason(self, household, village_clerk):
        with time_machine.travel("2018-11-20 10:00+08:00"):
            told = refused(
                propose, "clear_household", household, village_clerk, proposed_on=date(2018, 11, 1)
            )
            assert "补录原因" in told["late_reason"][0]
            change = propose(
                "clear_household",
                household,
                village_clerk,
                proposed_on=date(2018, 11, 1),
                late_reason="村里停电",
            )
        assert Step.objects.of_case("households.registerchange", change.pk).get().is_late

    def test_no_personal_data_in_the_details(self, household, village_clerk):
        change = removal(household, village_clerk)
        assert change.details == {
            "leave_reason": "death",
            "before": [[row.member_id, row.relation] for row in open_memberships(household)],
        }


class TestSendingBack:
    def test_the_village_takes_back_what_waits(self, household, village_clerk, township_officer):
        change = withdraw_change(removal(household, village_clerk), actor=village_clerk)
        assert change.state == "withdrawn"
        change = removal(household, village_clerk)
        confirm_changes([change.pk], actor=township_officer)
        refused(withdraw_change, change, actor=village_clerk)

    def test_a_return_needs_a_reason(self, household, village_clerk, township_officer):
        change = removal(household, village_clerk)
        assert "comment" in refused(return_change, change, actor=township_officer, comment="")

    def test_the_county_sends_back_too(self, household, village_clerk, township_officer, county_reviewer):
        change = propose("clear_household", household, village_clerk)
        confirm_changes([change.pk], actor=township_officer)
        change = return_change(change, actor=county_reviewer, comment="依据不足")
        assert change.state == "returned"
        household.refresh_from_db()
        assert household.state == "registered"


def test_the_list_itself_may_be_wrong(household, village_clerk, township_officer):
    change = removal(household, village_clerk)
    told = refused(confirm_changes, [change.pk], actor=township_officer, happened_on=date(2099, 1, 1))
    assert told == {"happened_on": ["发生日期不能晚于今天。"]}
    told = refused(confirm_changes, [change.pk], actor=township_officer, decided_by_name="刘镇长")
    assert "纸质材料" in told["document_name"][0]
    assert refused(confirm_changes, [], actor=township_officer) == {"": ["请先选择变动。"]}


def test_gone_meanwhile_by_another_way(household, village_clerk, township_officer):
    change = removal(household, village_clerk)
    remove_member(person(household, "李秀英").memberships.get(), on=ON, reason="death", actor=village_clerk)
    (outcome,) = confirm_changes([change.pk], actor=township_officer)
    assert outcome.problem == "王建国户“减少成员” 李秀英：此人已不是该户在册成员。"


def test_no_path_lets_the_township_decide_what_is_the_countys(household, village_clerk, township_officer):
    row = propose("clear_household", household, village_clerk, reason="有商品房")
    with pytest.raises(ValidationError, match="须报县审定"):
        fire("confirm_change", row, actor=township_officer)
    row.refresh_from_db()
    assert row.state == "proposed"


def test_what_the_township_decides_does_not_go_to_the_county(household, village_clerk, township_officer):
    row = removal(household, village_clerk)
    with pytest.raises(ValidationError, match="不须报县"):
        fire("forward_change", row, actor=township_officer)
    row.refresh_from_db()
    assert row.state == "proposed"


@pytest.mark.parametrize(
    ("kind", "name"), [("remove_member", "confirm_change"), ("clear_household", "decide_change")]
)
def test_no_path_decides_a_change_without_its_effect(
    household, village_clerk, township_officer, county_reviewer, kind, name
):
    """The step alone, past the service that applies the effect, does not get through the commit."""
    if kind == "remove_member":
        row, decider = removal(household, village_clerk), township_officer
    else:
        row, decider = propose(kind, household, village_clerk, reason="有商品房"), county_reviewer
        fire("forward_change", row, actor=township_officer)
    with pytest.raises(IntegrityError, match="decided without taking effect"):
        committed(name, row, decider)
    assert RegisterChange.objects.get(pk=row.pk).state in ("proposed", "confirmed")
    assert household.memberships.filter(valid_to=None).count() == household.size


@transaction.atomic
def committed(name, row, decider):
    fire(name, row, actor=decider)
    with connection.cursor() as cursor:  # as at the commit
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
