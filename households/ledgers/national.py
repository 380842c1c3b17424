"""待录国网清单 as a ledger: every field where ours and the last national export differ, for typing."""

import django_filters as filters

from households.models import NationalGap
from households.national_lines import value_words
from households.options.sources import SOURCES
from households.services.national import label_of
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import SERIAL, Derived, Ledger
from poverty.sql.prefix import within


class NationalGapFilter(filters.FilterSet):
    """By state; without one: what is still to be typed."""

    state = filters.ChoiceFilter(label="状态", choices=NationalGap.State.choices, empty_label="待录和已录")

    class Meta:
        model = NationalGap
        fields: list[str] = []


def _rows(user, area_code, year, values):
    rows = NationalGap.objects.visible_to(user, "household.export").filter(
        within("household__area_id", [area_code])
    )
    return rows if values.get("state") else rows.open()


NATIONAL = Ledger(
    name="national",
    title="待录国网清单",
    columns=(
        Column("serial", "序号", Kind.INTEGER, source=SERIAL, width=6),
        Column("township", "乡（镇）", source="household__area__parent__name", width=14),
        Column("village", "行政村", source="household__area__name", width=14),
        Column("household_no", "户编号", Kind.CODE, source="household__household_no", width=20),
        Column("head_name", "户主姓名", source="household__head_name"),
        Column("member_no", "人口编号", Kind.CODE, source="member__member_no", width=20),
        Column("name", "姓名", source="member__name"),
        Column("field", "项目", source=Derived(("field",), label_of), width=18),
        Column("year", "年度", source=Derived(("year",), lambda year: str(year) if year else ""), width=8),
        Column("theirs", "国网（旧值）", source=Derived(("field", "theirs"), value_words), width=20),
        Column("ours", "本系统（新值）", source=Derived(("field", "ours"), value_words), width=20),
        Column("since", "自何时", Kind.DATE, width=12),
        Column("source", "来源", Kind.OPTION, options=SOURCES),
        Column("state", "状态", source=Derived(("state",), lambda state: NationalGap.State(state).label)),
    ),
    right="household.export",
    rows=_rows,
    order=("household__area_id", "household_id", "id"),
    per="项",
    filters=NationalGapFilter,
    year_needed=False,
    full_numbers=False,
    note="本系统与最近一次国网导出不同的内容：要在国网系统里改成新值",
)
