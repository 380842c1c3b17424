"""A year of helpers' duties of the demo county, counted back from today: visits, calls, help.

Most are on time; a few helpers are late, so that what is due and what is overdue can be seen. What was said on visits is
invented. Facts of the year are not touched: nothing was confirmed on these visits.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from households.demo.county_figures import COUNTY, SEED
from households.duties.models import DutyRecord, HelpAction
from households.duties.months import obligations
from households.duties.periods import add_months, last_of, month_of, period_of
from households.models import Pairing, UnsentVisits, Visit, VisitTemplate
from households.options.duty_bearers import SECOND_HELPER
from households.visits.services.templates import load_templates
from households.visits.services.unsent import OnPhone, say_unsent
from poverty.audit.services import record
from poverty.sql.prefix import within

YEAR = 2018  # the open year of the demo county
MONTHS = 12
REMARKS = (
    "查看住房和饮水，家中情况正常，宣讲医保和产业奖补政策。",
    "了解务工收入，本月按时发工资，子女正常上学。",
    "查看养殖情况，帮助联系兽医防疫。",
    "家中老人慢病用药充足，签约医生按时随访。",
    "了解秋收和销售情况，协助联系合作社收购。",
    "核对帮扶手册，收入和措施已更新。",
)
PROBLEMS = ("", "", "", "", "院墙有一处松动。", "冬季取暖柴草准备不足。")
PROMISES = ("", "", "联系村里维修，下次走访查看。", "协助申报产业奖补。")
GIFTS = (
    ("festival", 2, "米面油", 1, "套", "180.00"),
    ("supplies", 4, "化肥", 2, "袋", "240.00"),
    ("medicine", 7, "常用药品", 1, "份", "95.00"),
)


@transaction.atomic
def tell_of_duties() -> str:
    """Write a year of duties; says how many visits and records it wrote."""
    today, rng = timezone.localdate(), Random(f"{SEED} duties")
    rows = list(
        Pairing.objects.open_on(today)
        .filter(within("household__area_id", [COUNTY]))
        .select_related("household", "helper__unit")
        .order_by("household_id", "order")
    )
    late = _late_ones(rows, rng)
    visits = _visits(rows, late, today, rng)
    records = _calls(rows, today, rng)
    DutyRecord.objects.bulk_create(records)
    gifts = HelpAction.objects.bulk_create(_gifts(rows, today, rng))
    phones = _phones(rows, today)
    record(
        "households.visit.record",
        actor=None,
        area_code=COUNTY,
        summary=f"载入演示走访 {visits} 次、电话联系 {len(records)} 次、帮扶活动 {len(gifts)} 条",
    )
    return (
        f"走访 {visits} 次（{len(late)} 户逾期）、电话联系 {len(records)} 次、帮扶活动 {len(gifts)} 次、"
        f"手机报告 {phones} 部"
    )


def _late_ones(rows: list[Pairing], rng: Random) -> set[int]:
    """Households that nobody has visited for a while: one of the demo helper's own, and some of others."""
    own = [one.household_id for one in rows if one.order == 1 and one.helper.username == "bangfu"]
    others = [one.household_id for one in rows if one.order == 1 and one.helper.username != "bangfu"]
    return {*own[-1:], *rng.sample(others, min(9, len(others)))}


def _visits(rows: list[Pairing], late: set[int], today: date, rng: Random) -> int:
    """A visit in every period of the duty, on some day of it; the late ones end two periods ago."""
    load_templates()
    template = VisitTemplate.objects.for_place(COUNTY, YEAR).first()
    owed = Pairing.objects.filter(pk__in=[one.pk for one in rows if one.order == 1])
    every = dict(obligations(owed, month_of(today), today).values_list("pk", "duty_every"))
    made = []
    for one in rows:
        if one.order != 1 or one.pk not in every:
            continue
        months = every[one.pk]
        first = period_of(add_months(month_of(today), -MONTHS), months)[0]
        until = add_months(period_of(today, months)[0], -months) if one.household_id in late else today
        while first < until:
            last = min(last_of(add_months(first, months - 1)), until - timedelta(days=1))
            if (
                day := _day(first, last, rng, current=last >= today - timedelta(days=1))
            ) and day >= one.valid_from:
                made.append(_visit(one, template, day, rng))
            first = add_months(first, months)
    return len(Visit.objects.bulk_create(made, batch_size=2000))


def _day(first: date, last: date, rng: Random, *, current: bool) -> date | None:
    """Some day of a period; of the running one a third has not been made yet, of a past one few were missed."""
    if last < first or rng.random() < (0.35 if current else 0.03):
        return None
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _visit(pairing: Pairing, template: VisitTemplate, day: date, rng: Random) -> Visit:
    away = rng.random() < 0.06
    problem = rng.choice(PROBLEMS)
    return Visit(
        identity=UUID(int=rng.getrandbits(128), version=4),
        digest=f"{rng.getrandbits(256):064x}",
        household=pairing.household,
        year=YEAR,
        area_code=pairing.household.area_id,
        template=template,
        visitor=pairing.helper,
        recorded_by=pairing.helper,
        happened_on=day,
        way="video" if away else "home",
        whole_away=away,
        remark="整户在外务工，视频了解务工和身体情况。" if away else rng.choice(REMARKS),
        problems="" if away else problem,
        next_promise=rng.choice(PROMISES[2:]) if problem and not away else "",
        received_at=timezone.make_aware(
            datetime(day.year, day.month, day.day, rng.randint(9, 18), rng.randint(0, 59))
        ),
    )


def _phones(rows: list[Pairing], today: date) -> int:
    """Phones that said what they still hold: one since yesterday, one for long with a visit to be mended."""
    helpers = list(dict.fromkeys(one.helper for one in rows if one.order == 1))
    told = ((2, 1, 0, 1), (3, 0, 1, 9), (0, 0, 0, None))
    for helper, (visits, drafts, troubled, days) in zip(helpers[1::40], told, strict=False):
        oldest = today - timedelta(days=days) if days else None
        say_unsent(
            UUID(int=helper.pk, version=4),
            OnPhone(visits, drafts, troubled, oldest),
            "Android 9",
            actor=helper,
        )
    return UnsentVisits.objects.count()


def _calls(rows: list[Pairing], today: date, rng: Random) -> list[DutyRecord]:
    """What second helpers asked by telephone, month by month."""
    found = []
    for one in rows:
        if one.order != 2:
            continue
        for number in range(MONTHS):
            first = add_months(month_of(today), -number)
            day = first + timedelta(days=rng.randrange(26))
            if max(first, one.valid_from) <= day <= today and rng.random() < 0.9:
                found.append(
                    DutyRecord(
                        bearer=SECOND_HELPER,
                        act="call",
                        area_id=one.household.area_id,
                        household=one.household,
                        person=one.helper,
                        happened_on=day,
                        topic="询问近期生活和务工情况",
                        content="家中情况正常。",
                        recorded_by=one.helper,
                    )
                )
    return found


def _gifts(rows: list[Pairing], today: date, rng: Random) -> list[HelpAction]:
    """Festival gifts, fertiliser in spring, medicine: for some households, on a day within the last year."""
    found = []
    for one in rows:
        for kind, month, item, quantity, measure, amount in GIFTS:
            day = date(today.year, month, 1 + rng.randrange(20))
            day = day if day <= today else date(today.year - 1, day.month, day.day)
            mine = one.helper.username == "bangfu"
            if one.order == 1 and day >= one.valid_from and (mine or rng.random() < 0.25):
                found.append(
                    HelpAction(
                        kind=kind,
                        area_id=one.household.area_id,
                        household=one.household,
                        person=one.helper,
                        unit=one.helper.unit,
                        happened_on=day,
                        item=item,
                        quantity=Decimal(quantity),
                        measure=measure,
                        amount=Decimal(amount),
                        recorded_by=one.helper,
                    )
                )
    return found
