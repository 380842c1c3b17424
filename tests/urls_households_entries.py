"""Sample arguments of the addresses of identification, 返贫 and 户清退."""

from households.entries.services.refusing import Grounds, refuse
from tests.factories import entries as make
from tests.url_samples import Sample


def _case(place, state="applied"):
    cast = make.Cast(place.village, place.actors)
    return cast, make.bring(cast, make.make_case(cast), state)


def at(state):
    """A case that has come to a state."""
    return lambda place: Sample({"pk": _case(place, state)[1].pk})


def refused(place) -> Sample:
    """A refused case with its paper."""
    cast, case = _case(place, "appraised")
    grounds = Grounds("收入高于标准", "工作方案 第二条", "县扶贫办 0435-3712345", "鸭园镇人民政府")
    refuse(case, grounds, make.decision(cast.officer, make.CHECKED))
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


def sheet(place) -> Sample:
    """A posted notice."""
    cast, case = _case(place, "appraised")
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
    "households:entry-list": roster,
    "households:entry-notice": to_post,
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
