"""Sample arguments of the addresses of duties: the helper of the place, a day, a leave, a record of his."""

from django.utils import timezone

from households.duties.services.leave import apply_leave
from households.models import DutyRecord
from poverty.accounts.models import Role
from poverty.areas.models import Area
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample


def _household(place: Place):
    household = make_household(place.village, survey=False)
    make_pairing(household, place.actor(Role.HELPER))
    return household


def person(place: Place) -> Sample:
    """The helper of the place."""
    _household(place)
    return Sample({"pk": place.actor(Role.HELPER).pk})


def leave(place: Place) -> Sample:
    """Leave that waits."""
    today, helper = timezone.localdate(), place.actor(Role.HELPER)
    made = apply_leave(
        helper,
        Area.objects.get(pk=place.village),
        actor=helper,
        kind="personal",
        starts_on=today,
        ends_on=today,
        reason="家中有事",
    )
    return Sample({"pk": made.pk})


def call(place: Place) -> Sample:
    """A household of the helper's."""
    return Sample({"pk": _household(place).pk})


def record(place: Place) -> Sample:
    """A call that the helper has recorded."""
    household, helper = _household(place), place.actor(Role.HELPER)
    made = DutyRecord.objects.create(
        bearer="helper",
        act="call",
        area_id=place.village,
        household=household,
        person=helper,
        happened_on=timezone.localdate(),
        topic="电话联系",
        recorded_by=helper,
    )
    return Sample({"what": "record", "pk": made.pk})


SAMPLES = {
    "households:duty-rule": lambda place: Sample({"key": "visit_poor"}, everywhere=True),
    "households:duty-record-new": lambda place: Sample({"act": "study"}, everywhere=True),
    "households:presence-person": person,
    "households:diary": person,
    "households:leave": leave,
    "households:leave-end": leave,
    "households:duty-call": call,
    "households:field-work-withdraw": record,
}
