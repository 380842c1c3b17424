"""Sample arguments of the addresses of applications to move."""

from datetime import date

from households.relocation.applications.services.ending import refuse
from tests.factories import moves as make
from tests.factories.households import make_household
from tests.url_samples import Sample


def _case(place, state="applied"):
    cast = make.Cast(place.village, place.actors)
    return cast, make.bring(cast, make.make_case(cast), state)


def at(state):
    """An application that has come to a state."""
    return lambda place: Sample({"pk": _case(place, state)[1].pk})


def refused(place) -> Sample:
    """A refused application."""
    cast, case = _case(place)
    refuse(
        case, "县扶贫办 0435-3712345", make.decision(cast.officer, date(2018, 5, 10), comment="不在搬迁范围")
    )
    return Sample({"pk": case.pk})


def roster(place) -> Sample:
    """A list of the village."""
    return Sample({"pk": make.roster_of(_case(place, "appraised")[1]).pk})


def to_post(place) -> Sample:
    """A list whose first notice the village may post; the others have no button for it."""
    return Sample(
        {"pk": make.roster_of(_case(place, "appraised")[1]).pk, "kind": "first"},
        refused_to=frozenset({"township_officer", "county_reviewer"}),
    )


SAMPLES = {
    "api:relocation-application-detail": at("applied"),
    "households:move": at("applied"),
    "households:move-amend": at("applied"),
    "households:move-withdraw": at("applied"),
    "households:move-refuse": at("appraised"),
    "households:move-return": at("appraised"),
    "households:move-in": at("announced"),
    "households:move-clear": at("moved"),
    "households:move-in-revoke": at("moved"),
    "households:move-tell": refused,
    "households:move-paper": refused,
    "households:move-list": roster,
    "households:move-notice": to_post,
    "households:moves-act": lambda place: Sample(
        {"tab": "reported"}, refused_to=frozenset({"township_officer"}), everywhere=True
    ),
    "households:move-apply": lambda place: Sample({"pk": make_household(place.village).pk}),
}
