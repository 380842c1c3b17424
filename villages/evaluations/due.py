"""Who is to be assessed for a period: everybody who lived in a village for its team on a day of it, or each team."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from poverty.accounts.models import User
from poverty.sql.prefix import within
from villages.models import Evaluation, Village, VillagePost
from villages.options.evaluations import EVALUATION_PERIODS, EVALUATION_RESULTS
from villages.options.posts import LIVING_THERE, POSTS


@dataclass(frozen=True)
class Line:
    """One person of a village (None: its team), and the evaluation (None: none yet).

    `told`: the posts held, or of a team the names; `people`: keys of whom it is about.
    """

    village: Village
    person: User | None
    told: list[str]
    people: list[int]
    evaluation: Evaluation | None

    @property
    def key(self) -> int:
        """In an address: the person, 0 for the team."""
        return self.person.pk if self.person else 0


def posts_in(year: int, period: str):
    """Posts of teams held on any day of a period so far; those entered by mistake were never held."""
    first, last = EVALUATION_PERIODS[period].days(year)
    last = min(last, timezone.localdate())
    return VillagePost.objects.filter(
        Q(valid_to__isnull=True) | (Q(valid_to__gt=first) & Q(valid_to__gt=F("valid_from"))),
        post__in=LIVING_THERE,
        valid_from__lte=last,
    )


def lines(areas: Iterable[str], year: int, period: str, *, teams: bool = False) -> list[Line]:
    """Who is to be assessed in these places, by village; three queries."""
    areas = list(areas)
    rows = posts_in(year, period).filter(within("village__area_id", areas))
    rows = rows.select_related("village__area", "person__unit")
    given = Evaluation.objects.current().filter(
        within("village__area_id", areas), year=year, period=period, person__isnull=teams
    )
    done = {(one.village_id, one.person_id): one for one in given.select_related("village")}
    order = {key: number for number, key in enumerate(POSTS.keys)}
    found: dict[tuple, Line] = {}
    for row in sorted(rows, key=lambda row: (row.village.area_id, order[row.post], row.valid_from, row.pk)):
        person = None if teams else row.person
        key = (row.village_id, person and person.pk)
        line = found.setdefault(key, Line(row.village, person, [], [], done.get(key)))
        told = row.person.name if teams else row.get_post_display()
        if told not in line.told:
            line.told.append(told)
        if row.person_id not in line.people:
            line.people.append(row.person_id)
    return list(found.values())


def teams_without(areas: Iterable[str], year: int, period: str) -> int:
    """How many teams of these places nobody has assessed for a period: those that `lines` shows without an evaluation."""
    given = Evaluation.objects.current().filter(
        village=OuterRef("village"), year=year, period=period, person__isnull=True
    )
    rows = posts_in(year, period).filter(~Exists(given), within("village__area_id", list(areas)))
    return rows.order_by().values("village").distinct().count()


def counts(rows: Iterable[Line]) -> list[tuple[str, str, int]]:
    """(key, label, number) by result, who has none first ("none"); they add up to the rows."""
    rows = list(rows)
    return [
        ("none", "未考评", sum(row.evaluation is None for row in rows)),
        *(
            (key, label, sum(row.evaluation is not None and row.evaluation.result == key for row in rows))
            for key, label in EVALUATION_RESULTS.choices
        ),
    ]


def latest_period(today: date) -> tuple[int, str]:
    """The quarter that ended last before a day: what is assessed now."""
    quarter = (today.month - 1) // 3
    return (today.year, f"q{quarter}") if quarter else (today.year - 1, "q4")
