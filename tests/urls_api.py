"""Sample arguments of the addresses of the API: a household of the place with its facts, and its results."""

from datetime import UTC, datetime

from households.models import Assessment, AssessmentRun
from households.services.assess import judge_households
from poverty.accounts.models import Role
from tests import (
    urls_households_desk,
    urls_households_exits,
    urls_households_monitoring,
    urls_households_requests,
    urls_households_visits,
    urls_jobs,
    urls_standards,
)
from tests.factories.checks import finding_of
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard
from tests.url_samples import Place, Sample
from tests.urls_households_entries import at


def _household(place: Place):
    """With facts of 2018, and paired with the helper of the place."""
    household = make_household(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    return household


def _assessment(place: Place) -> Sample:
    household = _household(place)
    make_standard(place.county)
    judge_households([household.pk], 2018)
    return Sample({"pk": Assessment.objects.get(household=household).pk})


def _run(place: Place) -> Sample:
    run = AssessmentRun.objects.create(
        area_code=place.county, year=2018, trigger="button", started_at=datetime(2018, 11, 1, tzinfo=UTC)
    )
    return Sample({"pk": run.pk})


def _survey(place: Place) -> Sample:
    return Sample({"pk": _household(place).surveys.get().pk})


def _income(place: Place) -> Sample:
    # Bureau officers see households, and no income.
    return Sample(
        {"pk": _household(place).surveys.get().pk}, refused_to=frozenset({Role.BUREAU_OFFICER.value})
    )


def _finding(place: Place) -> Sample:
    # Of what the checks find a bureau sees only its sector's.
    pk = finding_of(_household(place), "household.phone_missing").pk
    return Sample({"pk": pk}, hidden_from=frozenset({Role.BUREAU_OFFICER.value}))


def _answer(place: Place) -> Sample:
    # Who reads findings does not answer them: that is for who keeps the facts.
    readers = (Role.COUNTY_REVIEWER, Role.FINANCE_OFFICER, Role.INSPECTOR, Role.AUDITOR, Role.LEADER)
    return Sample(
        _finding(place).kwargs,
        hidden_from=frozenset({Role.BUREAU_OFFICER.value}),
        refused_to=frozenset(role.value for role in readers),
    )


def _clue_answer(place: Place) -> Sample:
    # The village answers; who sends answers back, looks on or is a helper does not.
    others = (
        Role.HELPER,
        Role.TOWNSHIP_OFFICER,
        Role.COUNTY_REVIEWER,
        Role.INSPECTOR,
        Role.AUDITOR,
        Role.LEADER,
    )
    return Sample(
        urls_households_monitoring.clue(place).kwargs, refused_to=frozenset(role.value for role in others)
    )


def _part(place: Place, *readers) -> Sample:
    # Who reads a part does not hand it in or look it through: each of these is for one side.
    refused = frozenset(role.value for role in readers)
    return Sample(urls_households_requests.part(place).kwargs, refused_to=refused)


SAMPLES = {
    "api:area-detail": lambda place: Sample({"code": place.village}),
    "api:household-detail": lambda place: Sample({"pk": _household(place).pk}),
    "api:household-explanation": lambda place: Sample({"pk": _household(place).pk}, {"year": 2018}),
    "api:member-detail": lambda place: Sample({"pk": _household(place).head_id}),
    "api:member-year": lambda place: Sample({"pk": _household(place).head_id, "year": 2018}),
    "api:entry-detail": at("applied"),
    "api:finding-detail": _finding,
    "api:finding-answer": _answer,
    **{
        f"api:desk-case-{name}": urls_households_desk.case
        for name in ("detail", "open", "stay", "approve", "give-back")
    },
    "api:desk-list-detail": urls_households_desk.draw,
    "api:desk-list-decide": urls_households_desk.draw,
    "api:survey-detail": _survey,
    "api:survey-income": _income,
    "api:assessment-detail": _assessment,
    "api:exit-detail": urls_households_exits.case,
    "api:exit-steps": urls_households_exits.case,
    "api:table-detail": urls_households_requests.table,
    "api:table-part-detail": urls_households_requests.part,
    "api:table-part-submit": lambda place: _part(place, Role.HELPER, Role.COUNTY_REVIEWER),
    "api:table-part-send-back": lambda place: _part(place, Role.HELPER, Role.VILLAGE_CLERK),
    "api:table-part-accept": lambda place: _part(place, Role.HELPER, Role.VILLAGE_CLERK),
    "api:table-row-detail": urls_households_requests.row,
    "api:standard-detail": urls_standards.published,
    "api:standard-in-force": lambda place: Sample(
        {}, {"area": place.village, "year": make_standard(place.county).year}
    ),
    "api:clue-detail": urls_households_monitoring.clue,
    "api:clue-answer": _clue_answer,
    "api:monitoring-detail": urls_households_monitoring.watched,
    "api:monitoring-case-detail": urls_households_monitoring.case,
    "api:visit-answer": urls_households_visits.visit_answer,
    "api:visit-photo": urls_households_visits.photo,
    "api:visit-photo-replace": urls_households_visits.photo,
    "api:visit-photo-give-up": urls_households_visits.photo,
    "api:run-detail": _run,
    "api:run-changes": _run,
    "api:run-left-out": _run,
    "api:job-detail": urls_jobs.SAMPLES["jobs:job"],
}
