"""What a run changed and whom it left out, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.urls import reverse

from households.indicators import INDICATORS
from households.models import INDICATOR_COLUMNS, AssessmentChange, AssessmentRun, LeftOut
from poverty.areas.names import short_names
from poverty.fields.states import LABELS

NOT_JUDGED, WITHDRAWN, ONLY_INDICATORS = "未判定", "撤销判定", "结论不变、只有指标变化"


@dataclass(frozen=True)
class Difference:
    """One indicator before and after; None: the standard of the time did not have it, or nothing was judged."""

    label: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class ChangedHousehold:
    """A household of a run's list. `differences` is empty where the result was withdrawn."""

    change: AssessmentChange
    place: str
    differences: tuple[Difference, ...]

    @property
    def income_moved(self) -> bool:
        return not self.withdrawn and self.change.income_before != self.change.income_after

    @property
    def withdrawn(self) -> bool:
        return self.change.verdict_after is None


@dataclass(frozen=True)
class LeftOutHousehold:
    """A household that was not judged, why, and where that is mended."""

    row: LeftOut
    place: str
    mend: str
    url: str


# What to do about each reason, and the tab or page on which it is done.
_MENDING = {
    LeftOut.Reason.NO_SURVEY: "开始填写本年度信息",
    LeftOut.Reason.REGISTERED_LATER: "本年度不判定；核对登记日期",
    LeftOut.Reason.NO_MEMBER: "核对成员增减日期",
    LeftOut.Reason.NO_HEAD: "确定户主",
    LeftOut.Reason.TWO_HEADS: "更正与户主关系",
}


def differences(change: AssessmentChange) -> tuple[Difference, ...]:
    """The indicators whose state differs, in their order."""
    if change.states_after is None:
        return ()
    before = change.states_before or [None] * len(INDICATOR_COLUMNS)
    # A change noted before an indicator was added has fewer states.
    triples = zip(INDICATOR_COLUMNS, before, change.states_after, strict=False)
    return tuple(Difference(INDICATORS[code].label, was, now) for code, was, now in triples if was != now)


def changed_households(changes: Sequence[AssessmentChange]) -> list[ChangedHousehold]:
    """A page of changes with the names of their places; one query."""
    places = short_names(change.area_id for change in changes)
    return [
        ChangedHousehold(change, places.get(change.area_id, change.area_id), differences(change))
        for change in changes
    ]


def left_out_households(rows: Sequence[LeftOut]) -> list[LeftOutHousehold]:
    """A page of households left out, each with what to do about it; one query."""
    places = short_names(row.area_id for row in rows)
    return [
        LeftOutHousehold(row, places.get(row.area_id, row.area_id), _MENDING[row.reason], _page_of(row))
        for row in rows
    ]


def _page_of(row: LeftOut) -> str:
    page = reverse("households:detail", args=[row.household_id])
    return page if row.reason == LeftOut.Reason.NO_SURVEY else f"{page}?tab=members"


def moves(changes: QuerySet[AssessmentChange]) -> list[tuple[str, str, int]]:
    """(verdict before, after, households) in words, the most frequent first; last those whose verdict stayed, with
    "" after.
    """
    found = changes.order_by().values_list("verdict_before", "verdict_after").annotate(number=Count("pk"))
    moved = [row for row in found if row[0] != row[1]]
    stayed = sum(number for before, after, number in found if before == after)
    words = [
        (LABELS.get(before, NOT_JUDGED), LABELS.get(after, WITHDRAWN), number)
        for before, after, number in sorted(moved, key=lambda row: -row[2])
    ]
    return [*words, (ONLY_INDICATORS, "", stayed)] if stayed else words


def who_started(run: AssessmentRun) -> str:
    """The person, or what stands for one."""
    if run.started_by is not None:
        return run.started_by.name
    return "定时" if run.trigger == AssessmentRun.Trigger.NIGHTLY else "系统"


def place_names(runs: Iterable[AssessmentRun]) -> dict[str, str]:
    """Names of the areas of runs by code; "" is the whole country."""
    return {"": "全国"} | short_names(run.area_code for run in runs)
