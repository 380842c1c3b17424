"""What a row would change, field by field, and what stays ours. Set-based, against the typed columns.

Where both know a value and they differ:

- the row is to follow the file (decided by hand): theirs;
- the national system shows what it showed last time, so ours was changed here since: ours;
- a fact of a year, from a visit or entered here later than the export: ours; imported before, carried over or
  entered earlier: theirs;
- anything else: theirs.

An empty cell takes nothing away. The identity number on record, the head and the village never change by an import.
"""

from collections.abc import Iterable

from django.db.models import (
    Case,
    CharField,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, JSONArray, JSONObject
from django_cte import CTE, with_cte

from households.income_sheet import GROUP_FIELDS
from households.incoming.fields import HOUSEHOLD, OF_A_YEAR, PATHS, SURVEY, TargetField
from households.incoming.meaning import BESIDE, EXPENSE, GROUPS
from households.models import IncomeItem, IncomingRow
from households.options.income_items import INCOME_ITEMS
from households.options.relations import HEAD
from households.options.sources import CARRIED, IMPORT, VISIT
from poverty.ledgers.models import Import, Level, Outcome, StagedRow
from poverty.ledgers.querysets_importing import FIT, WRONG
from poverty.sql.comparing import Differs, WithoutNulls
from poverty.sql.update import update_from

# Group field of Survey -> keys of its items in the catalogue.
ITEMS_OF = {
    field: tuple(item.key for item in INCOME_ITEMS if item.group == group)
    for group, field in GROUP_FIELDS.items()
}
BESIDE_ITEMS = "beside_items"
_HIDDEN_OLD, _HIDDEN_NEW = "（登记的号码）", "（表中的号码）"


def fields_in(fields: Iterable[TargetField], found: Iterable[str]) -> tuple[TargetField, ...]:
    """The fields about which a file says something, by the columns that it has."""
    found = set(found)
    for group, (items, _) in GROUPS.items():
        if found.intersection(items):
            found.add(group)
    if "expense_total" in found:
        found.add(EXPENSE)
    return tuple(one for one in fields if one.key in found)


def compare(imported: Import, fields: tuple[TargetField, ...]) -> None:
    """Write outcome, differences and kept of every row of an import."""
    rows = StagedRow.objects.filter(imported=imported)
    rows.filter(WRONG).update(outcome=Outcome.WRONG)
    rows.filter(FIT).filter(Q(household_id=None) | Q(member_id=None)).update(outcome=Outcome.NEW)
    # Conditions stand on the rows themselves: asked by way of a second look at the table, PostgreSQL takes the rows
    # that are left for one, and compares each with each.
    known = IncomingRow.objects.of(imported).filter(FIT, household__isnull=False, member__isnull=False)
    compared = typed(imported, known, fields)
    groups = _groups(fields)
    differences = WithoutNulls(
        JSONObject(
            **{one.key: Case(When(_taken(one), then=_pair(one))) for one in fields},
            **{f"{group}_items": Case(When(_items_taken(group), then=_item_pair(group))) for group in groups},
        ),
        output_field=JSONField(),
    )
    kept = WithoutNulls(
        JSONObject(**{one.key: Case(When(_kept(one), then=_pair(one, told=True))) for one in fields}),
        output_field=JSONField(),
    )
    changed = Q(pk__in=[])
    for one in fields:
        changed |= _taken(one)
    for group in groups:
        changed |= _items_taken(group)
    update_from(
        StagedRow,
        compared,
        {
            "differences": differences,
            "kept": kept,
            "outcome": Case(
                When(changed | Q(leads=True, survey_key=None), then=Value(Outcome.CHANGED.value)),
                default=Value(Outcome.UNCHANGED.value),
                output_field=CharField(),
            ),
        },
        key="pk",
    )


def _groups(fields: Iterable[TargetField]) -> list[str]:
    """Groups of income that are compared by their items too, and the items beside the formula."""
    groups = [one.key for one in fields if one.table == SURVEY and one.key in ITEMS_OF]
    return [*groups, "beside"] if groups else []


def typed(imported: Import, rows: QuerySet, fields: Iterable[TargetField]) -> QuerySet:
    """Rows with, for each field: in_<key> (theirs), now_<key> (ours), last_<key> (theirs last time), from_<key> and
    on_<key> (source and day of ours). Worked out once per row, then referred to.
    """
    values = {"survey_key": F("facts__pk"), "as_of": Value(imported.as_of.isoformat(), TextField())}
    values["faults"] = Case(
        When(cell_level__gte=Level.CELL, then=F("cell_faults")), output_field=JSONField()
    )  # NULL: no cell of the row is wrong
    for one in fields:
        values[f"in_{one.key}"] = one.incoming()
        values[f"now_{one.key}"] = one.present()
        record = "household" if one.table in (HOUSEHOLD, SURVEY) else "member"
        values[f"last_{one.key}"] = KeyTextTransform(
            one.record_key(imported.year), f"{record}__national__values"
        )
        if one.table in OF_A_YEAR:
            own = KeyTransform(one.name, f"{PATHS[one.table]}__sources")
            values[f"from_{one.key}"] = Coalesce(
                KeyTextTransform("source", own), Cast(F(f"{PATHS[one.table]}__source"), TextField())
            )
            values[f"on_{one.key}"] = Coalesce(
                KeyTextTransform("on", own), Cast(F(f"{PATHS[one.table]}__happened_on"), TextField())
            )
    for group in _groups(fields):
        values[f"in_{group}_items"] = KeyTransform(f"{group}_items", "cells__values")
        values[f"now_{group}_items"] = Subquery(_items_now(group), output_field=JSONField())
    marked = CTE(rows.annotate(row_key=F("pk")).values("row_key", **values), name="typed", materialized=True)
    joined = marked.join(IncomingRow.objects.of(imported), pk=marked.col.row_key)
    return with_cte(marked, select=joined).alias(**{name: getattr(marked.col, name) for name in values})


class _ItemObject(Func):
    """{item: amount} of several rows as JSON."""

    function = "jsonb_object_agg"
    contains_aggregate = False
    output_field = JSONField()


def _items_now(group: str) -> QuerySet:
    items = BESIDE if group == "beside" else ITEMS_OF[group]
    return (
        IncomeItem.objects.filter(survey=OuterRef("facts__pk"), item__in=items)
        .order_by()
        .annotate(found=_ItemObject(F("item"), Cast("amount", TextField())))
        .values("found")
    )


def unreadable(one: TargetField, faults: str = "cell_faults") -> Q:
    """That the cell of a field, or one from which it is worked out, was wrong: it says nothing, not even "empty"."""
    items, _ = GROUPS.get(one.key, ((), ""))
    names = (one.key, *items, *(("expense_total", "expense_subsidy") if one.key == EXPENSE else ()))
    found = Q(pk__in=[])
    for name in names:
        found |= Q(**{f"{faults}__contains": [{"c": name, "l": int(Level.CELL)}]})
    return found


def _of_its_row(one: TargetField) -> Q:
    """What belongs to the household is told by one row of it."""
    return Q(leads=True) if one.table in (HOUSEHOLD, SURVEY) else Q()


def _differs(one: TargetField) -> Q:
    return (
        _of_its_row(one)
        & Q(**{f"in_{one.key}__isnull": False})
        & Q(Differs(F(f"now_{one.key}"), F(f"in_{one.key}")))
    )


def _follows(one: TargetField) -> Q:
    """That theirs is taken where both are known and differ."""
    if one.key == "relation":
        return ~Q(now_relation=HEAD) & ~Q(in_relation=HEAD)
    if one.key == "identity":
        return Q(pk__in=[])
    return Q(national=True) | _newer(one)


def _newer(one: TargetField) -> Q:
    shown = Cast(F(f"in_{one.key}"), TextField()) if not one.sensitive else _hex(F(f"in_{one.key}"))
    news = Q(Differs(F(f"last_{one.key}"), shown))
    if one.table not in OF_A_YEAR:
        return news
    source, day = f"from_{one.key}", f"on_{one.key}"
    return news & (
        Q(**{f"{source}__in": (IMPORT, CARRIED)})
        | (~Q(**{source: VISIT}) & (Q(**{f"{day}__isnull": True}) | Q(**{f"{day}__lte": F("as_of")})))
    )


def _hex(value):
    return Func(value, Value("hex"), function="encode", output_field=TextField())


def _taken(one: TargetField) -> Q:
    return _differs(one) & (Q(**{f"now_{one.key}__isnull": True}) | _follows(one))


def _kept(one: TargetField) -> Q:
    """Both are known and ours stays; or only ours is known, and it did not come from there."""
    empty_there = (
        _of_its_row(one)
        & Q(**{f"in_{one.key}__isnull": True, f"now_{one.key}__isnull": False})
        & (Q(faults__isnull=True) | ~unreadable(one, "faults"))
    )
    if one.table in OF_A_YEAR:
        empty_there &= ~Q(**{f"from_{one.key}__in": (IMPORT, CARRIED)})
    return (_differs(one) & Q(**{f"now_{one.key}__isnull": False}) & ~_follows(one)) | empty_there


def _pair(one: TargetField, told: bool = False) -> JSONArray:
    """[ours, theirs], and for what is kept since when and from where. Personal numbers are not shown."""
    shown = [_shown(one, f"now_{one.key}", _HIDDEN_OLD), _shown(one, f"in_{one.key}", _HIDDEN_NEW)]
    if told:
        if one.table in OF_A_YEAR:
            shown += [F(f"on_{one.key}"), F(f"from_{one.key}")]
        else:
            shown += [Cast(Value(None), TextField()), Cast(Value(None), TextField())]
    return JSONArray(*shown)


def _shown(one: TargetField, name: str, hidden: str):
    if one.sensitive:
        return Case(When(**{f"{name}__isnull": False, "then": Value(hidden)}), output_field=TextField())
    if one.field.get_internal_type() == "BooleanField":
        return Cast(F(name), one.plain_field)
    return Cast(F(name), TextField())


def _items_taken(group: str) -> Q:
    """The same total from other items: taken where ours came from there too."""
    differs = (
        Q(leads=True)
        & Q(**{f"in_{group}_items__isnull": False})
        & Q(Differs(F(f"now_{group}_items"), F(f"in_{group}_items")))
    )
    if group == "beside":
        return differs
    same_total = Q(**{f"in_{group}": F(f"now_{group}")})
    return differs & same_total & (Q(national=True) | Q(**{f"from_{group}": IMPORT}))


def _item_pair(group: str) -> JSONArray:
    return JSONArray(Cast(F(f"now_{group}_items"), TextField()), Cast(F(f"in_{group}_items"), TextField()))
