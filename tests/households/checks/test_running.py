"""Running the checks: one household as many, the same statements for few and many, and findings over time."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.checks.figures import households
from households.checks.people import persons
from households.models import CheckCount, CheckRun, CountyYear, Finding, Household, Membership, Survey
from households.services.checking import enqueue_nightly_checks, request_checks
from households.services.checks import answer, check_households, run_checks, terms_of
from households.services.places import move_household
from poverty.audit.models import Entry
from poverty.jobs import runners
from poverty.jobs.models import Job
from poverty.jobs.services import running
from tests.actors import COUNTY_A, COUNTY_B, VILLAGE_A, VILLAGE_B
from tests.factories.areas import make_area
from tests.factories.checks import codes_of, finding_of
from tests.factories.households import make_household, make_member, make_pairing, make_year
from tests.factories.parameters import make_parameter
from tests.households.checks.cases import Case, grown_up
from tests.households.varied import make_varied_register

pytestmark = pytest.mark.django_db
YEAR = 2018
PHONE = "household.phone_missing"


def run(area=COUNTY_A, **arguments):
    return run_checks(area, YEAR, trigger="command", **arguments)


def state():
    """Current findings, whoever found them."""
    rows = Finding.objects.current().order_by("code", "household", "member")
    return list(rows.values_list("code", "household", "member", "year", "area_code", "fingerprint"))


def spoilt(**fields):
    """A household without a telephone number, and whatever else."""
    return Case(PHONE, "hit", household={"phone_hash": None, **fields}).build()


# --- one and many -----------------------------------------------------------------------------------------


def test_one_household_alone_gives_what_the_county_gives():
    made = make_varied_register(90)
    counties = sorted({one.area_id[:6] for one in made})
    for county in counties:
        run(county)
    together = state()
    assert len({code for code, *_ in together}) > 15
    Finding.objects.all().delete()
    for one in made:
        check_households([one.pk], YEAR)
    assert state() == together
    Finding.objects.all().delete()
    check_households([one.pk for one in made], YEAR)
    assert state() == together


def test_no_row_stands_twice():
    """A join that multiplies rows would count one household as several."""
    make_varied_register(40)
    for county_year in CountyYear.objects.filter(year=YEAR):
        terms, area = terms_of(county_year), county_year.area_id
        own = Household.objects.judged_in(county_year.period_to).under(area)
        assert households(terms, area_codes=[area]).count() == own.count()
        counted = Membership.objects.counted_on(county_year.period_to).filter(household__in=own)
        assert persons(terms, area_codes=[area]).count() == counted.count()


def test_as_many_statements_for_many_as_for_few():
    spoilt()
    numbers = []
    for more in (1, 40):
        for _ in range(more):
            spoilt()
        with CaptureQueriesContext(connection) as found:
            run()
        numbers.append(len(found))
    assert numbers[0] == numbers[1]
    assert numbers[0] <= 27
    with CaptureQueriesContext(connection) as one:
        check_households(Household.objects.values_list("pk", flat=True)[:1], YEAR)
    with CaptureQueriesContext(connection) as many:
        check_households(Household.objects.values_list("pk", flat=True), YEAR)
    assert len(one) == len(many)


def test_the_year_before_and_the_neighbour_are_left_alone():
    here, there = spoilt(), make_household(VILLAGE_B)
    make_year(COUNTY_A, 2017)
    run()
    assert {household for _, household, *_ in state()} == {here.pk}
    run(COUNTY_B)
    assert {household for _, household, *_ in state()} == {here.pk, there.pk}
    run_checks(COUNTY_A, 2017, trigger="command")
    assert Finding.objects.filter(year=2017, code=PHONE).count() == 1
    assert Finding.objects.current().filter(year=YEAR, household=here, code=PHONE).exists()


@pytest.mark.parametrize(
    ("line", "found", "steps"), [("4000", 1, [(0, 2), (1, 2), (2, 2)]), ("3535", 0, [(0, 2), (2, 2)])]
)
def test_counties_of_equal_terms_are_read_together_and_others_by_their_own(line, found, steps):
    """3,800 yuan a head are above the line of the one county, and not always above that of the other."""
    make_parameter("line.exit", COUNTY_A, value="3535")
    make_parameter("line.exit", COUNTY_B, value=line)
    make_year(COUNTY_B, YEAR)
    gone = {"status": "exited", "kind": "exited"}
    case = Case("exited.income", "miss", household=gone, survey={"wage_income": "1800"})
    case.build()
    there = case.build(VILLAGE_B)
    told = []
    run("", progress=lambda number, total: told.append((number, total)))
    codes = [(household, code) for code, household, *_ in state() if code == "exited.income"]
    assert codes == [(there.pk, "exited.income")] * found
    assert told == steps


def test_what_was_answered_stays_answered_when_the_household_moves(township_officer, village_clerk):
    """The old village is checked alone, then the new one: neither takes the finding for gone."""
    household = spoilt()
    finding = finding_of(household, PHONE)
    given = answer(finding, "not_true", note="确无电话", actor=village_clerk)
    there = make_area("220503100205")
    move_household(
        household, there, None, on=date(2018, 9, 1), reason="搬迁", document="协议", actor=township_officer
    )
    assert [area for *_, area, _ in state()] == [there.pk]
    for place in (VILLAGE_A, there.pk):
        run(place)
        finding.refresh_from_db()
        assert (finding.closed_at, finding.answer) == (None, given)


def test_a_village_alone():
    here = spoilt()
    other = make_household("220503100205")
    run(VILLAGE_A)
    assert {household for _, household, *_ in state()} == {here.pk}
    run(COUNTY_A)
    assert other.pk in {household for _, household, *_ in state()}
    closed = Finding.objects.filter(closed_at__isnull=False)
    assert not closed.exists()


# --- over time --------------------------------------------------------------------------------------------


def test_run_twice_writes_once():
    household = spoilt()
    first = run()
    before = list(Finding.objects.values_list("pk", "found_at", "fingerprint"))
    second = run()
    assert list(Finding.objects.values_list("pk", "found_at", "fingerprint")) == before
    assert (first.new, first.closed) == (1, 0)
    assert (second.new, second.closed, second.open) == (0, 0, 1)
    assert codes_of(household) == {PHONE}


def test_what_is_corrected_closes_by_itself_and_what_returns_is_found_anew():
    household = spoilt()
    found = finding_of(household, PHONE)
    Household.objects.filter(pk=household.pk).update(phone_hash=b"\x07" * 32)
    second = run()
    found.refresh_from_db()
    assert found.closed_at is not None
    assert (second.open, second.closed) == (0, 1)
    Household.objects.filter(pk=household.pk).update(phone_hash=None)
    third = run()
    assert (third.open, third.new) == (1, 1)
    assert Finding.objects.filter(household=household, code=PHONE).count() == 2


def test_counts_by_check_and_run():
    spoilt()
    spoilt(main_cause="")
    first = run()
    rows = CheckCount.objects.filter(run=first).order_by("code")
    assert list(rows.values_list("code", "open", "answered", "new", "closed")) == [
        (PHONE, 2, 0, 2, 0),
        ("reason.missing", 1, 0, 1, 0),
    ]
    Household.objects.update(main_cause="capital")
    second = run()
    rows = CheckCount.objects.filter(run=second).order_by("code")
    assert list(rows.values_list("code", "open", "new", "closed")) == [
        (PHONE, 2, 0, 0),
        ("reason.missing", 0, 0, 1),
    ]
    assert (first.open, second.open) == (3, 2)


def figures(one):
    return (one.open, one.answered, one.new, one.closed, one.reopened)


def test_what_comes_and_goes_between_two_runs_is_counted_by_the_next(village_clerk):
    """Two households lack a telephone number, one is added; of one the number comes, before anybody asks again."""
    first, second = spoilt(), spoilt()
    before = run()
    assert figures(before) == (2, 0, 2, 0, 0)
    third = spoilt()
    check_households([third.pk], YEAR)
    Household.objects.filter(pk=first.pk).update(phone_hash=b"\x07" * 32)
    assert answer(Finding.objects.get(household=first), "corrected", actor=village_clerk) is None
    after = run()
    assert figures(after) == (2, 0, 1, 1, 0)
    assert figures(CheckCount.objects.get(run=after, code=PHONE)) == (2, 0, 1, 1, 0)
    assert figures(run()) == (2, 0, 0, 0, 0)
    assert after.open + after.answered == before.open + before.answered + after.new - after.closed
    assert {household for _, household, *_ in state()} == {second.pk, third.pk}


def test_what_came_and_went_at_once_counts_both_ways():
    make_year(COUNTY_A, YEAR)
    assert figures(run()) == (0, 0, 0, 0, 0)
    household = spoilt()
    check_households([household.pk], YEAR)
    Household.objects.filter(pk=household.pk).update(phone_hash=b"\x07" * 32)
    check_households([household.pk], YEAR)
    assert figures(run()) == (0, 0, 1, 1, 0)


def test_an_answer_ended_by_its_facts_counts_and_one_that_gave_way_does_not(village_clerk):
    household = Case("land.cultivated", "hit", survey={"cultivated_land": 15}).build()
    finding = finding_of(household, "land.cultivated")
    answer(finding, "not_true", note="确有15亩", actor=village_clerk)
    answer(finding, "not_true", note="确有15亩，含流转", actor=village_clerk)
    assert figures(run()) == (0, 1, 1, 0, 0)
    Survey.objects.filter(household=household).update(cultivated_land=40)
    check_households([household.pk], YEAR)
    assert figures(run()) == (1, 0, 0, 0, 1)


def test_a_county_counts_what_was_found_village_by_village_since():
    make_year(COUNTY_A, YEAR)
    run(COUNTY_A)
    spoilt()
    make_household("220503100205")
    assert figures(run(VILLAGE_A))[2] == 1
    assert figures(run(VILLAGE_A))[2] == 0
    county = run(COUNTY_A)
    assert county.new == Finding.objects.count()
    assert figures(run(VILLAGE_A)) == (1, 0, 0, 0, 0)


def test_a_household_that_changed_while_it_was_read_is_left_for_the_next_run(monkeypatch):
    """Facts saved between reading and writing: what was read is not written."""
    household = spoilt()
    real = run_checks.__globals__["collect"]

    def collect_and_save(*args, **kwargs):
        real(*args, **kwargs)
        Household.objects.filter(pk=household.pk).update(facts_version=99)

    monkeypatch.setitem(run_checks.__globals__, "collect", collect_and_save)
    assert run().new == 0
    monkeypatch.undo()
    assert run().new == 1


def test_a_household_that_moved_is_counted_where_it_is():
    household = spoilt()
    run()
    make_area("220503100205")
    Household.objects.filter(pk=household.pk).update(area_id="220503100205")
    household.places.update(area_id="220503100205")
    run()
    assert [area for *_, area, _ in state()] == ["220503100205"]
    assert Finding.objects.count() == 1


def test_a_closed_household_loses_its_findings():
    closed = make_household(state="closed", closed_on=date(2018, 5, 1))
    later = make_household(state="closed", closed_on=date(2018, 10, 1))
    for household in (closed, later):
        Finding.objects.create(
            household=household,
            code=PHONE,
            year=YEAR,
            area_code=VILLAGE_A,
            fingerprint="",
            found_at=timezone.now(),
        )
    run()
    assert [household for code, household, *_ in state() if code == PHONE] == [later.pk]


def test_a_closed_year_keeps_its_findings():
    household = spoilt()
    run()
    before = state()
    CountyYear.objects.filter(area_id=COUNTY_A, year=YEAR).update(state="open")
    make_year(COUNTY_A, 2016, state="closed")
    with pytest.raises(ValidationError) as caught:
        run_checks(COUNTY_A, 2016, trigger="command")
    assert "2016年度没有开启" in caught.value.message_dict["year"][0]
    with pytest.raises(ValidationError):
        run_checks(COUNTY_A, 2015, trigger="command")
    assert check_households([household.pk], 2016) == {}
    assert state() == before


def test_an_area_that_does_not_exist_is_told():
    with pytest.raises(ValidationError, match="没有区划代码"):
        run_checks("999999", YEAR, trigger="command")


def test_a_run_is_recorded_without_anybody_in_it(county_reviewer):
    spoilt()
    run(actor=county_reviewer)
    entry = Entry.objects.get(action="households.check")
    assert entry.actor == county_reviewer
    assert "待处理1" in entry.summary


# --- helpers ----------------------------------------------------------------------------------------------


def test_no_helper():
    assert "helper.none" in codes_of(Case("helper.none", "hit", helper=None).build())
    assert "helper.none" not in codes_of(Case("helper.none", "miss").build())
    over = Case("helper.none", "hit", helper=None).build()
    make_pairing(over, until="2019-01-01")
    assert "helper.none" in codes_of(over)
    general = Case("helper.none", "null", household={"kind": "general_rural", "status": ""}, helper=None)
    assert "helper.none" not in codes_of(general.build())


def test_a_helper_who_is_on_the_register_himself(helper):
    own = Case("helper.none", "miss").build()
    person = make_member(own, "李帮扶", relation="other", facts=False)
    helped = Case("helper.is_poor", "hit", helper=helper).build()
    assert "helper.is_poor" not in codes_of(helped)  # nobody knows the helper's number
    helper.identity_hash = person.identity_hash
    helper.save(update_fields=["identity_hash"])
    assert "helper.is_poor" in codes_of(helped)
    Household.objects.filter(pk=own.pk).update(kind="general_rural")
    own.statuses.update(kind="general_rural")
    assert "helper.is_poor" not in codes_of(helped)


def test_an_income_of_a_monitored_household_counts_from_a_year_on():
    # The rest of monitoring.high_income: test_parameters.
    household = Case("monitoring.high_income", "miss", survey={"wage_income": 40000}, monitoring={}).build()
    assert "monitoring.high_income" not in codes_of(household)


# --- command and job --------------------------------------------------------------------------------------


def test_the_command_tells_what_it_found(capsys):
    spoilt()
    call_command("run_checks", "--area", COUNTY_A, "--year", "2018")
    told = capsys.readouterr().out
    assert "待处理 1" in told
    assert "没有填联系电话" in told
    call_command("run_checks", "--area", COUNTY_A, "--year", "2018", "--json")
    assert '"checks": {"household.phone_missing": 1}' in capsys.readouterr().out
    with pytest.raises(CommandError, match="2015年度没有开启"):
        call_command("run_checks", "--area", COUNTY_A, "--year", "2015")


def test_in_the_background(county_reviewer):
    spoilt()
    [job] = request_checks(VILLAGE_A, YEAR, actor=county_reviewer)
    assert request_checks(COUNTY_A, YEAR, actor=county_reviewer) == [job]
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    done = CheckRun.objects.get()
    assert (done.job, done.started_by, done.trigger, done.open) == (job, county_reviewer, "button", 1)
    assert "待处理 1 条" in runners.outcome(job).text


def test_every_night_every_open_year():
    make_year(COUNTY_A, 2018)
    make_year(COUNTY_A, 2017, state="closed")
    make_year(COUNTY_B, 2018)
    enqueue_nightly_checks(None)
    assert sorted(Job.objects.values_list("area_code", flat=True)) == [COUNTY_B, COUNTY_A]


def test_an_old_answer_of_the_income_is_not_a_fact_of_this_year():
    """Checks read the survey of their year, not of another."""
    household = Case("income.low", "miss").build()
    make_year(COUNTY_A, 2017)
    Survey.objects.create(
        household=household, year=2017, area_id=VILLAGE_A, wage_income=0, production_income=100,
        property_income=0, transfer_income=0, production_expense=0,
    )  # fmt: skip
    assert "income.low" not in codes_of(household)
    assert "income.low" in codes_of(household, 2017)


def test_members_who_left_do_not_count():
    stays = Case("household.many_members", "miss", people=[grown_up(20 + n) for n in range(5)]).build()
    make_member(stays, "李离开", relation="other", until="2018-09-30")
    assert "household.many_members" not in codes_of(stays)
