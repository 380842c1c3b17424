"""The command, the background job, the timetable: a run with its counts, and clear words where there is none."""

import json
from datetime import datetime
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from households.models import Assessment, AssessmentRun, Survey
from households.services.assess import assess
from households.services.batches import batches, digest
from households.services.running import enqueue_nightly, open_years, request_assessment
from poverty.audit.models import Entry
from poverty.jobs import runners
from poverty.jobs.models import Job
from poverty.jobs.services import running
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_year
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.households.verdicts import ALL_ROWS

pytestmark = pytest.mark.django_db

COUNTY, TOWNSHIP = "220503", "220503100"


def command(*args, **options):
    """Standard output and error output of the command."""
    out, err = StringIO(), StringIO()
    call_command("assess", *args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def county():
    """One met, one unmet, one unknown, one without facts of the year."""
    make_standard(rows=ALL_ROWS)
    return [
        make_household(head="王建国"),
        make_household(head="李秀英", survey={"food_ok": False}),
        make_household(head="赵六", survey={"food_ok": None}),
        make_household(head="孙七", survey=False),
    ]


# --- the command ------------------------------------------------------------------------------------------


def test_json_has_exactly_these_counts(county):
    out, err = command("--area", COUNTY, "--year", "2018", "--json")
    result = json.loads(out)
    seconds = result.pop("seconds")
    assert isinstance(seconds, float)
    assert 0 <= seconds < 60
    assert result == {
        "assessed": 3,
        "met": 1,
        "unmet": 1,
        "unknown": 1,
        "left_out": 1,
        "no_standard": 0,
        "changed": 0,
    }
    assert err == ""
    run = AssessmentRun.objects.get()
    assert (run.area_code, run.year, run.trigger, run.started_by, run.written) == (
        COUNTY,
        2018,
        "command",
        None,
        3,
    )
    assert run.finished_at >= run.started_at


def test_a_second_time_nothing_changes(county):
    command("--area", COUNTY, "--year", "2018")
    Survey.objects.filter(household=county[0]).update(food_ok=False)
    out, _ = command("--area", COUNTY, "--year", "2018", "--json")
    assert json.loads(out)["changed"] == 1
    out, _ = command("--area", COUNTY, "--year", "2018", "--json")
    assert json.loads(out)["changed"] == 0


def test_in_words_it_lists_what_changed(county):
    command("--area", COUNTY, "--year", "2018")
    Survey.objects.filter(household=county[0]).update(food_ok=False)
    out, _ = command("--area", COUNTY, "--year", "2018")
    assert "判定 3 户：达标 0，未达标 2，待核实 1；变化 1 户，未判定 1 户" in out
    assert "王建国户：达标 → 未达标" in out


def test_everywhere(county):
    make_standard("220502", rows=ALL_ROWS)
    make_household("220502200200", head="周八")
    out, _ = command("--area", "", "--year", "2018", "--json")
    assert json.loads(out)["assessed"] == 4


@pytest.mark.parametrize(
    ("code", "assessed"), [(TOWNSHIP, 3), ("220503100204", 3), ("220503200", 0), ("22", 3)]
)
def test_a_part_of_the_county_or_more(county, code, assessed):
    make_area("220503200200")
    out, _ = command("--area", code, "--year", "2018", "--json")
    assert json.loads(out)["assessed"] == assessed


@pytest.mark.parametrize(
    ("area", "year", "message"),
    [
        ("999999", "2018", "没有区划代码 999999，请核对。"),
        ("22050", "2018", "没有区划代码 22050，请核对。"),
        ("不存在", "2018", "没有区划代码 不存在，请核对。"),
        (COUNTY, "2019", "2019年度尚未开启，请先由县扶贫办开启年度。"),
        (COUNTY, "1066", "1066年度尚未开启"),
    ],
)
def test_what_cannot_be_judged_is_said_in_words(county, area, year, message):
    with pytest.raises(CommandError, match=message):
        command("--area", area, "--year", year)
    assert not AssessmentRun.objects.exists()


def test_a_year_that_no_number_holds_is_refused(county):
    with pytest.raises(CommandError, match="年度"):
        command("--area", COUNTY, "--year", "99999")


def test_a_closed_year_is_refused():
    make_year(state="closed")
    with pytest.raises(CommandError, match="2018年度已关闭，结果不再改变。"):
        command("--area", COUNTY, "--year", "2018")


def test_without_any_standard_it_counts_them_and_says_so():
    make_household()
    out, err = command("--area", COUNTY, "--year", "2018", "--json")
    assert json.loads(out)["no_standard"] == 1
    assert json.loads(out)["assessed"] == 0
    assert "本年未发布标准" in err
    assert "由县扶贫办录入并由另一人发布" in err
    assert not Assessment.objects.exists()


# --- in the background ------------------------------------------------------------------------------------


def carry_out(job):
    """The job, carried out as a worker does."""
    running.run(job.pk)
    job.refresh_from_db()
    return job


def test_a_button_puts_the_county_in_line(county, county_reviewer):
    [job] = request_assessment(COUNTY, 2018, actor=county_reviewer)
    assert (job.kind, job.area_code, job.created_by) == ("households.assess", COUNTY, county_reviewer)
    job = carry_out(job)
    assert job.state == "done"
    run = AssessmentRun.objects.get()
    assert (run.job, run.started_by, run.trigger) == (job, county_reviewer, "button")
    assert (job.done, job.total) == (2, 2)
    assert job.result["assessed"] == 3
    assert job.result["run"] == run.pk
    assert runners.outcome(job).url == f"/households/runs/{run.pk}/"


def test_one_job_for_each_county_in_line_only_once(county_reviewer, county):
    first = request_assessment(COUNTY, 2018, actor=county_reviewer)
    assert request_assessment(COUNTY, 2018, actor=county_reviewer) == first
    assert Job.objects.count() == 1


def test_a_job_run_twice_writes_once(county, county_reviewer):
    [job] = request_assessment(COUNTY, 2018, actor=county_reviewer)
    carry_out(job)
    first = Assessment.objects.values_list("judged_at", flat=True).order_by("pk")
    before = list(first)
    [again] = request_assessment(COUNTY, 2018, actor=county_reviewer)
    carry_out(again)
    assert list(first.all()) == before
    assert again.pk != job.pk


def test_a_year_closed_meanwhile_fails_the_job_in_words(county_reviewer):
    make_year(state="closed")
    job = Job.objects.create(
        kind="households.assess",
        area_code=COUNTY,
        key="k",
        params={"area_code": COUNTY, "year": 2018, "trigger": "button"},
    )
    job = carry_out(job)
    assert (job.state, job.error) == ("failed", "2018年度已关闭，结果不再改变。")


def test_who_may_start_a_run(county, stranger, township_officer, leader):
    for user in (stranger("county_reviewer"), township_officer, leader):
        with pytest.raises(PermissionDenied):
            request_assessment(COUNTY, 2018, actor=user)


def test_a_township_of_the_county_stands_for_the_county(county, county_reviewer):
    [job] = request_assessment(TOWNSHIP, 2018, actor=county_reviewer)
    assert job.area_code == COUNTY


def test_a_year_that_is_not_open_is_refused(county_reviewer):
    make_year(state="closed")
    with pytest.raises(ValidationError, match="2018年度没有开启，或已经关闭"):
        request_assessment(COUNTY, 2018, actor=county_reviewer)


def test_every_night_every_open_year_of_every_county_is_in_line(county):
    make_year("220502", 2018)
    make_year(COUNTY, 2017, state="closed")
    make_year(COUNTY, 2019)
    enqueue_nightly(datetime(2018, 10, 1, 2, 30))
    jobs = Job.objects.order_by("area_code", "pk")
    assert [(job.area_code, job.params["year"], job.created_by) for job in jobs] == [
        ("220502", 2018, None),
        (COUNTY, 2018, None),
        (COUNTY, 2019, None),
    ]
    assert {job.params["trigger"] for job in jobs} == {"nightly"}
    assert len(open_years("")) == 3


def test_the_night_that_finds_a_difference_says_so_in_the_log(county):
    assess(COUNTY, 2018, trigger="command")
    assess(COUNTY, 2018, trigger="nightly")
    Survey.objects.filter(household=county[0]).update(food_ok=False)
    assess(COUNTY, 2018, trigger="nightly")
    quiet, loud = Entry.objects.filter(action="households.assess").order_by("pk")[1:]
    assert "不一致" not in quiet.summary
    assert "夜间例行发现 1 户与保存时判定不一致" in loud.summary
    assert loud.area_code == COUNTY


# --- what it rests on -------------------------------------------------------------------------------------


def basis():
    return digest(batches(COUNTY, 2018, open_years(COUNTY, 2018)))


def test_the_basis_of_a_run_changes_with_a_rule_and_with_a_standard(county):
    run = assess(COUNTY, 2018, trigger="command")
    assert run.basis == basis()
    make_parameter(
        "line.exit", COUNTY, value="4000"
    )  # judging does not read it: the standard has its own figure
    assert run.basis == basis()
    make_parameter("stable.months", COUNTY, value="3")
    changed = basis()
    assert run.basis != changed
    make_standard(TOWNSHIP, rows=ALL_ROWS)
    assert basis() not in (run.basis, changed)


def test_the_night_after_a_rule_changed_knows_why(county):
    assess(COUNTY, 2018, trigger="command")
    make_parameter("stable.months", COUNTY, value="12")
    Survey.objects.update(has_industry=False)
    run = assess(COUNTY, 2018, trigger="nightly")
    assert run.written == 3
    assert run.basis_is_new
    assert "判定依据" in run.alarm
    assert not assess(COUNTY, 2018, trigger="nightly").basis_is_new
