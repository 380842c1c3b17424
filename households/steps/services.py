"""What the steps of a county are, and which household has done which."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from households.benefits.entitlement import day_of, households_in_question
from households.disclosure import whole_to
from households.duties.services.writing import check_day
from households.models import Household, StepDone, StepMethod
from households.services.locking import lock_households
from households.services.refusals import told_in_words
from households.steps.models import Step, key_of
from households.steps.querysets import COUNTY, DRAW_UP, ENTER
from poverty.audit.services import record, record_rows
from poverty.review.errors import ChangedMeanwhile
from poverty.sql.locks import hold, hold_beside

FEWEST, MOST = 2, 12  # steps of a method
LONGEST = 40
AT_ONCE = 200  # households noted by one page


@transaction.atomic
def set_method(
    area_code: str, *, year_from: int, name: str, labels: Sequence[str], document: str, actor
) -> StepMethod:
    """Define the method of a county from a year on, by a document; versions before stay.

    Where steps are noted of a year, they are defined anew from a later year on only. Sent twice, it is written once. Raises
    PermissionDenied (parameter.edit), ValidationError by field (year_from, name, labels, document).
    """
    if len(area_code) != COUNTY or not actor.has_right_at(DRAW_UP, area_code):
        raise PermissionDenied("您没有规定本县工作步骤的权限。")
    labels, name, document = [one.strip() for one in labels], name.strip(), document.strip()
    errors = {}
    if not name:
        errors["name"] = "请填写名称，例如文件上的叫法。"
    if not FEWEST <= len(labels) <= MOST:
        errors["labels"] = f"步骤须有 {FEWEST} 至 {MOST} 步，一行一步。"
    elif not all(labels) or any(len(one) > LONGEST for one in labels):
        errors["labels"] = f"每一步写 1 至 {LONGEST} 个字。"
    elif len(set(labels)) != len(labels):
        errors["labels"] = "同一步骤只写一次。"
    if not 2014 <= year_from <= 2100:
        errors["year_from"] = "年度须在2014至2100之间。"
    if not document:
        errors["document"] = "请填文件名称。"
    if errors:
        raise ValidationError(errors)
    hold(_lock(area_code))  # nobody notes a step meanwhile
    before = StepMethod.objects.in_force(area_code, year_from)
    told = (year_from, name, labels, document)
    if before is not None and told == (before.year_from, before.name, before.labels, before.document):
        return before
    noted = StepDone.objects.standing().filter(method__area_code=area_code)
    used = noted.filter(Q(method__year_from__gte=year_from) | Q(done_on__year__gte=year_from))
    latest = used.aggregate(day=Max("done_on"), year=Max("method__year_from"))
    if latest["day"] is not None:
        last = max(latest["day"].year, latest["year"])
        text = f"{last}年度已有户登记步骤，不再改动，请从{last + 1}年度或以后起。"
        raise ValidationError({"year_from": text})
    row = StepMethod.objects.create(
        area_code=area_code,
        year_from=year_from,
        name=name,
        labels=labels,
        keys=[key_of(one) for one in labels],
        document=document,
        recorded_by=actor,
    )
    changes = {"步骤": [before.labels if before else None, labels]}
    record(
        "households.step.define",
        row,
        actor=actor,
        changes=changes,
        summary=f"{year_from}年度起的{name}，{len(labels)} 步，{document}",
    )
    return row


@dataclass
class Noted:
    """What came of noting a step of several households: how many are noted (now, or by the same page before), and who
    is not: (household, why).
    """

    step: Step
    count: int = 0
    refused: list[tuple[Household, str]] = field(default_factory=list)


@transaction.atomic
def note_step(ids: Collection[int], step: str, *, year: int, done_on: date, remark: str = "", actor) -> Noted:
    """Note that households of a county have done a step (its key) of the method of a year; who cannot is told why.

    Steps go in order: the ones before are done, on no later day. One insert for all. The same page sent twice counts
    once. Raises PermissionDenied (survey.edit over each), ValidationError by field (households, done_on, step).
    """
    ids = set(ids)
    if not ids or len(ids) > AT_ONCE:
        raise ValidationError({"households": f"请勾选 1 至 {AT_ONCE} 户。"})
    homes = lock_households(ids)
    _require_right(ids, actor)
    counties = {one.area_id[:COUNTY] for one in homes.values()}
    if len(counties) > 1:
        raise ValidationError({"households": "各县步骤不同，请按县登记。"})
    hold_beside(_lock(*counties))
    method = StepMethod.objects.in_force(*counties, year)
    chosen = method.step(step) if method else None
    if chosen is None:
        raise ValidationError({"step": f"{year}年度没有这一步，请刷新页面。"})
    check_day(done_on, "done_on")
    if done_on > day_of(year):
        raise ValidationError({"done_on": f"日期在{year}年以后，请先在上方选择那一年。"})
    known: dict[int, dict[str, StepDone]] = {pk: {} for pk in homes}
    for row in (
        StepDone.objects.standing()
        .filter(household__in=ids, step__in=method.keys)
        .select_related("recorded_by")
    ):
        known[row.household_id][row.step] = row
    asked = households_in_question(Household.objects.filter(pk__in=ids), year)
    concerned = set(asked.values_list("pk", flat=True))
    found, new = Noted(chosen), []
    for pk, home in homes.items():
        there = known[pk].get(step)
        if there is not None and _same(there, done_on, remark, actor):
            found.count += 1
        elif why := _why_not(home, chosen, method, known[pk], done_on, pk in concerned):
            found.refused.append((home, why))
        else:
            new.append(_row(home, method, step, done_on, remark, actor))
    with told_in_words(StepDone):
        StepDone.objects.bulk_create(new)
    told = f"{method.name}第{chosen.number}步“{chosen.label}”，{done_on}完成"
    record_rows("households.step.note", [{"obj": one.household, "summary": told} for one in new], actor=actor)
    found.count += len(new)
    return found


def _row(home: Household, method: StepMethod, step: str, done_on: date, remark: str, actor) -> StepDone:
    return StepDone(
        household=home, method=method, step=step, done_on=done_on, remark=remark.strip(), recorded_by=actor
    )


def _why_not(
    home: Household,
    step: Step,
    method: StepMethod,
    known: dict[str, StepDone],
    done_on: date,
    concerned: bool,
) -> str:
    """Why a step cannot be noted of a household, in words; "" where it can."""
    if home.state != Household.State.REGISTERED:
        return home.get_state_display()
    if not concerned:
        return "不是建档立卡户或监测户"
    if there := known.get(step.key):
        return f"{there.recorded_by.name}已登记 {there.done_on} 完成"
    for one in method.steps:
        other = known.get(one.key)
        if one.number < step.number and other is None:
            return f"第{one.number}步“{one.label}”还没有登记"
        if one.number < step.number and other.done_on > done_on:
            return f"第{one.number}步“{one.label}”{other.done_on} 才完成"
        if one.number > step.number and other is not None and other.done_on < done_on:
            return f"第{one.number}步“{one.label}”{other.done_on} 已完成，日期不能晚于该日"
    return ""


def _same(row: StepDone, done_on: date, remark: str, actor) -> bool:
    return (row.done_on, row.remark, row.recorded_by_id) == (done_on, remark.strip(), actor.pk)


@transaction.atomic
def take_back_step(row: StepDone, *, reason: str, actor) -> StepDone:
    """Take a step back that was not done; the last one first. Raises PermissionDenied, ValidationError (reason, or a later
    step stands), ChangedMeanwhile.
    """
    household = lock_households([row.household_id])[row.household_id]
    _require_right({household.pk}, actor)
    rows = list(StepDone.objects.standing().filter(household=household).select_related("method"))
    own = next((one for one in rows if one.pk == row.pk), None)
    if own is None:
        raise ChangedMeanwhile("已撤销")
    for other in rows:
        keys = other.method.keys
        if own.step in keys and keys.index(own.step) < keys.index(other.step):
            raise ValidationError(f"后面的“{other.label}”已登记，请先撤销那一步。")
    if not reason.strip():
        raise ValidationError({"reason": "请填写撤销原因。"})
    own.withdrawn_at, own.withdrawn_by, own.withdrawn_reason = timezone.now(), actor, reason.strip()
    own.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(
        "households.step.withdraw",
        household,
        actor=actor,
        summary=f"撤销{own.method.name}“{own.label}”，原因：{own.withdrawn_reason}",
    )
    return own


def _require_right(ids: set[int], actor) -> None:
    seen = Household.objects.visible_to(actor, ENTER).filter(whole_to(actor), pk__in=ids)
    if seen.count() != len(ids):
        raise PermissionDenied("您没有登记这些户的步骤的权限。")


def _lock(area_code: str) -> str:
    return f"steps of {area_code}"
