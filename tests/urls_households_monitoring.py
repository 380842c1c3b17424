"""Sample arguments of the addresses of monitoring: a clue, a round, cases at the step that each address is for."""

from datetime import date, timedelta

from django.utils import timezone

from households.models import MonitoringCase, MonitoringRound
from households.monitoring.analysis import WATCHED, hold_analysis
from households.monitoring.cases import advance, open_case, save_visit
from poverty.accounts.models import Role
from tests.factories.households import make_pairing
from tests.factories.monitoring import VISIT, make_clue, make_watched, rural
from tests.url_samples import Place, Sample


def _household(place: Place):
    household = rural(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    return household


def clue(place: Place) -> Sample:
    """A clue that waits."""
    return Sample({"pk": make_clue(_household(place), place.actor(Role.VILLAGE_CLERK)).pk})


def round_(place: Place) -> Sample:
    """A round over the township, opened by its officer."""
    _household(place)  # a helper sees the rounds over the villages of his households
    return Sample({"pk": _round(place.township, place).pk})


def _round(code: str, place: Place) -> MonitoringRound:
    today = timezone.localdate()
    return MonitoringRound.objects.create(
        area_code=code,
        title=f"排查{MonitoringRound.objects.count()}",
        starts_on=today - timedelta(days=3),
        ends_on=today + timedelta(days=10),
        document_name="工作方案",
        created_by=place.actor(Role.TOWNSHIP_OFFICER),
    )


def round_village(place: Place) -> Sample:
    """The same, with the village."""
    _household(place)
    return Sample({"pk": _round(place.township, place).pk, "code": place.village})


def _case(place: Place) -> MonitoringCase:
    return open_case(_household(place), reason="家人住院", actor=place.actor(Role.VILLAGE_CLERK))


def case(place: Place) -> Sample:
    """A case that waits for its visit."""
    return Sample({"pk": _case(place).pk})


def visited(place: Place) -> Sample:
    """A case that waits for the bureaus."""
    clerk, today = place.actor(Role.VILLAGE_CLERK), timezone.localdate()
    one = _case(place)
    save_visit(one, {**VISIT, "visited_on": today, "authorized_on": today}, actor=clerk, risks=["illness"])
    return Sample({"pk": advance(one, "visit", actor=clerk, document_name="承诺授权书").pk})


def step(place: Place) -> Sample:
    """Dropping a case: the village's own."""
    refused = frozenset({Role.TOWNSHIP_OFFICER.value, Role.COUNTY_REVIEWER.value})
    return Sample({"pk": _case(place).pk, "name": "drop"}, refused_to=refused)


def watched(place: Place) -> Sample:
    """An object of monitoring."""
    return Sample({"pk": make_watched(_household(place), identified_on=date(2020, 6, 1)).pk})


def watched_state(place: Place) -> Sample:
    """The same, and what may become of it."""
    return Sample({**watched(place).kwargs, "action": "keep"})


def analysis(place: Place) -> Sample:
    """A meeting of the township. Who is paired with one household sees no meeting."""
    one = make_watched(_household(place), identified_on=date(2020, 6, 1))
    held = hold_analysis(
        place.township,
        actor=place.actor(Role.TOWNSHIP_OFFICER),
        meeting={
            "held_on": timezone.localdate(),
            "place": "镇政府",
            "chair": "张强",
            "due": 9,
            "present": 9,
            "summary": "逐户研判",
        },
        items={(WATCHED, one.pk): ""},
    )
    return Sample({"pk": held.pk}, hidden_from=frozenset({Role.HELPER.value, Role.VILLAGE_CLERK.value}))


SAMPLES = {
    **{f"households:clue{name}": clue for name in ("", "-answer", "-link", "-reopen", "-case")},
    "households:round": round_,
    "households:round-close": round_,
    "households:round-village": round_village,
    "households:round-phones": round_village,
    "households:monitoring-case": case,
    "households:monitoring-visit": case,
    "households:monitoring-measure": case,
    "households:monitoring-compare": visited,
    "households:monitoring-step": step,
    "households:watched-one": watched,
    "households:watched-removal": watched,
    "households:watched-state": watched_state,
    "households:analysis": analysis,
    "households:regime-turn": lambda place: Sample({"regime": "standing"}, everywhere=True),
}
