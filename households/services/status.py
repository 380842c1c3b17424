"""脱贫属性 and 户类型 as the national system has them: taken over (带入) with source and date, never
decided here.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max, QuerySet

from households.models import Household, HouseholdStatus
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.poverty_status import POVERTY_STATUSES
from households.options.regimes import REGISTRATION, regime_on
from households.options.sources import BENEFIT, DECISION, SOURCES
from households.services.days import check_day_in, check_not_before, check_register_day, counties_of
from households.services.locking import lock_keys, lock_open, require_registered
from poverty.audit.services import record, record_select
from poverty.review.batch import fire_many
from poverty.review.services import fire
from poverty.sql.insert import insert_select

_BATCH = 20_000


@transaction.atomic
def adopt_status(
    household: Household,
    status: str,
    kind: str,
    *,
    on: date,
    source: str,
    document_name: str,
    actor,
    reason: str = "",
) -> Household:
    """Take over status and kind of a household as of a day, from a source (key of SOURCES) by its document.

    The former dated row ends on that day, a new one begins; the columns of the present follow. The step is of
    today: taking over is what happens here, the exit itself was decided elsewhere. Nothing differs: nothing
    is written. Raises PermissionDenied (status.adopt), ValidationError by field (status, kind, source, on,
    document_name).
    """
    household = lock_open(household)
    _check_values(status, kind, source, document_name)
    if not actor.has_right_at("status.adopt", household.area_id):
        raise PermissionDenied("您没有在该区划带入状态的权限。")
    require_registered(household)
    if (household.status, household.kind) == (status, kind):
        return household
    check_register_day(household.area_id, on, household=household, field="on")
    present = household.statuses.filter(valid_to=None).first()
    check_not_before(on, present.valid_from if present else None, "现状态", field="on")
    before = (household.get_kind_display(), household.get_status_display())
    if household.status != status:
        fire(f"adopt_{status}", household, actor=actor, document_name=document_name)
    household.statuses.filter(valid_to=None).update(valid_to=on)
    for name, value in _columns(status, kind, on).items():
        setattr(household, name, value)
    if household.identified_on is None and POVERTY_STATUSES[status].is_poor:
        household.identified_on = on
    household.version += 1
    household.save()
    row = HouseholdStatus.objects.create(
        household=household,
        kind=kind,
        status=status,
        regime=household.regime,
        valid_from=on,
        source=source,
        reason=reason,
        document=document_name,
    )
    record(
        "households.status.adopt",
        household,
        actor=actor,
        changes={
            "kind": [before[0], row.get_kind_display()],
            "status": [before[1], row.get_status_display()],
        },
        summary=f"带入：{row.get_kind_display()}，{row.get_status_display()}，{on}起，"
        f"来源：{row.get_source_display()} {document_name}",
    )
    return household


@transaction.atomic
def adopt_status_many(
    households: QuerySet | Iterable[int],
    status: str,
    kind: str,
    *,
    on: date,
    source: str,
    document_name: str,
    actor,
    shown: Mapping[int, tuple[str, str]] | None = None,
) -> int:
    """The same for many households (a queryset or keys), set-based; returns how many changed. All or none.

    `shown`: status and kind of each household, by key, as the actor saw them; one that has others by now refuses
    the whole list, since what somebody wrote after the actor looked is not overwritten unseen. Raises what
    adopt_status raises; a household whose present row began after `on`, or that is closed, refuses the whole
    list.
    """
    _check_values(status, kind, source, document_name)
    if isinstance(households, QuerySet):
        households = households.order_by().values_list("pk", flat=True)
    keys = sorted(households)
    paper = {"on": on, "source": source, "document_name": document_name, "actor": actor, "shown": shown}
    return sum(
        _adopt_batch(keys[start : start + _BATCH], status, kind, **paper)
        for start in range(0, len(keys), _BATCH)
    )


def _adopt_batch(keys: list[int], status, kind, *, on, source, document_name, actor, shown) -> int:
    lock_keys(Household.objects.filter(pk__in=keys))
    if shown is not None:
        _check_shown(keys, shown)
    rows = Household.objects.filter(pk__in=keys).exclude(status=status, kind=kind)
    chosen = list(rows.values_list("pk", flat=True))
    rows = Household.objects.filter(pk__in=chosen)
    counties = {code[:6] for code in rows.values_list("area_id", flat=True).distinct()}
    _check_many(rows, counties, on, actor)
    record_select(
        "households.status.adopt",
        rows,
        actor=actor,
        case_type="households.household",
        area_code=F("area_id"),
        summary=f"带入：{HOUSEHOLD_KINDS.label(kind)}，{POVERTY_STATUSES.label(status)}，{on}起，"
        f"来源：{SOURCES.label(source)} {document_name}",
    )
    HouseholdStatus.objects.filter(household__in=chosen, valid_to=None).update(valid_to=on)
    columns = _columns(status, kind, on)
    insert_select(
        HouseholdStatus,
        rows,
        {
            "household": F("pk"),
            "kind": kind,
            "status": status,
            "regime": columns["regime"],
            "valid_from": on,
            "source": source,
            "document": document_name,
        },
    )
    fire_many(f"adopt_{status}", rows.exclude(status=status), actor=actor, document_name=document_name)
    if POVERTY_STATUSES[status].is_poor:
        rows.filter(identified_on=None).update(identified_on=on)
    columns.pop("status")  # written by fire_many, which alone writes a status
    rows.update(**columns, version=F("version") + 1)
    return len(chosen)


def _check_shown(keys: list[int], shown: Mapping[int, tuple[str, str]]) -> None:
    now = Household.objects.filter(pk__in=keys).values_list("pk", "status", "kind")
    others = sum(shown.get(pk) != (status, kind) for pk, status, kind in now)
    if others:
        raise ValidationError(
            f"其中 {others} 户的脱贫属性或户类型在预览以后已有变动，本次全部未带入，请重新预览。"
        )


def _check_many(rows: QuerySet, counties: set[str], on: date, actor) -> None:
    for county in sorted(counties):
        if not actor.has_right_at("status.adopt", county):
            raise PermissionDenied("您没有在该区划带入状态的权限。")
    own = next(iter(counties)) if len(counties) == 1 else ""
    check_day_in(counties | counties_of(rows.values("pk")), on, own=own, field="on")
    gone = rows.exclude(state=Household.State.REGISTERED).count()
    if gone:
        raise ValidationError(f"其中 {gone} 户未登记、已销户或已并户，不能带入；本次全部未带入。")
    begun = HouseholdStatus.objects.filter(household__in=rows.values("pk"), valid_to=None, valid_from__gt=on)
    if latest := begun.aggregate(latest=Max("valid_from"))["latest"]:
        raise ValidationError(
            {"on": f"有 {begun.count()} 户的现状态从更晚的日期开始（最晚 {latest}），本次全部未带入。"}
        )


def _check_values(status: str, kind: str, source: str, document_name: str) -> None:
    errors = {}
    if status not in POVERTY_STATUSES:
        errors["status"] = "请选择脱贫属性。"
    if kind not in HOUSEHOLD_KINDS:
        errors["kind"] = "请选择户类型。"
    elif status in POVERTY_STATUSES and not HOUSEHOLD_KINDS[kind].is_registered:
        errors["kind"] = "一般农户没有脱贫属性，请选建档立卡贫困户或脱贫户。"
    if source not in SOURCES or source in (DECISION, BENEFIT):
        errors["source"] = "请选择来源。"
    if not document_name.strip():
        errors["document_name"] = "请注明来源的文件或导出表名称。"
    if errors:
        raise ValidationError(errors)


def _columns(status: str, kind: str, on: date) -> dict:
    values = {"status": status, "kind": kind, "regime": regime_on(on) or REGISTRATION}
    if POVERTY_STATUSES[status].is_exited:
        values["exit_year"] = on.year
    if status == "returned":
        values["return_year"] = on.year
    return values
