"""The rows that checks of households read: the household now, its facts of the year, its members, money, helper.

Paths start at Household. `facts` is its survey of the year and `result` its stored verdict, NULL where there is
none; what is counted of members is 0 where nobody counts; amounts are NULL where nobody answered.
"""

from collections.abc import Sequence

from django.db.models import (
    Case,
    Count,
    DateField,
    DecimalField,
    DurationField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, NullIf, Round
from django_cte import CTE, with_cte

from households.checks.people import LEFT, member_totals, totals
from households.checks.terms import Terms
from households.income_sheet import GROUP_FIELDS
from households.models import Household, IncomeItem, Member, Monitoring, Pairing
from households.options.income_items import INCOME_ITEMS, TRANSFER
from households.options.kinds import HOUSEHOLD_KINDS
from poverty.accounts.models import User
from poverty.sql.prefix import within

REGISTERED_KINDS = HOUSEHOLD_KINDS.keys_where(lambda kind: kind.is_registered)
ON_REGISTER = Q(kind__in=REGISTERED_KINDS)
# What 人均纯收入 rests on, for the checks that compare it.
PER_HEAD_FACTS = " ".join([*(f"facts__{field}" for field in GROUP_FIELDS.values()), "persons"])
_MONEY = DecimalField(max_digits=16, decimal_places=2)

# Alias -> item: single amounts that checks ask for.
AMOUNTS = {
    "dibao_money": "transfer_allowance",
    "destitute_money": "transfer_destitute",
    "pension_money": "transfer_pension",
    "self_paid": "beside_self_paid",
}


def group_sum(group: str) -> str:
    """Alias of the sum of a group's items."""
    return f"items_{group}"


def households(
    terms: Terms, *, area_codes: Sequence[str] = ("",), household_ids: Sequence[int] | None = None
) -> QuerySet[Household]:
    """Households of some places, or some of them, that are registered and not closed by the end of the period."""
    rows = Household.objects.judged_in(terms.period_to)
    if household_ids is not None:
        rows, whose = rows.filter(pk__in=household_ids), Q(household__in=household_ids)
    else:
        rows, whose = rows.filter(within("area_id", area_codes)), within("household__area_id", area_codes)
    rows = rows.annotate(
        facts=FilteredRelation("surveys", condition=Q(surveys__year=terms.year)),
        result=FilteredRelation("assessments", condition=Q(assessments__year=terms.year)),
    )
    people = member_totals(terms, area_codes, household_ids)
    money = _amounts(terms, area_codes, household_ids)
    helped = _helpers(terms, whose)
    shared = _shared_accounts(area_codes, household_ids)
    watched = _monitored(terms, whose)
    rows = people.join(rows, id=people.col.household_id, _join_type=LEFT)
    rows = money.join(rows, id=money.col.survey__household_id, _join_type=LEFT)
    rows = helped.join(rows, id=helped.col.household_id, _join_type=LEFT)
    rows = shared.join(rows, bank_account_hash=shared.col.bank_account_hash, _join_type=LEFT)
    rows = watched.join(rows, id=watched.col.household_id, _join_type=LEFT)
    rows = with_cte(people, money, helped, shared, watched, select=rows)
    rows = rows.annotate(
        **{name: Coalesce(getattr(people.col, name), Value(0)) for name in totals(terms)},
        **{f"{name}_item": getattr(money.col, name) for name in AMOUNTS},
        **{group_sum(group): getattr(money.col, group_sum(group)) for group in GROUP_FIELDS},
        helpers=Coalesce(helped.col.helpers, Value(0)),
        poor_helper=helped.col.poor_helper,
        account_owners=Coalesce(shared.col.owners, Value(0)),
        **{f"watch_{name}": getattr(watched.col, name) for name in _WATCHED},
        watch_observed_until=watched.col.observed_until,
        watch_helped_until=watched.col.helped_until,
    )
    return rows.annotate(
        **{name: _amount(name) for name in AMOUNTS},
        # Half up to 0.01, as it is judged (indicators.net_income_per_head).
        per_head=Round(_net_income() / NullIf(F("persons"), Value(0)), precision=2, output_field=_MONEY),
        stated_text=KeyTextTransform("stated", KeyTextTransform("production_expense", "facts__sources")),
    ).annotate(
        # Whatever else may stand there one day: a run must not fail on it.
        expense_stated=Case(
            When(stated_text__regex=r"^[0-9]{1,12}(\.[0-9]{1,2})?$", then=Cast(F("stated_text"), _MONEY)),
            default=Value(None, output_field=_MONEY),
            output_field=_MONEY,
        )
    )


def _net_income():
    return (
        F("facts__wage_income")
        + F("facts__production_income")
        + F("facts__property_income")
        + F("facts__transfer_income")
        - F("facts__production_expense")
    )


def _amount(name: str) -> F | Coalesce:
    """The item's amount; 0 where its whole group is answered with 0; NULL where nobody said."""
    item = INCOME_ITEMS[AMOUNTS[name]]
    if item.group != TRANSFER:
        return F(f"{name}_item")
    return Coalesce(
        F(f"{name}_item"),
        Case(When(facts__transfer_income=0, then=Value(0)), default=Value(None), output_field=_MONEY),
        output_field=_MONEY,
    )


def _amounts(terms: Terms, area_codes: Sequence[str], household_ids: Sequence[int] | None) -> CTE:
    rows = IncomeItem.objects.filter(survey__year=terms.year)
    if household_ids is not None:
        rows = rows.filter(survey__household__in=household_ids)
    else:
        rows = rows.filter(within("survey__household__area_id", area_codes))
    wanted = {name: Sum("amount", filter=Q(item=key)) for name, key in AMOUNTS.items()}
    for group in GROUP_FIELDS:
        plus = [one.key for one in INCOME_ITEMS if one.group == group and one.counts and one.sign > 0]
        minus = [one.key for one in INCOME_ITEMS if one.group == group and one.counts and one.sign < 0]
        signed = Case(When(item__in=minus, then=-F("amount")), default=F("amount"), output_field=_MONEY)
        wanted[group_sum(group)] = Sum(signed, filter=Q(item__in=[*plus, *minus]))
    return CTE(
        rows.order_by().values("survey__household_id").annotate(**wanted), name="money", materialized=True
    )


def _helpers(terms: Terms, whose: Q) -> CTE:
    """How many helpers a household has today, and one of them who is on the poverty register himself."""
    poor = Member.objects.filter(household__state="registered", household__kind__in=REGISTERED_KINDS)
    helpers = User.objects.filter(pk__in=Pairing.objects.open_on(terms.today).filter(whose).values("helper"))
    own = poor.filter(
        identity_hash__in=helpers.filter(identity_hash__isnull=False).values("identity_hash")
    ).values("identity_hash")
    rows = Pairing.objects.open_on(terms.today).filter(whose)
    return CTE(
        rows.order_by()
        .values("household_id")
        .annotate(
            helpers=Count("pk"),
            poor_helper=Min(
                "helper_id", filter=Q(helper__in=helpers.filter(identity_hash__in=own).values("pk"))
            ),
        ),
        name="helped",
        materialized=True,
    )


def _shared_accounts(area_codes: Sequence[str], household_ids: Sequence[int] | None) -> CTE:
    """Bank accounts that stand with more than one household on the register, wherever the others are."""
    rows = Household.objects.on_register().filter(bank_account_hash__isnull=False)
    own = Household.objects.filter(bank_account_hash__isnull=False)
    here = within("area_id", area_codes) if household_ids is None else Q(pk__in=household_ids)
    own = own.filter(here)
    rows = rows.filter(bank_account_hash__in=own.values("bank_account_hash"))
    return CTE(
        rows.order_by().values("bank_account_hash").annotate(owners=Count("pk")).filter(owners__gt=1),
        name="shared",
        materialized=True,
    )


_WATCHED = (
    "category",
    "identified_on",
    "removed_on",
    "removal_method",
    "risks",
    "whole_household_without_labour",
    "housing_issue",
    "water_issue",
    "dropout_issue",
    "income_reference",
)


def _monitored(terms: Terms, whose: Q) -> CTE:
    """Of each household the monitoring that began last, by the end of the period."""

    def months_later(code: str) -> Cast:
        months = Func(Value(0), Value(terms[code]), function="make_interval", output_field=DurationField())
        return Cast(ExpressionWrapper(F("identified_on") + months, output_field=DateField()), DateField())

    rows = (
        Monitoring.objects.filter(whose, identified_on__lte=terms.period_to)
        .order_by("household_id", "-identified_on")
        .distinct("household_id")
        .annotate(
            helped_until=months_later("check.monitoring_helped_months"),
            observed_until=months_later("check.monitoring_observed_months"),
        )
    )
    return CTE(
        rows.values("household_id", *_WATCHED, "helped_until", "observed_until"),
        name="watched",
        materialized=True,
    )
