"""What was owed in a month: done, late, open; figures and lists of the same rows."""

from datetime import date

import pytest
import time_machine

from households.duties.months import DONE, LATE, OPEN, figures, months_of, obligations
from households.duties.services.rules import set_duty
from households.models import DutyRecord, Pairing
from households.options.duty_bearers import SECOND_HELPER
from poverty.accounts.models import Role
from tests.factories.accounts import make_actor, make_unit, make_user
from tests.factories.duties import make_visit, was_before
from tests.factories.households import make_household, make_pairing

pytestmark = pytest.mark.django_db
NOV, DEC = date(2018, 11, 1), date(2018, 12, 1)


def poor(**fields):
    return make_household(survey=False, **fields)


def states(month=NOV, today=date(2018, 12, 5), **kwargs):
    """Household -> (state, helper, last day, days late)."""
    return {
        one.household_id: (one.duty_state, one.helper_id, one.last_day, one.days_late)
        for one in obligations(Pairing.objects.all(), month, today, **kwargs)
    }


def call(household, person, on, bearer=SECOND_HELPER):
    return DutyRecord.objects.create(
        bearer=bearer,
        act="call",
        area_id=household.area_id,
        household=household,
        person=person,
        happened_on=on,
        topic="电话联系",
        recorded_by=person,
    )


def test_done_late_and_open():
    done, late, open_ = poor(), poor(), poor(status="exited", kind="exited")
    pairs = {one: make_pairing(one) for one in (done, late, open_)}
    make_visit(done, pairs[done].helper, date(2018, 11, 30))
    make_visit(late, pairs[late].helper, date(2018, 12, 1))  # a day after: November stays missed
    assert states() == {
        done.pk: (DONE, pairs[done].helper_id, date(2018, 11, 30), None),
        late.pk: (LATE, pairs[late].helper_id, date(2018, 11, 30), 5),
        open_.pk: (OPEN, pairs[open_].helper_id, date(2018, 12, 31), None),
    }


def test_a_month_that_goes_on_has_nobody_late():
    household = poor()
    make_pairing(household)
    assert states(today=date(2018, 11, 30))[household.pk][0] == OPEN


def test_a_month_to_come_owes_nothing():
    make_pairing(poor())
    assert states(month=DEC, today=date(2018, 11, 30)) == {}


def test_a_visit_of_the_quarter_is_done_in_each_of_its_months():
    household = poor(status="exited", kind="exited")
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 10, 9))
    assert [states(month)[household.pk][0] for month in (date(2018, 10, 1), NOV, DEC)] == [DONE, DONE, DONE]
    assert states(date(2018, 9, 1))[household.pk][:1] == (LATE,)


def test_a_visit_later_in_the_quarter_was_not_made_yet_in_its_first_month():
    household = poor(status="exited", kind="exited")
    helper = make_pairing(household).helper
    make_visit(household, helper, date(2018, 12, 3))
    assert states(NOV)[household.pk][0] == OPEN


def test_a_month_gone_by_stays_as_it_was_when_its_quarter_is_over():
    served, missed = (poor(status="exited", kind="exited") for _ in range(2))
    make_visit(served, make_pairing(served).helper, date(2018, 12, 3))
    make_pairing(missed)
    january = date(2019, 1, 15)
    for month in (date(2018, 10, 1), NOV):
        found = states(month, january)
        assert found[served.pk][0] == found[missed.pk][0] == OPEN
        assert found[served.pk][3] is None
    last = states(DEC, january)
    assert last[served.pk][0] == DONE
    assert (last[missed.pk][0], last[missed.pk][3]) == (LATE, 15)  # since 31 December


def test_the_helper_who_had_the_days_bears_the_month():
    household = poor()
    first = make_pairing(household, until=date(2018, 11, 21)).helper  # twenty days of November
    second = make_pairing(household, since=date(2018, 11, 21)).helper  # ten
    assert states()[household.pk][1] == second.pk
    other = poor()
    first = make_pairing(other, until=date(2018, 11, 22)).helper
    make_pairing(other, since=date(2018, 11, 22))  # nine: too few to be asked
    assert states()[other.pk][1] == first.pk


def test_who_had_a_household_for_a_week_in_between_owes_nothing():
    household = poor()
    make_pairing(household, since=date(2018, 11, 5), until=date(2018, 11, 12))
    assert states() == {}


def test_the_list_of_the_month_is_made_on_its_first_day():
    household = poor(status="exited", kind="exited")
    was_before(household, "not_exited", date(2018, 11, 2))
    make_pairing(household)
    assert states(NOV)[household.pk][2] == date(2018, 11, 30)
    assert states(DEC)[household.pk][2] == date(2018, 12, 31)
    new = poor()
    new.statuses.update(valid_from=date(2018, 11, 2))
    make_pairing(new, since=date(2018, 11, 2))
    assert new.pk not in states(NOV)
    assert new.pk in states(DEC)


def test_the_second_helper_owes_a_telephone_call():
    household = poor()
    make_pairing(household)
    second = make_pairing(household, order=2).helper
    assert states(bearer=SECOND_HELPER)[household.pk][:2] == (LATE, second.pk)
    call(household, second, date(2018, 11, 9))
    assert states(bearer=SECOND_HELPER)[household.pk][0] == DONE
    # The call is the second helper's: the first one still owes his visit.
    assert states()[household.pk][0] == LATE


def test_a_call_before_the_hand_over_serves_the_month():
    household = poor()
    leaving = make_pairing(household, order=2, until=date(2018, 11, 5)).helper
    call(household, leaving, date(2018, 11, 3))
    taking_over = make_pairing(household, order=2, since=date(2018, 11, 5)).helper
    assert states(bearer=SECOND_HELPER)[household.pk][:2] == (DONE, taking_over.pk)


def test_a_call_of_the_first_helper_does_not_serve_the_second():
    household = poor()
    first = make_pairing(household).helper
    make_pairing(household, order=2)
    call(household, first, date(2018, 11, 9), bearer="helper")
    assert states(bearer=SECOND_HELPER)[household.pk][0] == LATE


@time_machine.travel("2018-11-22T10:00+08:00", tick=False)
def test_a_visit_and_a_call_of_one_day_are_one_contact(actors):
    set_duty(
        "call_second",
        "220503",
        actor=actors["county_reviewer"],
        valid_from=DEC,
        every_months=1,
        times=2,
        document="县文件",
    )
    household = poor()
    second = make_pairing(household, order=2).helper
    make_visit(household, second, date(2018, 12, 3))
    call(household, second, date(2018, 12, 3))
    call(household, second, date(2018, 12, 3))

    def made():
        [one] = obligations(Pairing.objects.all(), DEC, date(2018, 12, 31), SECOND_HELPER)
        return one.made, one.duty_state, one.done_on

    assert made() == (1, OPEN, date(2018, 12, 3))
    call(household, second, date(2018, 12, 20))
    assert made() == (2, DONE, date(2018, 12, 3))


def test_a_visit_of_the_second_helper_serves_his_duty_only():
    household = poor()
    make_pairing(household)
    second = make_pairing(household, order=2).helper
    make_visit(household, second, date(2018, 11, 9))
    assert states(bearer=SECOND_HELPER)[household.pk][0] == DONE
    assert states()[household.pk][0] == LATE


def test_figures_add_up_to_their_lists():
    units = [make_unit("区水利局"), make_unit("区财政局")]
    villages = ["220503100204", "220503101202"]
    for number in range(6):
        household = poor(village=villages[number % 2])
        helper = make_actor(Role.HELPER, household.area_id)
        type(helper).objects.filter(pk=helper.pk).update(unit=units[number % 2])
        make_pairing(household, helper)
        if number < 3:
            make_visit(household, helper, date(2018, 11, 10 + number))
    rows = obligations(Pairing.objects.all(), NOV, date(2018, 12, 5))
    by_village = {one.key: (one.owed, one.done, one.late, one.open) for one in figures(rows, "village")}
    assert by_village == {villages[0]: (3, 2, 1, 0), villages[1]: (3, 1, 2, 0)}
    assert {one.key: one.owed for one in figures(rows, "township")} == {"220503100": 3, "220503101": 3}
    assert [(one.label, one.done) for one in figures(rows, "unit")] == [("区水利局", 2), ("区财政局", 1)]
    assert [one.owed for one in figures(rows, "person")] == [1] * 6
    for one in figures(rows, "village"):
        listed = rows.filter(household__area=one.key, duty_state=LATE)
        assert listed.count() == one.late


def test_share_is_of_what_has_come_due():
    household = poor()
    helper = make_pairing(household).helper
    make_pairing(poor(status="exited", kind="exited"), helper)
    rows = obligations(Pairing.objects.all(), NOV, date(2018, 12, 5))
    [mine] = figures(rows, "person")
    assert (mine.owed, mine.late, mine.open, mine.share) == (2, 1, 1, 0)
    make_visit(household, helper, date(2018, 11, 2))
    [mine] = figures(rows, "person")
    assert mine.share == 100


def test_a_visit_by_somebody_else_does_not_serve():
    household = poor()
    make_pairing(household)
    make_visit(household, make_user("村干部"), date(2018, 11, 9))
    assert states()[household.pk][0] == LATE


def test_months_of_a_year():
    assert months_of(2018, date(2018, 3, 2)) == [date(2018, 3, 1), date(2018, 2, 1), date(2018, 1, 1)]
    assert len(months_of(2017, date(2018, 3, 2))) == 12
    assert months_of(2019, date(2018, 3, 2)) == []
