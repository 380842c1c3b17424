"""Sample arguments of the addresses of villages."""

from poverty.accounts.models import Role
from tests.factories.villages import make_exit, make_village, make_village_standard, make_village_year
from tests.url_samples import Place, Sample
from villages.models import Certificate
from villages.services.assess import judge_villages

NOT_THE_VILLAGE = frozenset({Role.TOWNSHIP_OFFICER.value, Role.COUNTY_REVIEWER.value})


def village(place: Place) -> Sample:
    """A village on the list."""
    return Sample({"pk": make_village(place.village).pk})


def year(place: Place) -> Sample:
    """Its facts of 2018; the bureau officer is of the water bureau."""
    row = make_village(place.village)
    make_village_year(row)
    return Sample({"pk": row.pk, "year": 2018})


def case(place: Place) -> Sample:
    """Its exit, judged."""
    return Sample({"pk": judged_exit(place).pk})


def judged_exit(place: Place):
    row = make_village(place.village)
    make_village_year(row)
    make_village_standard(place.county)
    judge_villages([row.pk], 2018)
    return make_exit(row)


def selfcheck(place: Place) -> Sample:
    """The sheet that the village fills in: nobody else's."""
    sample = case(place)
    return Sample({**sample.kwargs, "stage": "self"}, hidden_from=NOT_THE_VILLAGE)


def drop(place: Place) -> Sample:
    """Off the plan: the county's business."""
    sample = case(place)
    others = frozenset({Role.VILLAGE_CLERK.value, Role.TOWNSHIP_OFFICER.value})
    return Sample({**sample.kwargs, "name": "drop_village"}, hidden_from=others)


def certificate(place: Place) -> Sample:
    """What the water bureau certified."""
    row = judged_exit(place)
    paper = Certificate.objects.create(
        case=row,
        round=1,
        sector="water",
        certified=True,
        document_name="饮水安全认定表",
        issued_on="2018-10-10",
        signed_by="孙局长",
        recorded_by=place.actor(Role.BUREAU_OFFICER),
    )
    return Sample({"pk": paper.pk})


def facts(place: Place) -> Sample:
    """Facts of 2018, by their own number."""
    return Sample({"pk": make_village_year(make_village(place.village)).pk})


def result(place: Place) -> Sample:
    """The stored result."""
    return Sample({"pk": judged_exit(place).village.assessments.get().pk})


SAMPLES = {
    "api:village-detail": village,
    "api:village-year-detail": facts,
    "api:village-assessment-detail": result,
    "api:village-exit-detail": case,
    "villages:detail": village,
    "villages:edit": village,
    "villages:facts": year,
    "villages:year-start": year,
    "villages:exit": case,
    "villages:acceptance": case,
    "villages:certificate": case,
    "villages:certificate-withdraw": certificate,
    "villages:exit-sheet": selfcheck,
    "villages:exit-step": drop,
}
