"""Sample arguments of the addresses of applications to move."""

from datetime import date

from households.relocation.applications.services.ending import refuse
from tests.factories import moves as make
from tests.factories.households import make_household
from tests.url_case_lists import CaseSamples
from tests.url_samples import Sample

_samples = CaseSamples(make)
at = _samples.at


def refused(place) -> Sample:
    """A refused application."""
    cast, case = _samples.case(place)
    refuse(
        case, "县扶贫办 0435-3712345", make.decision(cast.officer, date(2018, 5, 10), comment="不在搬迁范围")
    )
    return Sample({"pk": case.pk})


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
    "households:move-list": _samples.roster,
    "households:move-notice": _samples.to_post,
    "households:moves-act": lambda place: Sample(
        {"tab": "reported"}, refused_to=frozenset({"township_officer"}), everywhere=True
    ),
    "households:move-apply": lambda place: Sample({"pk": make_household(place.village).pk}),
}
