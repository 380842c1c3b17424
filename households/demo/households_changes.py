"""Register changes of the demo county: three in and five out in 2017, and what waits on somebody's desk now.

All of them go the way of every change: the village proposes, the township confirms, the county decides.
"""

from datetime import date, timedelta

from households.demo.people_of_the_county import Census, Home, Person
from households.demo.staff import DEMO_VILLAGE, Staff
from households.models import Household, Member
from households.options import change_kinds as kinds
from households.options.join_reasons import JOIN_REASONS
from households.options.leave_reasons import LEAVE_REASONS
from households.services.changes import confirm_changes, propose_change, return_change
from households.services.persons import new_person
from households.services.registration import register_household
from poverty.accounts.models import User
from poverty.areas.models import Settlement

LATE = "演示数据：按当时纸质材料补录"
PROPOSED_AFTER = timedelta(days=6)


def change_2017(homes: list[Home], staff: Staff) -> None:
    """Carry out the eight changes of 2017, as they were proposed and confirmed on paper then."""
    for home in homes:
        for one in home.people:
            if one.came:
                reason, day, paper = one.came
                change = _propose_join(home, one, reason, day, paper, staff)
            elif one.left:
                reason, day, paper = one.left
                change = _propose(
                    kinds.REMOVE_MEMBER,
                    home.pk,
                    staff.clerks[home.village],
                    day,
                    LEAVE_REASONS.label(reason),
                    paper,
                    member=Member.objects.get(pk=one.pk),
                    details={"leave_reason": reason},
                )
            else:
                continue
            _confirm(change, staff.officers[home.township][1], day)


def _propose_join(home: Home, one: Person, reason: str, day: date, paper: str, staff: Staff):
    clerk = staff.clerks[home.village]
    member = new_person(_data(one), actor=clerk, area_code=home.village)
    one.pk = member.pk
    return _propose(
        kinds.ADD_MEMBER,
        home.pk,
        clerk,
        day,
        JOIN_REASONS.label(reason),
        paper,
        member=member,
        details={"relation": one.relation, "join_reason": reason},
    )


def _data(one: Person) -> dict:
    return {
        "name": one.name,
        "sex": "male" if one.male else "female",
        "ethnic_group": one.ethnic_group,
        "identity": one.identity,
    }


def _propose(kind: str, key: int, clerk: User, day: date, reason: str, paper: str, **rest):
    return propose_change(
        kind,
        Household.objects.get(pk=key),
        actor=clerk,
        happened_on=day,
        reason=reason,
        document_name=paper,
        proposed_on=day + PROPOSED_AFTER,
        late_reason=LATE,
        **rest,
    )


def _confirm(change, officer: User, day: date) -> None:
    outcomes = confirm_changes(
        [change.pk],
        actor=officer,
        happened_on=day + 3 * PROPOSED_AFTER,
        document_name=f"{day:%Y年%m月}人口动态调整名单（演示）",
        late_reason=LATE,
    )
    for outcome in outcomes:
        if not outcome.done:
            raise ValueError(outcome.problem)


def leave_open(
    homes: list[Home], places: dict[tuple[str, int], Settlement], census: Census, staff: Staff
) -> None:
    """Put work on the desks: a township's list of the month, a returned proposal, a split and a merge for the county."""
    busy: set[int] = {home.pk for home in homes if home.has_change}
    _township_list(homes, places, census, staff, busy)
    _returned(homes, staff, busy)
    _split_for_county(homes, staff, busy)
    _merge_for_county(homes, staff, busy)


def _pick(homes: list[Home], busy: set[int], fits) -> Home:
    home = next(home for home in homes if home.pk not in busy and fits(home))
    busy.add(home.pk)
    return home


def _here(home: Home) -> bool:
    return home.township == DEMO_VILLAGE[:9]


def _township_list(homes, places, census, staff, busy) -> None:
    """Birth, death, a new head, and a household to be registered, in the demo township."""
    family = _pick(
        homes,
        busy,
        lambda home: _here(home) and len(home.members) >= 3 and home.members[0].age_on(date(2018, 9, 1)) < 50,
    )
    surname = family.people[0].name[0]
    baby = census.person(surname, 0, True, "son", "baby", family.people[0].ethnic_group)
    baby.born = date(2018, 8, 12)
    baby.identity = census.identity(baby.born, True)
    clerk = staff.clerks[family.village]
    member = new_person(_data(baby), actor=clerk, area_code=family.village)
    _propose(
        kinds.ADD_MEMBER,
        family.pk,
        clerk,
        date(2018, 9, 3),
        "新生儿",
        "出生医学证明、户口本",
        member=member,
        details={"relation": "son", "join_reason": "birth"},
    )
    couple = _pick(homes, busy, _old_couple_here)
    spouse = Member.objects.get(pk=couple.members[1].pk)
    _propose(
        kinds.REMOVE_MEMBER,
        couple.pk,
        staff.clerks[couple.village],
        date(2018, 9, 11),
        "因病去世",
        "死亡证明",
        member=spouse,
        details={"leave_reason": "death"},
    )
    other = _pick(homes, busy, _old_couple_here)
    head, wife = (Member.objects.get(pk=one.pk) for one in other.members)
    _propose(
        kinds.CHANGE_HEAD,
        other.pk,
        staff.clerks[other.village],
        date(2018, 9, 17),
        "户口本户主已变更",
        "户口本",
        member=wife,
        details={"relations": {head.pk: "spouse"}},
    )
    _register_household(places, census, staff)


def _old_couple_here(home: Home) -> bool:
    return _here(home) and [one.relation for one in home.members] == ["head", "spouse"]


def _register_household(places, census, staff) -> None:
    village = next(
        code for code in staff.clerks if code.startswith(DEMO_VILLAGE[:9]) and code != DEMO_VILLAGE
    )
    clerk, settlement = staff.clerks[village], places[village, 0]
    surname = census.surname()
    head = census.person(surname, 51, True, "head", "adult", "han")
    wife = census.person(census.surname(), 49, False, "spouse", "adult", "han")
    household = register_household(
        settlement.village,
        head=_data(head),
        members=[_data(wife) | {"relation": "spouse"}],
        settlement=settlement,
        actor=clerk,
        happened_on=date(2018, 9, 5),
        document_name="户口本、农户申请书（演示）",
        proposed_on=date(2018, 9, 6),
        late_reason=LATE,
    )
    _propose(
        kinds.REGISTER,
        household.pk,
        clerk,
        date(2018, 9, 5),
        "村内迁入农户，建立农户档案",
        "户口本、农户申请书（演示）",
    )


def _returned(homes, staff, busy) -> None:
    """A proposal of the demo clerk that the township sent back."""
    home = _pick(
        homes,
        busy,
        lambda home: (
            home.village == DEMO_VILLAGE
            and len(home.members) == 2
            and home.members[1].make in ("pupil", "elder", "adult")
        ),
    )
    change = _propose(
        kinds.REMOVE_MEMBER,
        home.pk,
        staff.clerks[home.village],
        date(2018, 8, 20),
        "户口已迁出",
        "村委会证明",
        member=Member.objects.get(pk=home.members[1].pk),
        details={"leave_reason": "moved_out"},
    )
    return_change(
        change,
        actor=staff.officers[home.township][1],
        comment="缺户口迁移证明，请补充后再报",
        happened_on=date(2018, 9, 10),
        late_reason=LATE,
    )


def _split_for_county(homes, staff, busy) -> None:
    """An old mother asks for a household of her own: what is often done for the allowance, so the county looks at it."""
    home = _pick(
        homes,
        busy,
        lambda home: not _here(home) and [one.relation for one in home.members] == ["head", "mother"],
    )
    change = _propose(
        kinds.SPLIT,
        home.pk,
        staff.clerks[home.village],
        date(2018, 8, 6),
        "老人要求单独立户",
        "户口本、分户申请（演示）",
        details={"head": home.members[1].pk, "relations": {}},
    )
    _confirm(change, staff.officers[home.township][0], date(2018, 8, 6))


def _merge_for_county(homes, staff, busy) -> None:
    source = _pick(homes, busy, _widow_elsewhere)
    target = _pick(
        homes,
        busy,
        lambda home: (
            home.village == source.village
            and home.members[0].make == "adult"
            and home.members[0].age_on(date(2018, 9, 1)) + 18 < source.members[0].age_on(date(2018, 9, 1))
            and not any(one.relation in ("mother", "father") for one in home.members)
        ),
    )
    elder = source.members[0]
    change = _propose(
        kinds.MERGE,
        source.pk,
        staff.clerks[source.village],
        date(2018, 8, 13),
        "随子女共同生活，并入子女户",
        "户口本、并户申请（演示）",
        target=Household.objects.get(pk=target.pk),
        details={"relations": {elder.pk: "mother"}},
    )
    _confirm(change, staff.officers[source.township][0], date(2018, 8, 13))


def _widow_elsewhere(home: Home) -> bool:
    only = home.members[0]
    return (
        not _here(home)
        and len(home.members) == 1
        and not only.male
        and only.age_on(date(2018, 9, 1)) >= 72
        and home.allowance != "tekun"
    )
