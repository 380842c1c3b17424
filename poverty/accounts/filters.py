"""Filters of the lists of people and units."""

import django_filters as filters
from django import forms
from django.db.models import Q

from poverty.accounts.forms import AreaChoiceField
from poverty.accounts.models import Unit, User
from poverty.accounts.options.sectors import SECTORS
from poverty.accounts.options.unit_kinds import UNIT_KINDS
from poverty.accounts.roles import Role
from poverty.areas.models import Area
from poverty.sql.prefix import within

ACCOUNT_STATES = [("active", "可登录"), ("inactive", "已停用"), ("none", "无账号")]


class AreaFilter(filters.ModelChoiceFilter):
    """A place chosen from the areas in scope."""

    field_class = AreaChoiceField


class UserFilter(filters.FilterSet):
    """People by name, role, unit, place and state of the account."""

    q = filters.CharFilter(
        label="姓名、拼音或账号", method="by_name", widget=forms.TextInput(attrs={"type": "search"})
    )
    role = filters.ChoiceFilter(label="角色", choices=Role.choices, method="by_role", empty_label="全部角色")
    area = AreaFilter(label="区划", queryset=Area.objects.none(), method="by_area", empty_label="全部区划")
    unit = filters.ModelChoiceFilter(
        label="单位", queryset=Unit.objects.none(), method="by_unit", empty_label="全部单位"
    )
    state = filters.ChoiceFilter(label="账号", choices=ACCOUNT_STATES, method="by_state", empty_label="全部")

    class Meta:
        model = User
        fields = ()

    def __init__(self, data=None, queryset=None, *, areas, units, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.form.fields["area"].queryset = areas
        self.form.fields["unit"].queryset = units

    def by_name(self, rows, name, value):
        """Chinese name, pinyin or its initials, or account name."""
        return rows.named(value)

    def by_role(self, rows, name, value):
        """Holds the role today; together with a place: holds it there."""
        area = self.form.cleaned_data.get("area")
        return rows.posted(role=value, codes=[area.code] if area else None)

    def by_area(self, rows, name, value):
        """Posted there today, or of a unit there."""
        posted = rows.posted(codes=[value.code]).values("pk")
        return rows.filter(Q(pk__in=posted) | within("unit__area", [value.code]))

    def by_unit(self, rows, name, value):
        """Of this unit, or posted by it today."""
        return rows.filter(Q(unit=value) | Q(pk__in=rows.posted(unit=value).values("pk")))

    def by_state(self, rows, name, value):
        """Can sign in, switched off, or without an account."""
        if value == "none":
            return rows.filter(username=None)
        return rows.filter(username__isnull=False, is_active=value == "active")


class UnitFilter(filters.FilterSet):
    """Units by name, kind, sector, place and use."""

    q = filters.CharFilter(
        label="单位名称",
        field_name="name",
        lookup_expr="contains",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = filters.ChoiceFilter(label="单位类型", choices=UNIT_KINDS.choices, empty_label="全部类型")
    sector = filters.ChoiceFilter(label="行业", choices=SECTORS.choices, empty_label="全部行业")
    area = AreaFilter(label="区划", queryset=Area.objects.none(), method="by_area", empty_label="全部区划")
    active = filters.ChoiceFilter(
        label="状态", choices=[("yes", "在用"), ("no", "已停用")], method="by_active", empty_label="全部"
    )

    class Meta:
        model = Unit
        fields = ()

    def __init__(self, data=None, queryset=None, *, areas, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.form.fields["area"].queryset = areas

    def by_area(self, rows, name, value):
        """At the place or below it."""
        return rows.filter(within("area", [value.code]))

    def by_active(self, rows, name, value):
        """In use or switched off."""
        return rows.filter(is_active=value == "yes")
