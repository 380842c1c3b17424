"""Solar stations, and who has a share in them from when until when."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.benefits.models import SolarShare, SolarStation
from households.models import Household, Member, Membership
from households.options.work_options import HOUSEHOLD_STATION, SOLAR_KINDS
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.review.errors import ChangedMeanwhile, constraint_of

RIGHT = "benefit.record"
SECTORS = ("poverty_office", "power")
_TAKEN = {
    "one_station_of_a_name_in_a_village": {"name": "该村已有同名的电站。"},
    "one_share_of_a_household_in_a_station_at_a_time": {"household": "该户在这段时间已是这个电站的受益户。"},
}


def may_keep(actor, area_code: str) -> bool:
    """Whether a person may record stations at a place: township, county, and of bureaus 扶贫 and 电力."""
    scope = actor.scope(RIGHT)
    return any(scope.covers(area_code, sector) for sector in SECTORS)


@transaction.atomic
def open_station(
    area: Area,
    *,
    kind: str,
    name: str,
    capacity: Decimal,
    actor,
    connected_on: date | None = None,
    household: Household | None = None,
    document: str = "",
) -> SolarStation:
    """Record a station of a village, or of a household, which then has its share from the day it is on the grid.

    Raises PermissionDenied, ValidationError by field.
    """
    if not may_keep(actor, area.pk):
        raise PermissionDenied("您没有在该村登记光伏电站的权限。")
    errors = {}
    if kind not in SOLAR_KINDS:
        errors["kind"] = "请选择电站类型。"
    if not name.strip():
        errors["name"] = "请填写电站名称。"
    if capacity <= 0:
        errors["capacity"] = "装机容量须大于 0。"
    if connected_on is not None and connected_on > timezone.localdate():
        errors["connected_on"] = "并网日期不能晚于今天。"
    if kind == HOUSEHOLD_STATION:
        if household is None or household.area_id != area.pk:
            errors["household"] = "户用电站请选本村的户。"
    elif household is not None:
        errors["household"] = "村级电站属于村，不选户。"
    if errors:
        raise ValidationError(errors)
    with _in_words():
        station = SolarStation.objects.create(
            area=area,
            kind=kind,
            name=name.strip(),
            capacity=capacity,
            connected_on=connected_on,
            household=household,
            document=document.strip(),
            recorded_by=actor,
        )
    record(
        "households.solar.open",
        station,
        actor=actor,
        summary=f"{station.get_kind_display()} {station.name} {capacity} 千瓦",
    )
    if household is not None and connected_on is not None:
        add_share(station, household, since=connected_on, actor=actor)
    return station


@transaction.atomic
def connect_station(station: SolarStation, *, on: date, actor) -> SolarStation:
    """Say since when a station is on the grid, once; a household's own then has its share from that day, if the
    household still stands in the village.

    Raises PermissionDenied, ValidationError ("on"), ChangedMeanwhile where it has its day or was taken back.
    """
    row = SolarStation.objects.select_for_update(of=("self",)).select_related("household").get(pk=station.pk)
    if not may_keep(actor, row.area_id):
        raise PermissionDenied("您没有在该村登记光伏电站的权限。")
    if row.withdrawn_at is not None or row.connected_on is not None:
        raise ChangedMeanwhile("已撤销" if row.withdrawn_at else "已登记并网日期")
    if on > timezone.localdate():
        raise ValidationError({"on": "并网日期不能晚于今天。"})
    shares = row.shares.standing()
    earlier = shares.filter(valid_from__lt=on).order_by("valid_from").first()
    if earlier is not None:
        text = f"已有受益户从 {earlier.valid_from} 起受益，早于并网日期；请核对日期，或先撤销登记错的受益户。"
        raise ValidationError({"on": text})
    row.connected_on = on
    row.save(update_fields=["connected_on"])
    record(
        "households.solar.connect",
        row,
        actor=actor,
        changes={"并网日期": [None, on]},
        summary=f"{row.name}并网",
    )
    home = row.household
    if home is not None and home.area_id == row.area_id and not shares.filter(household=home).exists():
        add_share(row, home, since=on, actor=actor)
    return row


@transaction.atomic
def add_share(
    station: SolarStation,
    household: Household,
    *,
    since: date,
    actor,
    member: Member | None = None,
    note: str = "",
) -> SolarShare:
    """Give a household a share in a station from a day; of a village's station with the member who holds the post.

    Raises PermissionDenied, ValidationError by field, ChangedMeanwhile where the station was taken back.
    """
    if not may_keep(actor, station.area_id):
        raise PermissionDenied("您没有在该村登记光伏受益户的权限。")
    if SolarStation.objects.select_for_update().get(pk=station.pk).withdrawn_at is not None:
        raise ChangedMeanwhile("已撤销")
    errors = {}
    if household.area_id != station.area_id:
        errors["household"] = "受益户须是电站所在村的户。"
    if station.kind == HOUSEHOLD_STATION and (household.pk != station.household_id or member is not None):
        errors["household"] = "户用电站的收益归本户。"
    if (
        member is not None
        and not Membership.objects.filter(household=household, member=member, valid_to=None).exists()
    ):
        errors["member"] = "此人不是该户的成员。"
    if since > timezone.localdate() or (station.connected_on and since < station.connected_on):
        errors["since"] = "受益起须在并网日期以后，不晚于今天。"
    if errors:
        raise ValidationError(errors)
    with _in_words():
        share = SolarShare.objects.create(
            station=station,
            household=household,
            member=member,
            valid_from=since,
            note=note.strip(),
            recorded_by=actor,
        )
    record("households.solar.share", household, actor=actor, summary=f"{station.name}受益户，{since} 起")
    return share


@transaction.atomic
def end_share(share: SolarShare, *, until: date, note: str, actor) -> SolarShare:
    """End a share on a day, with the reason in words."""
    row = (
        SolarShare.objects.select_for_update(of=("self",))
        .select_related("station", "household")
        .get(pk=share.pk)
    )
    if not may_keep(actor, row.station.area_id):
        raise PermissionDenied("您没有在该村登记光伏受益户的权限。")
    if row.withdrawn_at is not None or row.valid_to is not None:
        raise ChangedMeanwhile("已撤销" if row.withdrawn_at else "已结束")
    errors = {}
    if not row.valid_from < until <= timezone.localdate():
        errors["until"] = "受益止须晚于受益起，不晚于今天。"
    if not note.strip():
        errors["note"] = "请写明原因。"
    if errors:
        raise ValidationError(errors)
    row.valid_to, row.note = until, note.strip()
    row.save(update_fields=["valid_to", "note"])
    record(
        "households.solar.end",
        row.household,
        actor=actor,
        summary=f"{row.station.name}受益结束：{note.strip()}",
    )
    return row


@contextmanager
def _in_words() -> Iterator[None]:
    """Write; what the database knows as taken is said at its field."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if taken := _TAKEN.get(constraint_of(error)):
            raise ValidationError(taken) from error
        raise
