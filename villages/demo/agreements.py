"""What the three enterprises of the demo county agreed with their villages: one with its result of 2018, one without, and
one without an agreement. Through the services that the pages use.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from households.demo.county_figures import COUNTY
from villages.demo.people import people_of
from villages.demo.plan import YEAR
from villages.enterprises.services import register, set_result
from villages.models import EnterpriseAgreement, VillagePost

FROM = date(2018, 1, 1)
# Kinds, content, what is promised, what came of it in 2018 (yuan, households, persons; None: not told); by village.
PLANS = (
    (
        ("industry", "employment"),
        "订单收购蘑菇、山野菜，优先招用本村贫困劳动力。",
        "300000.00",
        ("86000.00", 14, 6),
    ),
    (
        ("industry", "skills"),
        "提供蓝莓种苗，培训种植技术，按保护价收购。",
        "200000.00",
        None,
    ),
)


@transaction.atomic
def tell_of_agreements() -> str:
    """Register the agreements and their results; twice does nothing."""
    if EnterpriseAgreement.objects.exists():
        return "企业帮扶协议已在，没有再载入。"
    actor, today = people_of(COUNTY).second, timezone.localdate()
    posts = VillagePost.objects.open_on().filter(post="enterprise", village__area__code__startswith=COUNTY)
    for post, (kinds, content, promised, result) in zip(
        posts.order_by("village__area_id"), PLANS, strict=False
    ):
        row = register(
            post,
            kinds=kinds,
            document="“万企帮万村”村企结对帮扶协议（演示）",
            signed_on=date(2017, 12, 20),
            period_from=FROM,
            period_to=date(today.year + 1, 12, 31),
            promised=Decimal(promised),
            content=content,
            actor=actor,
        )
        if result is not None:
            amount, households, persons = result
            set_result(row, YEAR, amount=Decimal(amount), households=households, persons=persons, actor=actor)
    return f"企业帮扶协议 {EnterpriseAgreement.objects.count()} 份（一家企业没有协议）"
