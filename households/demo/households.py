"""The households of the demo county, stored: taken over from the national system with their status, dated throughout.

Rows go in together; every step is the workflow's own (fire_many), every row is logged.
"""

from datetime import date
from random import Random

from django.db.models import F

from households.demo.county_figures import SEED
from households.demo.people_of_the_county import Home, Person
from households.demo.staff import Staff
from households.models import Headship, Household, HouseholdPlace, Member, Membership
from households.options.sources import IMPORT
from households.services.registration import take_over_household
from households.services.status import adopt_status_many
from poverty.areas.models import Area, Settlement
from poverty.audit.services import record_select
from poverty.fields.bank import parse_bank
from poverty.fields.identity import parse_identity
from poverty.fields.phone import parse_phone
from poverty.fields.pinyin import initials, sort_key
from poverty.review.batch import fire_many

EXPORT = "全国扶贫开发信息系统导出表（演示）"
EXITS = {"2016": date(2016, 12, 20), "2017": date(2017, 12, 15)}
# The national system gives its numbers later: so many households still wait for theirs.
WITHOUT_NUMBER = 6
_ATTRIBUTES = {
    ("dibao", True): "allowance",
    ("dibao", False): "allowance_poor",
    ("tekun", True): "five_guarantees",
    ("tekun", False): "five_guarantees_poor",
    ("", True): "general_farm",
    ("", False): "general_poor",
}


def store_households(homes: list[Home], places: dict[tuple[str, int], Settlement], staff: Staff) -> None:
    """Store households and persons as they were before the changes of 2017, not yet exited but for 2016."""
    actor = staff.reviewers[1]
    members, memberships, headships = [], [], []
    villages = Area.objects.in_bulk({home.village for home in homes})
    rows = [_household(home, villages, places, actor) for home in homes]
    Household.objects.bulk_create(rows)
    for home, row in zip(homes, rows, strict=True):
        home.pk = row.pk
        for place, one in enumerate(_at_first(home), start=1):
            members.append(_member(home, one, place, row, actor))
    Member.objects.bulk_create(members)
    stored = iter(members)
    for home in homes:
        for one in _at_first(home):
            one.pk = next(stored).pk
            memberships.append(
                Membership(
                    household_id=home.pk,
                    member_id=one.pk,
                    relation=one.relation,
                    valid_from=home.identified_on,
                    join_reason="first_registration",
                    join_document=EXPORT,
                )
            )
        headships.append(
            Headship(
                household_id=home.pk,
                member_id=home.people[0].pk,
                valid_from=home.identified_on,
                reason="首次登记",
                document=EXPORT,
            )
        )
    Membership.objects.bulk_create(memberships)
    Headship.objects.bulk_create(headships)
    HouseholdPlace.objects.bulk_create(
        HouseholdPlace(
            household=row,
            area_id=row.area_id,
            settlement=row.settlement,
            valid_from=home.identified_on,
            reason="登记",
            document=EXPORT,
        )
        for home, row in zip(homes, rows, strict=True)
    )
    for home, row in zip(homes, rows, strict=True):
        row.head_id = home.people[0].pk
    Household.objects.bulk_update(rows, ["head"])
    _take_over(homes, actor)


def adopt_exits(homes: list[Home], year: str, staff: Staff) -> int:
    """Take over who exited in a year (脱贫标注); returns the number of households."""
    return adopt_status_many(
        [home.pk for home in homes if home.group == year],
        "exited",
        "exited",
        on=EXITS[year],
        source=IMPORT,
        document_name=EXPORT,
        actor=staff.reviewers[1],
    )


def _at_first(home: Home) -> list[Person]:
    return [one for one in home.people if one.came is None]


def _household(home: Home, villages, places, actor) -> Household:
    rng = Random(f"{SEED} household {home.number}")
    head = home.people[0]
    village, settlement = villages[home.village], places[home.village, home.settlement]
    phone, account = parse_phone(f"1541{home.number:07d}"), parse_bank(f"0720{home.number:011d}")
    return Household(
        area=village,
        settlement=settlement,
        household_no=None if home.number % (233 // WITHOUT_NUMBER) == 5 else f"220503{home.number:06d}",
        state=Household.State.REGISTERED,
        kind="registered_poor",
        status="",
        regime="registration",
        poor_attribute=_ATTRIBUTES[home.allowance, home.group != "open"],
        identification_standard="national",
        main_cause=home.cause,
        other_causes=home.other_causes,
        is_military_family=rng.random() < 0.02,
        identified_on=home.identified_on,
        planned_exit_year=2018 if home.group == "open" else int(home.group),
        address=f"{village.name}{settlement.name}",
        phone=phone.number,
        phone_hash=phone.hash,
        bank_name="农村信用社（演示）",
        bank_account=account.number,
        bank_account_hash=account.hash,
        head_name=head.name,
        head_pinyin=sort_key(head.name),
        head_initials=initials(head.name)[:20],
        size=len(_at_first(home)),
        created_by=actor,
    )


def _member(home: Home, one: Person, place: int, row: Household, actor) -> Member:
    identity = parse_identity(one.identity)
    return Member(
        household=row,
        member_no=f"{row.household_no}{place:02d}" if row.household_no else None,
        name=one.name,
        pinyin=sort_key(one.name),
        sex="male" if one.male else "female",
        birth_date=one.born,
        ethnic_group=one.ethnic_group,
        identity=identity.number,
        identity_hash=identity.hash,
        identity_last4_hash=identity.last4_hash,
        identity_faults=list(identity.faults),
        created_by=actor,
    )


def _take_over(homes: list[Home], actor) -> None:
    keys = [home.pk for home in homes]
    rows = Household.objects.filter(pk__in=keys)
    record_select(
        "households.person.create",
        Member.objects.filter(household__in=keys),
        actor=actor,
        case_type="households.member",
        area_code=F("household__area_id"),
        summary=F("name"),
    )
    record_select(
        "households.household.open",
        rows,
        actor=actor,
        case_type="households.household",
        area_code=F("area_id"),
        summary=f"登记，依据：{EXPORT}",
    )
    fire_many("take_over", rows, actor=actor, document_name=EXPORT)
    for day in sorted({home.identified_on for home in homes}):
        adopt_status_many(
            [home.pk for home in homes if home.identified_on == day],
            "not_exited",
            "registered_poor",
            on=day,
            source=IMPORT,
            document_name=EXPORT,
            actor=actor,
        )


def take_over_others(census, places, staff: Staff) -> list[Household]:
    """Nine ordinary farm households (一般农户), light records without yearly facts."""
    rng = Random(f"{SEED} ordinary")
    homes = []
    codes = sorted({village for village, number in places if number == 0})
    for village in [codes[n] for n in (0, 2, 4, 6, 8, 11, 13, 15, 17)]:
        surname = census.surname()
        age = rng.randint(38, 58)
        people = [census.person(surname, age, True, "head", "adult", "han")]
        people.append(
            census.person(census.surname(), age - rng.randint(0, 4), False, "spouse", "adult", "han")
        )
        if rng.random() < 0.5:
            people.append(census.person(surname, age - 27, True, "son", "young", "han"))
        data = [
            {
                "name": one.name,
                "sex": "male" if one.male else "female",
                "ethnic_group": "han",
                "identity": one.identity,
                "relation": one.relation,
            }
            for one in people
        ]
        settlement = places[village, 0]
        data[0].pop("relation")
        homes.append(
            take_over_household(
                settlement.village,
                head=data[0],
                members=data[1:],
                settlement=settlement,
                kind="general_rural",
                actor=staff.reviewers[1],
                happened_on=date(2016, 3, 10),
                document_name="农户基本情况摸底表（演示）",
            )
        )
    return homes
