"""Who closes a kind of gap and by when: the dated table, the parameters, and the county's plan of the year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.gaps.options import GAP_SUBJECTS
from households.models import CountyYear, GapResponsibility
from households.options.need_parties import NEED_PARTIES
from poverty.audit.services import record
from poverty.fields.states import UNKNOWN, UNMET
from poverty.parameters.services import values_for

DAYS = {UNMET: "gap.unmet_days", UNKNOWN: "gap.unknown_days"}
PLAN = "gap.plan_month_day"


@dataclass(frozen=True)
class Duty:
    """Who closes one kind of gap (a key of NEED_PARTIES), and the last day for one that opens today."""

    indicator: str
    state: int
    party: str
    due_on: date


@dataclass(frozen=True)
class Duties:
    """All of a county today. `plan_day`: by when households that are to exit in the year lack nothing; NULL: not set."""

    year: int
    today: date
    rows: tuple[Duty, ...]
    plan_day: date | None


def duties_of(county_years: Iterable[CountyYear]) -> dict[Duties, list[str]]:
    """What counts today, with the counties for which it is the same; two queries for each county."""
    today = timezone.localdate()
    found: dict[Duties, list[str]] = {}
    for one in county_years:
        found.setdefault(_duties(one.area_id, one.year, today), []).append(one.area_id)
    return found


def _duties(county: str, year: int, today: date) -> Duties:
    values = values_for((*DAYS.values(), PLAN), county, today)
    nearest = {(row.indicator, row.state): row for row in GapResponsibility.objects.reaching(county, today)}
    rows = tuple(
        Duty(indicator, state, row.party, today + timedelta(days=row.days or values[DAYS[state]]))
        for (indicator, state), row in sorted(nearest.items())
    )
    plan = date(year, *values[PLAN]) if values[PLAN] else None
    return Duties(year, today, rows, plan)


def table_of(area_code: str, on: date) -> list[GapResponsibility]:
    """The rows that count in a place on a day, in the order of the indicators; one for each kind of gap."""
    nearest = {
        (row.indicator, row.state): row for row in GapResponsibility.objects.reaching(area_code[:6], on)
    }
    order = {key: number for number, key in enumerate(GAP_SUBJECTS.keys)}
    return sorted(nearest.values(), key=lambda row: (order[row.indicator], row.state))


@transaction.atomic
def set_responsibility(
    area_code: str,
    indicator: str,
    state: int,
    *,
    party: str,
    days: int | None,
    valid_from: date,
    document_name: str,
    actor,
) -> GapResponsibility:
    """Enter who closes a kind of gap in a county from a day on. Gaps that are open already keep theirs.

    Raises PermissionDenied (parameter.edit), ValidationError by field: no such gap or party, no document, a day before
    today, a row from that day already there.
    """
    if len(area_code) > 6 or not actor.has_right_at("parameter.edit", area_code):
        raise PermissionDenied("您没有在该区划维护缺项责任表的权限。")
    errors = {}
    if indicator not in GAP_SUBJECTS or state not in DAYS:
        errors["indicator"] = "请选择缺项和情形。"
    if party not in NEED_PARTIES:
        errors["party"] = "请选择由谁补。"
    if not document_name.strip():
        errors["document_name"] = "请填写依据文件的名称或文号。"
    if valid_from < timezone.localdate():
        errors["valid_from"] = "责任规定从今天或以后起算，已经列出的缺项不变。"
    if errors:
        raise ValidationError(errors)
    row = GapResponsibility(
        area_code=area_code,
        indicator=indicator,
        state=state,
        party=party,
        days=days,
        valid_from=valid_from,
        document_name=document_name.strip(),
        recorded_by=actor,
    )
    row.clean_fields(exclude=["recorded_by"])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({"valid_from": "从这一天起已有同一缺项的责任规定，请换一天。"}) from error
    record(
        "households.gap.responsibility",
        row,
        actor=actor,
        area_code=area_code,
        summary=f"{row.get_indicator_display()}{row.get_state_display()}由{row.get_party_display()}补，{valid_from} 起"
        + (f"，{days} 天内" if days else ""),
    )
    return row
