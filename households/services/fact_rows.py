"""Changing a row of yearly facts: what a new year takes over, checks by field, and where each fact comes from."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CharField, CheckConstraint
from django.utils import timezone

from households.models import CountyYear, Household, MemberSurvey, Survey
from households.options.sources import CARRIED
from households.services.facts import check_day
from households.services.locking import lock_households
from poverty.audit.services import differences

# What a new year takes over from the last one, marked 沿用上年 (architecture 6). Everything else starts unknown.
CARRIED_FIELDS = (
    "house_area",
    "is_dangerous_house",
    "dangerous_grade",
    "housing_safety",
    "housing_guarantee",
    "housing_document",
    "housing_document_date",
    "rebuilt_year",
    "house_structure",
    "built_year",
    "has_sanitary_toilet",
    "fuel_type",
    "water_difficult",
    "water_safe",
    "water_solved",
    "water_source",
    "has_power",
    "has_production_power",
    "has_broadcasting",
    "road_reached",
    "road_type",
    "road_distance_km",
    "cultivated_land",
    "irrigated_land",
    "forest_land",
    "returned_forest_land",
    "orchard_land",
    "pasture_land",
    "water_surface",
    "is_relocated",
    "relocation_method",
    "resettlement_method",
    "resettlement_place",
)
CARRIED_MEMBER_FIELDS = (
    "education_level",
    "disability_kind",
    "disability_card_year",
    "health_states",
    "disease_name",
    "labour_skill",
    "political_status",
    "speaks_mandarin",
)

_ABOUT_THE_ROW = {
    "id",
    "household",
    "village",
    "member",
    "year",
    "area",
    "source",
    "happened_on",
    "decided_by_name",
    "recorded_by",
    "recorded_at",
    "late_reason",
    "sources",
    "version",
}


@cache
def facts_of(model) -> frozenset[str]:
    """The facts of a model of yearly facts (of households, members, villages): its columns but those about the row."""
    return frozenset(field.name for field in model._meta.concrete_fields) - _ABOUT_THE_ROW


FACTS = {one: facts_of(one) for one in (Survey, MemberSurvey)}
# The day of the visit is no fact with a source of its own, and where the household lives belongs to the register.
_WITHOUT_SOURCE = {"visited_on", "settlement"}

# Rules over several fields: constraint -> the field at which its message stands. The others are said by the
# validators of their fields; the database keeps all of them.
_CONSTRAINT_FIELDS = {
    "irrigated_land_within_cultivated_land": "irrigated_land",
    "rebuilt_or_provided_house_has_a_document": "housing_document",
    "appraised_house_has_a_safe_grade": "dangerous_grade",
}
_PAST_DAYS = ("visited_on", "housing_document_date")
_YEARS = {"rebuilt_year": 1949, "built_year": 1800, "disability_card_year": 1949}

TYPE_FAULTS = {
    "invalid": "填写的内容不对，请核对。",
    "invalid_choice": "请从列表中选择。",
    "max_digits": "数字太大，请核对。",
    "max_whole_digits": "数字太大，请核对。",
    "max_decimal_places": "最多两位小数。",
}


def is_known(value: Any) -> bool:
    """Whether a fact was answered: NULL and "" are not; 0 and False are."""
    return value is not None and value != ""


def locked(household_id: int) -> Household:
    """The household, locked: saves of one household follow one another. ValidationError when it is closed."""
    row = lock_households([household_id])[household_id]
    if problem := not_editable(row):
        raise ValidationError(problem)
    return row


def not_editable(household: Household) -> str:
    """Why facts of a household do not change any more; "" when they do."""
    if household.state in {Household.State.CLOSED, Household.State.MERGED}:
        return f"该户{household.get_state_display()}，信息只能查看，不能再改。"
    return ""


def carried(before: Survey | MemberSurvey | None, names: Iterable[str]) -> dict[str, Any]:
    """What a new row takes over from the last one: its values, and `sources` that say 沿用上年 with its year's end.

    A fact that was itself carried keeps its day: it is as old as it is.
    """
    if before is None:
        return {"sources": {}}
    values = {name: getattr(before, name) for name in names if is_known(getattr(before, name))}
    sources = {}
    for name in values:
        own = before.sources.get(name, {})
        since = own["on"] if own.get("source") == CARRIED and own.get("on") else f"{before.year}-12-31"
        sources[name] = {"source": CARRIED, "on": since}
    return {**values, "sources": sources}


def carried_household(before: Survey | None) -> dict[str, Any]:
    """What a new year's survey takes over: CARRIED_FIELDS, and 饮水 in the words of whichever question is asked now.

    A household whose water was not safe, or hard to come by, by the two questions of before 2018 keeps that under
    the one question since: 是否解决安全饮用水 = 否. Left unanswered, it would inherit its village's scheme, which
    nobody said reaches it. (practice.md, Indicators)
    """
    taken = carried(before, CARRIED_FIELDS)
    bad = [
        name for name, value in (("water_safe", False), ("water_difficult", True)) if taken.get(name) is value
    ]
    if bad and "water_solved" not in taken:
        taken["water_solved"] = False
        taken["sources"]["water_solved"] = taken["sources"][bad[0]]
    return taken


def visit_faults(
    year: CountyYear, changed: Mapping[str, Any], visited_on: date | None
) -> dict[str, list[str]]:
    """A visit of before the accounting period says nothing of the year; how late one counts is the county's
    business, which closes the year.
    """
    if "visited_on" not in changed or visited_on is None or visited_on >= year.period_from:
        return {}
    return {
        "visited_on": [
            f"{visited_on} 在{year.year}年度核算期（{year.period_from} 起）之前，不能算作本年度入户。"
        ]
    }


def apply(row: Survey | MemberSurvey, changes: Mapping[str, Any]) -> dict[str, list]:
    """Set what differs, check it, and return {field: [old, new]}; ValidationError by field.

    Only what is named is checked, and every rule that reads something named.
    """
    names = set(changes)
    if unknown := names - facts_of(type(row)):
        raise ValidationError(dict.fromkeys(unknown, "没有这一项。"))
    before = {name: getattr(row, name) for name in names}
    for name, value in changes.items():
        setattr(row, name, normal(row, name, value))
    if errors := _type_faults(row, names) or faults(row, names):
        raise ValidationError(errors)
    return differences(before, {name: getattr(row, name) for name in sorted(names)})


def faults(row: Survey | MemberSurvey, names: set[str]) -> dict[str, list[str]]:
    """What is wrong with the named facts of a row beyond their types: days, years, rules over several fields.

    By field; a rule that reads a named fact may speak at another field.
    """
    return {**_date_faults(row, names), **_rule_faults(row, names)}


def normal(row: Survey | MemberSurvey, name: str, value: Any) -> Any:
    """One way to say "not answered" per column: "" for texts, NULL for the rest."""
    if value not in (None, ""):
        return value
    return "" if isinstance(row._meta.get_field(name), CharField) else None


def _type_faults(row, names: set[str]) -> dict[str, list[str]]:
    others = [field.name for field in row._meta.concrete_fields if field.name not in names]
    try:
        row.clean_fields(exclude=others)
    except ValidationError as error:
        return {
            name: [TYPE_FAULTS.get(one.code) or " ".join(one.messages) for one in faults]
            for name, faults in error.error_dict.items()
        }
    return {}


def _date_faults(row, names: set[str]) -> dict[str, list[str]]:
    today = timezone.localdate()
    errors = {}
    for name in names.intersection(_PAST_DAYS):
        day = getattr(row, name)
        if isinstance(day, date) and day > today:
            errors[name] = ["日期在今天之后，请核对。"]
    for name in names.intersection(_YEARS):
        year = getattr(row, name)
        if isinstance(year, int) and not _YEARS[name] <= year <= today.year:
            errors[name] = [f"年份须在{_YEARS[name]}至{today.year}之间。"]
    return errors


def _rule_faults(row, names: set[str]) -> dict[str, list[str]]:
    errors = {}
    for constraint in row._meta.constraints:
        if not isinstance(constraint, CheckConstraint) or constraint.name not in _CONSTRAINT_FIELDS:
            continue
        if constraint.condition.referenced_base_fields & names:
            try:
                constraint.validate(type(row), row)
            except ValidationError as error:
                errors[_CONSTRAINT_FIELDS[constraint.name]] = error.messages
    return errors


def checked_day(area_code: str, year: int, happened_on: date | None, late_reason: str) -> tuple[date, str]:
    """The day on the paper and the reason for late entry (facts.check_day); not before the year's period can begin."""
    if happened_on in (None, today := timezone.localdate()):
        return today, ""  # neither late nor before the year: nothing to look up
    day, reason = check_day(area_code, happened_on, late_reason)
    if day.year < year - 1:
        raise ValidationError({"happened_on": f"{day} 采集的信息不属于{year}年度，请核对日期或年度。"})
    return day, reason


# Who saved a survey and when; the facts of a person have no such columns of their own.
ABOUT_THE_SAVE = ("late_reason", "recorded_by", "recorded_at", "decided_by_name")


def written(changed: Iterable[str], *more: str) -> list[str]:
    """The columns a save of facts writes: what changed, and what is noted with every save."""
    return [*changed, "source", "happened_on", "sources", "version", *more]


def write_survey(
    row: Survey, changed: Iterable[str], *, actor, late_reason: str, decided_by_name: str
) -> None:
    """Store changed facts of a household as a new version, with who typed and who collected them."""
    row.late_reason, row.recorded_by = late_reason, actor
    row.decided_by_name = decided_by_name or actor.name
    row.version += 1
    row.save(update_fields=written(changed, *ABOUT_THE_SAVE))


def late_words(late_reason: str) -> str:
    """（补录：雨季道路中断） for the log; "" when the facts were entered in time."""
    return f"（补录：{late_reason}）" if late_reason else ""


def note_sources(row: Survey | MemberSurvey, changed: Iterable[str], source: str, day: date) -> None:
    """Give changed facts their own source and day.

    The row's own source stands for all facts without one; it changes only when no such fact is there, so that an
    imported fact keeps saying so after somebody corrects its neighbour.
    """
    own = set(changed) - _WITHOUT_SOURCE
    speaks_for = [
        name
        for name in facts_of(type(row)) - _WITHOUT_SOURCE - own
        if name not in row.sources and is_known(getattr(row, name))
    ]
    row.sources = {**row.sources, **{name: {"source": source, "on": day.isoformat()} for name in sorted(own)}}
    if not speaks_for:
        row.source, row.happened_on = source, day


def non_field(error: ValidationError) -> list[str]:
    """The messages of a refusal that belong to no field."""
    if hasattr(error, "error_dict"):
        return [text for one in error.error_dict.get(NON_FIELD_ERRORS, []) for text in one.messages]
    return error.messages
