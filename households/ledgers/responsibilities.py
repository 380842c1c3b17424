"""责任书和帮扶协议, 干部培训: one row per paper, one row per person of a training (seed-facts.md F5, F12, F20, F23)."""

import django_filters as filters
from django.db.models import Q

from households.disclosure import whole_to
from households.ledgers.places import household_columns
from households.models import CadreAttendance, Household, Responsibility
from households.options.responsibility_kinds import RESPONSIBILITY_KINDS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within

RIGHT = "household.export"


class ResponsibilityLedgerFilter(filters.FilterSet):
    """Papers in force of one kind: signed by both, or not."""

    kind = filters.ChoiceFilter(label="种类", choices=RESPONSIBILITY_KINDS.choices, empty_label="全部")
    signed = filters.ChoiceFilter(
        label="签订",
        choices=[("yes", "双方已签"), ("no", "没有签全")],
        method="by_signed",
        empty_label="全部",
    )

    class Meta:
        model = Responsibility
        fields = ()

    def by_signed(self, rows, name, value):
        """Signed by both sides, or by one or none."""
        return rows.signed() if value == "yes" else rows.unsigned()


def _papers(user, area_code, year, values):
    whole = Household.objects.visible_to(user, RIGHT).filter(whole_to(user))
    place = Q(household__isnull=True) & within("area_id", [area_code])
    rows = Responsibility.objects.visible_to(user, RIGHT).current().filter(year=year)
    return rows.filter(
        place | (within("household__area_id", [area_code]) & Q(household__in=whole.values("pk")))
    )


def _signed(first, second):
    return first is not None and second is not None


RESPONSIBILITIES = Ledger(
    name="responsibilities",
    title="责任书和帮扶协议",
    columns=(
        Column("place", "区划", source="area__name", width=14),
        Column("kind", "种类", Kind.OPTION, options=RESPONSIBILITY_KINDS, width=16),
        Column("number", "编号", width=18),
        Column("person", "责任人", source="person__name"),
        Column("unit", "责任单位", source="unit__name", width=20),
        Column("position", "派出单位职务", source="person__position", width=14),
        Column("other_side", "签约对方", width=20),
        *household_columns("household__"),
        Column("period_from", "责任期起", Kind.DATE),
        Column("period_to", "责任期止", Kind.DATE),
        Column("targets", "目标任务", width=40),
        Column("signed_on", "责任方签订日期", Kind.DATE),
        Column("other_signed_on", "对方签订日期", Kind.DATE),
        Column("signed", "双方已签", Kind.YES_NO, source=Derived(("signed_on", "other_signed_on"), _signed)),
        Column("version", "版本", Kind.INTEGER, width=8),
    ),
    right=RIGHT,
    rows=_papers,
    order=("area_id", "kind", "id"),
    per="份",
    filters=ResponsibilityLedgerFilter,
    note="只列有效的一版；更正、作废的在页面上查看",
    full_numbers=False,
)


class TrainingLedgerFilter(filters.FilterSet):
    """Who came, who did not, or all."""

    came = filters.ChoiceFilter(
        label="到场", choices=[("yes", "到场"), ("no", "没来")], method="by_came", empty_label="全部"
    )

    class Meta:
        model = CadreAttendance
        fields = ()

    def by_came(self, rows, name, value):
        """Who came, or did not."""
        return rows.filter(attended=value == "yes")


def _attendances(user, area_code, year, values):
    return CadreAttendance.objects.filter(
        within("training__area_id", user.scope(RIGHT).areas),
        within("training__area_id", [area_code]),
        training__held_from__year=year,
    )


CADRE_TRAININGS = Ledger(
    name="cadre_trainings",
    title="扶贫干部培训",
    columns=(
        Column("topic", "培训主题", source="training__topic", width=24),
        Column("held_from", "开始日期", Kind.DATE, source="training__held_from"),
        Column("held_to", "结束日期", Kind.DATE, source="training__held_to"),
        Column("place", "地点", source="training__place", width=18),
        Column("hours", "学时", Kind.NUMBER, source="training__hours", width=8),
        Column("organiser", "主办单位", source="training__organiser", width=18),
        Column("name", "姓名", source="person__name"),
        Column("unit", "单位名称", source="person__unit__name", width=20),
        Column("position", "职务", source="person__position", width=14),
        Column("attended", "到场", Kind.YES_NO),
        Column("note", "没来的原因", width=18),
    ),
    right=RIGHT,
    rows=_attendances,
    order=("training__held_from", "training_id", "id"),
    per="人次",
    filters=TrainingLedgerFilter,
    note="培训时的名单，一人一行；空白为没有登记是否到场",
    full_numbers=False,
)
