"""Filters of the log: time, person, action, place and case."""

from datetime import datetime, time, timedelta

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from poverty.audit import actions, naming
from poverty.audit.models import Entry
from poverty.audit.querysets import ACCOUNTS
from poverty.sql.prefix import within
from poverty.web.controls import DayField


class DayFilter(filters.DateFilter):
    """A day in any of the ways people write it."""

    field_class = DayField


class EntryFilter(filters.FilterSet):
    """The filters of the log page. `areas` are the places (code, name) offered in the list."""

    since = DayFilter(label="从", method="by_since", future=True)
    until = DayFilter(label="到", method="by_until", future=True)
    person = filters.CharFilter(
        label="操作人", method="by_person", widget=forms.TextInput(attrs={"placeholder": "姓名或账号"})
    )
    action = filters.ChoiceFilter(label="动作", method="by_action", empty_label="全部动作")
    area = filters.ChoiceFilter(label="区划", method="by_area", empty_label="全部区划")
    case_type = filters.ChoiceFilter(label="对象", empty_label="全部对象")
    case_id = filters.NumberFilter(label="对象编号", field_name="case_id", decimal_places=0)

    class Meta:
        model = Entry
        fields = ()

    def __init__(self, data=None, queryset=None, *, areas=(), accounts_only=False, **kwargs):
        super().__init__(data, queryset, **kwargs)
        fields = self.form.fields
        fields["action"].choices = _by_label(actions.choices(ACCOUNTS if accounts_only else ""))
        fields["area"].choices = _with_chosen(list(areas), data, "area")
        fields["case_type"].choices = [
            choice for choice in naming.case_types() if not accounts_only or choice[0].startswith(ACCOUNTS)
        ]

    def by_since(self, rows, name, day):
        """From the first moment of the day in Shanghai."""
        return rows.filter(at__gte=_midnight(day))

    def by_until(self, rows, name, day):
        """To the last moment of the day."""
        return rows.filter(at__lt=_midnight(day + timedelta(days=1)))

    def by_person(self, rows, name, text):
        """Name begins with the text, or the account is it."""
        text = text.strip()
        return rows.filter(Q(actor__name__startswith=text) | Q(actor__username=text))

    def by_action(self, rows, name, code):
        """One action, or a whole group by the code that ends with a dot."""
        return rows.filter(action__startswith=code) if code.endswith(".") else rows.filter(action=code)

    def by_area(self, rows, name, code):
        """The place and everything below it."""
        return rows.filter(within("area_code", [code]))


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _by_label(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: choice[1])


def _with_chosen(choices: list[tuple[str, str]], data, name: str) -> list[tuple[str, str]]:
    """A place given in the address stays chosen although the list lacks it; scope is tested elsewhere."""
    given = (data or {}).get(name, "")
    if given.isascii() and given.isdigit() and len(given) <= 12 and given not in dict(choices):
        return [*choices, (given, given)]
    return choices
