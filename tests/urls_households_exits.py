"""Sample arguments of the addresses of household exit: a case in the plan, one on a list, with its helper."""

from households.models import ExitCase, ExitObstacle
from poverty.accounts.models import Role
from poverty.review.services import fire
from poverty.review.services.rosters import make_roster
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample


def _case(place: Place) -> ExitCase:
    household = make_household(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    clerk = place.actor(Role.VILLAGE_CLERK)
    case = ExitCase.objects.create(household=household, year=2018, area_code=place.village, planned_by=clerk)
    fire("plan", case, actor=clerk)
    return case


def case(place: Place) -> Sample:
    return Sample({"pk": _case(place).pk})


def village(place: Place) -> Sample:
    return Sample({"code": _case(place).area_code})


def _roster(place: Place) -> int:
    found = _case(place)
    return make_roster(
        "households.exitcase",
        ExitCase.objects.filter(pk=found.pk),
        area_code=place.village,
        year=2018,
        title="2018年度拟退出贫困户名单",
        actor=place.actor(Role.VILLAGE_CLERK),
    ).pk


def roster(place: Place) -> Sample:
    return Sample({"pk": _roster(place)})


def _sheet_of_case(place: Place) -> Sample:
    return Sample({"pk": _case(place).pk, "sheet": "income"})


def _sheet_of_list(place: Place) -> Sample:
    return Sample({"pk": _roster(place), "sheet": "appraisal"})


def _obstacle(place: Place) -> Sample:
    row = ExitObstacle.objects.create(
        case=_case(place),
        kind="disaster",
        since="2018-10-01",
        note="房屋进水",
        recorded_by=place.actor(Role.VILLAGE_CLERK),
    )
    return Sample({"pk": row.pk})


SAMPLES = {
    "households:exit": case,
    "households:exit-joint": case,
    "households:exit-send-back": case,
    "households:exit-return": case,
    "households:exit-drop": case,
    "households:exit-revoke": case,
    "households:exit-confirm": case,
    "households:exit-obstacle": case,
    "households:exit-lift": _obstacle,
    "households:exit-print": _sheet_of_case,
    "households:exit-print-list": _sheet_of_list,
    "households:exit-village": village,
    "households:exit-plan": village,
    "households:exit-prepare": village,
    "households:exit-list-make": village,
    "households:exit-appraise": roster,
    "households:exit-verify": roster,
    "households:exit-sign": roster,
    "households:exit-check": roster,
    "households:exit-review": roster,
    "households:exit-announce": roster,
    "households:exit-file": roster,
    "households:exit-mark": roster,
}
