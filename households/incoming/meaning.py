"""What the cells of one row mean together, before anything is compared with the register.

Groups of income: a total is checked against its items to 0.01; without items it becomes the group's "other" item;
without a total it is the sum of its items. 生产经营性支出（合计） less the subsidy where given, else 生产经营性支出.
产业奖励 and 就业奖励 stand beside the formula. 在校生状况 left empty beside 文化程度 means not at school. An empty
是/否 says nothing. (issue, "Meaning"; standards.md 5)
"""

from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DecimalField

from households.incoming.fields import TargetField
from households.options.relations import HEAD
from households.options.school_status import NOT_AT_SCHOOL
from poverty.fields.pinyin import initials, sort_key
from poverty.ledgers.incoming.kinds import Found
from poverty.ledgers.models import Level

CENT = Decimal("0.01")
# Group field of Survey -> (items that the export has, the item that takes a total without any).
GROUPS: dict[str, tuple[tuple[str, ...], str]] = {
    "wage_income": (("wage_public_post", "wage_other"), "wage_other"),
    "production_income": ((), "production_other"),
    "property_income": (("property_dividend", "property_other"), "property_other"),
    "transfer_income": (
        (
            "transfer_family_planning",
            "transfer_allowance",
            "transfer_destitute",
            "transfer_pension",
            "ecology_other",
            "transfer_other",
        ),
        "transfer_other",
    ),
}
EXPENSE = "production_expense"
BESIDE = ("beside_industry_award", "beside_employment_award")
_GROUP_WORDS = {
    "wage_income": "工资性收入",
    "production_income": "生产经营性收入",
    "property_income": "财产性收入",
    "transfer_income": "转移性收入",
}
_MONTHS = ("work_months", "public_post_months")
_FIRST_CARD = 1949


def read(
    values: dict[str, Any],
    limits: "Limits",
    *,
    asked: Set[str],
    wrong: Set[str],
    year: int,
    household_rows: bool,
    today: date,
) -> Iterator[Found]:
    """Complete and check one row; changes `values` in place. `household_rows`: the file has one row per household.

    `asked`: the columns that the file has; `wrong`: those whose cell could not be read, which is not an empty one.
    """
    values["is_head"] = values.get("relation") == HEAD
    if (stated := values.get("year")) is not None and stated != year:
        yield Found("year", "other_year", f"这一行是{stated}年度的。应填：所选的{year}年度。", Level.ROW)
    too_much = list(_limited(values, limits, today))
    yield from too_much
    wrong = wrong | {one.column for one in too_much}
    if name := values.get("name"):
        values["pinyin"], values["initials"] = sort_key(name)[:200], initials(name)[:20]
    if "school_status" in asked and "school_status" not in wrong:
        _schooling(values)
    if isinstance(states := values.get("health_states"), list):
        values["health_states"] = ",".join(states)
    if household_rows:
        yield from _income(values, wrong)
        if not values["is_head"] and "relation" in values:
            yield Found(
                "relation", "not_the_head", "户表每户一行，这一行不是户主。应填：户主的信息。", Level.ROW
            )


# Key of a column, whether a row needs it, and what says what is wrong with a value ("" for nothing).
Limits = tuple[tuple[str, bool, Callable[[Any, date], str]], ...]


def limits_of(fields: tuple[TargetField, ...]) -> Limits:
    """What the register could not hold, worked out once for the many rows of a file."""
    found = []
    for one in fields:
        check = None if one.sensitive or one.column.options is not None else _limit(one)
        if check is not None:
            found.append((one.key, one.column.needed, check))
    return tuple(found)


def _limit(one: TargetField) -> Callable[[Any, date], str] | None:
    field, length = one.field, one.field.max_length
    if one.key in _MONTHS:
        return lambda value, today: "" if value <= 12 else f"一年没有{value}个月。应填：0至12。"
    if one.key == "disability_card_year":
        return lambda value, today: (
            ""
            if _FIRST_CARD <= value <= today.year
            else f"年份{value}不对。应填：{_FIRST_CARD}至{today.year}。"
        )
    if isinstance(field, DecimalField):
        limit = Decimal(10) ** (field.max_digits - field.decimal_places)
        return lambda value, today: "" if value < limit else "数字太大。应填：与实际相符的数。"
    if isinstance(field, DateField):
        return lambda value, today: "" if value <= today else "日期在今天之后。应填：已经到来的日期。"
    if length and field.get_internal_type() == "CharField":
        return lambda value, today: (
            "" if len(value) <= length else f"文字太长（{len(value)}个字）。应填：不超过{length}个字。"
        )
    return None


def _limited(values: dict, limits: Limits, today: date) -> Iterator[Found]:
    """Too long, too large, impossible: the value goes."""
    for key, needed, check in limits:
        value = values.get(key)
        if value is not None and (message := check(value, today)):
            yield Found(key, "out_of_range", message, Level.ROW if needed else Level.CELL)
            del values[key]


def _schooling(values: dict) -> None:
    if "education_level" in values and "school_status" not in values:
        values["school_status"] = NOT_AT_SCHOOL


def _income(values: dict, wrong: Set[str]) -> Iterator[Found]:
    """Totals as they are to be stored; `<group>_items` where the row itself tells the items, `<group>_rest` where it
    tells only the total, which then is the group's "other" item. A group with a cell that could not be read says
    nothing: what is left of it is neither its sum nor its items.
    """
    totals: dict[str, Decimal | None] = {}
    for group, (names, other) in GROUPS.items():
        items = _taken(values, names)
        if not wrong.isdisjoint((group, *names)):
            values.pop(group, None)
            continue
        total = values.get(group)
        summed = sum(items.values(), Decimal(0))
        if items and total is not None and abs(total - summed) > CENT:
            yield Found(
                group,
                "total_mismatch",
                f"{_GROUP_WORDS[group]}合计 {total:.2f} 元，各项相加 {summed:.2f} 元，相差 {abs(total - summed):.2f} 元。"
                "应填：相等的合计和各项。",
                Level.CELL,
            )
            values.pop(group)
            continue
        if items:
            values[group], values[f"{group}_items"] = summed, items
        elif total is not None:
            values[f"{group}_rest"] = {other: total} if total else {}
        totals[group] = values.get(group)
    yield from _expense(values, wrong)
    if beside := _taken(values, BESIDE):
        values["beside_items"] = beside
    yield from _computed(values, totals)


def _taken(values: dict, names: tuple[str, ...]) -> dict[str, Decimal]:
    return {name: values.pop(name) for name in names if name in values}


def _expense(values: dict, wrong: Set[str]) -> Iterator[Found]:
    total, subsidy = values.pop("expense_total", None), values.pop("expense_subsidy", None)
    if not wrong.isdisjoint((EXPENSE, "expense_total", "expense_subsidy")):
        values.pop(EXPENSE, None)
        return
    stated = values.get(EXPENSE)
    if total is None:
        if subsidy is not None:
            yield Found(
                "expense_subsidy",
                "subsidy_alone",
                "填了减少支出的补贴，没有填生产经营性支出（合计），这项补贴没有计入。应填：两栏都填。",
                Level.QUESTION,
            )
        if stated is not None:
            values[f"{EXPENSE}_rest"] = {"expense_other": stated} if stated else {}
        return
    net = total - (subsidy or Decimal(0))
    if net < 0:
        yield Found(
            "expense_subsidy",
            "negative_expense",
            "补贴大于支出合计。应填：不超过支出合计的补贴。",
            Level.CELL,
        )
        values.pop(EXPENSE, None)
        return
    if stated is not None and abs(stated - net) > CENT:
        yield Found(
            EXPENSE,
            "expense_differs",
            f"生产经营性支出 {stated:.2f} 元，合计减补贴为 {net:.2f} 元，按后者计算。应填：一致的数。",
            Level.QUESTION,
        )
        values["expense_stated"] = (
            stated  # kept beside the source, for the data check that asks which is right
        )
    items = {"expense_other": total} if total else {}
    if subsidy:
        items["expense_subsidy"] = subsidy
    values[EXPENSE], values[f"{EXPENSE}_{'items' if subsidy else 'rest'}"] = net, items


def _computed(values: dict, totals: Mapping[str, Decimal | None]) -> Iterator[Found]:
    """年收入, 纯收入, 人均: asked about where they differ from what their parts give; never stored."""
    gross, net, head = (values.pop(name, None) for name in ("gross_income", "net_income", "net_per_head"))
    if None in totals.values() or len(totals) < len(GROUPS):
        return
    summed = sum(totals.values(), Decimal(0))
    if gross is not None and abs(gross - summed) > CENT:
        yield _differs("gross_income", "年收入", gross, summed)
    if (expense := values.get(EXPENSE)) is None:
        return
    worked_out = summed - expense
    if net is not None and abs(net - worked_out) > CENT:
        yield _differs("net_income", "纯收入", net, worked_out)
    if head is not None and (size := values.get("size_of_year")) and abs(head - worked_out / size) > CENT:
        yield _differs("net_per_head", "人均纯收入", head, (worked_out / size).quantize(CENT))


def _differs(key: str, words: str, stated: Decimal, worked_out: Decimal) -> Found:
    return Found(
        key,
        "computed_differs",
        f"{words}填 {stated:.2f} 元，按各项计算为 {worked_out:.2f} 元，按各项计算。应填：一致的数。",
        Level.QUESTION,
    )
