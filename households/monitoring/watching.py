"""Exited households are followed: after each judging, what got worse raises a clue by itself.

One statement for each kind of clue over a million households or one, after the results were stored. Raised only in the
regimes after 2020 (households/options/regimes.py), by the year's last accounting day. A clue says on which figures it
rests; answered, it comes again only when these have changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, Expression, F, FilteredRelation, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone

from households.models import Assessment, Clue, CountyYear
from households.monitoring.deadlines import ANSWER, WORKING, last_day
from households.options.clue_kinds import DANGEROUS_HOUSE, DROPOUT, INCOME_FELL, INCOME_LOW, INSURANCE_LOST
from households.options.clue_sources import OWN_JUDGING
from households.options.poverty_status import POVERTY_STATUSES
from households.options.regimes import REGISTRATION, regime_on
from poverty.audit.services import record_select
from poverty.fields.states import UNMET
from poverty.parameters.services import values_for
from poverty.sql.insert import insert_select
from poverty.sql.prefix import within

FALL, CEILING, LINE = "clue.income_fall_percent", "clue.income_ceiling_percent", "line.monitoring"
_EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)
_LOST = {INSURANCE_LOST: "medical", DROPOUT: "education", DANGEROUS_HOUSE: "housing"}
_AUDITED_AT_ONCE = 10_000


@dataclass(frozen=True)
class Watch:
    """The thresholds of a county's year; counties with equal ones are asked in one statement."""

    year: int
    fall: Decimal  # percent of last year's income per head
    ceiling: int  # percent of the monitoring range
    line: Decimal | None  # yuan; None: the province has published none
    due_on: date


def followed(county_year: CountyYear) -> bool:
    """Whether exited households are followed in a year: not in the regime of the register (to 2020)."""
    return regime_on(county_year.period_to) not in (None, REGISTRATION)


def raise_clues(
    county_years: Sequence[CountyYear], *, area_code: str = "", household_ids: Sequence[int] | None = None
) -> int:
    """Raise what the stored results of these years show, in an area or for some households; returns how many are new.

    In the transaction that stored them. One open clue of a kind for a household; the same figures once a year.
    """
    groups: dict[Watch, list[str]] = {}
    for one in county_years:
        if followed(one):
            groups.setdefault(_watch(one), []).append(max(area_code, one.area_id, key=len))
    return sum(_raise(watch, codes, household_ids) for watch, codes in groups.items())


def _watch(county_year: CountyYear) -> Watch:
    today = timezone.localdate()
    rules = values_for((FALL, CEILING, LINE), county_year.area_id, county_year.period_to)
    days = values_for((ANSWER, WORKING), county_year.area_id, today)
    due_on = last_day(today, days[ANSWER], working=days[WORKING])
    return Watch(county_year.year, rules[FALL], rules[CEILING], rules[LINE], due_on)


def _raise(watch: Watch, codes: Sequence[str], household_ids: Sequence[int] | None) -> int:
    rows = Assessment.objects.filter(
        within("area_id", codes),
        year=watch.year,
        household__state="registered",
        household__status__in=_EXITED,
    )
    if household_ids is not None:
        rows = rows.filter(household__in=household_ids)
    rows = rows.annotate(
        before=FilteredRelation(
            "household__assessments", condition=Q(household__assessments__year=watch.year - 1)
        )
    )
    kinds = list(_kinds(watch))
    if household_ids is not None and not _any(rows, kinds):
        return 0  # what a save finds nearly always, in one question
    found = []
    for kind, condition, basis in kinds:
        found += _insert(watch, rows.filter(condition), kind, basis)
    for start in range(0, len(found), _AUDITED_AT_ONCE):
        record_select(
            "households.clue.raise",
            Clue.objects.filter(pk__in=found[start : start + _AUDITED_AT_ONCE]),
            actor=None,
            case_type="households.clue",
            area_code=F("area_code"),
            summary=f"{watch.year}年度判定后系统提出线索",
        )
    return len(found)


def _any(rows: QuerySet, kinds) -> bool:
    some = Q()
    for _, condition, _ in kinds:
        some |= condition
    return rows.filter(some).exists()


def _kinds(watch: Watch) -> Iterator[tuple[str, Q, Expression]]:
    """Each kind of clue with its condition over a result (and `before`, that of the year before) and its figures."""
    now, last = F("net_income_per_head"), F("before__net_income_per_head")
    incomes = {"now": _text(now), "last": _text(last)}
    if watch.line is not None:
        line = Value(str(watch.line))
        yield INCOME_LOW, Q(net_income_per_head__lte=watch.line), JSONObject(line=line, now=_text(now))
        incomes["line"] = line
    left = (100 - watch.fall) / 100
    fell = Q(before__net_income_per_head__gt=0, net_income_per_head__lte=last * Value(left))
    if watch.line is not None:
        fell &= Q(net_income_per_head__lte=watch.line * watch.ceiling / 100)
    yield INCOME_FELL, fell, JSONObject(percent=Value(str(watch.fall)), **incomes)
    for kind, column in _LOST.items():
        # Newly so: unmet last year already is an old matter, with a clue of its own or from before the exit.
        newly = Q(**{column: UNMET}) & ~Q(
            **{f"before__{column}": UNMET}, **{f"before__{column}__isnull": False}
        )
        yield kind, newly, JSONObject(now=_text(F(column)), last=_text(F(f"before__{column}")))


def _text(value) -> Cast:
    return Cast(value, TextField())


def _insert(watch: Watch, rows: QuerySet, kind: str, basis: Expression) -> list[int]:
    said = Clue.objects.filter(
        household=OuterRef("household"),
        kind=kind,
        year=watch.year,
        source=OWN_JUDGING,
        basis=OuterRef("its_basis"),
    )
    rows = rows.annotate(its_basis=basis).filter(~Exists(said))
    written = insert_select(
        Clue,
        rows,
        {
            "household": F("household_id"),
            "area_code": F("household__area_id"),
            "source": OWN_JUDGING,
            "kind": kind,
            "received_on": timezone.localdate(),
            "due_on": watch.due_on,
            "year": watch.year,
            "basis": basis,
        },
        ignore_conflicts=True,
        returning=("id",),
    )
    return [pk for (pk,) in written]
