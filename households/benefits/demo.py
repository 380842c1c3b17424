"""The demo county's policies and what its households received: the published figures, set-based.

The 47 policies are the reference catalogue, since the county's own list of 47 (seed-facts.md E20) is not at hand. What
was paid is what the income sheets of the demo already hold, so that every yuan stands there once: 62 pupils with
70,000 yuan in 2017, 127 persons with solar income of about 4,000 yuan a household.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from households.benefits.catalogue import CATALOGUE
from households.benefits.models import (
    Benefit,
    Job,
    Loan,
    LoanRepayment,
    Policy,
    SolarShare,
    SolarStation,
    Trainee,
    Training,
)
from households.benefits.services.benefits import after_recording, income_years
from households.benefits.services.figuring import figure_out
from households.benefits.services.policies import draft_from_catalogue, publish_policies
from households.demo.county_figures import COUNTY
from households.models import CountyYear, Household, IncomeItem, Membership, MemberSurvey
from households.options.kinds import GENERAL_RURAL
from households.options.policy_options import ONE_CARD, SPRING
from households.options.school_status import SCHOOL_STATUSES
from households.options.work_options import HOUSEHOLD_STATION, PUBLIC_POST, VILLAGE_STATION, WORKSHOP
from households.rules import years_before
from households.services.locking import lock_households
from poverty.accounts.models import User
from poverty.areas.models import Area
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

YEARS = (2017, 2018)
_LEFT_OUT = "dibao_extra"  # of Sichuan (seed-facts.md A23), not of this county
_DOCUMENT = {
    "document_name": "二道江区脱贫攻坚政策汇编（演示）",
    "document_number": "通二扶发〔2016〕12号",
    "document_date": date(2016, 3, 1),
}
_OF_HOUSEHOLDS = {
    "property_solar": "solar_household",
    "property_dividend": "dividend",
    "ecology_forest": "public_forest",
    "transfer_land_fertility": "land_fertility",
    "transfer_crop_subsidy": "crop_subsidy",
}
_OF_MEMBERS = {
    "transfer_education": "school_meals",
    "transfer_allowance": "dibao",
    "transfer_destitute": "tekun",
    "transfer_pension": "pension",
    "transfer_disability": "disabled_living",
    "transfer_old_age": "old_age",
}
_AT_SCHOOL = frozenset(SCHOOL_STATUSES.keys_where(lambda one: one.is_enrolled))
_CENT = Decimal("0.01")


@transaction.atomic
def tell_of_benefits() -> str:
    """Write policies, benefits, loans, training, jobs and stations of the demo county; what was written, in words."""
    drafter, publisher = (User.objects.get(username=name) for name in ("xianban", "xianban2"))
    policies = _policies(drafter, publisher)
    trained, jobs = _training(drafter), _jobs(drafter)
    rows = [
        *_paid(policies, drafter),
        *_services(policies, drafter),
        *_of_work(policies, trained, jobs, drafter),
    ]
    _stations(rows, drafter)
    Benefit.objects.bulk_create(rows, batch_size=1_000)
    homes = lock_households({one.household_id for one in rows})
    after_recording(rows, homes, actor=drafter, action="households.benefit.import")
    loans = _loans(drafter)
    return (
        f"政策 {len(policies)} 项、享受 {len(rows)} 笔、贷款 {loans} 笔、培训 {len(trained)} 人次、"
        f"岗位 {len(jobs)} 个"
    )


def work_out_figures() -> int:
    """Work out the figures of policies of the demo county's years, once everything stands; returns of how many years."""
    years = CountyYear.objects.filter(area_id=COUNTY).values_list("year", flat=True)
    return len([figure_out(COUNTY, year) for year in years])


def _policies(drafter: User, publisher: User) -> dict[str, Policy]:
    codes = [one.code for one in CATALOGUE if one.code != _LEFT_OUT]
    draft_from_catalogue(codes, actor=drafter, area_code=COUNTY, year_from=2016, **_DOCUMENT)
    drafts = Policy.objects.filter(area_code=COUNTY).drafts()
    publish_policies(drafts, actor=publisher)
    return {one.code: one for one in Policy.objects.filter(area_code=COUNTY).published()}


def _paid(policies: dict[str, Policy], actor: User) -> Iterator[Benefit]:
    """What the sheets hold, from the policies it came from; of a member's policy shared among those entitled."""
    wanted = {**_OF_HOUSEHOLDS, **_OF_MEMBERS}
    items = IncomeItem.objects.filter(
        within("survey__household__area_id", [COUNTY]), survey__year__in=YEARS, item__in=wanted
    ).values_list("survey__household", "survey__year", "item", "amount")
    whose = {year: _members(year) for year in YEARS}
    for household, year, item, amount in items.order_by("survey__household", "survey__year", "item"):
        policy = policies[wanted[item]]
        if item in _OF_HOUSEHOLDS:
            yield _benefit(policy, household, None, year, amount, actor)
            continue
        members = whose[year][household][item]
        for member, part in zip(members, _shares(amount, len(members)), strict=True):
            yield _benefit(policy, household, member, year, part, actor)
    yield from _houses(policies, actor)


def _members(year: int) -> dict[int, dict[str, list[int]]]:
    """Household -> item -> members to whom the policy of the item goes."""
    day = date(year, 12, 31)
    rows = MemberSurvey.objects.filter(year=year, member__memberships__in=_present(year)).values_list(
        "member",
        "member__household",
        "member__birth_date",
        "school_status",
        "receives_dibao",
        "receives_tekun",
        "disability_kind",
    )
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for member, household, born, school, dibao, tekun, disability in rows.order_by("member"):
        own = found[household]
        for item, holds in (
            ("transfer_education", school in _AT_SCHOOL),
            ("transfer_allowance", dibao),
            ("transfer_destitute", tekun),
            ("transfer_pension", born and born <= years_before(day, 60)),
            ("transfer_disability", bool(disability)),
            ("transfer_old_age", born and born <= years_before(day, 80)),
        ):
            if holds:
                own[item].append(member)
    return found


def _present(year: int):
    return Membership.objects.filter(valid_at(date(year, 9, 30))).values("pk")


def _shares(amount: Decimal, number: int) -> list[Decimal]:
    """An amount in equal parts that add up to it; none for nobody."""
    if not number:
        return []
    part = (amount / number).quantize(_CENT)
    return [*[part] * (number - 1), amount - part * (number - 1)]


def _houses(policies: dict[str, Policy], actor: User) -> Iterator[Benefit]:
    rows = IncomeItem.objects.filter(item="beside_house_repair", survey__year__in=YEARS)
    for household, year, amount in rows.values_list("survey__household", "survey__year", "amount"):
        code = "house_d" if amount > 10_000 else "house_c"
        yield _benefit(policies[code], household, None, year, amount, actor)


def _services(policies: dict[str, Policy], actor: User) -> Iterator[Benefit]:
    """Services of 2018 that most received, 参保资助, and one term of 雨露计划, which two of three were paid."""
    rows = MemberSurvey.objects.filter(
        year=2018,
        member__memberships__in=_present(2018),
        member__household__kind__in=("registered_poor", "exited_poor", "exited"),
    )
    vocational = 0
    for member, household, school, insured, health in rows.order_by("member").values_list(
        "member", "member__household", "school_status", "resident_insurance", "health_states"
    ):
        if insured and member % 29:
            yield _benefit(policies["pay_after"], household, member, 2018, None, actor)
        if ("chronic" in health or "serious" in health) and member % 17:
            yield _benefit(policies["four_free_one_less"], household, member, 2018, None, actor)
        if "chronic" in health and member % 13:
            yield _benefit(policies["home_treatment"], household, member, 2018, None, actor)
        if member % 19:
            yield _benefit(policies["contract_doctor"], household, member, 2018, None, actor)
        if insured and member % 23:
            yield _benefit(policies["insurance_aid"], household, member, 2018, Decimal("180"), actor)
        stage = SCHOOL_STATUSES[school].stage if school else ""
        if stage in ("primary", "junior"):
            yield _benefit(policies["compulsory_free"], household, member, 2018, None, actor, SPRING)
        if school.startswith(("vocational", "technician")):
            vocational += 1
            if vocational % 3:
                yield _benefit(policies["yulu"], household, member, 2018, Decimal("1500"), actor, SPRING)


def _of_work(policies, trained: list[Trainee], jobs: list[Job], actor: User) -> Iterator[Benefit]:
    """技能培训补贴 of whoever was trained, once a year, and the workshop's places."""
    for one in {trainee.member_id: trainee for trainee in trained}.values():
        yield _benefit(
            policies["skill_training"], one.household_id, one.member_id, 2018, Decimal("300"), actor
        )
    for one in jobs:
        if one.kind == WORKSHOP:
            yield _benefit(policies["workshop"], one.household_id, one.member_id, 2018, None, actor)


_ACCOUNTING: dict[date, int] = {}


def _benefit(policy, household, member, year, amount, actor, period="") -> Benefit:
    paid_on = date(year, 6, 20)
    if paid_on not in _ACCOUNTING:
        _ACCOUNTING[paid_on] = income_years([COUNTY], [paid_on])[COUNTY, paid_on]
    return Benefit(
        household_id=household,
        member_id=member,
        policy=policy,
        code=policy.code,
        year=year,
        period=period,
        amount=amount,
        paid_on=paid_on,
        source=ONE_CARD,
        batch=f"YKT{year}0620",
        income_year=_ACCOUNTING[paid_on] if policy.income_item else None,
        recorded_by=actor,
    )


def _stations(rows: Iterable[Benefit], actor: User) -> None:
    """A station on the roof of every household that the sun pays, and one of a village, not on the grid yet."""
    ids = {one.household_id for one in rows if one.code == "solar_household"}
    homes = list(Household.objects.filter(pk__in=ids).order_by("pk"))
    since = date(2016, 11, 1)
    stations = SolarStation.objects.bulk_create(
        SolarStation(
            area_id=home.area_id,
            kind=HOUSEHOLD_STATION,
            name=f"{home.head_name}户光伏电站（{home.pk}）",
            capacity=Decimal("5"),
            connected_on=since,
            household=home,
            recorded_by=actor,
        )
        for home in homes
    )
    SolarShare.objects.bulk_create(
        SolarShare(station=station, household_id=station.household_id, valid_from=since, recorded_by=actor)
        for station in stations
    )
    village = Area.objects.filter(code__startswith=COUNTY, level=12, valid_to=None).order_by("code").first()
    SolarStation.objects.create(
        area=village,
        kind=VILLAGE_STATION,
        name=f"{village.name}村级光伏电站",
        capacity=Decimal("60"),
        recorded_by=actor,
    )


def _able(year: int = 2018):
    """Members with labour, of households with industry, by key."""
    return (
        MemberSurvey.objects.filter(
            within("member__household__area_id", [COUNTY]),
            year=year,
            labour_skill__in=("ordinary", "skilled"),
            member__household__state="registered",
        )
        .exclude(member__household__kind=GENERAL_RURAL)
        .select_related("member")
        .order_by("member")
    )


def _loans(actor: User) -> int:
    """Some repaid, some overdue, some due soon; dates go by today, since a list of what is due does."""
    today = timezone.localdate()
    borrowers = {}
    for one in _able():
        born = one.member.birth_date
        if born and years_before(today, 60) < born <= years_before(today, 26):
            borrowers.setdefault(one.member.household_id, one.member)
    chosen = list(borrowers.values())[:12]
    made = []
    for number, member in enumerate(chosen):
        # Six were repaid in time, two are overdue, two fall due within two months, two later.
        ends = today + timedelta(
            days=(-700, -600, -500, -400, -300, -200, -45, -12, 20, 50, 300, 500)[number]
        )
        made.append(
            Loan(
                household_id=member.household_id,
                member=member,
                bank="通化农村商业银行二道江支行",
                contract=f"XE{number + 1:04d}",
                amount=Decimal((20_000, 30_000, 50_000)[number % 3]),
                rate=Decimal("4.35"),
                subsidy=Decimal("100"),
                use=("breeding", "planting", "trade")[number % 3],
                starts_on=years_before(ends, 3),
                due_on=ends,
                recorded_by=actor,
            )
        )
    repaid = made[:6]
    for one in repaid:
        one.repaid_on = one.due_on - timedelta(days=5)
    Loan.objects.bulk_create(made)
    LoanRepayment.objects.bulk_create(
        LoanRepayment(loan=one, paid_on=one.repaid_on, amount=one.amount, recorded_by=actor) for one in repaid
    )
    return len(made)


def _training(actor: User) -> list[Trainee]:
    courses = (
        ("中药材种植技术", "二道江区农业农村局", date(2018, 3, 12), 24),
        ("家政服务员", "二道江区人力资源和社会保障局", date(2018, 4, 16), 40),
        ("肉牛养殖技术", "二道江区农业农村局", date(2018, 9, 3), 24),
    )
    people = list(_able()[:45])
    made = Training.objects.bulk_create(
        Training(
            area_id=COUNTY,
            course=course,
            organiser=organiser,
            held_from=since,
            held_to=since + timedelta(days=5),
            hours=hours,
            recorded_by=actor,
        )
        for course, organiser, since, hours in courses
    )
    trainees = [
        Trainee(
            training=made[number % 3],
            member=one.member,
            household_id=one.member.household_id,
            result="certified" if number % 4 == 0 else "passed",
            certificate=f"JL2018{number:04d}" if number % 4 == 0 else "",
            recorded_by=actor,
        )
        for number, one in enumerate(people)
    ]
    return Trainee.objects.bulk_create(trainees)


def _jobs(actor: User) -> list[Job]:
    posts = MemberSurvey.objects.filter(
        within("member__household__area_id", [COUNTY]), year=2018, public_post_type__gt=""
    ).select_related("member")
    jobs = [
        Job(
            household_id=one.member.household_id,
            member=one.member,
            kind=PUBLIC_POST,
            post=one.public_post_type,
            work_place="in_township",
            employer="村民委员会",
            monthly_pay=Decimal("400"),
            starts_on=date(2018, 1, 1),
            recorded_by=actor,
        )
        for one in posts.order_by("member")
    ]
    jobs += [
        Job(
            household_id=one.member.household_id,
            member=one.member,
            kind=WORKSHOP,
            work_place="in_township",
            employer="鸭园镇手工编织就业扶贫车间",
            monthly_pay=Decimal("1800"),
            starts_on=date(2018, 5, 1),
            recorded_by=actor,
        )
        for one in _able().filter(work_months__gte=6, public_post_type="")[:8]
    ]
    return Job.objects.bulk_create(jobs)
