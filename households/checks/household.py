"""The household itself (forms.md 8, Household; practice.md, Money: one account for two households)."""

from django.db.models import Q

from households.checks.check import Severity, of_household
from households.checks.figures import ON_REGISTER

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE

CHECKS = (
    of_household("household.empty", "户内没有在册成员。", ERROR, Q(persons=0), "persons"),
    of_household("household.no_head", "没有户主。", ERROR, Q(persons__gt=0, heads=0), "persons heads"),
    of_household("household.two_heads", "有两个或更多户主。", ERROR, Q(heads__gt=1), "heads"),
    of_household("household.two_spouses", "户主有两个或更多配偶。", ERROR, Q(spouses__gt=1), "spouses"),
    of_household(
        "household.spouse_of_same_sex",
        "户主与配偶性别相同。",
        ERROR,
        Q(head_men__gt=0, spouse_men__gt=0) | Q(head_women__gt=0, spouse_women__gt=0),
        "head_men head_women spouse_men spouse_women",
    ),
    of_household(
        "household.many_members",
        "家庭人口偏多，请核对是否应分户。",
        WARNING,
        lambda terms: Q(persons__gte=terms["check.household_size"]),
        "persons",
        parameters=("check.household_size",),
    ),
    of_household(
        "household.phone_missing",
        "没有填联系电话。",
        WARNING,
        ON_REGISTER & Q(phone_hash__isnull=True),
        "phone_hash",
    ),
    of_household(
        "household.account_missing",
        "没有填开户银行或银行账号。",
        NOTICE,
        ON_REGISTER & (Q(bank_name="") | Q(bank_account_hash__isnull=True)),
        "bank_name bank_account_hash",
    ),
    of_household(
        "household.account_shared",
        "银行账号与另一户相同。",
        ERROR,
        Q(account_owners__gt=1),
        "bank_account_hash account_owners",
    ),
)
