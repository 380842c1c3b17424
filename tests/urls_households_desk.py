"""Sample arguments of the addresses of the review desk: a case that waits for the county, looked at and drawn."""

from django.utils import timezone

from households.models import ExitCase
from poverty.accounts.models import Role
from poverty.review.models import Draw, DrawnCase, Look, Step
from tests.factories.households import make_household
from tests.url_samples import Place, Sample

CASE = "households.exitcase"


def waiting(place: Place) -> ExitCase:
    """A planned case: the desk shows every case of its county, whatever it waits for."""
    household = make_household(place.village)
    clerk = place.actor(Role.VILLAGE_CLERK)
    case = ExitCase.objects.create(household=household, year=2018, area_code=place.village, planned_by=clerk)
    Step.objects.create(
        case_type=CASE,
        case_id=case.pk,
        area_code=place.village,
        transition="plan",
        target="planned",
        lane="propose",
        level="village",
        decided_by=clerk,
        decided_by_name=clerk.name,
        recorded_by=clerk,
        happened_on=timezone.localdate(),
    )
    return case


def case(place: Place) -> Sample:
    return Sample({"pk": waiting(place).pk})


def look(place: Place) -> Sample:
    row = Look.objects.create(
        case_type=CASE, case_id=waiting(place).pk, user=place.actor(Role.COUNTY_REVIEWER)
    )
    return Sample({"pk": row.pk})


def draw(place: Place) -> Sample:
    row = Draw.objects.create(
        case_type=CASE,
        transition="review",
        area_code=place.township,
        seed=1,
        population=1,
        size=1,
        drawn_by=place.actor(Role.COUNTY_REVIEWER),
    )
    DrawnCase.objects.create(draw=row, case_id=waiting(place).pk, drawn=True)
    return Sample({"pk": row.pk})


SAMPLES = {
    "households:desk-case": case,
    "households:desk-look": case,
    "households:desk-approve": case,
    "households:desk-return": case,
    "households:desk-stay": look,
    "households:desk-list": lambda place: Sample({"place": place.township}),
    "households:desk-draw": lambda place: Sample({"place": place.township}),
    "households:desk-drawn": draw,
    "households:desk-decide": draw,
}
