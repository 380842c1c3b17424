"""排查: opening a round with its must-visit list, noting whom it reached, and how far it is, all set-based."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from households.models import (
    Assessment,
    Clue,
    Household,
    MemberSurvey,
    Monitoring,
    MonitoringRound,
    MustVisit,
    RoundCoverage,
    RoundVisit,
)
from poverty.areas.models import Area, Level
from poverty.audit.services import record, record_select
from poverty.fields.states import UNMET
from poverty.parameters.services import value_for
from poverty.sql.insert import insert_select
from poverty.sql.prefix import within

_LACKS = Q(education=UNMET) | Q(medical=UNMET) | Q(housing=UNMET) | Q(water=UNMET)


@dataclass(frozen=True)
class Covered:
    """How far a round is in a group of a village (settlement None: households without a group)."""

    area_code: str
    settlement_id: int | None
    households: int
    reached: int
    called: int
    must: int
    must_reached: int


@transaction.atomic
def open_round(
    area_code: str, *, kind: str, title: str, starts_on: date, ends_on: date, document_name: str, actor
) -> MonitoringRound:
    """Open a round over a county or township; its must-visit list is made at once.

    Raises PermissionDenied (round.manage), ValidationError by field.
    """
    if not actor.has_right_at("round.manage", area_code):
        raise PermissionDenied("您没有在该区划组织排查的权限。")
    if len(area_code) not in (Level.COUNTY, Level.TOWNSHIP) or not Area.objects.filter(pk=area_code).exists():
        raise ValidationError({"area_code": "排查按县或乡镇组织。"})
    made = MonitoringRound(
        area_code=area_code,
        kind=kind,
        title=title.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        document_name=document_name.strip(),
        created_by=actor,
    )
    made.full_clean(exclude=["created_by"])
    made.save()
    number = _list_must_visits(made)
    record(
        "households.round.open",
        made,
        actor=actor,
        summary=f"{made.title}，{starts_on} 至 {ends_on}，必访 {number} 户次",
    )
    return made


def households_of(round: MonitoringRound) -> QuerySet[Household]:
    """Every rural household of the round's place: registered, whether ever poor or not (一般农户 too)."""
    return Household.objects.on_register().under(round.area_code)


def _list_must_visits(round: MonitoringRound) -> int:
    """Who must be seen at home: watched, with an open clue, low income, a guarantee lacking, on an allowance."""
    rows = households_of(round)
    last = Assessment.objects.filter(household=OuterRef("pk"), year__gte=round.starts_on.year - 1)
    line = value_for("line.monitoring", round.area_code, round.starts_on)
    allowance = MemberSurvey.objects.filter(
        Q(receives_dibao=True) | Q(receives_tekun=True),
        member__household=OuterRef("pk"),
        year__gte=round.starts_on.year - 1,
    )
    reasons = {
        "monitored": Exists(Monitoring.objects.present().filter(household=OuterRef("pk"))),
        "open_clue": Exists(Clue.objects.open().filter(household=OuterRef("pk"))),
        "lacks_guarantee": Exists(last.filter(_LACKS)),
        "allowance": Exists(allowance),
    }
    if line is not None:
        reasons["low_income"] = Exists(last.filter(net_income_per_head__lte=line))
    return sum(
        insert_select(
            MustVisit, rows.filter(condition), {"round": round, "household": F("pk"), "reason": reason}
        )
        for reason, condition in reasons.items()
    )


@transaction.atomic
def note_visits(
    round: MonitoringRound,
    household_ids: Sequence[int],
    *,
    actor,
    visited_on: date,
    way: str = RoundVisit.Way.HOME,
    whole_away: bool = False,
    found: str | None = None,
    note: str = "",
    visitor_name: str = "",
) -> int:
    """Note households that were reached on a day, in one statement; returns how many were new.

    Who was noted before stays as noted. `found` None: a clue where one about the household waits, else nothing. Raises
    PermissionDenied when one is out of reach, ValidationError by field: a
    closed round, a day outside it, a call to a household that is at home, a must-visit household not seen at home.
    """
    round = _open(round)
    today = timezone.localdate()
    if visited_on < round.starts_on or visited_on > min(today, round.ends_on):
        raise ValidationError(
            {"visited_on": f"排查日期须在 {round.starts_on} 至 {min(today, round.ends_on)} 之间。"}
        )
    if way != RoundVisit.Way.HOME and not whole_away:
        raise ValidationError({"way": "整户外出的才能电话或视频排查，其他户须入户。"})
    ids = sorted(set(household_ids))
    if not ids:
        raise ValidationError("请先选择已排查的户。")
    rows = households_of(round).filter(pk__in=ids) & Household.objects.visible_to(actor, "round.visit")
    if rows.count() != len(ids):
        raise PermissionDenied("选中的户有的不在您的排查范围。")
    rows = rows.filter(~Exists(RoundVisit.objects.filter(round=round, household=OuterRef("pk"))))
    new = list(rows.values_list("pk", flat=True))
    name = visitor_name.strip()
    columns = {
        "round": round,
        "household": F("pk"),
        "visited_on": visited_on,
        "way": way,
        "whole_away": whole_away,
        "found": found or _found(),
        "note": note.strip()[:200],
        "visitor": actor if not name or name == actor.name else None,
        "visitor_name": name or actor.name,
        "recorded_by": actor,
    }
    number = insert_select(RoundVisit, rows, columns, ignore_conflicts=True)
    record_select(
        "households.round.visit",
        RoundVisit.objects.filter(round=round, household__in=new, visited_on=visited_on, recorded_by=actor),
        actor=actor,
        case_type="households.household",
        case_id=F("household_id"),
        area_code=F("household__area_id"),
        summary=f"{round.title}：{RoundVisit.Way(way).label}，{visited_on}"[:200],
    )
    return number


@transaction.atomic
def note_clue(round: MonitoringRound, household: Household, **visit) -> None:
    """Note that a household was reached in a round and a clue was found; one noted before gets the clue, its visit stays.

    Arguments and errors as in note_visits; ValidationError too when the household lies outside the round's place.
    """
    if not household.area_id.startswith(round.area_code):
        raise ValidationError("该户不在这次排查的范围。")
    if not note_visits(round, [household.pk], found=RoundVisit.Found.CLUE, **visit):
        RoundVisit.objects.filter(round=round, household=household).update(found=RoundVisit.Found.CLUE)
        record(
            "households.round.visit", household, actor=visit["actor"], summary=f"{round.title}：有线索"[:200]
        )


def _found() -> Case:
    """Of whom a clue waits, nobody says that nothing was found."""
    clues = Clue.objects.open().filter(household=OuterRef("pk"))
    return Case(
        When(Exists(clues), then=Value(RoundVisit.Found.CLUE)), default=Value(RoundVisit.Found.NOTHING)
    )


@transaction.atomic
def close_round(round: MonitoringRound, *, actor) -> MonitoringRound:
    """End a round: how far it came stands for ever, by village and group. PermissionDenied, ValidationError (closed)."""
    if not actor.has_right_at("round.manage", round.area_code):
        raise PermissionDenied("您没有结束这次排查的权限。")
    round = _open(round)
    RoundCoverage.objects.bulk_create(
        RoundCoverage(
            round=round,
            area_code=one.area_code,
            settlement_id=one.settlement_id,
            households=one.households,
            reached=one.reached,
            called=one.called,
            must=one.must,
            must_reached=one.must_reached,
        )
        for one in _counted(round)
    )
    round.closed_at = timezone.now()
    MonitoringRound.objects.filter(pk=round.pk).update(closed_at=round.closed_at)
    record("households.round.close", round, actor=actor, summary=f"结束排查：{round.title}")
    return round


def coverage(round: MonitoringRound, area_codes: Sequence[str] = ("",)) -> list[Covered]:
    """How far a round is, by village and group, in some places: as it is now, or as it was when it was closed."""
    if round.closed_at is None:
        return _counted(round, area_codes)
    rows = RoundCoverage.objects.filter(within("area_code", area_codes), round=round)
    names = list(Covered.__dataclass_fields__)
    return [Covered(**row) for row in rows.order_by("area_code", "settlement_id").values(*names)]


def _counted(round: MonitoringRound, area_codes: Sequence[str] = ("",)) -> list[Covered]:
    """One statement for the whole place. A must-visit household counts as reached when seen at home, or all away."""
    must = Exists(MustVisit.objects.filter(round=round, household=OuterRef("pk")))
    visit = FilteredRelation("round_visits", condition=Q(round_visits__round=round))
    rows = (
        households_of(round)
        .filter(within("area_id", area_codes))
        .annotate(visit=visit, is_must=must)
        .values("area_id", "settlement_id")
        .annotate(
            total=Count("pk"),
            reached=Count("visit__pk"),
            called=Count("visit__pk", filter=~Q(visit__way=RoundVisit.Way.HOME)),
            must=Count("pk", filter=Q(is_must=True)),
            must_reached=Count("visit__pk", filter=Q(is_must=True)),
        )
        .order_by("area_id", F("settlement_id").asc(nulls_last=True))
    )
    return [
        Covered(
            row["area_id"],
            row["settlement_id"],
            row["total"],
            row["reached"],
            row["called"],
            row["must"],
            row["must_reached"],
        )
        for row in rows
    ]


def _open(round: MonitoringRound) -> MonitoringRound:
    row = MonitoringRound.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if row.closed_at is not None:
        raise ValidationError("这次排查已经结束，不能再改。")
    return row
