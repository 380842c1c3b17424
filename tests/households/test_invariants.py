"""What PostgreSQL keeps of the register whoever writes: states, accounting periods, the present."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from households.models import INDICATOR_COLUMNS, Assessment, AssessmentChange, CountyYear, Household, Member
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_year
from tests.households.verdicts import judge

pytestmark = pytest.mark.django_db


def refused(constraint, write):
    """Run a write that PostgreSQL has to refuse by the constraint of that name."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert caught.value.__cause__.diag.constraint_name == constraint


@pytest.fixture
def judged():
    return Assessment.objects.filter(pk=judge(make_household()).pk)


@pytest.mark.parametrize("column", ["verdict", *INDICATOR_COLUMNS])
@pytest.mark.parametrize("value", [-1, 4])
def test_a_state_that_there_is_not_is_refused(judged, column, value):
    refused("assessment_holds_states", lambda: judged.update(**{column: value}))


@pytest.mark.parametrize("value", [0, 1, 2, 3, None])
def test_the_four_states_and_no_indicator_are_stored(judged, value):
    assert judged.update(income=value) == 1


@pytest.mark.parametrize("column", ["verdict_before", "verdict_after"])
def test_a_change_to_a_state_that_there_is_not_is_refused(judged, column):
    household = judged.get().household
    refused(
        "assessment_change_holds_states",
        lambda: AssessmentChange.objects.create(
            household=household,
            year=2018,
            area_id=household.area_id,
            at="2018-10-01T08:00:00+08:00",
            **{column: 7},
        ),
    )


@pytest.mark.parametrize("column", ["states_before", "states_after"])
@pytest.mark.parametrize(
    "states",
    [
        [],
        [2] * 10,
        [2] * 12,
        [4] + [2] * 10,
        [2] * 10 + [-1],
        [None] * 10 + [7],
    ],
)
def test_a_change_that_lists_other_states_is_refused(judged, column, states):
    household = judged.get().household
    refused(
        "assessment_change_holds_every_state",
        lambda: AssessmentChange.objects.create(
            household=household,
            year=2018,
            area_id=household.area_id,
            at="2018-10-01T08:00:00+08:00",
            **{column: states},
        ),
    )


@pytest.mark.parametrize("states", [None, [None] * 11, [0, 1, 2, 3, None, 2, 2, 2, 2, 2, 0]])
def test_a_change_lists_every_indicator_or_was_not_judged(judged, states):
    household = judged.get().household
    made = AssessmentChange.objects.create(
        household=household,
        year=2018,
        area_id=household.area_id,
        at="2018-10-01T08:00:00+08:00",
        states_before=states,
        states_after=states,
    )
    made.validate_constraints()
    assert AssessmentChange.objects.get(pk=made.pk).states_after == states


def test_two_years_of_a_county_share_no_day():
    make_year("220503", 2018)  # 2017-10-01 to 2018-09-30
    late = CountyYear(area_id="220503", year=2019, period_from=date(2018, 9, 30), period_to=date(2019, 9, 29))
    refused("accounting_periods_of_a_county_apart", late.save)


def test_the_day_after_and_another_county_are_free():
    make_year("220503", 2018)
    make_year("220503", 2019, period_from=date(2018, 10, 1), period_to=date(2019, 9, 30))
    make_year("220502", 2018)
    assert CountyYear.objects.count() == 3


# --- the columns of the present and the dated rows ---------------------------------------------------------


def at_commit(write):
    """Run a write that PostgreSQL refuses when its transaction ends; returns the part that disagrees."""

    def whole():
        write()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS household_present_agrees IMMEDIATE")

    with pytest.raises(IntegrityError, match="dated rows disagree") as caught, transaction.atomic():
        whole()
    assert caught.value.__cause__.diag.constraint_name == "household_present_agrees"
    return caught.value.__cause__.diag.message_primary.split(": ")[1].split()[0]


@pytest.fixture
def home():
    make_area("220503100205")
    return make_household(members=[{"name": "王小红"}], survey=False)


def rows(home):
    return Household.objects.filter(pk=home.pk)


@pytest.mark.parametrize(
    ("write", "what"),
    [
        (lambda home: rows(home).update(size=3), "size"),
        (lambda home: home.memberships.filter(relation="child").delete(), "size"),
        (lambda home: home.members.filter(name="王小红").update(household=None), "members"),
        (lambda home: rows(home).update(head=home.members.get(name="王小红")), "head"),
        (lambda home: rows(home).update(head=None), "head"),
        (lambda home: home.headships.update(valid_to=date(2018, 1, 1)), "head"),
        (lambda home: rows(home).update(head_name="李四"), "head_name"),
        (lambda home: home.members.filter(name="王建国").update(name="李四"), "head_name"),
        (lambda home: rows(home).update(area="220503100205"), "place"),
        (lambda home: home.places.update(area="220503100205"), "place"),
        (lambda home: home.places.update(valid_to=date(2018, 1, 1)), "place"),
        (lambda home: home.places.all().delete(), "place"),
        (lambda home: rows(home).update(kind="exited"), "status"),
        (lambda home: rows(home).update(regime="monitoring"), "status"),
        (lambda home: home.statuses.update(status="exited"), "status"),
        (lambda home: home.statuses.update(valid_to=date(2018, 1, 1)), "status"),
    ],
)
def test_a_column_of_the_present_that_says_otherwise_is_refused_at_commit(home, write, what):
    assert at_commit(lambda: write(home)) == what


def test_a_person_in_two_places_at_once_is_refused(home):
    other = make_household(head="李秀英", survey=False)
    child = home.members.get(name="王小红")
    assert at_commit(lambda: Member.objects.filter(pk=child.pk).update(household=other)) == "members"


def test_a_household_written_without_its_dated_rows_is_refused():
    make_area("220503100204")
    bare = Household(area_id="220503100204", regime="registration", kind="general_rural")
    assert at_commit(lambda: Household.objects.bulk_create([bare])) == "place"


@pytest.mark.parametrize(("dated", "what"), [("places", "place"), ("statuses", "status")])
def test_a_household_that_has_left_the_register_goes_on_nowhere(home, dated, what):
    """Though the open row says what the columns say."""
    gone = make_household(head="赵六", survey=False, state="closed", closed_on=date(2018, 5, 1))
    connection.check_constraints()
    assert at_commit(lambda: getattr(gone, dated).update(valid_to=None)) == what


def test_columns_and_rows_written_together_agree_in_any_order(home):
    def write():
        child = home.members.get(name="王小红")
        rows(home).update(size=1)
        child.household = None
        child.save(update_fields=["household"])
        home.memberships.filter(member=child).update(valid_to=date(2018, 5, 1), leave_reason="moved_out")
        home.places.update(area="220503100205")
        rows(home).update(area="220503100205")

    write()
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM households_recheck")
        assert cursor.fetchone() == (0,)


def test_what_says_nothing_again_is_not_asked(home):
    """An edit of the address notes nothing: the check costs only where something of it can have changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM households_recheck")
        before = cursor.fetchone()[0]
        rows(home).update(address="村西头", facts_version=2, version=2)
        cursor.execute("SELECT count(*) FROM households_recheck")
        assert cursor.fetchone()[0] == before
