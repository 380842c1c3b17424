"""How villages stand with their workrooms on a day: place, staff, funds of the year; figures by township. Few queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from villages.models import Village, VillagePost, Workroom, WorkroomFund, WorkroomStaff
from villages.options.posts import IN_TEAM, SECRETARY


@dataclass
class Standing:
    """A village with its workroom (None: it has none), who works there, and its funds of the year in yuan.

    `secretaries`, `team`: first secretaries of the village, and people of its team beside them; each person once.
    """

    village: Village
    workroom: Workroom | None = None
    staff: list[VillagePost] = field(default_factory=list)
    funds: Decimal = Decimal(0)
    secretaries: set[int] = field(default_factory=set)
    members: set[int] = field(default_factory=set)

    @property
    def team(self) -> set[int]:
        """People of the team who are not its first secretary as well."""
        return self.members - self.secretaries

    @property
    def lacking(self) -> list[str]:
        """What a workroom has to have and this one has not: place, staff, funds (procedures.md 9)."""
        if self.workroom is None:
            return ["工作室"]
        return [*([] if self.staff else ["工作人员"]), *([] if self.funds else ["本年经费"])]


@dataclass(frozen=True)
class Township:
    """One line of the figures; `villages` = `with_room` + `without`."""

    code: str
    villages: int
    with_room: int
    secretaries: int
    team: int
    funds: Decimal

    @property
    def without(self) -> int:
        return self.villages - self.with_room


def standings(villages: Iterable[Village], year: int, on: date | None = None) -> list[Standing]:
    """These villages in their order, as of a day (default: today), with the funds of a year; four queries."""
    on = on or timezone.localdate()
    found = {one.pk: Standing(one) for one in villages}
    rooms = {row.village_id: row for row in Workroom.objects.open_on(on).filter(village__in=list(found))}
    for key, row in rooms.items():
        found[key].workroom = row
    staff = WorkroomStaff.objects.standing(on).filter(workroom__in=list(rooms.values()))
    for row in staff.select_related("post__person", "workroom").order_by("post__valid_from", "post_id"):
        found[row.workroom.village_id].staff.append(row.post)
    posts = VillagePost.objects.open_on(on).filter(village__in=list(found), post__in=(SECRETARY, *IN_TEAM))
    for village, post, person in posts.values_list("village", "post", "person"):
        (found[village].secretaries if post == SECRETARY else found[village].members).add(person)
    funds = WorkroomFund.objects.standing().filter(workroom__village__in=list(found), year=year)
    for village, total in funds.order_by().values_list("workroom__village").annotate(total=Sum("amount")):
        found[village].funds = total
    return list(found.values())


def by_township(rows: Iterable[Standing]) -> list[Township]:
    """The figures of the townships, by code; each village and each person in it counts once, so that they add up."""
    grouped: dict[str, list[Standing]] = {}
    for row in rows:
        grouped.setdefault(row.village.area_id[:9], []).append(row)
    return [counted(code, grouped[code]) for code in sorted(grouped)]


def counted(code: str, rows: list[Standing]) -> Township:
    """The figures of these villages together; `code`: what they are the villages of."""
    return Township(
        code=code,
        villages=len(rows),
        with_room=sum(row.workroom is not None for row in rows),
        secretaries=sum(len(row.secretaries) for row in rows),
        team=sum(len(row.team) for row in rows),
        funds=sum((row.funds for row in rows), Decimal(0)),
    )
