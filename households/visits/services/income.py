"""The income sheet of a visit, merged item by item with what stands there; what both changed goes to the inbox."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from households.income_sheet import GROUP_FIELDS
from households.models import Survey
from households.options.income_items import INCOME_GROUPS, INCOME_ITEMS
from households.options.sources import VISIT
from households.options.visits import CONFLICT, REFUSED, SAME, TAKEN, WRITTEN
from households.services.income import save_income
from households.services.merged import none_groups_of, sheet_of
from households.visits.models import VisitFact
from households.visits.sent import SentIncome
from households.visits.services.merging import BOTH_CHANGED, Told, order_of
from poverty.web.merge import merge

ITEM, NONE = "item.", "none."
ANSWERED_NONE = "别人在您填写期间登记了没有这一类收入，等待核对。"
_FIELD_GROUPS = {column: group for group, column in GROUP_FIELDS.items()}


def sheet_facts(sent: SentIncome) -> dict[str, tuple[Any, Any]]:
    """{fact: (base, value)} of a sheet: items as (yuan, remark) or None, groups as answered "none" or not."""
    names = sent.items.keys() | sent.base_items.keys()
    found: dict[str, tuple[Any, Any]] = {
        f"{ITEM}{key}": (sent.base_items.get(key), sent.items.get(key)) for key in sorted(names)
    }
    for group in GROUP_FIELDS:
        found[f"{NONE}{group}"] = (group in sent.base_none_groups, group in sent.none_groups)
    return found


def tell_line(value: Any) -> Any:
    """An item as it is kept: [yuan as text, remark], None; an answer "none" as it is."""
    return [format(value[0], ".2f"), value[1]] if isinstance(value, tuple) else value


def read_line(told: Any) -> Any:
    """What tell_line kept."""
    return (Decimal(told[0]), told[1]) if isinstance(told, list) else told


def line_label(name: str) -> str:
    """What a fact of the sheet is called."""
    if name.startswith(ITEM):
        return INCOME_ITEMS.label(name.removeprefix(ITEM))
    return f"没有{INCOME_GROUPS.label(name.removeprefix(NONE))}"


def stored_lines(survey: Survey, names) -> dict[str, Any]:
    """What stands there of these facts of the sheet."""
    items = sheet_of(survey)
    none = none_groups_of(survey, items)
    return {
        name: items.get(name.removeprefix(ITEM)) if name.startswith(ITEM) else name.removeprefix(NONE) in none
        for name in names
    }


def merge_sheet(told: Told, *, actor, visitor, batch: Collection[Told] = ()) -> set[int]:
    """Save what a visit says of the year's income; its facts join `told.facts`. Returns the households to be judged.

    Only what the visitor changed is kept as a fact. What he said himself on an earlier visit is no contradiction: he has
    seen it, though this visit's base is older. `batch`: visits that came with this one; the earlier are merged
    already. The caller holds the household and judges.
    """
    said = sheet_facts(told.sent.income)
    survey = Survey.objects.filter(household=told.home, year=told.sent.year).first()
    changed = [name for name, (base, value) in said.items() if base != value]
    kept = {
        name: VisitFact(
            area_code=told.home.area_id,
            field=name,
            base=tell_line(said[name][0]),
            value=tell_line(said[name][1]),
            outcome=REFUSED,
        )
        for name in changed
    }
    told.facts += kept.values()
    if survey is None:
        for one in kept.values():
            one.said = "该户没有开始本年度信息。"
        return set()
    stored = stored_lines(survey, said)
    result = merge(
        {name: base for name, (base, _) in said.items()},
        {name: value for name, (_, value) in said.items()},
        stored,
        same=lambda left, right: left == right,
    )
    none = {f"{NONE}{_group_of(name)}" for name in changed if said[name][1] is not None} & said.keys()
    # An amount where somebody else answered meanwhile that there is none of its group.
    closed = {name for name in none if stored[name] and not said[name][0]}
    own = _own_earlier(told, {*result.conflicts, *closed}, stored, visitor, batch)
    left = {}
    for name in changed:
        kept[name].standing = tell_line(stored[name])
        if name in result.conflicts and name not in own:
            kept[name].outcome, kept[name].said = CONFLICT, BOTH_CHANGED
        elif f"{NONE}{_group_of(name)}" in closed - own and said[name][1] is not None:
            kept[name].outcome, kept[name].said = CONFLICT, ANSWERED_NONE
        elif name in result.changed or name in own:
            left[name] = said[name][1]
        else:
            kept[name].outcome = SAME
    return _save_what_may(survey, left, kept, told=told, actor=actor, visitor=visitor)


def _own_earlier(told: Told, names: Collection[str], stored, visitor, batch: Collection[Told]) -> set[str]:
    """Facts of the sheet in which the register holds what this visitor said on an earlier visit."""
    if not names:
        return set()
    home, order = told.home.pk, told.sent.order
    said = [
        (fact.field, fact.value)
        for other in batch
        if other is not told and other.home.pk == home and other.sent.year == told.sent.year
        for fact in other.facts
        if fact.outcome == WRITTEN and other.sent.order <= order
    ]
    rows = VisitFact.objects.filter(
        visit__visitor=visitor,
        visit__household=home,
        visit__year=told.sent.year,
        visit__withdrawn_at__isnull=True,
        field__in=names,
        outcome__in=(WRITTEN, TAKEN),
    ).select_related("visit")
    said += [(row.field, row.value) for row in rows if order_of(row.visit) <= order]
    return {name for name in names if (name, tell_line(stored[name])) in said}


def _save_what_may(survey, left, kept, *, told: Told, actor, visitor) -> set[int]:
    """What is refused is noted and left out, until the rest is saved."""
    while left:
        try:
            write_lines(
                survey,
                left,
                actor=actor,
                happened_on=told.sent.happened_on,
                late_reason=told.late_reason,
                decided_by_name=visitor.name,
                judge=False,
            )
        except ValidationError as error:
            faults = _by_line(error, left)
            for name, text in faults.items():
                kept[name].said = text
            left = {name: value for name, value in left.items() if name not in faults}
        else:
            for name in left:
                kept[name].outcome = WRITTEN
            return {told.home.pk}
    return set()


def write_lines(survey: Survey, lines: Mapping[str, Any], **paper) -> Survey:
    """save_income of facts of the sheet; of groups not named, the answer "none" stays as it is, but where an amount is
    written: then there is some.
    """
    items = {
        name.removeprefix(ITEM): value or (None, "") for name, value in lines.items() if name.startswith(ITEM)
    }
    sheet = sheet_of(survey)
    none_now = none_groups_of(survey, sheet)
    filled = {_group_of(name) for name, value in lines.items() if value}
    none = {group for group in GROUP_FIELDS if lines.get(f"{NONE}{group}", group in none_now - filled)}
    return save_income(survey, items, none_groups=none, source=VISIT, **paper)


def _by_line(error: ValidationError, left: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for key, texts in getattr(error, "message_dict", {}).items():
        names = [f"{ITEM}{key}"]
        if key in _FIELD_GROUPS:
            group = _FIELD_GROUPS[key]
            names = [f"{NONE}{group}"]
            names += [one for one in left if _group_of(one) == group]
        for name in names:
            if name in left:
                found[name] = " ".join(texts)
    return found or dict.fromkeys(left, " ".join(error.messages))


def _group_of(name: str) -> str:
    item = INCOME_ITEMS.get(name.removeprefix(ITEM)) if name.startswith(ITEM) else None
    return item.group if item else ""
