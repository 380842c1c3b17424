"""Agreements by which businesses buy of households, and what was bought, written straight to the tables."""

from datetime import date
from decimal import Decimal

from households.models import SaleAgreement, SaleResult
from tests.factories.accounts import make_user


def make_sale(household, business="山货网店", *, until=None, **fields):
    """12 yuan a 斤 from April 2017 to the end of 2018; an end has a reason."""
    if until:
        fields = {"ended_on": until, "end_reason": "网店停业", **fields}
    given = {
        "kind": "online_shop",
        "platform": "某商城",
        "shop": "山货铺子",
        "product": "蓝莓",
        "unit": "斤",
        "price": Decimal("12"),
        "signed_on": date(2017, 3, 20),
        "period_from": date(2017, 4, 1),
        "period_to": date(2018, 12, 31),
    }
    return SaleAgreement.objects.create(
        household=household, business=business, recorded_by=make_user("周录入"), **(given | fields)
    )


def make_result(sale, *, year=2018, quantity="100", paid="1300", **fields):
    """100 斤 for 1,300 yuan in 2018."""
    return SaleResult.objects.create(
        agreement=sale,
        year=year,
        quantity=Decimal(quantity),
        paid=Decimal(paid),
        recorded_by=make_user("周录入"),
        **fields,
    )
