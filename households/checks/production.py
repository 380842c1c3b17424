"""Income that does not add up or is out of the usual (forms.md 8, Production; standards.md 5.6; items of a group).

`sources["production_expense"]["stated"]` holds what a workbook stated as 生产经营性支出 where it also gave the total
and the subsidy, which were taken: an import writes it there, and typing the expense anew takes it away.
"""

from decimal import Decimal

from django.db.models import F, Q

from households.checks.check import Severity, of_household
from households.checks.figures import PER_HEAD_FACTS, group_sum
from households.income_sheet import GROUP_FIELDS
from households.options.income_items import INCOME_GROUPS
from households.options.poverty_status import NOT_EXITED

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_CENT = Decimal("0.01")


def _small(name: str, message: str):
    field = f"facts__{name}_income"
    return of_household(
        f"income.{name}_small",
        message,
        NOTICE,
        lambda terms: Q(**{f"{field}__gt": 0, f"{field}__lt": terms["income.small_group"]}),
        field,
        parameters=("income.small_group",),
    )


def _adds_up(group: str):
    """The total of a group against the sum of its items, where any item is given."""
    field, items = f"facts__{GROUP_FIELDS[group]}", group_sum(group)
    differs = Q(**{f"{items}__gt": F(field) + _CENT}) | Q(**{f"{items}__lt": F(field) - _CENT})
    return of_household(
        f"income.items_of_{group}",
        f"{INCOME_GROUPS[group].label}合计与各项之和不符。",
        ERROR,
        differs,
        f"{field} {items}",
    )


def _per_head(code: str, message: str, severity: Severity, condition, *parameters: str, also: str = ""):
    return of_household(
        f"income.{code}", message, severity, condition, f"{PER_HEAD_FACTS} {also}", parameters=parameters
    )


CHECKS = (
    of_household(
        "production.no_expense",
        "有生产经营性收入，生产经营性支出为0。",
        WARNING,
        Q(facts__production_income__gt=0, facts__production_expense=0),
        "facts__production_income facts__production_expense",
    ),
    of_household(
        "production.expense_differs",
        "生产经营性支出的两种填法不一致：合计减补贴，与另填的支出不同。",
        WARNING,
        Q(expense_stated__gt=F("facts__production_expense") + _CENT)
        | Q(expense_stated__lt=F("facts__production_expense") - _CENT),
        "expense_stated facts__production_expense",
    ),
    _small("production", "生产经营性收入不为0但偏小。"),
    _small("property", "财产性收入不为0但偏小。"),
    *(_adds_up(group) for group in GROUP_FIELDS),
    _per_head("not_positive", "人均纯收入为0或负数。", WARNING, Q(per_head__lte=0)),
    _per_head(
        "low",
        "人均纯收入偏低。",
        NOTICE,
        lambda terms: Q(per_head__gt=0, per_head__lte=terms["income.low_per_head"]),
        "income.low_per_head",
    ),
    _per_head(
        "high",
        "人均纯收入偏高。",
        NOTICE,
        lambda terms: Q(
            per_head__gt=terms["income.high_per_head"], per_head__lte=terms["income.limit_per_head"]
        ),
        "income.high_per_head",
        "income.limit_per_head",
    ),
    _per_head(
        "beyond_limit",
        "人均纯收入异常，疑为填错。",
        ERROR,
        lambda terms: Q(per_head__gt=terms["income.limit_per_head"]),
        "income.limit_per_head",
    ),
    _per_head(
        "high_not_exited",
        "未脱贫，人均纯收入偏高。",
        WARNING,
        lambda terms: Q(status=NOT_EXITED, per_head__gt=terms["income.high_not_exited"]),
        "income.high_not_exited",
        also="status",
    ),
)
