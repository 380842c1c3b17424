"""驻村考评: one row per person or team and period, with what was recorded then (seed-facts.md F15)."""

import django_filters as filters

from households.ledgers.places import place_columns
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within
from villages.models import Evaluation
from villages.options.evaluations import EVALUATION_PERIODS, EVALUATION_RESULTS

RIGHT = "household.export"
TEAM = "驻村工作队"


class EvaluationLedgerFilter(filters.FilterSet):
    """Of one period or result; of people or of teams."""

    period = filters.ChoiceFilter(label="考评期", choices=EVALUATION_PERIODS.choices, empty_label="全部")
    result = filters.ChoiceFilter(label="考评结果", choices=EVALUATION_RESULTS.choices, empty_label="全部")
    of = filters.ChoiceFilter(
        label="考评对象", choices=[("person", "人员"), ("team", TEAM)], method="by_whom", empty_label="全部"
    )

    class Meta:
        model = Evaluation
        fields = ()

    def by_whom(self, rows, name, value):
        """Of people, or of teams."""
        return rows.filter(person__isnull=value == "team")


def _rows(user, area_code, year, values):
    rows = Evaluation.objects.there(user, RIGHT) & Evaluation.objects.there(user, "evaluation.view")
    return rows.current().filter(within("village__area_id", [area_code]), year=year)


def _whom(name):
    return name or TEAM


def _fact(name):
    return Derived(("facts",), lambda facts: facts.get(name))


EVALUATIONS_LEDGER = Ledger(
    name="village_evaluations",
    title="驻村考评",
    columns=(
        *place_columns("village__area"),
        Column("whom", "姓名", source=Derived(("person__name",), _whom), width=14),
        Column("unit", "单位名称", source="person__unit__name", width=20),
        Column("period", "考评期", Kind.OPTION, options=EVALUATION_PERIODS),
        Column("result", "考评结果", Kind.OPTION, options=EVALUATION_RESULTS),
        Column("score", "得分", Kind.NUMBER, width=8),
        Column("assessed_by", "考评单位", width=20),
        Column("assessor", "考评人", source="assessor__name"),
        Column("happened_on", "考评日期", Kind.DATE),
        Column("days", "驻村天数", Kind.INTEGER, source=_fact("days"), group="考评时的记录"),
        Column("asked", "整月要求天数", Kind.INTEGER, source=_fact("asked"), group="考评时的记录"),
        Column("short", "不足月数", Kind.INTEGER, source=_fact("short"), group="考评时的记录"),
        Column("leave", "请假天数", Kind.INTEGER, source=_fact("leave"), group="考评时的记录"),
        Column("visits", "走访户次", Kind.INTEGER, source=_fact("visits"), group="考评时的记录"),
        Column("late", "逾期未走访户次", Kind.INTEGER, source=_fact("late"), group="考评时的记录"),
        Column("document", "文件", width=24),
        Column("remark", "评语", width=30),
        Column("version", "版本", Kind.INTEGER, width=8),
    ),
    right=RIGHT,
    rows=_rows,
    order=("village__area_id", "period", "person_id", "id"),
    per="条",
    filters=EvaluationLedgerFilter,
    note="只列有效的一版；没有考评的见驻村考评页面",
    full_numbers=False,
)
