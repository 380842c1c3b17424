"""Members join, leave, return and move; the head changes. Dated rows and the columns of the present
together.
"""

from datetime import date

import pytest
from django.db import transaction

from households.models import Assessment, Membership
from households.services.closing import close_household
from households.services.heads import change_head, open_memberships
from households.services.members import (
    add_member,
    clear_member,
    move_member,
    remove_member,
    return_member,
)
from poverty.audit.models import Entry
from tests.factories.accounts import make_user
from tests.factories.households import make_household, make_member, make_membership, make_year
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

ON = date(2018, 10, 5)
PAPER = "户口本"


@pytest.fixture
def actor():
    return make_user("赵乡镇")


@pytest.fixture
def household():
    return make_household(members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}])


def spouse_of(household):
    return household.memberships.get(relation="spouse").member


class TestJoining:
    def test_a_newborn_joins_and_counts_from_the_day_on(self, household, actor):
        baby = make_member(None, "王小宝", birth_date=date(2018, 9, 20), identity=None, facts=False)
        add_member(household, baby, "son", on=ON, reason="birth", document="出生医学证明", actor=actor)
        household.refresh_from_db()
        baby.refresh_from_db()
        assert household.size == 3
        assert baby.household == household
        row = baby.memberships.get()
        assert (row.valid_from, row.valid_to, row.relation) == (ON, None, "son")
        assert (row.join_reason, row.join_document) == ("birth", "出生医学证明")

    def test_a_second_head_is_refused(self, household, actor):
        person = make_member(None, "王二", facts=False)
        told = refused(add_member, household, person, "head", on=ON, reason="marriage_in", actor=actor)
        assert "不能有两个户主" in told["relation"][0]
        assert household.memberships.count() == 2

    def test_who_is_a_member_elsewhere_is_refused(self, household, actor):
        other = make_household(head="陈大山")
        told = refused(add_member, household, other.head, "sibling", on=ON, reason="moved_back", actor=actor)
        assert told[""] == ["此人已在册于另一户，一人只能在一户。"]

    def test_nobody_joins_before_he_was_born(self, household, actor):
        baby = make_member(None, "王小宝", birth_date=date(2018, 10, 20), identity=None, facts=False)
        told = refused(add_member, household, baby, "son", on=ON, reason="birth", actor=actor)
        assert "不能早于出生日期" in told["happened_on"][0]

    def test_a_day_in_the_future_is_refused(self, household, actor):
        person = make_member(None, "王二", facts=False)
        told = refused(
            add_member, household, person, "son", on=date(2099, 1, 1), reason="moved_back", actor=actor
        )
        assert told == {"happened_on": ["日期在今天之后，请核对。"]}

    def test_a_relation_must_fit_the_sex(self, household, actor):
        person = make_member(None, "王二", facts=False)
        told = refused(add_member, household, person, "daughter", on=ON, reason="moved_back", actor=actor)
        assert told == {"relation": ["王二的性别是男，不能是“之女”。"]}

    def test_a_closed_year_is_not_altered(self, household, actor):
        make_year(year=2019, state="closed")
        person = make_member(None, "王二", facts=False)
        told = refused(
            add_member, household, person, "son", on=date(2019, 9, 30), reason="moved_back", actor=actor
        )
        assert "2019年度已关闭（核算期至 2019-09-30）" in told["happened_on"][0]
        assert "2019-10-01" in told["happened_on"][0]
        add_member(household, person, "son", on=date(2019, 10, 1), reason="moved_back", actor=actor)

    def test_the_same_person_under_two_rows_is_asked_about(self, household, actor):
        make_member(household, "王小明", relation="son", identity=None, facts=False)
        twin = make_member(None, "王小明", identity=None, facts=False)
        told = refused(add_member, household, twin, "son", on=ON, reason="moved_back", actor=actor)
        assert "同名、同出生日期" in told[""][0]


class TestLeaving:
    def test_who_leaves_is_a_member_no_longer_on_that_day(self, household, actor):
        person = spouse_of(household)
        row = remove_member(person.memberships.get(), on=ON, reason="death", document="死亡证明", actor=actor)
        household.refresh_from_db()
        person.refresh_from_db()
        assert (row.valid_to, row.leave_reason, row.leave_document) == (ON, "death", "死亡证明")
        assert household.size == 1
        assert person.household is None

    def test_the_head_stays_while_others_do(self, household, actor):
        told = refused(remove_member, household.head.memberships.get(), on=ON, reason="death", actor=actor)
        assert "请先办理“变更户主”" in told["member"][0]

    def test_the_last_member_leaves_an_empty_household_with_its_name(self, actor):
        household = make_household(head="周独居")
        remove_member(household.head.memberships.get(), on=ON, reason="death", actor=actor)
        household.refresh_from_db()
        assert (household.size, household.head, household.head_name) == (0, None, "周独居")
        assert household.headships.get().valid_to == ON

    def test_not_before_he_came(self, household, actor):
        row = spouse_of(household).memberships.get()
        told = refused(remove_member, row, on=date(2015, 12, 31), reason="death", actor=actor)
        assert told == {"happened_on": ["日期不能早于李秀英在户期间的开始日期 2016-01-01。"]}

    def test_what_the_county_decides_is_not_a_removal(self, household, actor):
        row = spouse_of(household).memberships.get()
        told = refused(remove_member, row, on=ON, reason="cleared", actor=actor)
        assert "须由县审定" in told["leave_reason"][0]
        assert clear_member(row, on=ON, document="清退决定", actor=actor).leave_reason == "cleared"

    def test_a_closed_household_does_not_change(self, actor, county_reviewer):
        household = make_household(survey=False)
        row = household.head.memberships.get()
        close_household(
            household,
            on=date(2018, 6, 1),
            leave_reasons={household.head_id: "death"},
            document="销户材料",
            actor=county_reviewer,
        )
        told = refused(remove_member, row, on=ON, reason="death", actor=actor)
        assert told[""] == ["王建国户已销户，不能再变动。"]


class TestReturning:
    def test_a_soldier_comes_back(self, household, actor):
        person = spouse_of(household)
        remove_member(person.memberships.get(), on=date(2018, 2, 1), reason="military_service", actor=actor)
        return_member(household, person, "spouse", on=ON, reason="left_army", document="退伍证", actor=actor)
        rows = person.memberships.order_by("valid_from").values_list("valid_from", "valid_to")
        assert list(rows) == [(date(2016, 1, 1), date(2018, 2, 1)), (ON, None)]

    def test_nobody_comes_back_from_death(self, household, actor):
        person = spouse_of(household)
        remove_member(person.memberships.get(), on=date(2018, 2, 1), reason="death", actor=actor)
        told = refused(return_member, household, person, "spouse", on=ON, reason="moved_back", actor=actor)
        assert "因“死亡”离户，不能回户" in told["member"][0]

    def test_not_while_he_was_still_a_member(self, household, actor):
        person = spouse_of(household)
        remove_member(person.memberships.get(), on=ON, reason="moved_out", actor=actor)
        told = refused(
            return_member, household, person, "spouse", on=date(2018, 10, 1), reason="moved_back", actor=actor
        )
        assert "到 2018-10-05 为止" in told["happened_on"][0]

    def test_a_stranger_is_added_not_returned(self, household, actor):
        person = make_member(None, "王二", facts=False)
        told = refused(return_member, household, person, "son", on=ON, reason="left_army", actor=actor)
        assert "不曾是该户成员" in told["member"][0]


class TestMoving:
    def test_from_one_household_to_another_on_one_day(self, household, actor):
        target = make_household(head="陈大山")
        person = spouse_of(household)
        move_member(person.memberships.get(), target, "mother", on=ON, document=PAPER, actor=actor)
        household.refresh_from_db()
        target.refresh_from_db()
        person.refresh_from_db()
        assert (household.size, target.size, person.household) == (1, 2, target)

    def test_not_into_another_county_nor_into_the_same_household(self, household, actor):
        row = spouse_of(household).memberships.get()
        abroad = make_household("140212100201", head="陈大山")
        assert "不在本县" in refused(move_member, row, abroad, "mother", on=ON, actor=actor)["target"][0]
        assert (
            "就是原来的户" in refused(move_member, row, household, "mother", on=ON, actor=actor)["target"][0]
        )


class TestHead:
    def test_everybody_gets_a_relation_to_the_new_head(self, household, actor):
        son = make_member(household, "王小明", relation="son", birth_date=date(1995, 1, 2))
        wife = spouse_of(household)
        old = household.head
        change_head(
            household,
            son,
            on=ON,
            relations={old.pk: "father", wife.pk: "mother"},
            reason="老户主年迈",
            document="户口本",
            actor=actor,
        )
        household.refresh_from_db()
        assert (household.head, household.head_name, household.head_initials) == (son, "王小明", "wxm")
        assert {row.member.name: row.relation for row in open_memberships(household)} == {
            "王小明": "head",
            "王建国": "father",
            "李秀英": "mother",
        }
        terms = household.headships.order_by("valid_from").values_list("member", "valid_from", "valid_to")
        assert list(terms) == [(old.pk, date(2016, 1, 1), ON), (son.pk, ON, None)]
        assert household.size == 3

    def test_each_day_has_one_head(self, household, actor):
        """A head who came after the accounting period's end must not take the head from the year before."""
        make_standard()
        household_id = household.pk
        man = make_member(None, "王二", birth_date=date(1990, 1, 1))
        add_member(household, man, "sibling", on=date(2018, 10, 3), reason="moved_back", actor=actor)
        before = Assessment.objects.get(household=household_id, year=2018)
        relations = {household.head.pk: "sibling", spouse_of(household).pk: "brothers_wife"}
        change_head(household, man, on=ON, relations=relations, actor=actor)
        assert Assessment.objects.get(household=household_id, year=2018).verdict == before.verdict
        heads = Membership.objects.counted_on(date(2018, 9, 30)).filter(household=household, relation="head")
        assert [row.member.name for row in heads] == ["王建国"]

    def test_nobody_may_be_left_out_and_nobody_else_be_head(self, household, actor):
        wife, old = spouse_of(household), household.head
        told = refused(change_head, household, wife, on=ON, relations={}, actor=actor)
        assert told == {f"relation_{old.pk}": ["请选择与户主关系。"]}
        told = refused(change_head, household, wife, on=ON, relations={old.pk: "head"}, actor=actor)
        assert "只能有一个户主" in told[f"relation_{old.pk}"][0]

    def test_the_head_must_be_a_member(self, household, actor):
        stranger = make_member(None, "王二", facts=False)
        told = refused(change_head, household, stranger, on=ON, relations={}, actor=actor)
        assert told == {"member": ["王二不是该户在册成员，不能当户主。"]}

    def test_not_before_the_present_head(self, household, actor):
        wife, old = spouse_of(household), household.head
        relations = {old.pk: "spouse"}
        change_head(household, wife, on=ON, relations=relations, actor=actor)
        told = refused(
            change_head, household, old, on=date(2018, 10, 1), relations={wife.pk: "spouse"}, actor=actor
        )
        assert told == {"happened_on": ["日期不能早于现户主任期的开始日期 2018-10-05。"]} or told == {
            "happened_on": ["日期不能早于王建国在户期间的开始日期 2018-10-05。"]
        }


def test_a_change_judges_at_once(household, actor):
    make_standard()
    uninsured = make_member(None, "王二", facts={"resident_insurance": False, "employee_insurance": False})
    add_member(household, uninsured, "sibling", on=date(2018, 9, 1), reason="moved_back", actor=actor)
    row = Assessment.objects.get(household=household, year=2018)
    assert (row.members, row.medical) == (3, 0)
    remove_member(uninsured.memberships.get(), on=date(2018, 9, 20), reason="moved_out", actor=actor)
    row.refresh_from_db()
    assert (row.members, row.medical) == (2, 2)


def test_the_log_names_the_person_and_no_number(household, actor):
    person = make_member(None, "王二", facts=False)
    add_member(household, person, "sibling", on=ON, reason="moved_back", document=PAPER, actor=actor)
    entry = Entry.objects.get(action="households.member.add")
    assert (entry.case_id, entry.area_code) == (household.pk, household.area_id)
    assert entry.summary == "王二（之兄弟姐妹）加入，2018-10-05起，迁入，依据：户口本"
    assert entry.changes == {"member": [None, "王二"], "size": [2, 3]}


def test_one_person_in_two_households_is_stopped_by_the_database_too(household):
    other = make_household(head="陈大山")
    with pytest.raises(Exception, match="one_open_membership_of_a_person"), transaction.atomic():
        make_membership(household, other.head, relation="sibling", since=ON)
