"""Storing what judging finds: one statement reads all villages of a standard, one writes those that differ.

Judgings of one county take turns (the caller holds it), and each reads after the other has committed: nothing newer
is ever overwritten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.standards.models import Standard
from villages.judging import judged
from villages.models import INDICATOR_COLUMNS, VillageAssessment, VillageChange, VillageYear

# Column of the result -> annotation of judging.py.
_FROM: dict[str, str] = {
    "area_id": "area_id",
    "poor_persons": "poor_persons",
    "leaving_persons": "leaving_persons",
    "incidence_now": "measured_incidence",
    "incidence_then": "measured_incidence_after",
    "score_now": "measured_score",
    "score_then": "measured_score_after",
    **{code: f"state_{code}" for code in INDICATOR_COLUMNS},
    "incidence_after": "state_incidence_after",
    "score_after": "state_score_after",
    "verdict": "verdict",
    "verdict_after": "verdict_after",
}
COMPARED = ("standard_id", *_FROM)
_TOLD = (*INDICATOR_COLUMNS, "incidence_after", "score_after")


@dataclass(frozen=True)
class Counts:
    """What one judging did: villages by verdict, results written, villages that changed, results taken back."""

    assessed: int = 0
    met: int = 0
    unmet: int = 0
    unknown: int = 0
    written: int = 0
    changed: int = 0
    withdrawn: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in vars(self)})


def store(standard: Standard, condition: Q, year: int) -> Counts:
    """Judge the selected villages by one standard and store what differs, with a change for each that had a result."""
    found = list(judged(standard, condition, year).values("village_id", *_FROM.values()))
    stored = VillageAssessment.objects.filter(
        year=year, village__in=VillageYear.objects.filter(condition, year=year).values("village_id")
    )
    before = {one.village_id: one for one in stored}
    now = timezone.now()
    rows, changes = [], []
    for one in found:
        values = {"standard_id": standard.pk, **{name: one[source] for name, source in _FROM.items()}}
        old = before.get(one["village_id"])
        if old is not None and all(getattr(old, name) == value for name, value in values.items()):
            continue
        row = VillageAssessment(village_id=one["village_id"], year=year, judged_at=now, **values)
        rows.append(row)
        if old is not None and (change := _change(old, row, now)):
            changes.append(change)
    VillageAssessment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["village", "year"],
        update_fields=[*(name.removesuffix("_id") for name in COMPARED), "judged_at"],
        batch_size=2_000,
    )
    VillageChange.objects.bulk_create(changes, batch_size=2_000)
    return Counts(assessed=len(found), **_by_verdict(found), written=len(rows), changed=len(changes))


def withdraw(rows: Iterable[VillageAssessment]) -> Counts:
    """Take back results that no standard covers any more; each is noted as a change."""
    gone = list(rows)
    now = timezone.now()
    VillageChange.objects.bulk_create([_change(one, None, now) for one in gone])
    VillageAssessment.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return Counts(written=len(gone), changed=len(gone), withdrawn=len(gone))


def _by_verdict(found: list[dict[str, Any]]) -> dict[str, int]:
    names = {MET: "met", UNMET: "unmet", UNKNOWN: "unknown"}
    return {name: sum(one["verdict"] == state for one in found) for state, name in names.items()}


def _change(old: VillageAssessment, new: VillageAssessment | None, at: datetime) -> VillageChange | None:
    indicators = {}
    for code in _TOLD:
        was, now = getattr(old, code), getattr(new, code) if new else None
        if was != now:
            indicators[code] = [was, now]
    if new is not None and not indicators and old.verdict == new.verdict:
        return None
    return VillageChange(
        village_id=old.village_id,
        year=old.year,
        at=at,
        verdict_before=old.verdict,
        verdict_after=new.verdict if new else None,
        incidence_before=old.incidence_now,
        incidence_after=new.incidence_now if new else None,
        indicators=indicators,
    )
