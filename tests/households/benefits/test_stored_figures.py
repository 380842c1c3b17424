"""Figures of policies are worked out in the background and shown as of a moment; they add up, and were the lists then."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from households.benefits.conditions import lines_needed
from households.benefits.coverage import LISTS, coverage, rows_of
from households.benefits.deadlines import due_terms
from households.benefits.models import CoverageFigure, CoverageRun
from households.benefits.services.figuring import (
    KIND,
    enqueue_changed,
    enqueue_nightly_figures,
    figure_out,
    is_changed,
    request_figures,
)
from households.benefits.stored import run_of, stored_of
from poverty.accounts.models import Role
from poverty.audit.services import record
from poverty.jobs.models import Job
from poverty.jobs.services.running import run
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.benefits import SOLAR, make_benefit, make_policy
from tests.factories.households import make_household, make_pairing, make_year
from tests.factories.parameters import make_parameter
from tests.households.benefits.test_coverage import OTHER_TOWNSHIP, pupil

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-20 10:00 +0800", tick=False):
        yield


@pytest.fixture
def county():
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)


@pytest.fixture
def yulu():
    return make_policy()


@pytest.fixture
def homes():
    """Entitled to 雨露计划: two in the one township, one in the other."""
    make_year()
    return [
        make_household(
            VILLAGE_A,
            members=[pupil("王一", "vocational_secondary_1"), pupil("王二", "vocational_higher_2")],
        ),
        make_household(OTHER_TOWNSHIP, "李四", members=[pupil("李一", "vocational_secondary_1")]),
    ]


def pay(policy, home, name):
    return make_benefit(policy, home, home.members.get(name=name), period="spring")


def told(found, policy, place=None):
    one = found.of(policy, place)
    return one.entitled, one.unknown, one.received, one.others, one.amount


def test_what_is_stored_is_what_was_counted_in_every_place_and_adds_up(county, yulu, homes):
    solar = make_policy("solar_household", base=SOLAR)
    pay(yulu, homes[0], "王一")
    make_benefit(solar, homes[1], amount=Decimal("4000"))
    live = {length: coverage(county, COUNTY_A, 2018, length=length) for length in (6, 9, 12)}
    due = due_terms(county, COUNTY_A, 2018)
    stored_run = figure_out(COUNTY_A, 2018)
    for length, before in live.items():
        after = coverage(county, COUNTY_A, 2018, length=length)
        assert (before.as_of, after.as_of) == (None, stored_run.as_of)
        assert after.places == before.places
    assert [replace(one, as_of=None) for one in due_terms(county, COUNTY_A, 2018)] == due
    assert {one.period: one.without for one in due} == {"spring": 2, "autumn": 3}
    # The list behind each number, at that time.
    for policy in (yulu, solar):
        figures = coverage(county, COUNTY_A, 2018, length=6).of(policy)
        for what in LISTS:
            assert rows_of(county, policy, COUNTY_A, 2018, what).count() == getattr(figures, what)
    parts = [
        coverage(county, COUNTY_A, 2018, length=9).of(yulu, code) for code in (TOWNSHIP_A, OTHER_TOWNSHIP[:9])
    ]
    assert [(one.entitled, one.received) for one in parts] == [(2, 1), (1, 0)]


def test_what_is_recorded_since_is_in_the_lists_at_once_and_in_the_figures_when_they_are_worked_out(
    county, yulu, homes
):
    figure_out(COUNTY_A, 2018)
    pay(yulu, homes[0], "王一")
    assert told(coverage(county, COUNTY_A, 2018, length=6), yulu)[2] == 0
    assert rows_of(county, yulu, COUNTY_A, 2018, "received").count() == 1
    figure_out(COUNTY_A, 2018)
    assert told(coverage(county, COUNTY_A, 2018, length=6), yulu)[2] == 1
    assert CoverageRun.objects.count() == 1
    assert CoverageFigure.objects.filter(area_code=COUNTY_A).count() == 1


def test_a_policy_published_since_is_counted_live_beside_them(county, yulu, homes):
    figure_out(COUNTY_A, 2018)
    solar = make_policy("solar_household", base=SOLAR)
    make_benefit(solar, homes[1], amount=Decimal("4000"))
    found = coverage(county, COUNTY_A, 2018, length=6)
    assert told(found, yulu)[0] == 3
    assert told(found, solar)[3] == 1


def test_a_helper_is_told_of_his_own_households_only(yulu, homes):
    helper = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(homes[1], helper)
    figure_out(COUNTY_A, 2018)
    found = coverage(helper, COUNTY_A, 2018, length=6)
    assert (found.as_of, told(found, yulu)[0]) == (None, 1)


def test_a_township_reads_its_own_from_the_same_run(yulu, homes):
    officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    figure_out(COUNTY_A, 2018)
    found = coverage(officer, TOWNSHIP_A, 2018, length=12)
    assert found.as_of is not None
    assert {code: figures[yulu.pk].entitled for code, figures in found.places.items()} == {VILLAGE_A: 2}
    # Of the whole county it sees its township only: counted live.
    assert told(coverage(officer, COUNTY_A, 2018, length=6), yulu)[0] == 2


def test_the_log_tells_that_something_changed_and_the_job_waits_a_while(county, yulu, homes):
    stored = figure_out(COUNTY_A, 2018)
    assert not is_changed(stored)
    pay(yulu, homes[0], "王一")
    assert is_changed(stored)
    CoverageRun.objects.update(as_of=timezone.now() - timedelta(minutes=9))
    assert enqueue_changed() == 0
    CoverageRun.objects.update(as_of=timezone.now() - timedelta(minutes=11))
    assert enqueue_changed() == 1
    job = Job.objects.get(kind=KIND)
    run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    assert told(coverage(county, COUNTY_A, 2018, length=6), yulu)[2] == 1
    CoverageRun.objects.update(as_of=timezone.now() - timedelta(minutes=11))
    assert enqueue_changed() == 0


def test_what_failed_is_left_to_the_night_or_to_whoever_asks(county, yulu, homes):
    figure_out(COUNTY_A, 2018)
    pay(yulu, homes[0], "王一")
    for state, again in (("failed", 0), ("cancelled", 0), ("done", 1)):
        CoverageRun.objects.update(as_of=timezone.now() - timedelta(minutes=11))
        job = request_figures(COUNTY_A, 2018, actor=county)
        Job.objects.filter(pk=job.pk).update(state=state, finished_at=timezone.now())
        assert enqueue_changed() == again
    page = reverse("households:benefit-coverage")
    Job.objects.update(state="failed", finished_at=timezone.now())
    assert "上次重算没有成功" in client_of(county).get(page, {"year": 2018}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_import_that_was_still_being_written_is_seen_by_the_next_run(county):
    importing = connection.copy()
    try:
        importing.set_autocommit(False)
        with importing.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_entry (action, area_code, case_type, summary, changes, purpose, request_id)"
                " VALUES ('ledgers.import.apply', %s, '', '', '{}', '', '')",
                [COUNTY_A],
            )
        # Committed before it, numbered after it.
        record("households.household.register", actor=county, area_code=VILLAGE_A)
        stored = figure_out(COUNTY_A, 2018)
        importing.commit()
        assert is_changed(stored)
        assert not is_changed(figure_out(COUNTY_A, 2018))
    finally:
        importing.close()


def test_a_term_without_anybody_stays_while_its_number_may_be_old(county, yulu, homes):
    for home in homes:
        for member in home.members.exclude(pk=home.head_id):
            make_benefit(yulu, home, member, period="spring")
    figure_out(COUNTY_A, 2018)
    assert [one.period for one in due_terms(county, COUNTY_A, 2018)] == ["autumn"]
    make_household(VILLAGE_A, "赵六", members=[pupil("赵一", "vocational_secondary_1")])
    record("households.household.register", actor=county, area_code=VILLAGE_A)
    spring, autumn = due_terms(county, COUNTY_A, 2018)
    assert (spring.without, autumn.without) == (0, 3)
    assert spring.as_of is not None
    assert rows_of(county, yulu, COUNTY_A, 2018, "without", "spring").count() == 1
    assert (
        "看现在的名单"
        in client_of(county).get(reverse("households:benefit-coverage"), {"year": 2018}).content.decode()
    )


def test_where_a_place_has_a_line_of_its_own_it_is_counted_with_that_one(yulu, homes):
    officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    below = make_policy("extra", base=SOLAR, entitled=[{"key": "below_line", "line": ["exit_line"]}])
    figure_out(COUNTY_A, 2018)
    stored = run_of(TOWNSHIP_A, 2018)
    both = [yulu, below]
    assert stored_of(stored, both, [COUNTY_A], TOWNSHIP_A) == both
    (code,) = lines_needed([below])
    make_parameter(code, TOWNSHIP_A, date(2018, 1, 1), "4000")
    assert stored_of(stored, both, [COUNTY_A], TOWNSHIP_A) == [yulu]
    assert stored_of(stored, both, [COUNTY_A], VILLAGE_A) == [yulu]
    assert stored_of(stored, both, [COUNTY_A], COUNTY_A) == both
    assert coverage(officer, TOWNSHIP_A, 2018, length=12, policies=[below]).as_of is None


def test_of_two_runs_the_later_moment_stands(county, yulu, homes):
    later = timezone.now() + timedelta(days=4000)
    figure_out(COUNTY_A, 2018)
    CoverageRun.objects.update(as_of=later)
    pay(yulu, homes[0], "王一")
    assert figure_out(COUNTY_A, 2018).as_of == later
    assert told(coverage(county, COUNTY_A, 2018, length=6), yulu)[2] == 0


def test_at_night_every_year_is_worked_out(yulu, homes):
    make_year(year=2017, state="closed")
    enqueue_nightly_figures(timezone.now())
    assert {one.params["year"] for one in Job.objects.filter(kind=KIND)} == {2017, 2018}


def test_on_the_page_with_its_moment_and_a_button_for_who_may(county, yulu, homes):
    officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    page, address = reverse("households:benefit-coverage"), reverse("households:benefit-refresh")
    first = client_of(county)
    assert "数字是现在算的" in first.get(page, {"year": 2018}).content.decode()
    figure_out(COUNTY_A, 2018)
    for name in ("benefit-coverage", "benefit-places"):
        shown = first.get(reverse(f"households:{name}"), {"year": 2018}).content.decode()
        assert "数字截至" in shown
        assert address in shown
    assert address not in client_of(officer).get(page, {"year": 2018}).content.decode()
    assert client_of(officer).post(address).status_code == 403
    with pytest.raises(PermissionDenied):
        request_figures(TOWNSHIP_A, 2018, actor=officer)
    assert first.get(address).status_code == 405
    assert first.post(address, {"page": "five"}).url == reverse("households:benefit-places")
    assert Job.objects.filter(kind=KIND, area_code=COUNTY_A).count() == 1
    assert "正在重算" in first.get(page, {"year": 2018}).content.decode()


def test_of_a_closed_year_the_page_says_that_only_the_night_works_it_out(county, yulu, homes):
    make_year(year=2017, state="closed")
    figure_out(COUNTY_A, 2017)
    figure_out(COUNTY_A, 2018)
    page, client = reverse("households:benefit-coverage"), client_of(county)
    assert "登记有变化后自动重算" in client.get(page, {"year": 2018}).content.decode()
    shown = client.get(page, {"year": 2017}).content.decode()
    assert "这一年度已关闭，每天夜里重算" in shown
    assert "自动重算" not in shown


def test_the_page_costs_a_constant_few_queries(county, yulu, homes, django_assert_max_num_queries):
    figure_out(COUNTY_A, 2018)
    client = client_of(county)
    client.get(reverse("households:benefit-coverage"), {"year": 2018})
    with django_assert_max_num_queries(22):
        client.get(reverse("households:benefit-coverage"), {"year": 2018})


def test_figures_that_do_not_fit_are_not_kept(yulu, homes):
    figure_out(COUNTY_A, 2018)
    for change in ({"received": 4}, {"unknown": -1}, {"area_code": "2205031"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CoverageFigure.objects.filter(area_code=COUNTY_A).update(**change)
