"""How the teams of the demo county were assessed last quarter: by what was recorded of them, most people and a few teams;
some wait. Through the services that the pages use.
"""

from django.db import transaction
from django.utils import timezone

from households.demo.county_figures import COUNTY
from poverty.accounts.models import Unit
from villages.demo.people import people_of
from villages.evaluations.due import latest_period, lines
from villages.evaluations.facts import facts_of, is_thin
from villages.evaluations.models import title_of
from villages.evaluations.services import evaluate
from villages.models import Evaluation
from villages.options.evaluations import EXCELLENT

WAITING_OF = 6  # every so-many-th waits
EXCELLENT_OF = 4


@transaction.atomic
def tell_of_evaluations() -> str:
    """Assess the quarter that ended last; twice does nothing."""
    if Evaluation.objects.exists():
        return "驻村考评已在，没有再载入。"
    today = timezone.localdate()
    year, period = latest_period(today)
    actors = people_of(COUNTY)
    office = Unit.objects.filter(pk=actors.first.unit_id).values_list("name", flat=True).first() or "县扶贫办"
    people = lines([COUNTY], year, period)
    facts = facts_of([(row.village.area_id, row.key) for row in people], year, period)
    waiting = 0
    for number, row in enumerate([*people, *lines([COUNTY], year, period, teams=True)], 1):
        if number % WAITING_OF == 0:
            waiting += 1
            continue
        known = facts.get((row.village.area_id, row.key))
        thin = known is not None and is_thin(known)
        result = "basic" if thin else EXCELLENT if number % EXCELLENT_OF == 0 else "competent"
        evaluate(
            row.village,
            row.person,
            year=year,
            period=period,
            result=result,
            assessor=actors.first,
            assessed_by=office,
            happened_on=today,
            document=f"{title_of(year, period)}驻村帮扶考评通报（演示）",
            remark="驻村天数不足，限期改进。" if thin else "",
            actor=actors.second,
        )
    return f"{title_of(year, period)}驻村考评 {Evaluation.objects.count()} 条，{waiting} 条没有考评"
