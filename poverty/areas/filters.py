"""Which places to list. The scope comes from the queryset, not from here."""

import re

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError

from poverty.areas.models import Area, Level

_CODE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")


class CodeField(forms.CharField):
    """The code of a place: 2, 4, 6, 9 or 12 digits."""

    def clean(self, value):
        value = super().clean(value)
        if value and not _CODE.fullmatch(value):
            raise ValidationError("区划代码为2、4、6、9或12位数字。")
        return value


class CodeFilter(filters.CharFilter):
    """A filter by the code of a place."""

    field_class = CodeField


class AreaFilter(filters.FilterSet):
    """By the place right above, by level, and by what lies below a place (with itself)."""

    parent = CodeFilter(field_name="parent", label="上级区划代码")
    level = filters.ChoiceFilter(label="级别", choices=Level.choices)
    under = CodeFilter(label="在此区划之内（含本身）", method="below")

    class Meta:
        model = Area
        fields = ()

    def below(self, queryset, name, value):
        """The place itself and everything below."""
        return queryset.under(value)
