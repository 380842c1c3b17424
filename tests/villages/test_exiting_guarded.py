"""The exit of a village by no other path: what raw SQL is refused, what stays as it was, what is judged anew."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from poverty.review.models import Step
from tests.at_commit import commit_checks
from tests.factories.villages import make_village, make_village_year
from tests.villages import path
from tests.villages.path import certified, exit_of, passed, standard, walk
from villages.models import Certificate, CheckItem, ExitCase, Stage, Village, VillageAssessment
from villages.services.assess import judge_villages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_all_of_it")]


def at_commit(act):
    """What the database refuses when a transaction ends."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        _and_commit(act)
    return refused.value.__cause__.diag.constraint_name


def _and_commit(act):
    act()
    commit_checks()


def forged_step(case, target, transition):
    last = Step.objects.of_case("villages.exitcase", case.pk).last()
    Step.objects.create(
        case_type="villages.exitcase",
        case_id=case.pk,
        area_code=case.village.area_id,
        round=1,
        transition=transition,
        source=case.state,
        target=target,
        lane="record",
        level="county",
        decided_by=last.decided_by,
        decided_by_name=last.decided_by_name,
        recorded_by=last.recorded_by,
        happened_on=date(2018, 11, 26),
        document_name="文件",
    )
    ExitCase.objects.filter(pk=case.pk).update(state=target)


def test_raw_sql_accepts_no_village_that_is_not_met(who):
    standard()
    case = exit_of(clinics=0)
    assert VillageAssessment.objects.get().verdict == 0
    assert at_commit(lambda: forged_step(case, "accepted", "accept_village")) == "villages_exit_is_met"


def test_raw_sql_accepts_no_village_without_a_result(who):
    village = make_village()
    make_village_year(village)
    case = path.make_exit(village)
    assert at_commit(lambda: forged_step(case, "checked", "check_village")) == "villages_exit_is_met"


def test_raw_sql_moves_no_exit_without_a_step(case):
    name = at_commit(lambda: ExitCase.objects.filter(pk=case.pk).update(state="accepted"))
    assert name in ("review_status_needs_step", "villages_exit_is_met")


def test_raw_sql_takes_no_village_off_the_list(case):
    def leave():
        village = case.village
        typist = Step.objects.first().recorded_by
        Step.objects.create(
            case_type="villages.village",
            case_id=village.pk,
            area_code=village.area_id,
            round=2,
            transition="exit_village",
            source="listed",
            target="exited",
            lane="record",
            level="county",
            decided_by=typist,
            decided_by_name=typist.name,
            recorded_by=typist,
            happened_on=date(2018, 11, 26),
        )
        Village.objects.filter(pk=village.pk).update(
            status="exited", exit_year=2018, exited_on=date(2018, 11, 26)
        )

    assert at_commit(leave) == "villages_exited_by_mark"


def test_what_was_found_stays_once_the_step_was_taken(case, who):
    walk(case, who, "selfchecked")
    item = CheckItem.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckItem.objects.filter(pk=item.pk).update(passed=False, note="改了")
    with pytest.raises(IntegrityError), transaction.atomic():
        item.delete()


def test_a_certificate_stays_as_it_was_given(case, who):
    certified(case, who)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(sector="water").update(certified=False, note="改了")


def test_a_result_of_before_is_judged_anew_inside_the_step(case, who):
    walk(case, who, "posted")
    VillageAssessment.objects.update(verdict=0, verdict_after=0)
    passed(case, Stage.COUNTY, who.reviewer, path.COUNTY)
    judge_villages([case.village_id], 2018)
    assert VillageAssessment.objects.get().verdict == 2
