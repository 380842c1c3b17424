"""A station's day on the grid that was recorded wrongly: corrected with the reason, unless what was paid says otherwise."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.benefits.models import Benefit, SolarShare, SolarStation, StationCorrection
from households.benefits.services.solar import may_keep
from households.models import CountyYear, Household, IncomeItem
from households.options.income_items import INCOME_ITEMS
from households.options.work_options import HOUSEHOLD_STATION, SOLAR_ITEMS
from households.services.locking import lock_households
from poverty.audit.services import record
from poverty.review.errors import ChangedMeanwhile

_NAMED = 5  # of what stands in the way


@transaction.atomic
def correct_connection(station: SolarStation, *, on: date, reason: str, seen: date, actor) -> SolarStation:
    """Correct since when a station is on the grid; the share that a household's own has from that day moves with it.

    `seen`: the day that stood on the page. The same correction sent twice is made once. Raises PermissionDenied,
    ChangedMeanwhile where the station was taken back, ValidationError by field: "reason", "on" (no day, shares or money
    of before it, a day that somebody else has set meanwhile).
    """
    # Money of the household waits until it is decided, as it does for whoever records it.
    homes = lock_households([station.household_id]) if station.household_id else {}
    row = SolarStation.objects.select_for_update(of=("self",)).get(pk=station.pk)
    if not may_keep(actor, row.area_id):
        raise PermissionDenied("您没有在该村登记光伏电站的权限。")
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("已撤销")
    reason = reason.strip()
    if row.connected_on != seen:
        if _is_made(row, was=seen, on=on, reason=reason, actor=actor):
            return row
        words = f"刚由别人改为 {row.connected_on}" if row.connected_on else "已不在"
        raise ValidationError({"on": f"并网日期{words}，请返回电站页面看过再改。"})
    errors = {}
    if not reason:
        errors["reason"] = "请写明更正的原因。"
    if on > timezone.localdate():
        errors["on"] = "并网日期不能晚于今天。"
    elif on == row.connected_on:
        errors["on"] = f"现在登记的就是 {on}，没有改动。"
    if errors:
        raise ValidationError(errors)
    own = _own_shares(row)
    if found := [*_shares_of_before(row, own, on), *_money_of_before(row, homes, on)]:
        rest = f"等 {len(found)} 项" if len(found) > _NAMED else ""
        words = "；".join(found[:_NAMED])
        raise ValidationError({"on": f"与已登记的对不上：{words}{rest}。先更正这些，或核对并网日期。"})
    StationCorrection.objects.create(station=row, was=seen, now=on, reason=reason, recorded_by=actor)
    row.connected_on = on
    row.save(update_fields=["connected_on"])
    for share in own:
        _begin_anew(share, on, reason, actor)
    record(
        "households.solar.correct",
        row,
        actor=actor,
        changes={"并网日期": [seen, on]},
        summary=f"更正{row.name}的并网日期，原因：{reason}",
    )
    return row


def _is_made(row: SolarStation, *, was: date, on: date, reason: str, actor) -> bool:
    last = row.corrections.first()
    if last is None:
        return False
    return (last.was, last.now, last.reason, last.recorded_by_id) == (was, on, reason, actor.pk)


def _own_shares(row: SolarStation) -> list[SolarShare]:
    """Shares of a household in its own station that began with the station."""
    if row.kind != HOUSEHOLD_STATION:
        return []
    shares = row.shares.standing().filter(household=row.household_id, valid_from=row.connected_on)
    return list(shares.select_for_update(of=("self",)).select_related("household").order_by("pk"))


def _shares_of_before(row: SolarStation, own: list[SolarShare], on: date) -> list[str]:
    """Shares that would begin, or end, before the station is on the grid."""
    others = row.shares.standing().filter(valid_from__lt=on).exclude(pk__in=[one.pk for one in own])
    found = [
        f"{one.household.head_name}户从 {one.valid_from} 起受益"
        for one in others.select_related("household").order_by("valid_from", "pk")
    ]
    return found + [
        f"{one.household.head_name}户的受益已在 {one.valid_to} 结束"
        for one in own
        if one.valid_to is not None and one.valid_to <= on
    ]


def _money_of_before(row: SolarStation, homes: dict[int, Household], on: date) -> list[str]:
    """What a household's station is said to have paid before that day, where no other one of the household's did:
    payments, and income items of accounting years that were over by then.
    """
    home = homes.get(row.household_id)
    if home is None:
        return []
    others = SolarStation.objects.standing().filter(household=home.pk, connected_on__isnull=False)
    first = others.exclude(pk=row.pk).order_by("connected_on").values_list("connected_on", flat=True).first()
    until = min(on, first) if first else on
    item = SOLAR_ITEMS[row.kind]
    paid = Benefit.objects.standing().filter(household=home.pk, policy__income_item=item, paid_on__lt=until)
    found = [
        f"{one.policy.name} {one.amount:,.2f} 元，{one.paid_on} 发放"
        for one in paid.select_related("policy").order_by("paid_on", "pk")
    ]
    ends = dict(CountyYear.objects.filter(area_id=home.area_id[:6]).values_list("year", "period_to"))
    rows = IncomeItem.objects.filter(survey__household=home.pk, item=item, amount__gt=0)
    for year, amount in rows.order_by("survey__year").values_list("survey__year", "amount"):
        if ends.get(year, date(year, 12, 31)) < until:
            found.append(f"{year}年度收入项目“{INCOME_ITEMS.label(item)}” {amount:,.2f} 元")
    return found


def _begin_anew(share: SolarShare, on: date, reason: str, actor) -> None:
    """A share stays as it was recorded: taken back, and recorded from the right day."""
    share.take_back(f"并网日期更正：{reason}"[:200], actor)
    SolarShare.objects.create(
        station_id=share.station_id,
        household_id=share.household_id,
        member_id=share.member_id,
        valid_from=on,
        valid_to=share.valid_to,
        note=share.note,
        recorded_by=actor,
    )
    record(
        "households.solar.share",
        share.household,
        actor=actor,
        changes={"受益起": [share.valid_from, on]},
        summary="并网日期更正，受益起日期跟着改",
    )
