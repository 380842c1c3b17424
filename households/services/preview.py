"""What a draft standard would change, before it is published. Every preview is logged."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from households.judging import judged
from households.models import INDICATOR_COLUMNS, Household, Survey
from households.rules import rules_for
from households.services.running import open_years
from poverty.audit.services import record
from poverty.fields.states import LABELS, UNKNOWN, UNMET
from poverty.sql.prefix import within
from poverty.standards.in_force import coverage
from poverty.standards.models import Standard
from poverty.standards.subjects import Subject

SHOWN = 200


@dataclass
class Effect:
    """Households whose verdict would differ: counts by (before, after), and the first of them.

    Before None: not judged yet. `total` is how many households the draft would apply to.
    """

    total: int = 0
    changed: int = 0
    counts: dict[tuple[int | None, int | None], int] = field(default_factory=dict)
    indicator_counts: dict[str, int] = field(default_factory=dict)
    households: list[dict] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        """For the page: 31 户将变为未达标 (now 达标), ..."""
        return [
            f"{number} 户将变为{LABELS.get(after, '不判定')}（现为{LABELS.get(before, '未判定')}）"
            for (before, after), number in sorted(self.counts.items(), key=lambda item: -item[1])
        ]


def _places(draft: Standard) -> Q:
    """Where the draft would apply: its area less the areas of more specific published standards."""
    condition = within("area_id", [draft.area_code])
    more_specific = [
        one.area_code
        for one in coverage(Subject.HOUSEHOLD, draft.year, draft.area_code)
        if len(one.area_code) > len(draft.area_code)
    ]
    return condition & ~within("area_id", more_specific) if more_specific else condition


def _compared(draft: Standard) -> list[QuerySet[Survey]]:
    """Surveys under the draft, judged by it and beside what is stored, one queryset per county."""
    result = []
    for county_year in open_years(draft.area_code, draft.year):
        rows = judged(
            rules_for(county_year), draft, _places(draft) & within("area_id", [county_year.area_id])
        ).filter(left_out__isnull=True)
        result.append(
            rows.annotate(
                stored=FilteredRelation(
                    "household__assessments", condition=Q(household__assessments__year=draft.year)
                ),
                stored_verdict=F("stored__verdict"),
                **{
                    f"stored_{code}": Coalesce(F(f"stored__{code}"), Value(UNKNOWN))
                    for code in INDICATOR_COLUMNS
                },
            )
        )
    return result


@transaction.atomic
def preview(draft: Standard, *, actor) -> Effect:
    """Judge by a draft without storing anything and say whose verdict would change, and to what.

    Needs standard.view where the draft stands. Logged with its counts.
    """
    if not actor.has_right_at("standard.view", draft.area_code):
        raise PermissionDenied("您没有查看该地区标准的权限。")
    effect = Effect()
    for rows in _compared(draft):
        _count(effect, rows)
    if effect.changed:
        areas = dict(
            Household.objects.filter(pk__in=[one["household_id"] for one in effect.households]).values_list(
                "pk", "area__name"
            )
        )
        for one in effect.households:
            one["area_name"] = areas.get(one["household_id"], "")
    record(
        "standards.standard.preview",
        draft,
        actor=actor,
        area_code=draft.area_code,
        summary=f"预览影响：{effect.total} 户中 {effect.changed} 户结论将变化；"
        + "，".join(effect.sentences[:4]),
    )
    return effect


def _count(effect: Effect, rows: QuerySet[Survey]) -> None:
    for before, after, number in rows.values_list("stored_verdict", "verdict").annotate(number=Count("id")):
        effect.total += number
        if before != after:
            effect.changed += number
            effect.counts[(before, after)] = effect.counts.get((before, after), 0) + number
    newly_unmet = {
        code: Count("id", filter=Q(**{f"state_{code}": UNMET}) & ~Q(**{f"stored_{code}": UNMET}))
        for code in INDICATOR_COLUMNS
    }
    for code, number in rows.aggregate(**newly_unmet).items():
        if number:
            effect.indicator_counts[code] = effect.indicator_counts.get(code, 0) + number
    changed = rows.filter(Q(stored_verdict__isnull=True) | ~Q(verdict=F("stored_verdict")))
    shown = changed.order_by("area_id", "household_id").values(
        "household_id",
        "household__head_name",
        "area_id",
        "stored_verdict",
        "verdict",
        "measured_income",
        *(f"state_{code}" for code in INDICATOR_COLUMNS),
    )
    for row in shown[: SHOWN - len(effect.households)]:
        effect.households.append(
            {
                "household_id": row["household_id"],
                "head_name": row["household__head_name"],
                "area_code": row["area_id"],
                "before": row["stored_verdict"],
                "after": row["verdict"],
                "income": row["measured_income"],
                "failing": [code for code in INDICATOR_COLUMNS if row[f"state_{code}"] in (UNMET, UNKNOWN)],
            }
        )
