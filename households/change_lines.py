"""A register change in words: what it is about, and who is in the household before and after."""

from dataclasses import dataclass

from households.models import Member, RegisterChange
from households.options import change_kinds as kinds
from households.options.join_reasons import JOIN_REASONS
from households.options.leave_reasons import LEAVE_REASONS
from households.options.relations import HEAD, RELATIONS


@dataclass(frozen=True)
class Line:
    """One thing that changes."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class PersonLine:
    """One person of the household: relation to the head before and after, "" where he is no member."""

    member: Member
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def lines_of(change: RegisterChange) -> list[Line]:
    """What a change is about, as label, before and after."""
    details = change.details
    found = []
    if change.member:
        found.append(_member_line(change))
    if change.kind == kinds.CHANGE_HEAD:
        old = next((pk for pk, relation in details.get("before", []) if relation == HEAD), None)
        name = Member.objects.filter(pk=old).values_list("name", flat=True).first()
        found = [Line("户主", name or "—", change.member.name)]
    if change.kind == kinds.MERGE:
        found.append(Line("并入", change.household.head_name + "户", change.target.head_name + "户"))
    if change.kind == kinds.SPLIT and "head" in details:
        head = Member.objects.filter(pk=details["head"]).values_list("name", flat=True).first()
        found.append(Line("新户户主", "—", head or "—"))
    if change.kind in {kinds.CLOSE, kinds.CLEAR_HOUSEHOLD}:
        found.append(Line("户", "在册", "销户"))
    if change.kind == kinds.REGISTER:
        found.append(Line("户", "待登记", "在册"))
    before, after = _sizes(change)
    if before != after:
        found.append(Line("家庭人口数", f"{before} 人", f"{after} 人"))
    return found


def _member_line(change: RegisterChange) -> Line:
    details = change.details
    name = change.member.name
    relation = RELATIONS.label(details.get("relation"))
    joined = JOIN_REASONS.label(details.get("join_reason"))
    left = LEAVE_REASONS.label(details.get("leave_reason"))
    if change.kind == kinds.MOVE_MEMBER:
        return Line(name, f"{change.household.head_name}户", f"{change.target.head_name}户（{relation}）")
    if change.kind in {kinds.ADD_MEMBER, kinds.RETURN_MEMBER}:
        return Line(name, "不在本户", f"{relation}（{joined}）")
    return Line(name, "在本户", f"离户（{left or LEAVE_REASONS.label('cleared')}）")


def _after(change: RegisterChange) -> dict[int, str]:
    """Who is in the household afterwards: as it was written, or as it would be."""
    details = change.details
    if "after" in details:
        return dict(map(tuple, details["after"]))
    people = dict(map(tuple, details.get("before", [])))
    relations = {int(pk): relation for pk, relation in (details.get("relations") or {}).items()}
    if change.kind in {kinds.ADD_MEMBER, kinds.RETURN_MEMBER}:
        people[change.member_id] = details.get("relation", "")
    elif change.kind in {kinds.REMOVE_MEMBER, kinds.MOVE_MEMBER, kinds.CLEAR_MEMBER}:
        people.pop(change.member_id, None)
    elif change.kind == kinds.CHANGE_HEAD:
        people |= relations | {change.member_id: HEAD}
    elif change.kind == kinds.SPLIT:
        for pk in (details.get("head"), *relations):
            people.pop(pk, None)
    elif change.kind in {kinds.MERGE, kinds.CLOSE, kinds.CLEAR_HOUSEHOLD}:
        people = {}
    return people


def _sizes(change: RegisterChange) -> tuple[int, int]:
    return len(change.details.get("before", [])), len(_after(change))


def people_lines(change: RegisterChange) -> list[PersonLine]:
    """Everybody who is in the household before or after, head first."""
    before = dict(map(tuple, change.details.get("before", [])))
    after = _after(change)
    people = Member.objects.in_bulk([*before, *after])
    return [
        PersonLine(people[pk], RELATIONS.label(before.get(pk)), RELATIONS.label(after.get(pk)))
        for pk in dict.fromkeys([*before, *after])
        if pk in people
    ]
