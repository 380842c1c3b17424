"""What a draft standard would change, before it is published. Every preview is logged."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from households.indicators import INDICATORS
from households.judging import judged
from households.models import INDICATOR_COLUMNS, Household, Survey
from households.rules import rules_for
from households.services.running import open_years
from poverty.areas.names import short_names
from poverty.audit.services import record
from poverty.fields.states import LABELS, UNKNOWN, UNMET
from poverty.sql.prefix import within
from poverty.standards.in_force import coverage
from poverty.standards.models import Standard
from poverty.standards.subjects import Subject

SHOWN = 200


RIGHTS = ("standard.draft", "standard.publish")


@dataclass
class Effect:
    """Households whose verdict would differ: counts by (before, after), and the first of them, unmet first.

    Before None: not judged yet. `total` is how many households the draft would apply to, `unjudged` how many of
    them have no verdict now. `indicator_counts`: households by indicator that would newly fail it.
    """

    total: int = 0
    changed: int = 0
    counts: dict[tuple[int | None, int], int] = field(default_factory=dict)
    indicator_counts: dict[str, int] = field(default_factory=dict)
    households: list[dict] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        """For the page, the worst first: 31 户将变为未达标（现为达标）."""
        ordered = sorted(self.counts.items(), key=lambda item: (item[0][1], -item[1]))
        return [
            f"{number} 户将变为{LABELS[after]}（现为{LABELS.get(before, '未判定')}）"
            for (before, after), number in ordered
        ]

    @property
    def by_indicator(self) -> list[tuple[str, int]]:
        """(label, households that would newly fail it), the most first."""
        found = sorted(self.indicator_counts.items(), key=lambda item: -item[1])
        return [(INDICATORS[code].label, number) for code, number in found]


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

    Needs standard.draft or standard.publish where the draft stands; households are named where the actor sees
    them. Logged with its counts. Raises PermissionDenied, and ValidationError for a draft that cannot be judged
    by: not about households, no requirement yet, a figure missing, no open year.
    """
    if not any(actor.has_right_at(right, draft.area_code) for right in RIGHTS):
        raise PermissionDenied("您没有查看该地区标准影响的权限。")
    _check_usable(draft)
    effect = Effect()
    shown = Household.objects.visible_to(actor)
    for rows in _compared(draft):
        _count(effect, rows, shown)
    _name_places(effect)
    record(
        "standards.standard.preview",
        draft,
        actor=actor,
        area_code=draft.area_code,
        summary=f"预览影响：{effect.total} 户中 {effect.changed} 户结论将变化"
        + "".join(f"，{sentence}" for sentence in effect.sentences[:4]),
    )
    return effect


def _check_usable(draft: Standard) -> None:
    if draft.subject != Subject.HOUSEHOLD:
        raise ValidationError("本标准的对象不是户，没有可试算的户。")
    rows = list(draft.requirements.all())
    if not rows:
        raise ValidationError("标准还没有任何指标，添加指标后再试算。")
    missing = [row.label for row in rows if row.asks_for_figure and row.threshold is None]
    if missing:
        raise ValidationError(f"还没有填标准值：{'、'.join(missing)}。填好后才能试算。")
    if not open_years(draft.area_code, draft.year):
        raise ValidationError(f"{draft.year}年度没有开启，或已经关闭，没有可试算的户。")


def _name_places(effect: Effect) -> None:
    names = short_names(one["area_code"] for one in effect.households)
    for one in effect.households:
        one["area_name"] = names.get(one["area_code"], one["area_code"])


def _count(effect: Effect, rows: QuerySet[Survey], visible: QuerySet[Household]) -> None:
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
    room = SHOWN - len(effect.households)
    if not room:
        return
    changed = rows.filter(Q(stored_verdict__isnull=True) | ~Q(verdict=F("stored_verdict")))
    shown = changed.filter(household__in=visible).order_by("verdict", "area_id", "household_id")
    for row in shown.values(
        "household_id",
        "household__head_name",
        "area_id",
        "stored_verdict",
        "verdict",
        "measured_income",
        *(f"state_{code}" for code in INDICATOR_COLUMNS),
    )[:room]:
        effect.households.append(
            {
                "household_id": row["household_id"],
                "head_name": row["household__head_name"],
                "area_code": row["area_id"],
                "before": row["stored_verdict"],
                "after": row["verdict"],
                "income": row["measured_income"],
                "failing": [
                    (INDICATORS[code].label, row[f"state_{code}"])
                    for code in INDICATOR_COLUMNS
                    if row[f"state_{code}"] in (UNMET, UNKNOWN)
                ],
            }
        )
