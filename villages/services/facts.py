"""Facts of a village's year: begun, saved, judged in the same transaction."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CheckConstraint

from households.options.sources import CARRIED, ENTERED
from households.services.fact_rows import (
    apply,
    carried,
    checked_day,
    is_known,
    late_words,
    note_sources,
    write_survey,
)
from households.services.facts import open_year_of
from poverty.audit.services import record
from poverty.review.services import note_fact_entry
from villages.facts import CARRIED as CARRIED_FACTS
from villages.facts import label_of
from villages.models import PARTS, ExitCase, Village, VillageYear
from villages.services.assess import judge_villages

# Rules over several fields: constraint -> (field at which the message stands, the message).
_RULES = {
    "agricultural_population_has_its_source": ("agricultural_population_source", ""),
    "village_industry_has_its_name": ("industry_name", ""),
    **{
        f"village_{part}_within_{whole}": (part, f"不能多于{label_of(whole).partition('（')[0]}，请核对。")
        for part, whole in PARTS
    },
}


def year_of(village: Village, year: int) -> VillageYear | None:
    """The facts of a village for a year; None when the year was not begun."""
    return VillageYear.objects.filter(village=village, year=year).first()


def lock_village(pk: int, *, ended: bool = False) -> Village:
    """A village as it stands now, locked until the transaction ends. ValidationError when it was merged away, unless
    what is done is to end what was under way there (`ended`).
    """
    row = Village.objects.select_for_update(no_key=True, of=("self",)).select_related("area").get(pk=pk)
    if row.ended_on is not None and not ended:
        raise ValidationError(f"{row}已于 {row.ended_on} 撤并，信息只能查看，不能再改。")
    return row


@transaction.atomic
def start_village_year(village: Village, year: int, *, actor) -> VillageYear:
    """Open a village's year: what is built (roads, rooms, land) is carried over, marked 沿用上年; the rest is unknown.

    Returns the row that is already there when it was begun before. Raises ValidationError at "year" when the county's
    year is not open.
    """
    village = lock_village(village.pk)
    known = year_of(village, year)
    if known is not None:
        return known
    open_year_of(village.area_id, year)
    before = VillageYear.objects.filter(village=village, year__lt=year).order_by("-year").first()
    taken = carried(before, CARRIED_FACTS)
    row = VillageYear.objects.create(
        village=village,
        year=year,
        area_id=village.area_id,
        source=CARRIED if before else ENTERED,
        recorded_by=actor,
        **taken,
    )
    record(
        "villages.year.start",
        village,
        actor=actor,
        summary=f"开始{year}年度信息"
        + (f"，沿用{before.year}年度 {len(taken['sources'])} 项" if before else ""),
    )
    judge_villages([village.pk], year)
    return row


@transaction.atomic
def save_village_year(
    row: VillageYear,
    changes: Mapping[str, Any],
    *,
    actor,
    happened_on: date | None = None,
    source: str = ENTERED,
    decided_by_name: str = "",
    late_reason: str = "",
    confirmed: Collection[str] = (),
) -> VillageYear:
    """Change facts of a village for a year and judge it at once.

    `changes` are facts of VillageYear. What differs takes this source and day, and so do the known facts named in
    `confirmed` though they stay as they are. Nothing differs: nothing is written. Raises ValidationError by field
    (values, rules over several, dates, late entry, "year" not open).
    """
    village = lock_village(row.village_id)
    row = VillageYear.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    open_year_of(row.area_id, row.year)
    day, late_reason = checked_day(village.area_id, row.year, happened_on, late_reason)
    changed = apply(row, changes)
    if errors := rule_faults(row, set(changes)):
        raise ValidationError(errors)
    again = [name for name in confirmed if name not in changed and is_known(getattr(row, name))]
    if not changed and not again:
        return row
    note_sources(row, [*changed, *again], source, day)
    write_survey(row, changed, actor=actor, late_reason=late_reason, decided_by_name=decided_by_name)
    note_facts_of(village.pk, actor)
    record(
        "villages.year.save",
        village,
        actor=actor,
        changes=changed,
        summary=f"{row.year}年度信息，采集日期 {day}"
        + (f"，核对无变化 {len(again)} 项" if again else "")
        + late_words(late_reason),
    )
    judge_villages([village.pk], row.year)
    return row


def note_facts_of(village_id: int, actor) -> None:
    """Remember who entered facts of a village, so that he does not check its exit in this round."""
    for pk in ExitCase.objects.open().filter(village=village_id).values_list("pk", flat=True):
        note_fact_entry("villages.exitcase", pk, actor)


def rule_faults(row: VillageYear, names: set[str]) -> dict[str, list[str]]:
    """What is wrong with the named facts together with others, by the field at which it is said."""
    errors: dict[str, list[str]] = {}
    for constraint in row._meta.constraints:
        if not isinstance(constraint, CheckConstraint) or constraint.name not in _RULES:
            continue
        if not constraint.condition.referenced_base_fields & names:
            continue
        field, words = _RULES[constraint.name]
        try:
            constraint.validate(type(row), row)
        except ValidationError as error:
            errors.setdefault(field, []).extend([words] if words else error.messages)
    return errors
