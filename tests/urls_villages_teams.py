"""Sample arguments of the addresses of workrooms, evaluations and agreements of enterprises."""

from poverty.accounts.models import Role
from tests.factories.posts import make_post
from tests.factories.teams import (
    make_agreement,
    make_evaluation,
    make_firm,
    make_fund,
    make_result,
    make_workroom,
)
from tests.factories.villages import make_village
from tests.url_samples import Place, Sample

# They enter by the right to read their own; this one is somebody else's.
NOT_THEIRS = frozenset({Role.HELPER.value, Role.VILLAGE_CLERK.value})


def village(place: Place) -> Sample:
    """A village without a workroom."""
    return Sample({"pk": make_village(place.village).pk})


def workroom(place: Place) -> Sample:
    """Its workroom."""
    return Sample({"pk": make_workroom(make_village(place.village)).pk})


def fund(place: Place) -> Sample:
    """Money for it."""
    return Sample({"pk": make_fund(make_workroom(make_village(place.village))).pk})


def evaluation(place: Place) -> Sample:
    """How a first secretary did."""
    return Sample({"pk": _evaluation(place)})


def read(place: Place) -> Sample:
    """The same, to be read: by nobody whose own it is not and who only may read his own."""
    return Sample({"pk": _evaluation(place)}, hidden_from=NOT_THEIRS)


def _evaluation(place: Place) -> int:
    return make_evaluation(make_post(make_village(place.village)), happened_on="2018-10-08").pk


def unassessed(place: Place) -> Sample:
    """A first secretary who has not been assessed."""
    post = make_post(make_village(place.village))
    return Sample({"pk": post.village_id, "year": 2018, "period": "q3", "person": post.person_id})


def firm(place: Place) -> Sample:
    """An enterprise that helps the village."""
    return Sample({"pk": make_firm(make_village(place.village)).pk})


def agreement(place: Place) -> Sample:
    """What it agreed."""
    return Sample({"pk": make_agreement(make_firm(make_village(place.village))).pk})


def year(place: Place) -> Sample:
    """What came of it in a year."""
    return Sample({**agreement(place).kwargs, "year": 2018})


def result(place: Place) -> Sample:
    """The stored result."""
    return Sample({"pk": make_result(make_agreement(make_firm(make_village(place.village)))).pk})


SAMPLES = {
    "api:village-workroom-detail": workroom,
    "api:village-evaluation-detail": read,
    "api:enterprise-agreement-detail": agreement,
    "villages:workroom": workroom,
    "villages:workroom-new": village,
    "villages:workroom-edit": workroom,
    "villages:workroom-staff": workroom,
    "villages:workroom-fund": workroom,
    "villages:workroom-end": workroom,
    "villages:workroom-fund-withdraw": fund,
    "villages:evaluation": read,
    "villages:evaluation-new": unassessed,
    "villages:evaluation-correct": evaluation,
    "villages:evaluation-withdraw": evaluation,
    "villages:agreement": agreement,
    "villages:agreement-new": firm,
    "villages:agreement-scan": agreement,
    "villages:agreement-end": agreement,
    "villages:agreement-result": year,
    "villages:agreement-result-withdraw": result,
}
