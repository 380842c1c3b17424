"""How a village is staffed on a day: who holds which post, what is empty, what is odd. Few queries for many villages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from poverty.areas.querysets import codes_above
from poverty.parameters.services import values_for
from villages.models import PostTemplate, Village, VillagePost
from villages.options.posts import ASKED, GROUPS, IN_TEAM, LIVING_THERE, POSTS, SECRETARY, posts_of

_PARAMETERS = ("post.team_size", "post.team_months")
# Where the county has asked for nothing else: 五个一 of poor villages, nothing of others.
FIVE: Mapping[str, int] = {group.key: 1 for group in GROUPS}


@dataclass(frozen=True)
class Asked:
    """What is asked of a village: how many of which, under what name, for how long (months; None: no term)."""

    name: str = "五个一"
    rows: Mapping[str, int] = field(default_factory=lambda: FIVE)
    term_months: int | None = None


NOTHING = Asked("", {})


@dataclass(frozen=True)
class Slot:
    """One place to be filled: what it is called, who is there, how many are lacking, which posts fill it."""

    key: str
    label: str
    rows: list[VillagePost]
    least: int

    @property
    def lacking(self) -> int:
        return max(0, self.least - len(self.rows))

    @property
    def is_empty(self) -> bool:
        return bool(self.least) and not self.rows


@dataclass(frozen=True)
class Standing:
    """A village with its posts on a day."""

    village: Village
    asked: Asked
    slots: list[Slot]
    warnings: list[str]

    @property
    def empty(self) -> list[Slot]:
        """Slots that are asked for and lack somebody."""
        return [one for one in self.slots if one.lacking]

    @property
    def five(self) -> list[Slot]:
        """The five posts, in their order."""
        return self.slots[: len(GROUPS)]

    @property
    def others(self) -> list[Slot]:
        """What stands in the village beside them, and what the county asks for beside them."""
        return self.slots[len(GROUPS) :]


def asked_of(villages: Iterable[Village], on: date) -> dict[int, Asked]:
    """What is asked of each village on a day, by key."""
    villages = list(villages)
    codes = {code for one in villages for code in codes_above(one.area_id)}
    rows = PostTemplate.objects.open_on(on).filter(area__in=codes).prefetch_related("rows")
    known = {
        (row.area_id, row.of): Asked(
            row.name, {one.asked: one.least for one in row.rows.all()}, row.term_months
        )
        for row in rows
    }
    found = {}
    for one in villages:
        of = PostTemplate.Of.POOR if one.status else PostTemplate.Of.OTHER
        default = Asked() if one.status else NOTHING
        nearest = (known[code, of] for code in reversed(codes_above(one.area_id)) if (code, of) in known)
        found[one.pk] = next(nearest, default)
    return found


def standings(villages: Iterable[Village], on: date | None = None) -> list[Standing]:
    """How these villages are staffed on a day (default: today), in their order; four queries, however many."""
    villages, on = list(villages), on or timezone.localdate()
    asked = asked_of(villages, on)
    held: dict[int, list[VillagePost]] = {one.pk: [] for one in villages}
    rows = (
        VillagePost.objects.open_on(on).filter(village__in=list(held)).select_related("person", "unit__area")
    )
    order = {key: number for number, key in enumerate(POSTS.keys)}
    for row in sorted(rows, key=lambda row: (order[row.post], row.valid_from, row.pk)):
        held[row.village_id].append(row)
    twice = _living_twice(
        [row.person_id for rows in held.values() for row in rows if row.post in LIVING_THERE], on
    )
    limits: dict[str, Mapping] = {}
    found = []
    for one in villages:
        county = one.area_id[:6]
        if county not in limits:
            limits[county] = values_for(_PARAMETERS, county, on)
        mine = held[one.pk]
        found.append(
            Standing(
                one, asked[one.pk], _slots(mine, asked[one.pk]), _warnings(mine, limits[county], on, twice)
            )
        )
    return found


def _slots(rows: list[VillagePost], asked: Asked) -> list[Slot]:
    beyond = [key for key in ASKED.keys if key not in GROUPS]
    labels = {key: GROUPS.label(key) if key in GROUPS else ASKED.label(key) for key in ASKED.keys}
    return [
        Slot(key, labels[key], [row for row in rows if row.post in posts_of(key)], asked.rows.get(key, 0))
        for key in (*GROUPS.keys, *beyond)
    ]


def _warnings(rows: list[VillagePost], limits: Mapping, on: date, twice: Mapping[int, int]) -> list[str]:
    """What is odd, in words; nothing of it is refused (procedures.md 9, 驻村工作队)."""
    told = []
    team = {row.person_id for row in rows if row.post in (*IN_TEAM, SECRETARY)}
    least, months = limits["post.team_size"], limits["post.team_months"]
    if any(row.post in IN_TEAM for row in rows) and least and len(team) < least:
        told.append(f"驻村工作队（含第一书记）现 {len(team)} 人，少于 {least} 人。")
    for row in rows:
        if row.term_until is not None and row.term_until <= on:
            told.append(
                f"{row.holder}（{row.get_post_display()}）任期已于 {row.term_until} 届满，还没有轮换。"
            )
        elif row.post in LIVING_THERE and is_short(row.valid_from, row.term_until, months):
            told.append(f"{row.holder}（{row.get_post_display()}）任期不足 {months} 个月。")
    for row in rows:
        if row.post in LIVING_THERE and twice.get(row.person_id, 1) > 1:
            told.append(f"{row.holder}同时在 {twice[row.person_id]} 个村驻村。")
    return list(dict.fromkeys(told))


def is_short(since: date, until: date | None, months: int | None) -> bool:
    """Whether a stay from a day until a day (exclusive) is shorter than so many months; one without end is not."""
    if until is None or not months:
        return False
    return until < months_after(since, months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(year, month + 1, min(day.day, last))


def _living_twice(people: list[int], on: date) -> dict[int, int]:
    """In how many villages each of these people lives on a day."""
    rows = VillagePost.objects.open_on(on).filter(person__in=set(people), post__in=LIVING_THERE)
    villages: dict[int, set[int]] = {}
    for person, village in rows.values_list("person", "village"):
        villages.setdefault(person, set()).add(village)
    return {person: len(found) for person, found in villages.items()}
