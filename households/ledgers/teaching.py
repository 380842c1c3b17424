"""师生结对台账 and 搬迁包扶台账: one row per pairing of a student, one per cadre who answers for a move (F19, F16)."""

from datetime import date

import django_filters as filters
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from households.disclosure import whole_to
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import Household, RelocationCharge, TeacherAct, TeacherPairing
from households.options.relocation_tasks import RELOCATION_TASKS
from households.options.teacher_options import TEACHER_POSTS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within

_STANDING, _ENDED = "standing", "ended"


class _StandingFilter(filters.FilterSet):
    """All of the year; of them those that still hold, or that have ended since."""

    def by_state(self, rows, name, value):
        """Without an end, or ended."""
        return rows.filter(valid_to=None) if value == _STANDING else rows.exclude(valid_to=None)


def _state(standing: str) -> filters.ChoiceFilter:
    choices = [(_STANDING, standing), (_ENDED, "已终止")]
    return filters.ChoiceFilter(label="状态", choices=choices, method="by_state", empty_label="全部")


class TeachingFilter(_StandingFilter):
    """Of students."""

    now = _state("在结对")

    class Meta:
        model = TeacherPairing
        fields = ()


class ChargeFilter(_StandingFilter):
    """Of households that move."""

    now = _state("在包扶")

    class Meta:
        model = RelocationCharge
        fields = ()


def _in_year(rows, year: int):
    """In force on some day of a year."""
    running = Q(valid_to__isnull=True) | Q(valid_to__gt=date(year, 1, 1))
    return rows.filter(running, valid_from__lte=date(year, 12, 31))


def _whole(user):
    return Household.objects.visible_to(user, RIGHT).filter(whole_to(user)).values("pk")


def _pairings(user, area_code, year, values):
    rows = TeacherPairing.objects.visible_to(user, RIGHT).standing()
    rows = rows.filter(within("member__household__area_id", [area_code]), member__household__in=_whole(user))
    done = TeacherAct.objects.standing().filter(pairing=OuterRef("pk"), happened_on__year=year)
    counted = done.order_by().values("pairing").annotate(n=Count("pk")).values("n")
    return _in_year(rows, year).annotate(
        times=Coalesce(Subquery(counted), 0),
        last_on=Subquery(done.order_by("-happened_on").values("happened_on")[:1]),
    )


TEACHING = Ledger(
    name="teaching",
    title="师生结对台账",
    columns=(
        *place_columns("member__household__area"),
        *household_columns("member__household__"),
        Column("student", "学生姓名", source="member__name"),
        Column("member_no", "人口编号", Kind.CODE, source="member__member_no", width=20),
        Column("teacher", "结对教师", source="teacher__name"),
        Column("post", "职务", Kind.OPTION, source="teacher__post", options=TEACHER_POSTS, width=10),
        Column("school", "学校", source="teacher__school__name", width=20),
        Column("phone", "联系电话", Kind.PHONE, source="teacher__phone"),
        Column("since", "开始时间", Kind.DATE, source="valid_from"),
        Column("until", "终止时间", Kind.DATE, source="valid_to"),
        Column("end_reason", "终止原因", width=18),
        Column("goal", "帮扶目标", width=24),
        Column("times", "本年度活动（次）", Kind.INTEGER, width=12),
        Column("last_on", "最近一次活动", Kind.DATE),
        Column("document", "文件", width=20),
    ),
    right=RIGHT,
    rows=_pairings,
    order=("member__household__area_id", "member__household_id", "member_id", "valid_from", "id"),
    per="条",
    filters=TeachingFilter,
    note="一次结对一行；列所选年度内有过的结对，活动次数只计该年度；撤销的不列",
)


def _charges(user, area_code, year, values):
    rows = RelocationCharge.objects.visible_to(user, RIGHT).standing()
    rows = rows.filter(within("household__area_id", [area_code]), household__in=_whole(user))
    return _in_year(rows, year)


def _tasks(keys):
    return RELOCATION_TASKS.labels([key for key in RELOCATION_TASKS.keys if key in (keys or ())])


CHARGES = Ledger(
    name="relocation_charges",
    title="搬迁包扶台账",
    columns=(
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("size", "家庭人口数", Kind.INTEGER, source="household__size", width=10),
        Column("cadre", "包扶干部", source="cadre__name"),
        Column("unit", "单位名称", source="cadre__unit__name", width=20),
        Column("position", "单位职务", source="cadre__position", width=14),
        Column("phone", "联系电话", Kind.PHONE, source="cadre__phone"),
        Column("tasks", "负责事项", source=Derived(("tasks",), _tasks), width=28),
        Column("since", "开始时间", Kind.DATE, source="valid_from"),
        Column("until", "终止时间", Kind.DATE, source="valid_to"),
        Column("end_reason", "终止原因", width=18),
        Column("document", "文件", width=20),
    ),
    right=RIGHT,
    rows=_charges,
    order=("household__area_id", "household_id", "valid_from", "id"),
    per="条",
    filters=ChargeFilter,
    note="一人包扶一户一行；列所选年度内有过的包扶；撤销的不列",
)
