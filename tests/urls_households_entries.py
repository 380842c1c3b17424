"""Sample arguments of the addresses of identification, 返贫 and 户清退."""

from households.entries.services.refusing import Grounds, refuse
from tests.factories import entries as make
from tests.url_case_lists import CaseSamples
from tests.url_samples import Sample

_samples = CaseSamples(make)
at = _samples.at


def refused(place) -> Sample:
    """A refused case with its paper."""
    cast, case = _samples.case(place, "appraised")
    grounds = Grounds("收入高于标准", "工作方案 第二条", "县扶贫办 0435-3712345", "鸭园镇人民政府")
    refuse(case, grounds, make.decision(cast.officer, make.CHECKED))
    return Sample({"pk": case.pk})


def sheet(place) -> Sample:
    """A posted notice."""
    cast, case = _samples.case(place, "appraised")
    return Sample({"pk": make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)[0].pk})


SAMPLES = {
    "households:entry": at("applied"),
    "households:entry-authorise": at("applied"),
    "households:entry-compare": at("applied"),
    "households:entry-application": at("applied"),
    "households:entry-withdraw": at("applied"),
    "households:entry-refuse": at("appraised"),
    "households:entry-return": at("appraised"),
    "households:entry-paper": refused,
    "households:entry-deliver": refused,
    "households:entry-list": _samples.roster,
    "households:entry-notice": _samples.to_post,
    "households:entry-sheet": sheet,
    "households:entries-act": lambda place: Sample(
        {"tab": "announced"}, refused_to=frozenset({"township_officer"}), everywhere=True
    ),
    "households:movement-list": lambda place: Sample({"what": "in"}, everywhere=True),
    "households:apply-household": lambda place: Sample({"pk": make.ordinary(place.village).pk}),
    "households:apply": lambda place: Sample(
        {"pk": make.ordinary(place.village).pk, "kind": "identification"}
    ),
}
