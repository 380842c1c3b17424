"""Entries as a person reads them: labels for actions, places, cases, fields and values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, Field

from poverty.audit import actions, field_words, naming
from poverty.audit.models import Entry

BLANK = "未填"


@dataclass(frozen=True)
class Change:
    """One field: what it was and what it became, as text; `before` is "" where nothing is compared."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """An entry in words."""

    entry: Entry
    action: str
    place: str
    case: str
    case_url: str
    changes: list[Change]

    @property
    def who(self) -> str:
        return str(self.entry.actor) if self.entry.actor_id else "系统"


def lines(entries: Iterable[Entry], reader=None) -> list[Line]:
    """Put entries into words; place names take one query for all of them.

    With a `reader` an entry leads only to a page that this user may enter: the auditor reads who was given
    an account without having the page of persons.
    """
    entries = list(entries)
    places = naming.place_names(entry.area_code for entry in entries)
    return [_line(entry, places, reader) for entry in entries]


def _line(entry: Entry, places: dict[str, str], reader) -> Line:
    kind = naming.case_type(entry.case_type)
    case = f"{kind.label} {entry.case_id}" if entry.case_type and entry.case_id else kind.label
    return Line(
        entry=entry,
        action=actions.label(entry.action),
        place=places.get(entry.area_code, entry.area_code),
        case=case,
        case_url=kind.url(entry.case_id, reader),
        changes=changes_of(entry.action, entry.case_type, entry.changes),
    )


def changes_of(action: str, case_type: str, changes: Mapping[str, Any]) -> list[Change]:
    """The changes of an entry about a case of this type, in words."""
    models = naming.case_type(case_type).models
    return [_change(action, models, field, value) for field, value in changes.items()]


def _change(action: str, models: tuple[str, ...], name: str, value: Any) -> Change:
    field = _field(models, name)
    label = field_words.label(action, name) or (str(field.verbose_name) if field is not None else name)

    def told(one: Any) -> str:
        if isinstance(one, dict):
            return _together(action, one)
        return (field_words.value(action, name, one) if one not in (None, "") else "") or _text(field, one)

    if isinstance(value, list) and len(value) == 2:
        return Change(label, told(value[0]), told(value[1]))
    return Change(label, "", told(value))


def _together(action: str, values: dict) -> str:
    """Several named values as one text; what is not filled in is left out."""
    known = {name: one for name, one in values.items() if one not in (None, "")}
    return (
        "；".join(
            f"{field_words.label(action, name) or name}：{field_words.value(action, name, one) or _text(None, one)}"
            for name, one in known.items()
        )
        or "无"
    )


@lru_cache(maxsize=2000)
def _field(models: tuple[str, ...], name: str) -> Field | None:
    """The model field of that name in the first model that has it; None when no model knows it."""
    for label in models:
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError):
            continue
        for field in model._meta.concrete_fields:
            if name in (field.name, field.attname):
                return field
    return None


def _text(field: Field | None, value: Any) -> str:
    if value is None or value == "":
        return BLANK
    if isinstance(value, bool) or isinstance(field, BooleanField):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_text(field, item) for item in value) or "无"
    choices = dict(field.flatchoices) if field is not None and field.choices else {}
    return str(choices.get(value, value))
