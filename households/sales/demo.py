"""电商带动 of the demo county: some thirty agreements with invented shops, most with what was bought in 2018."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from households.demo.county_figures import COUNTY
from households.demo.staff import SECOND_REVIEWER
from households.models import Household, SaleAgreement, SaleResult
from households.options.kinds import GENERAL_RURAL
from poverty.accounts.models import User
from poverty.audit.services import record_select
from poverty.sql.prefix import within

YEAR, NUMBER = 2018, 30
SIGNED, FROM, TO = date(2018, 3, 12), date(2018, 4, 1), date(2020, 3, 31)
# Business, kind, platform and shop; product, unit, protected price, agreed amount.
_BUSINESSES = (
    ("二道江山货网店（演示）", "online_shop", "演示商城", "二道江山货", "木耳", "斤", "38.00", "60"),
    ("鸭园蓝莓合作社（演示）", "cooperative", "", "鸭园村合作社", "蓝莓", "斤", "12.00", "400"),
    ("白山电商公司（演示）", "ecommerce", "演示商城", "白山特产馆", "笨鸡蛋", "个", "1.20", None),
)
_UNTOLD_OF, _BELOW_OF = 5, 11  # every so-many-th: nothing told; paid below the protected price


@transaction.atomic
def tell_of_sales() -> str:
    """Write the agreements and what came of them; twice does nothing."""
    if SaleAgreement.objects.exists():
        return "收购协议已在，没有再载入。"
    actor = User.objects.get(username=SECOND_REVIEWER)
    homes = (
        Household.objects.on_register()
        .filter(within("area_id", [COUNTY]), surveys__year=YEAR, surveys__has_industry=True)
        .exclude(kind=GENERAL_RURAL)
    )
    ids = list(homes.order_by("area_id", "pk").values_list("pk", flat=True))
    chosen = ids[:: max(1, len(ids) // NUMBER)][:NUMBER]
    rows = SaleAgreement.objects.bulk_create(
        [_agreement(pk, number, actor) for number, pk in enumerate(chosen, 1)]
    )
    results = [_result(one, number, actor) for number, one in enumerate(rows, 1) if number % _UNTOLD_OF]
    SaleResult.objects.bulk_create(results)
    record_select(
        "households.sale.add",
        SaleAgreement.objects.all(),
        actor=actor,
        case_type="households.household",
        case_id=F("household_id"),
        area_code=F("household__area_id"),
        summary="登记收购协议（演示）",
    )
    return f"收购协议 {len(rows)} 份，{len(results)} 份有收购结果"


def _agreement(pk: int, number: int, actor) -> SaleAgreement:
    business, kind, platform, shop, product, unit, price, amount = _BUSINESSES[number % len(_BUSINESSES)]
    return SaleAgreement(
        household_id=pk,
        business=business,
        kind=kind,
        platform=platform,
        shop=shop,
        product=product,
        unit=unit,
        price=Decimal(price),
        amount=Decimal(amount) if amount else None,
        number=f"演示-{number:03d}",
        signed_on=SIGNED,
        period_from=FROM,
        period_to=TO,
        recorded_by=actor,
    )


def _result(row: SaleAgreement, number: int, actor) -> SaleResult:
    quantity = (row.amount or Decimal(600)) - number
    price = row.price * (Decimal("0.9") if number % _BELOW_OF == 0 else Decimal("1.05"))
    return SaleResult(
        agreement=row,
        year=YEAR,
        quantity=quantity,
        paid=(quantity * price).quantize(Decimal("0.01")),
        recorded_by=actor,
    )
