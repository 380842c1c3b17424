"""Which standards to list: shared by the page and the API. The scope comes from the queryset, not from
here.
"""

import django_filters
from django import forms

from poverty.sql.prefix import within
from poverty.standards.models import FIRST_YEAR, LAST_YEAR, Standard
from poverty.standards.statuses import Status
from poverty.standards.subjects import Subject


class StandardFilter(django_filters.FilterSet):
    """By year, place (with everything below it), subject and status; nothing chosen means all."""

    year = django_filters.NumberFilter(
        label="年度",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
    )
    place = django_filters.CharFilter(
        label="区划代码",
        method="in_place",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 12}),
    )
    subject = django_filters.ChoiceFilter(label="对象", choices=Subject.choices, empty_label="全部")
    status = django_filters.ChoiceFilter(label="状态", choices=Status.choices, empty_label="全部")

    class Meta:
        model = Standard
        fields = ["year", "place", "subject", "status"]

    def in_place(self, queryset, name, value):
        # Of other letters the next one may be no character at all.
        known = value.isascii() and value.isdigit()
        return queryset.filter(within("area_code", [value])) if known else queryset.none()
