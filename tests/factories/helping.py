"""Papers of responsibility and trainings for tests, written straight to the tables (services are tested on their own)."""

from datetime import date
from decimal import Decimal

from households.models import CadreAttendance, CadreTraining, Responsibility
from tests.factories.accounts import make_unit, make_user
from tests.factories.areas import make_area


def make_paper(area="220503100", *, kind="double", household=None, person=None, unit=None, **fields):
    """A paper of 2018 between a unit and a township, not signed yet; of a household its agreement."""
    if household is not None:
        kind, area = "agreement", household.area_id
        person = person or make_user("帮扶人")
        fields = {"other_side": f"{household.head_name}户", **fields}
    else:
        unit = unit or make_unit("二道江区林业局", area[:6], kind="helping_unit")
    return Responsibility.objects.create(
        kind=kind,
        area=make_area(area),
        household=household,
        person=person,
        unit=unit,
        recorded_by=make_user("周录入"),
        **{
            "year": 2018,
            "other_side": "鸭园镇人民政府",
            "targets": "稳定达到一超过、两不愁、三保障",
            "period_from": date(2018, 1, 1),
            "period_to": date(2018, 12, 31),
            **fields,
        },
    )


def make_training(area="220503", *, people=(), **fields):
    """A training of one day in September 2018 to which these people were called."""
    row = CadreTraining.objects.create(
        area=make_area(area),
        recorded_by=make_user("周录入"),
        **{
            "topic": "退出验收考核工作培训",
            "held_from": date(2018, 9, 3),
            "held_to": date(2018, 9, 3),
            "place": "区委党校",
            "hours": Decimal("6.0"),
            "organiser": "区扶贫办",
            **fields,
        },
    )
    CadreAttendance.objects.bulk_create(CadreAttendance(training=row, person=one) for one in people)
    return row
