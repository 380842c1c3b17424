"""What a visit template is made of: blocks of questions, as data that the phone, the paper and the office page read alike.

A block: {"key", "title", "of": "household"|"member"|"visit", "months": [] (all) or [9, 10], "when": a condition or
"", "questions": [...]}. A question: {"key", "field": a fact of the year or null (the template's own), "label",
"kind", "options": name of an option list or [[key, label], ...], "unit", "min", "max", "help", "note": true when a
remark may be written beside it, kept in the answers as "<key>_note"}.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from households.models.survey import MemberSurvey, Survey
from households.options.health_states import HEALTH_STATES as _HEALTH
from poverty.fields.option_field import OptionField
from poverty.fields.options import Options

HOUSEHOLD, MEMBER, VISIT = "household", "member", "visit"
MODELS = {HOUSEHOLD: Survey, MEMBER: MemberSurvey}
# Blocks that are more than questions: the phone and the page know how to draw them.
AMOUNTS, INCOME, NEEDS, REMARK, SIGNATURE, PHOTOS, POSITION = (
    "amounts",
    "income",
    "needs",
    "remark",
    "signature",
    "photos",
    "position",
)
SPECIAL = (AMOUNTS, INCOME, NEEDS, REMARK, SIGNATURE, PHOTOS, POSITION)
KINDS = ("yes_no", "choice", "choices", "integer", "decimal", "money", "text", "date")
# Who a block of member questions is for, by full years at the day of the visit.
SCHOOL_AGE, WORKING_AGE, PENSION_AGE = "school_age", "working_age", "pension_age"
AGES = {SCHOOL_AGE: (3, 22), WORKING_AGE: (16, None), PENSION_AGE: (60, None)}
HAS_PHONE, WHOLE_AWAY = "has_phone", "whole_away"
CONDITIONS = ("", *AGES, HAS_PHONE, WHOLE_AWAY)
NOTE = "_note"

_NOT_ASKED = {
    "id",
    "household",
    "member",
    "year",
    "area",
    "settlement",
    "source",
    "happened_on",
    "visited_on",
    "decided_by_name",
    "recorded_by",
    "recorded_at",
    "late_reason",
    "sources",
    "version",
    # Totals of income are sums of items: the sheet asks them.
    "wage_income",
    "production_income",
    "property_income",
    "transfer_income",
    "production_expense",
}
# The facts that a template may ask, by whose they are.
FACTS_TO_ASK = {
    of: frozenset(one.name for one in model._meta.concrete_fields) - _NOT_ASKED
    for of, model in MODELS.items()
}


def meant_for(block: Mapping[str, Any], *, month: int, age: int | None = None) -> bool:
    """Whether a block is asked in a month, of a person of this age (None: age not known, asked)."""
    months = block.get("months") or []
    if months and month not in months:
        return False
    limits = AGES.get(block.get("when") or "")
    if limits is None or age is None:
        return True
    first, last = limits
    return first <= age and (last is None or age <= last)


def facts_asked(blocks: Iterable[Mapping[str, Any]], of: str, *, month: int | None = None) -> list[str]:
    """The facts of the year that blocks ask, of the household or of its members, in the order of asking."""
    found = []
    for block in blocks:
        if block["of"] == of and (month is None or meant_for(block, month=month)):
            found += [one["field"] for one in block.get("questions", ()) if one.get("field")]
    return list(dict.fromkeys(found))


def has_block(blocks: Iterable[Mapping[str, Any]], key: str, *, month: int) -> bool:
    """Whether a special block is asked in a month."""
    return any(one["key"] == key and meant_for(one, month=month) for one in blocks)


def own_questions(blocks: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The template's own questions: their answers stay with the visit."""
    for block in blocks:
        yield from (one for one in block.get("questions", ()) if not one.get("field"))


def question(of: str, name: str, *, label: str = "", help: str = "") -> dict[str, Any]:
    """The question for a fact of the year, as its column describes it."""
    column = MODELS[of]._meta.get_field(name)
    text, unit = _label_and_unit(str(column.verbose_name))
    made: dict[str, Any] = {
        "key": name,
        "field": name,
        "label": label or text,
        "kind": kind_of(column),
        "options": "",
        "unit": unit,
        "min": None,
        "max": None,
        "help": help,
    }
    if options := options_of(of, name):
        made["options"] = options.name
    if made["kind"] in ("integer", "decimal", "money"):
        # The column's own limits, not those of the database type.
        for one in column._validators:
            if isinstance(one, MinValueValidator):
                made["min"] = one.limit_value
            elif isinstance(one, MaxValueValidator):
                made["max"] = one.limit_value
    return made


def kind_of(column: models.Field) -> str:
    """How a fact is asked."""
    if column.name == "health_states":
        return "choices"
    if isinstance(column, OptionField):
        return "choice"
    if isinstance(column, models.BooleanField):
        return "yes_no"
    if isinstance(column, models.DateField):
        return "date"
    if isinstance(column, models.DecimalField):
        return "money" if "元" in str(column.verbose_name) else "decimal"
    return "integer" if isinstance(column, models.IntegerField) else "text"


def options_of(of: str, name: str) -> Options | None:
    """The option list of a fact; None: it is no choice."""
    if name == "health_states":
        return _HEALTH
    return getattr(MODELS[of]._meta.get_field(name), "options", None)


def options_named(name: str) -> Options | None:
    """An option list by its name, of those that facts of the year are chosen from."""
    return _BY_NAME.get(name)


def check_blocks(blocks: Any) -> None:
    """ValidationError at "blocks" unless a template can be asked as it stands."""
    errors = list(_faults(blocks))
    if errors:
        raise ValidationError({"blocks": errors})


def _faults(blocks: Any) -> Iterator[str]:
    if not isinstance(blocks, list) or not blocks:
        yield "模板至少要有一个栏目。"
        return
    seen: set[str] = set()
    for number, block in enumerate(blocks, start=1):
        if not isinstance(block, Mapping):
            yield f"第{number}栏的格式不对。"
            continue
        title = block.get("title") or f"第{number}栏"
        if not block.get("key") or not block.get("title"):
            yield f"第{number}栏没有标识或标题。"
        if block.get("of") not in (HOUSEHOLD, MEMBER, VISIT):
            yield f"“{title}”须说明问的是户、成员还是这次走访。"
        if block.get("when", "") not in CONDITIONS:
            yield f"“{title}”的适用条件不认识。"
        if not _are_months(block.get("months", [])):
            yield f"“{title}”的月份须在1至12之间。"
        if block.get("key") not in SPECIAL and not block.get("questions"):
            yield f"“{title}”没有问题。"
        for one in block.get("questions") or []:
            if not isinstance(one, Mapping):
                yield f"“{title}”有一个问题的格式不对。"
                continue
            name = f"{block.get('of')}.{one.get('key')}"
            if name in seen:
                yield f"“{one.get('label') or one.get('key')}”问了两次。"
            seen.add(name)
            yield from _question_faults(title, block.get("of"), one)


def _question_faults(title: str, of: Any, one: Mapping) -> Iterator[str]:
    label = one.get("label") or one.get("key") or "问题"
    if not one.get("key") or not one.get("label"):
        yield f"“{title}”有一个问题没有标识或文字。"
    if one.get("kind") not in KINDS:
        yield f"“{label}”的回答方式不认识。"
    if one.get("field"):
        names = FACTS_TO_ASK.get(of, frozenset())
        if one["field"] not in names:
            yield f"“{label}”对应的年度信息不存在。"
    elif of == MEMBER:
        yield f"“{label}”须对应成员的年度信息：模板自己的问题只按次问。"
    if one.get("kind") in ("choice", "choices") and not one.get("field"):
        options = one.get("options")
        known = options_named(options) if isinstance(options, str) else options
        if not known:
            yield f"“{label}”没有选项。"


def _are_months(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, int) and 1 <= one <= 12 for one in value)


def _label_and_unit(text: str) -> tuple[str, str]:
    label, bracket, unit = text.rstrip("）").partition("（")
    known = {"亩", "平方米", "公里", "元", "月", "月数"}
    if bracket and unit in known:
        return label, {"月": "个月", "月数": "个月"}.get(unit, unit)
    return text, ""


def _option_lists() -> dict[str, Options]:
    found = {_HEALTH.name: _HEALTH}
    for model in MODELS.values():
        for column in model._meta.concrete_fields:
            if isinstance(column, OptionField) and column.options is not None:
                found[column.options.name] = column.options
    return found


_BY_NAME = _option_lists()
