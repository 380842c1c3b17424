"""Which lists, meetings, notices and objections to list, for the API. The scope comes from the queryset."""

import django_filters as filters

from poverty.review.models import Meeting, Notice, Objection, Roster


class _ByArea(filters.FilterSet):
    area = filters.CharFilter(label="区划代码", max_length=12, method="by_area")

    def by_area(self, rows, name, value):
        """The place and what lies below it."""
        return rows.under(value) if value.isascii() and value.isdigit() else rows.none()


class RosterFilter(_ByArea):
    """Lists by procedure, year and place."""

    case_type = filters.CharFilter(label="对象类型", max_length=60)
    year = filters.NumberFilter(label="年度", min_value=1, max_value=9999)

    class Meta:
        model = Roster
        fields = ()


class MeetingFilter(_ByArea):
    """Meetings by kind, place, and whether they are closed."""

    kind = filters.ChoiceFilter(label="会议", choices=Meeting.Kind.choices)
    open = filters.BooleanFilter(label="未定稿", field_name="closed_at", lookup_expr="isnull")

    class Meta:
        model = Meeting
        fields = ()


class NoticeFilter(_ByArea):
    """Notices by kind, list, place, and the day on which they hang."""

    kind = filters.ChoiceFilter(label="类别", choices=Notice.Kind.choices)
    roster = filters.NumberFilter(label="名单", min_value=1, max_value=2**62)
    running_on = filters.DateFilter(label="公示中的日期", method="by_day")

    class Meta:
        model = Notice
        fields = ()

    def by_day(self, rows, name, value):
        """Those that hang on that day."""
        return rows.running_on(value)


class ObjectionFilter(_ByArea):
    """Objections by state, notice and place."""

    state = filters.ChoiceFilter(label="状态", choices=Objection.State.choices)
    notice = filters.NumberFilter(label="公示", min_value=1, max_value=2**62)

    class Meta:
        model = Objection
        fields = ()
