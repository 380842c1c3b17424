"""Households for tests, written straight to the tables with the steps they need (services are tested on their own).

By default everything is answered and met, so that a test spoils exactly what it is about.
"""

from datetime import date
from decimal import Decimal
from itertools import count

from households.models import (
    CountyYear,
    Headship,
    Household,
    HouseholdPlace,
    HouseholdStatus,
    Member,
    Membership,
    MemberSurvey,
    Pairing,
    Survey,
)
from poverty.accounts.models import Role
from poverty.fields.identity import parse_identity, resident_number
from poverty.fields.pinyin import initials, sort_key
from poverty.review.models import Step
from tests.factories.accounts import make_actor, make_user
from tests.factories.areas import make_area

VILLAGE = "220503100204"
_numbers = count(1)


def _step(case_type, case, target, transition, source="", area="", round=1, typist=None):
    typist = typist or make_user("周录入")
    return Step.objects.create(
        case_type=case_type,
        case_id=case.pk,
        area_code=area,
        round=round,
        transition=transition,
        source=source,
        target=target,
        lane="record",
        level="county",
        closes_round=True,
        decided_by=typist,
        decided_by_name=typist.name,
        recorded_by=typist,
        happened_on=date(2018, 1, 1),
        document_name="国网导出表",
    )


def make_year(county="220503", year=2018, *, state="open", **fields):
    """A year of a county, open by default, accounting from 1 October to 30 September."""
    known = CountyYear.objects.filter(area_id=county, year=year).first()
    if known:
        return known
    make_area(county)
    row = CountyYear.objects.create(
        area_id=county,
        year=year,
        **{"period_from": date(year - 1, 10, 1), "period_to": date(year, 9, 30), **fields},
    )
    _step("households.countyyear", row, "open", "open_year", area=county)
    if state == "closed":
        close_the_year(row)
    return row


def close_the_year(row):
    """Close an open year of a county, with the step that it takes."""
    row.state = "closed"
    _step("households.countyyear", row, "closed", "close_year", source="open", area=row.area_id, round=2)
    row.save(update_fields=["state"])


def make_member(
    household=None,
    name="王小明",
    *,
    relation="child",
    birth_date=date(1980, 5, 1),
    sex="male",
    identity=True,
    since=date(2016, 1, 1),
    until=None,
    join_reason="first_registration",
    leave_reason="",
    facts=None,
    year=2018,
    **fields,
):
    """A person, in `household` since a day; with facts (default_member_facts, changed by `facts`) for `year`.

    `identity` True makes a valid number of his birth date; text is taken as it is; None: none. `facts` False: no
    facts of the year at all.
    """
    number = next(_numbers)
    if identity is True:
        # 499 men and women of a birth date fit under one region; a long run of tests needs more.
        region = f"22{503 + number // 499:04d}"
        identity = resident_number(region, birth_date, number % 499 * 2 + (1 if sex == "male" else 0))
    member = Member(
        name=name,
        pinyin=sort_key(name),
        sex=sex,
        birth_date=birth_date,
        household=None if until else household,
        **fields,
    )
    if identity:
        parsed = parse_identity(identity)
        member.identity = parsed.number
        member.identity_hash, member.identity_last4_hash = parsed.hash, parsed.last4_hash
        member.identity_faults = list(parsed.faults)
    member.save()
    if household is not None:
        make_membership(
            household,
            member,
            relation=relation,
            since=since,
            until=until,
            join_reason=join_reason,
            leave_reason=leave_reason,
        )
    if facts is not False:
        make_member_survey(member, year, household, **(facts or {}))
    return member


def make_membership(
    household,
    member,
    *,
    relation="child",
    since=date(2016, 1, 1),
    until=None,
    join_reason="first_registration",
    leave_reason="",
):
    """A membership; an end without a reason gets 迁出."""
    if until and not leave_reason:
        leave_reason = "moved_out"
    row = Membership.objects.create(
        household=household,
        member=member,
        relation=relation,
        valid_from=since,
        valid_to=until,
        join_reason=join_reason,
        leave_reason=leave_reason,
    )
    if until is None:
        Household.objects.filter(pk=household.pk).update(
            size=household.memberships.filter(valid_to=None).count()
        )
        Member.objects.filter(pk=member.pk).update(household=household)
        member.household = household
        household.refresh_from_db(fields=["size"])
    return row


def everybody_left(household, on, reason="moved_out"):
    """Nobody is a member from a day on; the household itself stays open."""
    household.memberships.filter(valid_to=None).update(valid_to=on, leave_reason=reason)
    household.headships.filter(valid_to=None).update(valid_to=on)
    household.members.update(household=None)
    Household.objects.filter(pk=household.pk).update(size=0, head=None)
    household.refresh_from_db(fields=["size", "head"])


def make_member_survey(member, year=2018, household=None, **facts):
    """Facts of a member for a year: an insured grown-up at work for ten months, unless told otherwise."""
    area = household.area_id if household else VILLAGE
    return MemberSurvey.objects.create(
        member=member,
        year=year,
        area_id=area,
        **{
            "school_status": "not_at_school",
            "education_level": "junior_middle",
            "work_months": 10,
            "resident_insurance": True,
            "employee_insurance": False,
            "resident_pension": True,
            "employee_pension": False,
            "receives_dibao": False,
            "receives_tekun": False,
            **facts,
        },
    )


def make_survey(household, year=2018, **facts):
    """Facts of a household for a year: everything answered, 12,000 yuan net, all indicators reached."""
    make_year(household.area_id[:6], year)
    return Survey.objects.create(
        household=household,
        year=year,
        area_id=household.area_id,
        settlement=household.settlement,
        **{
            "source": "visit",
            "happened_on": date(year, 9, 20),
            "visited_on": date(year, 9, 20),
            "food_ok": True,
            "clothing_ok": True,
            "is_dangerous_house": False,
            "dangerous_grade": "b",
            "water_solved": True,
            "water_safe": True,
            "water_difficult": False,
            "has_power": True,
            "has_broadcasting": True,
            "road_reached": True,
            "has_industry": True,
            "wage_income": Decimal("10000.00"),
            "production_income": Decimal("3000.00"),
            "property_income": Decimal("0.00"),
            "transfer_income": Decimal("500.00"),
            "production_expense": Decimal("1500.00"),
            **facts,
        },
    )


def make_household(
    village=VILLAGE,
    head="王建国",
    *,
    year=2018,
    survey=True,
    state="registered",
    members=(),
    head_facts=None,
    **fields,
):
    """A household on the register with its head, and with a survey of `year` (a dict changes its facts; False: none).

    `members`: dicts for make_member. The county's year is opened when there is a survey.
    """
    make_area(village)
    if survey is not False or head is not None:
        make_year(village[:6], year)
    status = fields.pop("status", "not_exited")
    household = Household.objects.create(
        area_id=village,
        state=state,
        status=status,
        **{"kind": "registered_poor", "regime": "registration", "main_cause": "illness", **fields},
    )
    typist = make_user("周录入")
    _step(
        "households.household",
        household,
        state,
        "take_over" if state == "registered" else "open_record",
        area=village,
        typist=typist,
    )
    if status:
        _step(
            "households.household.status", household, status, f"adopt_{status}", area=village, typist=typist
        )
    until = household.closed_on if state in ("closed", "merged") else None
    HouseholdPlace.objects.create(
        household=household,
        area_id=village,
        settlement=household.settlement,
        valid_from=date(2016, 1, 1),
        valid_to=until,
    )
    HouseholdStatus.objects.create(
        household=household,
        kind=household.kind,
        status=status,
        regime=household.regime,
        valid_from=date(2016, 1, 1),
        valid_to=until,
        source="import",
    )
    if head is not None:
        person = make_member(
            household, head, relation="head", birth_date=date(1970, 3, 8), year=year, facts=head_facts
        )
        Headship.objects.create(household=household, member=person, valid_from=date(2016, 1, 1))
        household.head, household.head_name = person, person.name
        household.head_pinyin, household.head_initials = sort_key(person.name), initials(person.name)
        household.save(update_fields=["head", "head_name", "head_pinyin", "head_initials"])
    for one in members:
        make_member(household, **{"year": year, **one})
    if survey is not False:
        make_survey(household, year, **(survey or {} if survey is not True else {}))
    return household


def make_pairing(household, helper=None, *, since=date(2018, 1, 1), until=None, **fields):
    """A pairing open since 2018; without a helper given one is made at the household's village."""
    helper = helper or make_actor(Role.HELPER, household.area_id)
    return Pairing.objects.create(
        household=household, helper=helper, valid_from=since, valid_to=until, **fields
    )
