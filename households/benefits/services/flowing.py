"""Payments under policies into the income sheet: every yuan once, and never over or beside a typed amount unasked.

Set-based: thousands of households come in one import. What stands in the sheet is always worked out anew from the
standing benefits, so that doing it twice changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from households.benefits.typed import agreed
from households.income_sheet import GROUP_FIELDS, group_totals
from households.models import Benefit, BenefitIncome, CountyYear, Household, IncomeItem, Survey
from households.options.income_items import BESIDE as BESIDE_GROUP
from households.options.income_items import INCOME_ITEMS
from households.options.sources import BENEFIT, ENTERED
from households.services.fact_rows import not_editable, note_sources, written
from households.services.facts import facts_changed
from households.services.national import compare_households
from households.services.starting_many import start_surveys_of
from poverty.audit.services import record_rows
from poverty.sql.locks import share

State, Answer = BenefitIncome.State, BenefitIncome.Answer
ZERO = Decimal(0)
_FLOW_FIELDS = ("paid", "other", "settled", "state", "answer", "answered_by", "answered_at", "answer_note")


@dataclass
class Sheet:
    """The income sheet of a household and year, locked: its items, and what of it changes."""

    survey: Survey
    items: dict[str, IncomeItem]
    told: dict[str, list] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    new: dict[str, IncomeItem] = field(default_factory=dict)

    def amount(self, item: str) -> Decimal | None:
        """Yuan of an item; None: it is not there."""
        return self.items[item].amount if item in self.items else None

    def is_ours(self, item: str) -> bool:
        """Whether its amount was written by payments and nobody typed over it."""
        return item in self.items and self.items[item].source == BENEFIT

    def total(self, item: str) -> Decimal | None:
        """The total of its group as answered; None: not answered."""
        name = GROUP_FIELDS.get(INCOME_ITEMS[item].group)
        return getattr(self.survey, name) if name else None

    def has_items(self, item: str) -> bool:
        """Whether the group of an item is answered item by item."""
        group = INCOME_ITEMS[item].group
        return any(INCOME_ITEMS[key].group == group for key in self.items)

    def write(self, item: str, amount: Decimal, source: str = BENEFIT) -> None:
        """Put an amount into an item; nothing takes the item away."""
        before = self.amount(item)
        if not amount:
            if item in self.items:
                self.gone.append(self.items.pop(item).pk)
                self.new.pop(item, None)
        else:
            note = self.items[item].note if item in self.items else ""
            row = IncomeItem(survey=self.survey, item=item, amount=amount, note=note, source=source)
            row.pk = self.items[item].pk if item in self.items else None
            self.items[item] = self.new[item] = row
        if before != (amount or None):
            self.told[INCOME_ITEMS.label(item)] = [
                None if before is None else f"{before:.2f}",
                f"{amount:.2f}" if amount else None,
            ]

    def settle_totals(self) -> list[str]:
        """Totals of the groups that were answered, from their items; names of those that changed. What was not answered
        stays so: payments alone do not answer a group.
        """
        totals = group_totals({key: one.amount for key, one in self.items.items()})
        changed = []
        for name in {GROUP_FIELDS[INCOME_ITEMS[key].group] for key in self._touched()}:
            before = getattr(self.survey, name)
            after = totals.get(name, ZERO).quantize(Decimal("0.01"))
            if before is not None and before != after:
                setattr(self.survey, name, after)
                self.told[Survey._meta.get_field(name).verbose_name] = [f"{before:.2f}", f"{after:.2f}"]
                changed.append(name)
        return sorted(changed)

    def _touched(self) -> list[str]:
        labels = {INCOME_ITEMS.label(key): key for key in INCOME_ITEMS.keys}
        return [
            labels[label]
            for label in self.told
            if label in labels and INCOME_ITEMS[labels[label]].group != BESIDE_GROUP
        ]


def flow(keys: Iterable[tuple[int, int]], *, homes: dict[int, Household], actor, on: date) -> dict[str, int]:
    """Bring the sheets of (household, accounting year) up to what stands as received; counts by state.

    `homes`: the households, locked by the caller. A closed year is not written, and says so.
    """
    counts = dict.fromkeys(State.values, 0)
    for year in sorted({one for _, one in keys}):
        own = [pk for pk, of in keys if of == year]
        for state, number in _flow_year(year, own, homes, actor, on).items():
            counts[state] += number
    return counts


def _flow_year(year: int, ids: list[int], homes: dict[int, Household], actor, on: date) -> dict[str, int]:
    paid = _paid(ids, year)
    flows = {
        (one.household_id, one.item): one
        for one in BenefitIncome.objects.filter(household__in=ids, year=year)
    }
    for household, item in paid:
        flows.setdefault(
            (household, item), BenefitIncome(household_id=household, year=year, item=item, paid=ZERO)
        )
    sheets = sheets_of((homes[pk] for pk in {pk for pk, _ in flows}), year, actor=actor)
    before = {key: _stored(one) for key, one in flows.items()}
    for (household, item), one in flows.items():
        was, one.paid = one.paid, paid.get((household, item), ZERO)
        sheet = sheets.get(household)
        if sheet is not None:
            settle(one, sheet, was=was)
        elif one.pk is None or one.paid != was:
            one.state = State.CLOSED
    changed = [one for key, one in flows.items() if one.pk is None or _stored(one) != before[key]]
    save_flows(changed)
    write_sheets(sheets.values(), homes, year, actor=actor, on=on)
    counts = dict.fromkeys(State.values, 0)
    for one in flows.values():
        counts[one.state] += one.paid > 0
    return counts


def _stored(one: BenefitIncome) -> tuple:
    return tuple(getattr(one, name) for name in ("paid", "other", "settled", "state", "answer"))


def _paid(ids: list[int], year: int) -> dict[tuple[int, str], Decimal]:
    rows = Benefit.objects.standing().filter(household__in=ids, income_year=year, amount__isnull=False)
    found = rows.order_by().values_list("household", "policy__income_item").annotate(Sum("amount"))
    return {(household, item): amount for household, item, amount in found}


def sheets_of(homes: Iterable[Household], year: int, *, actor) -> dict[int, Sheet]:
    """The sheets of households for a year, locked; of those whose county's year is open and that may be edited. A
    household without its year gets it, as when somebody opens the form.
    """
    homes = {one.pk: one for one in homes}
    counties = sorted({one.area_id[:6] for one in homes.values()})
    opened = {
        one.area_id
        for one in share(CountyYear.objects.filter(area_id__in=counties, year=year).order_by("pk"))
        if one.state == CountyYear.State.OPEN
    }
    able = {pk: one for pk, one in homes.items() if one.area_id[:6] in opened and not not_editable(one)}
    rows = Survey.objects.select_for_update(no_key=True, of=("self",)).filter(
        household__in=list(able), year=year
    )
    surveys = {one.household_id: one for one in rows.order_by("pk")}
    fresh = [one for pk, one in able.items() if pk not in surveys]
    surveys |= start_surveys_of(fresh, year, by=dict.fromkeys((one.pk for one in fresh), actor))
    items: dict[int, dict[str, IncomeItem]] = {one.pk: {} for one in surveys.values()}
    for one in IncomeItem.objects.filter(survey__in=list(items)):
        items[one.survey_id][one.item] = one
    return {pk: Sheet(one, items[one.pk]) for pk, one in surveys.items()}


def settle(one: BenefitIncome, sheet: Sheet, *, was: Decimal) -> None:
    """What becomes of one item with what is paid now, and `was` before: written, found equal, left within what was
    answered, or asked.
    """
    item, now = one.item, sheet.amount(one.item)
    ours = sheet.is_ours(item) and now == one.settled
    if not one.paid:
        _take_back(one, sheet, ours=ours, was=was)
        return
    if ours:
        sheet.write(item, one.paid + one.other)
    elif now is None and one.settled is None and one.answer != Answer.INCLUDED and _has_room(sheet, item):
        sheet.write(item, one.paid)
    else:
        state, settled = agreed(one, now, sheet.total(item))
        if state == State.COUNTED and now != one.paid + one.other and _may_have_fallen(one, was):
            state = State.ASKED
        _say(one, state, settled)
        return
    one.state, one.settled = State.COUNTED, sheet.amount(item)


def _may_have_fallen(one: BenefitIncome, was: Decimal) -> bool:
    """Whether less is paid than when it was last accepted; how much that was is not kept of a year that was closed."""
    return one.paid < was or one.state == State.CLOSED


def _take_back(one: BenefitIncome, sheet: Sheet, *, ours: bool, was: Decimal) -> None:
    """Nothing is paid any more: what payments wrote goes out. An amount that somebody typed and that was accepted as, or
    as holding, the payment is not lowered unasked: a person says whether it still holds it.
    """
    item, now = one.item, sheet.amount(one.item)
    if ours:
        sheet.write(item, one.other, ENTERED)
    elif one.state == State.ASKED and not was:
        return  # still asked
    elif now is None and one.answer == Answer.INCLUDED and sheet.total(item):
        _say(one, State.ASKED, None)
        return
    elif now is not None and one.settled is not None and now >= one.settled:
        _say(one, State.ASKED, now)
        return
    _say(one, State.COUNTED, None)
    one.other = ZERO
    _unanswer(one)


def _say(one: BenefitIncome, state: str, settled: Decimal | None) -> None:
    one.state, one.settled = state, settled
    if state == State.ASKED:
        one.other = ZERO
        _unanswer(one)


def _has_room(sheet: Sheet, item: str) -> bool:
    """Whether an item may be added unasked: its group is not answered, or answered item by item. A total without items
    may hold it already, and "none" contradicts it.
    """
    return sheet.total(item) is None or sheet.has_items(item)


def _unanswer(one: BenefitIncome) -> None:
    one.answer, one.answered_by, one.answered_at, one.answer_note = "", None, None, ""


def save_flows(rows: list[BenefitIncome]) -> None:
    """Store flows, new and known."""
    BenefitIncome.objects.bulk_create([one for one in rows if one.pk is None], batch_size=1_000)
    known = [one for one in rows if one.pk is not None]
    BenefitIncome.objects.bulk_update(known, _FLOW_FIELDS, batch_size=1_000)


def write_sheets(
    sheets: Iterable[Sheet],
    homes: dict[int, Household],
    year: int,
    *,
    actor,
    on: date,
    action="households.benefit.income",
) -> None:
    """Store changed sheets with their totals, the log, what differs from the national system; judge."""
    changed = [one for one in sheets if one.told]
    if not changed:
        return
    columns: set[str] = set()
    for one in changed:
        names = one.settle_totals()
        columns.update(names)
        note_sources(one.survey, names, BENEFIT, on)
        one.survey.version += 1
    IncomeItem.objects.filter(pk__in=[pk for one in changed for pk in one.gone if pk]).delete()
    rows = [row for one in changed for row in one.new.values()]
    IncomeItem.objects.bulk_create(
        [
            IncomeItem(survey=row.survey, item=row.item, amount=row.amount, note=row.note, source=row.source)
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["survey", "item"],
        update_fields=["amount", "note", "source"],
        batch_size=1_000,
    )
    Survey.objects.bulk_update([one.survey for one in changed], written(sorted(columns)), batch_size=500)
    ids = [one.survey.household_id for one in changed]
    log = (
        {
            "obj": homes[one.survey.household_id],
            "changes": one.told,
            "summary": f"{year}年度收入：政策发放计入",
        }
        for one in changed
    )
    record_rows(action, log, actor=actor)
    compare_households(ids)
    facts_changed(ids, [year])
