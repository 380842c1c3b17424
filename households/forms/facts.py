"""What the forms of yearly facts have in common: controls, units, last year's values, sources, sections."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone

from households.models import MemberSurvey, Survey
from households.options.sources import CARRIED, SOURCES
from households.services.fact_rows import TYPE_FAULTS, faults, is_known, normal
from poverty.audit.models import Entry
from poverty.web.controls import DayField, YesNoUnknown
from poverty.web.merging import MergingForm, changed_fields

NOT_ANSWERED = ("", "未填")
_NUMBER = {"inputmode": "decimal", "autocomplete": "off"}


def split_label(text: str) -> tuple[str, str]:
    """ "耕地面积（亩）" -> ("耕地面积", "亩"); what stands in brackets and is no unit stays in the label."""
    label, bracket, unit = str(text).rstrip("）").partition("（")
    return (
        (label, unit) if bracket and unit in {"亩", "平方米", "公里", "元", "月", "月数"} else (str(text), "")
    )


def fact_field(db_field: models.Field, **kwargs) -> forms.Field:
    """The control of a fact: three big buttons, a list that can be left unanswered, a number with its unit."""
    label, unit = split_label(db_field.verbose_name)
    if isinstance(db_field, models.BooleanField):
        return YesNoUnknown(label=label)
    if isinstance(db_field, models.DateField):
        return DayField(label=label, required=False)
    made = db_field.formfield(**{**kwargs, "label": label})
    if isinstance(made, forms.TypedChoiceField):
        made.choices = [NOT_ANSWERED, *[one for one in made.choices if one[0]]]
    if isinstance(made, forms.DecimalField | forms.IntegerField):
        mode = "decimal" if isinstance(made, forms.DecimalField) else "numeric"
        made.widget = forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})
        made.unit = {"月数": "个月", "月": "个月"}.get(unit, unit)
        made.error_messages["invalid"] = "请填数字。" if mode == "decimal" else "请填整数。"
    # The model's own rules already here, so that all faults of a page show at once and before any question.
    made.validators += db_field._validators
    for code in ("invalid_choice", "max_digits", "max_whole_digits", "max_decimal_places"):
        made.error_messages[code] = TYPE_FAULTS[code]
    if isinstance(made, forms.CharField) and made.max_length:
        made.error_messages["max_length"] = f"最多{made.max_length}字。"
    return made


@dataclass
class Fact:
    """One field as the page draws it: where its value comes from, and whether empty means "as the village has it"."""

    bound: forms.BoundField
    source: str = ""
    is_carried: bool = False
    inherited: bool = False

    @property
    def is_edited(self) -> bool:
        """Whether a form shown again holds something else than the row."""
        return self.bound.form.is_bound and self.bound.name in self.bound.form.changed_data


@dataclass
class Section:
    """A block of the form. `note`: a fact to know before filling it in; `folded`: closed until it is asked for."""

    title: str
    slug: str
    facts: list[Fact] = field(default_factory=list)
    help: str = ""
    notes: Sequence[str] = ()
    folded: bool = False

    @property
    def is_open(self) -> bool:
        """A folded block opens when something in it needs the person."""
        form = self.facts[0].bound.form
        asked = {*getattr(form, "questions", {}), *getattr(form, "conflicts", {})}
        return not self.folded or any(one.bound.errors or one.bound.name in asked for one in self.facts)


class FactsForm(MergingForm):
    """A form over a row of yearly facts that two people may have open at once; the service validates and saves.

    `last`: the row of the last year that has one, shown beside each field.
    """

    class Meta:
        formfield_callback = fact_field

    def __init__(self, *args, last: Survey | MemberSurvey | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.last = last
        self.last_values = {}
        if last is not None:
            self.last_values = {name: self.typed_of(name, getattr(last, name)) for name in self.fact_names}

    @property
    def fact_names(self) -> list[str]:
        """The fields that are facts of the row."""
        return list(self._meta.fields)

    @property
    def last_label(self) -> str:
        """上年, or the year itself when a year was left out."""
        if self.last is None or self.last.year == self.instance.year - 1:
            return "上年"
        return f"{self.last.year}年"

    def typed_of(self, name: str, value: Any) -> Any:
        """A stored value as the field shows it."""
        return value

    def stored_of(self, name: str, value: Any) -> Any:
        """A cleaned value as the row keeps it."""
        return value

    def _row(self):
        # Named by whose year it is: the row may not be stored yet when the form is opened.
        row = self.instance
        return f"{row._meta.label_lower}:{getattr(row, 'household_id', None) or row.member_id}:{row.year}"

    def _post_clean(self):
        """The service validates the row; the instance in hand is never changed."""

    def clean(self):
        """The rules of the service over what would be saved, so that all faults of a page show at once."""
        cleaned = super().clean()
        row = copy(self.instance)
        changes = self.changes()
        for name, value in changes.items():
            setattr(row, name, normal(row, name, value))
        for name, texts in faults(row, set(changes)).items():
            self.add_error(name if name in self.fields else None, texts)
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What differs from the row as it stands now, ready for the service."""
        facts = set(self.fact_names)
        return {
            name: self.stored_of(name, self.cleaned_data[name])
            for name in changed_fields(self)
            if name in facts
        }

    @property
    def carried_names(self) -> list[str]:
        """Known facts of this form that were taken over from last year."""
        return [name for name in self.fact_names if self._source(name)[0] == CARRIED and self._known(name)]

    def _known(self, name: str) -> bool:
        return is_known(getattr(self.instance, name))

    def _source(self, name: str) -> tuple[str, str]:
        own = self.instance.sources.get(name)
        if own:
            return own["source"], own.get("on", "")
        day = self.instance.happened_on
        return self.instance.source, day.isoformat() if day else ""

    def fact(self, name: str, *, inherited: bool = False) -> Fact:
        """A field with where its value comes from, in words; no source without a value."""
        if name not in self.fact_names or not self._known(name):
            return Fact(self[name], inherited=inherited)
        key, day = self._source(name)
        return Fact(self[name], f"{SOURCES.label(key)} {day}".strip(), key == CARRIED, inherited)

    def section(self, title: str, slug: str, names: Iterable[str], *, inherited=(), **kwargs) -> Section:
        """A block of those of the named fields that the form has."""
        facts = [self.fact(name, inherited=name in inherited) for name in names if name in self.fields]
        return Section(title, slug, facts, **kwargs)

    def who_changed(self, case_id: int, action: str, key: str, summary: str = "") -> str:
        """Who changed a value last and when, by the log; "" when nobody can tell."""
        entries = Entry.objects.filter(
            case_type="households.household", case_id=case_id, action=action, changes__has_key=key
        )
        if summary:
            entries = entries.filter(summary__startswith=summary)
        last = entries.select_related("actor").order_by("-pk").first()
        return (
            f"{last.actor.name if last.actor else '系统'} {timezone.localtime(last.at):%Y-%m-%d %H:%M}"
            if last
            else ""
        )
