"""What stands out, each kind by hand: with it, and beside it without."""

from datetime import date

import pytest
from django.utils import timezone

from households.desk.exceptions import all_standing, standing
from households.desk.queue import CLEAN, queue, waiting_of
from households.desk.stages import DECIDE, REVIEW
from households.models import Assessment, BureauConfirmation, ExitCase, Household
from households.options.desk_options import (
    CHANGED,
    CONTRADICTED,
    DESK_EXCEPTIONS,
    EXITED_UNMET,
    LATE,
    NOT_MET,
)
from households.services.assess import judge_households
from households.services.surveys import save_survey
from poverty.accounts.models import Role
from poverty.review.models import Notice
from poverty.review.services.objections import receive_objection
from tests.factories.accounts import make_posting, make_user
from tests.factories.households import make_household


def found(kind, year=2018):
    rows = standing(kind, Household.objects.all(), ExitCase.objects.all(), year, timezone.localdate())
    return set(rows.values_list("pk", flat=True))


def kinds_of(walk, number=0, stage=REVIEW):
    found = waiting_of(walk.reviewer, stage, [walk.case(number).pk])
    return found[0].kinds if found else None


def change(walk, number=0, **facts):
    """The clerk changes facts of a household; it is judged with them."""
    survey = walk.households[number].surveys.get(year=2018)
    save_survey(survey, facts, actor=walk.clerk)


def exited(**facts):
    household = make_household(head="赵六", status="exited", survey=facts)
    judge_households([household.pk], 2018)
    return household


def test_nothing_stands_out_where_all_is_in_order(waiting):
    assert [kinds_of(waiting, number) for number in range(3)] == [(), (), ()]
    assert [found(one.key) for one in DESK_EXCEPTIONS] == [set()] * 6


class TestCases:
    def test_no_longer_met(self, waiting):
        change(waiting, food_ok=False)
        # An indicator that was appraised has changed, too: held.
        assert kinds_of(waiting) == (NOT_MET, CHANGED)
        assert kinds_of(waiting, 1) == ()
        assert found(NOT_MET) == {waiting.case().pk}

    def test_a_result_that_was_withdrawn_is_not_met(self, waiting):
        Assessment.objects.filter(household=waiting.households[0]).delete()
        assert NOT_MET in kinds_of(waiting)

    def test_facts_changed_with_the_same_result(self, waiting):
        change(waiting, transfer_income="600.00")
        assert kinds_of(waiting) == (CHANGED,)
        assert not waiting.case().is_held
        assert found(CHANGED) == {waiting.case().pk}

    def test_members_changed_hold_it(self, waiting):
        ExitCase.objects.filter(pk=waiting.case().pk).update(held_at=timezone.now(), hold_kinds=["members"])
        assert kinds_of(waiting) == (CHANGED,)

    def test_a_bureau_that_says_the_opposite_of_what_is_met(self, waiting):
        self.say(waiting, "housing", "exception", "鉴定为D级")
        assert kinds_of(waiting) == (CONTRADICTED,)
        assert found(CONTRADICTED) == {waiting.case().pk}

    def test_a_bureau_in_order_where_the_indicator_is_unmet(self, waiting):
        change(waiting, is_dangerous_house=True, dangerous_grade="d")
        assert CONTRADICTED in kinds_of(waiting)

    def test_its_last_word_counts(self, waiting):
        self.say(waiting, "housing", "exception", "鉴定为D级")
        self.say(waiting, "housing", "ok")
        assert kinds_of(waiting) == ()

    def test_what_it_said_in_an_earlier_round_does_not(self, waiting):
        self.say(waiting, "housing", "exception", "鉴定为D级", round=2)
        assert kinds_of(waiting) == ()

    @staticmethod
    def say(walk, bureau, result, note="", round=1):
        BureauConfirmation.objects.create(
            case=walk.case(), round=round, bureau=bureau, result=result, note=note,
            confirmed_on=date(2018, 12, 20), legal_basis="比对通知", recorded_by=walk.bureaus[bureau],
        )  # fmt: skip

    def test_late_the_day_after_its_last_day(self, waiting, december):
        # Checked on the 15th, 15 days: the 30th is the last.
        december.move_to("2018-12-30T12:00:00+08:00")
        assert kinds_of(waiting) == ()
        december.move_to("2018-12-31T00:10:00+08:00")
        assert kinds_of(waiting) == (LATE,)
        assert len(found(LATE)) == 3


def test_everything_in_one_statement(waiting, django_assert_num_queries):
    change(waiting, food_ok=False)
    gone = exited(food_ok=False)
    with django_assert_num_queries(2):  # the deadlines of the place, and the statement
        rows = list(all_standing(Household.objects.all(), ExitCase.objects.all(), 2018, timezone.localdate()))
    case = waiting.case()
    assert {(one.kind, one.household, one.case) for one in rows} == {
        (NOT_MET, case.household_id, case.pk),
        (CHANGED, case.household_id, case.pk),
        (EXITED_UNMET, gone.pk, None),
    }


class TestQueue:
    def test_what_stands_out_comes_first(self, waiting):
        last = waiting.cases.last()
        change(
            waiting, [one.pk for one in waiting.households].index(last.household_id), transfer_income="600.00"
        )
        rows = queue(waiting.reviewer, REVIEW).narrowed()
        assert rows.keys == [last.pk, *sorted(one.pk for one in waiting.cases if one.pk != last.pk)]

    def test_an_objection_that_names_nobody_keeps_the_list(self, waiting):
        notice = Notice.objects.get(kind="second")
        receive_objection(
            notice,
            channel="web",
            about="李某家",
            text="有小汽车",
            received_on=notice.last_day,
            late_reason="补录",
        )
        found = queue(waiting.reviewer, REVIEW)
        assert len(found.narrowed(kind="objected")) == 3
        assert len(found.narrowed(kind=CLEAN)) == 0

    def test_an_objection_keeps_one_and_not_the_others(self, waiting):
        case = waiting.case()
        receive_objection(
            waiting.roster.notices.get(kind="second"), case_id=case.pk, channel="visit", about="王建国",
            text="家里有车", received_on=date(2018, 12, 20), late_reason="集中录入", actor=waiting.township,
        )  # fmt: skip
        found = queue(waiting.reviewer, REVIEW)
        assert case.pk not in found.narrowed().keys
        assert found.narrowed(kind="objected").keys == [case.pk]
        assert len(found.narrowed()) == 2

    def test_by_township_and_kind(self, waiting):
        change(waiting, transfer_income="600.00")
        found = queue(waiting.reviewer, REVIEW)
        figures = found.by_township()
        assert {code: (one.waiting, one.standing_out, one.late) for code, one in figures.items()} == {
            "220503100": (3, 1, 0)
        }
        counts = found.by_kind("220503100")
        assert (counts[""], counts["clean"], counts[CHANGED]) == (3, 2, 1)

    def test_after_the_review_it_waits_for_the_leading_group(self, waiting):
        waiting.review()
        assert len(queue(waiting.reviewer, REVIEW).all) == 0
        assert len(queue(waiting.reviewer, DECIDE).narrowed()) == 3

    def test_the_county_next_door_sees_nothing(self, waiting):
        stranger = make_posting(make_user("邻县"), Role.COUNTY_REVIEWER, "140212").user
        assert len(queue(stranger, REVIEW).all) == 0


@pytest.mark.parametrize("place", ["220503", "220503100", "220503100204"])
def test_one_place_is_a_part_of_the_county(waiting, place):
    whole = queue(waiting.reviewer, REVIEW).narrowed(place).keys
    assert queue(waiting.reviewer, REVIEW, place=place).narrowed().keys == whole
    assert len(whole) == 3
