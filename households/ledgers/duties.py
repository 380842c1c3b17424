"""走访完成情况: what helpers owed in a month and what became of it. 驻村记录: days in villages."""

from datetime import date

import django_filters as filters
from django.utils import timezone

from households.duties.diary import months_back
from households.duties.models.rules import LENGTHS
from households.duties.months import LATE, STATES, obligations
from households.duties.periods import month_of
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import Pairing, Presence
from households.options.duty_bearers import HELPER, SECOND_HELPER
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import AS_OF, Derived, Ledger
from poverty.sql.prefix import within

_OFTEN = dict(LENGTHS)
_BEARERS = [(HELPER, "帮扶责任人走访"), (SECOND_HELPER, "第二帮扶责任人联系")]


def _months():
    found = months_back(timezone.localdate(), 36)
    return [(f"{one:%Y-%m}", f"{one.year}年{one.month}月") for one in found]


class _MonthFilter(filters.FilterSet):
    """By month; without one, this month."""

    month = filters.ChoiceFilter(label="月份", choices=_months, method="in_the_rows", empty_label="本月")

    class Meta:
        model = Pairing
        fields = ()

    def in_the_rows(self, rows, name, value):
        """Nothing more: the rows were made for this value."""
        return rows


class DutyFilter(_MonthFilter):
    """By month, bearer and state."""

    bearer = filters.ChoiceFilter(
        label="职责", choices=_BEARERS, method="in_the_rows", empty_label=_BEARERS[0][1]
    )
    state = filters.ChoiceFilter(
        label="情况", choices=list(STATES.items()), field_name="duty_state", empty_label="全部"
    )

    class Meta:
        model = Pairing
        fields = ()


class PresenceFilter(_MonthFilter):
    """By month."""

    class Meta:
        model = Presence
        fields = ()


def _month(values) -> date:
    asked = values.get("month")
    return date.fromisoformat(f"{asked}-01") if asked else month_of(timezone.localdate())


def _duties(user, area_code, year, values):
    rows = Pairing.objects.visible_to(user, RIGHT).filter(within("household__area_id", [area_code]))
    return obligations(rows, _month(values), timezone.localdate(), values.get("bearer") or HELPER)


def _often(every, times) -> str:
    return f"{_OFTEN[every]}{times}次"


def _late(state, last_day, as_of) -> int | None:
    return (as_of - last_day).days if state == LATE else None


DUTIES = Ledger(
    name="duties",
    title="走访完成情况",
    columns=(
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("helper", "责任人", source="helper__name"),
        Column("unit", "单位名称", source="helper__unit__name", width=20),
        Column("often", "应走访", source=Derived(("duty_every", "duty_times"), _often)),
        Column("first_day", "本期起", Kind.DATE),
        Column("last_day", "本期止", Kind.DATE),
        Column("made", "本期次数", Kind.INTEGER),
        Column("done_on", "首次完成日期", Kind.DATE),
        Column("state", "情况", source=Derived(("duty_state",), STATES.get)),
        Column(
            "days_late", "逾期天数", Kind.INTEGER, source=Derived(("duty_state", "last_day", AS_OF), _late)
        ),
    ),
    right=RIGHT,
    rows=_duties,
    order=("household__area_id", "household_id", "id"),
    per="户",
    filters=DutyFilter,
    note="应走访按月初的户状态确定；电话和视频只计整户外出的户；撤回的走访不计；已过去的月份按当月最后一天的情况",
    year_needed=False,
    full_numbers=False,
)


def _presence(user, area_code, year, values):
    rows = Presence.objects.visible_to(user, RIGHT).standing().in_month(_month(values))
    return rows.filter(within("area", [area_code]))


PRESENCE = Ledger(
    name="presence",
    title="驻村记录",
    columns=(
        *place_columns("area"),
        Column("person", "驻村人员", source="person__name"),
        Column("unit", "派出单位", source="person__unit__name", width=20),
        Column("day", "日期", Kind.DATE),
        Column("work", "当日工作", width=40),
        Column("recorded_by", "录入人", source="recorded_by__name"),
    ),
    right=RIGHT,
    rows=_presence,
    order=("area_id", "day", "id"),
    per="天",
    filters=PresenceFilter,
    note="由本人或村里登记，不含已撤回的；没有定位考勤",
    year_needed=False,
    full_numbers=False,
)
