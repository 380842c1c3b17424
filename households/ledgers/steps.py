"""工作步骤台账: one row per household with how many steps of the county's method it has done (seed-facts.md A15)."""

from households.benefits.coverage import COUNTY_LENGTH
from households.disclosure import whole_to
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import Household, StepMethod
from households.steps.standing import in_words, position_of
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger


def _rows(user, area_code, year, values):
    rows = Household.objects.visible_to(user, RIGHT).filter(whole_to(user)).under(area_code)
    method = None
    if len(area_code) >= COUNTY_LENGTH:  # each county has steps of its own
        method = StepMethod.objects.in_force(area_code, year)
    if method is None:
        rows, method = rows.none(), StepMethod(name="", labels=[], keys=[])
    return in_words(rows, method, year)


def _last(mask, labels):
    position = position_of(mask or 0)
    return labels[position - 1] if position else "还没开始"


STEPS = Ledger(
    name="steps",
    title="工作步骤台账",
    columns=(
        *place_columns(),
        *household_columns(),
        Column("size", "家庭人口数", Kind.INTEGER, width=10),
        Column("method", "工作方法", width=16),
        Column("position", "做到第几步", Kind.INTEGER, source=Derived(("mask",), position_of), width=10),
        Column("step", "最后完成的步骤", source=Derived(("mask", "labels"), _last), width=28),
        Column("last_on", "最近完成日期", Kind.DATE),
    ),
    right=RIGHT,
    rows=_rows,
    order=("area_id", "id"),
    per="户",
    note="建档立卡户和监测户；步骤由县规定，不影响判定；中间有缺的从缺的那一步算起；请选一个县或以下",
    full_numbers=False,
)
