"""Saved conditions over the register: whom a recurring table asks about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from households.benefits.models import Loan
from households.ledgers.rows import households_of, persons_of
from households.options.kinds import GENERAL_RURAL
from households.requests.choosing import ChosenHouseholdFilter, ChosenPersonFilter, checked, words
from households.requests.columns import FILL, KNOWN, AskedColumn
from poverty.parameters.services import value_for

Ask = tuple[str, str, tuple[str, ...], bool]  # heading, kind, options, needed
AGE_FROM, AGE_TO = 6, 15  # of compulsory schooling, in whole years on the day


@dataclass(frozen=True)
class Condition:
    """One condition. `rows(user, county, year, day)`: memberships (per person) or households; `known`: sources shown
    beside; `asks`: proposed columns to fill as (heading, kind, options, needed). `filters`: chosen freely by these.
    """

    key: str
    label: str
    per_person: bool
    rows: Callable[..., QuerySet]
    known: tuple[tuple[str, str], ...]
    asks: tuple[Ask, ...]
    filters: type | None = None

    def found(self, user, county: str, year: int, day: date, chosen: Mapping[str, str]) -> QuerySet:
        """Whom it fits on a day; `chosen`: the filters, where it has any. ValidationError when these say nothing."""
        rows = self.rows(user, county, year, day)
        return rows if self.filters is None else self.filters(checked(self.filters, chosen), rows).qs

    def words(self, chosen: Mapping[str, str]) -> str:
        """Whom it asks about, in words."""
        return words(self.filters, chosen) if self.filters else self.label

    def columns(self, asks: Sequence[Ask] = ()) -> list[AskedColumn]:
        """Its columns, as those of a sheet: the known ones, then those to fill (`asks`, or its own)."""
        shown = [
            AskedColumn(f"c{place}", heading, place, KNOWN, source)
            for place, (source, heading) in enumerate(self.known)
        ]
        asked = [
            AskedColumn(f"c{place}", heading, place, FILL, "", kind, options, needed)
            for place, (heading, kind, options, needed) in enumerate(asks or self.asks, len(shown))
        ]
        return [*shown, *asked]


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _persons(user, county: str, year: int) -> QuerySet:
    rows = persons_of(user, county, year, "household.view")
    return rows.exclude(household__kind=GENERAL_RURAL)


def _every_person(user, county: str, year: int, day: date) -> QuerySet:
    return persons_of(user, county, year, "household.view")


def _every_household(user, county: str, year: int, day: date) -> QuerySet:
    return households_of(user, county, year, "household.view")


def _workers(user, county: str, year: int, day: date) -> QuerySet:
    return _persons(user, county, year).filter(
        Q(facts__work_months__gt=0) | ~Q(facts__work_area="") | ~Q(facts__work_enterprise=""),
        facts__isnull=False,
    )


def _uninsured(user, county: str, year: int, day: date) -> QuerySet:
    """Not known to be insured: whoever has neither insurance, or of whom it was not answered."""
    return _persons(user, county, year).exclude(
        Q(facts__resident_insurance=True) | Q(facts__employee_insurance=True)
    )


def _of_school_age(user, county: str, year: int, day: date) -> QuerySet:
    born_after, born_by = _years_before(day, AGE_TO + 1), _years_before(day, AGE_FROM)
    return _persons(user, county, year).filter(
        member__birth_date__gt=born_after, member__birth_date__lte=born_by
    )


def _all_households(user, county: str, year: int, day: date) -> QuerySet:
    return households_of(user, county, year, "household.view").exclude(kind=GENERAL_RURAL)


def _loans_due(user, county: str, year: int, day: date) -> QuerySet:
    """With a loan that is overdue, or due within loan.due_days of the day."""
    until = day + timedelta(days=value_for("loan.due_days", county, day))
    due = Loan.objects.open().filter(household=OuterRef("pk"), due_on__lte=until)
    return households_of(user, county, year, "household.view").filter(Exists(due))


_HOUSEHOLD = (
    ("township", "乡（镇）"),
    ("village", "村"),
    ("household_no", "户编号"),
    ("head_name", "户主姓名"),
)
_PERSON = (*_HOUSEHOLD, ("name", "姓名"))
CONDITIONS = {
    one.key: one
    for one in (
        Condition(
            "workers",
            "务工人员（本年度有务工时间、企业或地点）",
            True,
            _workers,
            (*_PERSON, ("work_area", "务工所在地"), ("work_enterprise", "务工企业名称")),
            (
                ("本月是否在外务工", "yes_no", (), True),
                ("务工地点或企业有变化的填写", "text", (), False),
                ("本月务工收入（元）", "number", (), False),
            ),
        ),
        Condition(
            "uninsured",
            "医保未缴人员（两种医疗保险都没有登记为参加）",
            True,
            _uninsured,
            _PERSON,
            (
                ("是否已缴", "yes_no", (), True),
                ("未缴原因", "option", ("准备缴纳", "外地参保", "参军或服刑", "拒绝参保", "其他"), False),
                ("说明", "text", (), False),
            ),
        ),
        Condition(
            "school",
            "义务教育阶段适龄人员（6至15周岁）",
            True,
            _of_school_age,
            (*_PERSON, ("birth_date", "出生日期"), ("school_status", "在校生状况")),
            (
                ("是否在校", "yes_no", (), True),
                ("学校和年级", "text", (), False),
                ("不在校的原因和劝返情况", "text", (), False),
            ),
        ),
        Condition(
            "households",
            "建档立卡户（每户一行）",
            False,
            _all_households,
            _HOUSEHOLD,
            (("本次情况", "text", (), True),),
        ),
        Condition(
            "loans_due",
            "小额信贷即将到期或已逾期的户",
            False,
            _loans_due,
            _HOUSEHOLD,
            (
                ("能否按期还款", "yes_no", (), True),
                ("不能按期还款的原因", "option", ("产业失败", "家庭变故", "外出未归", "其他"), False),
                ("打算", "text", (), False),
            ),
        ),
        Condition(
            "chosen_persons",
            "自己选人：按年龄、务工、参保、健康等条件",
            True,
            _every_person,
            _PERSON,
            (),
            ChosenPersonFilter,
        ),
        Condition(
            "chosen_households",
            "自己选户：按户类型、结论、缺项、走访等条件",
            False,
            _every_household,
            _HOUSEHOLD,
            (),
            ChosenHouseholdFilter,
        ),
    )
}
