"""A year of what units and village teams of the demo county did, counted back from today: study, meetings, heads and
leading groups in the villages, days in the village, leave. A few are missing, so that what is not done can be seen.
"""

from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from households.demo.county_figures import COUNTY, SEED
from households.duties.leave_days import township_days
from households.duties.models import DutyRecord, Leave, Presence
from households.duties.periods import add_months, last_of, month_of, period_of
from households.duties.services.leave import answer_leave, apply_leave, end_leave
from households.options.duty_bearers import LEADER
from poverty.accounts.models import Unit, User
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.sql.prefix import within
from villages.demo.people import people_of
from villages.duties.forces import leaders, team, units

MONTHS = 12
PLAN = (
    ("unit", "study", 3, "研究本单位帮扶工作", "通报走访情况，研究帮扶村需要解决的问题。"),
    ("unit", "meeting", 6, "与县、村对接帮扶工作", "对接年度帮扶计划和项目。"),
    ("unit_head", "village", 2, "主要负责人到村调研", "走访困难户，与村两委座谈。"),
    ("unit_team", "village", 1, "班子成员到村", "查看项目进度，走访脱贫户。"),
)
# Kind, day on which it begins (counted from today), days, what became of it.
LEAVES = (
    ("sick", -75, 3, "granted"),
    ("personal", -52, 2, "refused"),
    ("personal", -40, 2, "back early"),
    ("annual", -120, 10, "granted"),
    ("sick", 2, 3, "waits"),
    ("personal", 5, 8, "waits"),
)
REASONS = {"sick": "住院检查。", "personal": "家中老人住院需要照料。", "annual": "休年假，村务由副队长代理。"}
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
    records = DutyRecord.objects.bulk_create([*_of_units(today, rng, typist), *_of_leaders(today, typist)])
    leaves = _leaves(today)
    days = Presence.objects.bulk_create(_days(today, rng, typist, _absent(leaves)))
    record(
        "households.presence.add",
        actor=typist,
        area_code=COUNTY,
        summary=f"载入演示单位履职 {len(records)} 条、驻村 {len(days)} 天",
    )
    return f"单位履职 {len(records)} 条，驻村 {len(days)} 天，请假 {len(leaves)} 件"


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


def _of_leaders(today: date, typist) -> list[DutyRecord]:
    """A leader comes to each of his villages about once a quarter."""
    rng, found = Random(f"{SEED} leaders"), []
    for code, person in sorted(leaders(today, today).filter(within("village__area_id", [COUNTY]))):
        for number in range(0, MONTHS, 3):
            day = add_months(month_of(today), -number) + timedelta(days=rng.randrange(25))
            if day <= today and rng.random() > 0.1:
                found.append(
                    DutyRecord(
                        bearer=LEADER,
                        act="village",
                        area_id=code,
                        person_id=person,
                        happened_on=day,
                        topic="到联系村调研脱贫攻坚",
                        content="看产业项目，走访困难户，听取第一书记汇报。",
                        recorded_by=typist,
                    )
                )
    return found


def _team(today: date) -> list[tuple[int, str]]:
    """(person, village) of all teams."""
    return sorted({person: village for village, person in team(COUNTY, today, today, [COUNTY])}.items())


def _leaves(today: date) -> list[Leave]:
    """Leave of some: granted by township and by county, one of them back early, one refused, two that wait."""
    actors, found = people_of(COUNTY), []
    teams = [(person, code) for person, code in _team(today) if code in actors.clerks]
    for (person, code), (kind, begins, days, answer) in zip(teams[::3], LEAVES, strict=False):
        clerk, officer = actors.clerks[code], actors.officers[code[:9]][0]
        first = today + timedelta(days=begins)
        row = apply_leave(
            User.objects.get(pk=person),
            Area.objects.get(pk=code),
            actor=clerk,
            kind=kind,
            starts_on=first,
            ends_on=first + timedelta(days=days - 1),
            reason=REASONS[kind],
            late_reason="" if begins >= 0 else "演示数据，事后录入",
        )
        if answer == "refused":
            answer_leave(row, actor=officer, agreed=False, comment="正值考核验收，请另选时间。")
        elif answer != "waits":
            answer_leave(row, actor=officer if days <= township_days(row) else actors.first, agreed=True)
        if answer == "back early":
            end_leave(row, actor=clerk, ended_on=row.ends_on - timedelta(days=1))
        found.append(row)
    return found


def _absent(leaves: list[Leave]) -> set[tuple[int, date]]:
    """(person, day) of all leave."""
    return {
        (one.person_id, one.starts_on + timedelta(days=n))
        for one in leaves
        for n in range((one.ends_on - one.starts_on).days + 1)
    }


def _days(today: date, rng: Random, typist, absent: set[tuple[int, date]]) -> list[Presence]:
    """Twenty days and more in most months; here and there somebody was short of them, or on leave."""
    found = []
    for person, village in _team(today):
        for number in range(MONTHS + 1):
            first = add_months(month_of(today), -number)
            last = min(last_of(first), today)
            every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
            days = [day for day in every if (person, day) not in absent]
            wanted = rng.choice((20, 21, 21, 22, 23, 17)) * len(days) // 30
            found += [
                Presence(
                    person_id=person, area_id=village, day=day, work=rng.choice(WORK), recorded_by=typist
                )
                for day in sorted(rng.sample(days, min(wanted + 1, len(days))))
            ]
    return found
