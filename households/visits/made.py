"""Visits that a household has had already, for who is about to write down another: the same one is easily kept twice, by
the phone, from paper and in the office's form.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from households.models import Household, Visit
from households.visits.sent import ON_A_PAGE


@dataclass(frozen=True)
class Made:
    """A visit that counts. `where`: whether it came from a phone, from paper or from the office's form."""

    identity: UUID
    visitor: int
    name: str
    happened_on: date
    where: str

    @property
    def words(self) -> str:
        """2018-11-03 张三（手机）"""
        return f"{self.happened_on} {self.name}（{self.where}）"


def made_visits(household: Household, *, but: int | None = None) -> list[Made]:
    """The visits that count of a household, the latest first; `but`: one that is left out."""
    rows = Visit.objects.counted().filter(household=household).exclude(pk=but).select_related("visitor")
    return [
        Made(one.identity, one.visitor_id, one.visitor.name, one.happened_on, _where(one))
        for one in rows.order_by("-happened_on", "-pk")
    ]


def of_the_day(made: Iterable[Made], visitor: int | None, day: date | None) -> Made | None:
    """The visit that a person made on a day."""
    return next((one for one in made if (one.visitor, one.happened_on) == (visitor, day)), None)


def _where(visit: Visit) -> str:
    if visit.device == ON_A_PAGE:
        return "网页登记"
    return "手机" if visit.device or visit.started_at else "对照表"
