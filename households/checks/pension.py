"""Pensions against age (forms.md 8, Pension; standards.md 5.6)."""

from django.db.models import Q

from households.checks.check import Severity, of_household, of_person

WARNING, NOTICE = Severity.WARNING, Severity.NOTICE
_AGE = ("check.pension_age",)

CHECKS = (
    of_household(
        "pension.missing",
        "有到龄老人，养老保险金为0。",
        WARNING,
        Q(seniors__gt=0, pension_money=0),
        "seniors pension_money",
        parameters=_AGE,
    ),
    of_household(
        "pension.nobody_old",
        "有养老保险金，没有到龄老人。",
        WARNING,
        Q(persons__gt=0, seniors=0, birth_unknown=0, pension_money__gt=0),
        "persons seniors pension_money",
        parameters=_AGE,
    ),
    of_household(
        "pension.small",
        "养老保险金不为0但偏小。",
        NOTICE,
        lambda terms: Q(pension_money__gt=0, pension_money__lt=terms["income.small_pension"]),
        "pension_money",
        parameters=("income.small_pension",),
    ),
    of_person(
        "pension.not_insured",
        "到龄老人没有参加居民或职工养老保险。",
        NOTICE,
        lambda terms: Q(
            member__birth_date__lte=terms.aged(terms["check.pension_age"]),
            facts__resident_pension=False,
            facts__employee_pension=False,
        ),
        "member__birth_date facts__resident_pension facts__employee_pension",
        parameters=_AGE,
    ),
)
