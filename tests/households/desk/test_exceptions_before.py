"""What stands out before anything waits for the county: households that are not proposed, notices that still hang."""

from datetime import date

from households.desk.queue import queue
from households.desk.stages import REVIEW
from households.options.desk_options import EXITED_UNMET, NOT_MET, NOT_PROPOSED
from tests.factories.households import make_household
from tests.households.desk.test_exceptions import change, exited, found


def test_planned_it_need_not_be_met_yet(walk):
    walk.plan()
    change(walk, food_ok=False)
    assert found(NOT_MET) == set()


class TestHouseholds:
    def test_met_and_not_proposed(self, walk):
        assert found(NOT_PROPOSED) == {one.pk for one in walk.households}
        walk.plan()
        assert found(NOT_PROPOSED) == set()

    def test_met_and_exited_already_it_is_not_to_be_proposed(self, walk):
        assert exited(food_ok=True).pk not in found(NOT_PROPOSED) | found(EXITED_UNMET)

    def test_unmet_though_exited(self, walk):
        change(walk, food_ok=False)
        assert found(EXITED_UNMET) == set()
        assert {exited(food_ok=False).pk} == found(EXITED_UNMET)

    def test_closed_it_stands_out_no_more(self, walk):
        make_household(head="李四", state="closed", closed_on=date(2018, 11, 1))
        assert len(found(NOT_PROPOSED)) == 3


def test_a_notice_that_hangs_is_not_the_countys_turn(walk):
    walk.to("checked")
    waiting = queue(walk.reviewer, REVIEW)
    assert len(waiting.narrowed()) == 0
    assert len(waiting.narrowed(kind="posted")) == 3
    walk.post("second", date(2018, 12, 17))
    assert len(queue(walk.reviewer, REVIEW, on=date(2018, 12, 23)).narrowed()) == 0
    assert len(queue(walk.reviewer, REVIEW, on=date(2018, 12, 24)).narrowed()) == 3
