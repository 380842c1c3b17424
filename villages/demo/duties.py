"""A year of what units and village teams of the demo county did, counted back from today: study, meetings, heads and
leading groups in the villages, days in the village, leave. A few are missing, so that what is not done can be seen.
"""

from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from households.demo.county_figures import COUNTY, SEED
from households.duties.models import DutyRecord, Presence
from households.duties.periods import add_months, last_of, month_of, period_of
from poverty.accounts.models import Unit
from poverty.audit.services import record
from villages.demo.people import people_of
from villages.duties.forces import team, units

MONTHS = 12
PLAN = (
    ("unit", "study", 3, "研究本单位帮扶工作", "通报走访情况，研究帮扶村需要解决的问题。"),
    ("unit", "meeting", 6, "与县、村对接帮扶工作", "对接年度帮扶计划和项目。"),
    ("unit_head", "village", 2, "主要负责人到村调研", "走访困难户，与村两委座谈。"),
    ("unit_team", "village", 1, "班子成员到村", "查看项目进度，走访脱贫户。"),
)
WORK = (
    "入户走访，核对帮扶手册。",
    "参加村民代表会议，宣讲产业政策。",
    "协助办理医保缴费和慢病认定。",
    "查看光伏电站和蓝莓基地，登记用工。",
    "整理村级档案，录入走访情况。",
    "帮助困难户收储秋粮，联系销售。",
)


@transaction.atomic
def tell_of_village_duties() -> str:
    """Write a year of duties of units and teams; twice does nothing."""
    if Presence.objects.exists():
        return "驻村和单位履职已在，没有再载入。"
    today, rng, typist = timezone.localdate(), Random(f"{SEED} teams"), people_of(COUNTY).second
    records = DutyRecord.objects.bulk_create(_of_units(today, rng, typist))
    days = Presence.objects.bulk_create(_days(today, rng, typist))
    record(
        "households.presence.add",
        actor=typist,
        area_code=COUNTY,
        summary=f"载入演示单位履职 {len(records)} 条、驻村 {len(days)} 天",
    )
    return f"单位履职 {len(records)} 条，驻村 {len(days)} 天"


def _of_units(today: date, rng: Random, typist) -> list[DutyRecord]:
    villages: dict[int, set[str]] = {}
    for unit, village in units(today):
        villages.setdefault(unit, set()).add(village)
    homes = dict(Unit.objects.filter(pk__in=villages).values_list("pk", "area"))
    found = []
    for unit, codes in sorted(villages.items()):
        for bearer, act, months, topic, content in PLAN:
            for code in sorted(codes) if act == "village" else [homes[unit]]:
                first = period_of(add_months(month_of(today), -MONTHS), months)[0]
                while first <= today:
                    day = first + timedelta(days=rng.randrange(25))
                    if day <= today and rng.random() > 0.07:
                        found.append(
                            DutyRecord(
                                bearer=bearer,
                                act=act,
                                area_id=code,
                                unit_id=unit,
                                happened_on=day,
                                topic=topic,
                                content=content,
                                recorded_by=typist,
                            )
                        )
                    first = add_months(first, months)
    return found


def _days(today: date, rng: Random, typist) -> list[Presence]:
    """Twenty days and more in most months; here and there somebody was short of them."""
    found = []
    people = sorted({person: village for village, person in team(COUNTY, today, today, [COUNTY])}.items())
    for person, village in people:
        for number in range(MONTHS + 1):
            first = add_months(month_of(today), -number)
            last = min(last_of(first), today)
            days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
            wanted = rng.choice((20, 21, 21, 22, 23, 17)) * len(days) // 30
            found += [
                Presence(
                    person_id=person, area_id=village, day=day, work=rng.choice(WORK), recorded_by=typist
                )
                for day in sorted(rng.sample(days, min(wanted + 1, len(days))))
            ]
    return found
