"""The story of a household: what happened to it, who did it, and what its verdict became. Newest day first.

Each source is asked for itself (index by household), then all are laid together; a fact that several tables
know (a member joins: the dated row, the step, the log) is told once, by the table that knows most of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise

from django.db.models import Q
from django.utils import timezone

from households.indicators import INDICATORS
from households.models import INDICATOR_COLUMNS, AssessmentChange, Household, RegisterChange
from households.options.join_reasons import JOIN_REASONS
from households.options.leave_reasons import LEAVE_REASONS
from households.workflow import REGISTER
from poverty.audit.models import Entry
from poverty.audit.presentation import BLANK, Change, lines
from poverty.fields.states import LABELS, MET, UNMET
from poverty.review.models import Step
from poverty.web import opaque

CASE = "households.household"
CHANGE_CASE = "households.registerchange"
PURPOSE = "timeline"
_SHOWN_FIELDS = 5

# Told better by a dated row or a step than by the log.
_TOLD_ELSEWHERE = ("households.change.", "households.member.", "households.pairing.", "households.head.")
_TOLD_ELSEWHERE_EXACTLY = (
    "households.status.adopt",
    "households.household.move",
    "households.household.open",
    *(f"{CASE}.{one.name}" for one in REGISTER.transitions),
)


@dataclass(frozen=True)
class Event:
    """One thing that happened, as web/timeline.html draws it. `at`: the day it happened."""

    at: date
    title: str
    text: str = ""
    who: str = ""
    recorded_at: datetime | None = None
    late: bool = False
    colour: str = ""
    rank: tuple = ()

    @property
    def order(self) -> tuple:
        """Newest first: by day, then by when it was recorded."""
        return (self.at, self.recorded_at.timestamp() if self.recorded_at else 0.0, *self.rank)


@dataclass(frozen=True)
class Stretch:
    """A page of the timeline; `next_token` None: that was all."""

    events: list[Event]
    next_token: str | None


def timeline(household: Household, *, after: str | None = None, size: int = 20) -> Stretch:
    """Events of a household from a token on (None, or a damaged one: from the newest), `size` of them.

    Whether the viewer may see the household whole is the caller's question; personal values are masked where
    they were logged. Twelve queries at most, however long the story.
    """
    position = opaque.unpack(PURPOSE, after) if after else None
    until, skip = (date.fromisoformat(position[0]), position[1]) if position else (None, 0)
    wanted = skip + size + 1
    events: list[Event] = []
    for source in (_entries, _steps, _verdicts):
        events += source(household, until, wanted)
    for rows in (_memberships, _heads, _statuses, _places, _pairings, _monitorings):
        events += [one for one in rows(household) if until is None or one.at <= until]
    events.sort(key=lambda one: one.order, reverse=True)
    shown, rest = events[skip : skip + size], events[skip + size :]
    if not rest:
        return Stretch(shown, None)
    last = shown[-1].at
    done = sum(1 for one in shown if one.at == last) + (skip if until == last else 0)
    return Stretch(shown, opaque.pack(PURPOSE, [last.isoformat(), done]))


def _end_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) if day else None


def _entries(household: Household, until: date | None, wanted: int) -> list[Event]:
    rows = Entry.objects.for_case(CASE, household.pk).select_related("actor")
    elsewhere = Q(action__in=_TOLD_ELSEWHERE_EXACTLY)
    for prefix in _TOLD_ELSEWHERE:
        elsewhere |= Q(action__startswith=prefix)
    rows = rows.exclude(elsewhere)
    if until:
        rows = rows.filter(at__lt=_end_of(until))
    events = []
    for line in lines(rows[:wanted]):
        parts = [_changed(one) for one in line.changes[:_SHOWN_FIELDS]]
        if len(line.changes) > _SHOWN_FIELDS:
            parts.append(f"等{len(line.changes)}项")
        if line.entry.purpose:
            parts.append(f"用途：{line.entry.purpose}")
        text = "；".join([line.entry.summary, *parts] if line.entry.summary else parts)
        events.append(
            Event(
                timezone.localdate(line.entry.at),
                line.action,
                text,
                line.who,
                line.entry.at,
                colour="blue",
                rank=("entry", line.entry.pk),
            )
        )
    return events


def _changed(change: Change) -> str:
    if change.before in ("", BLANK):
        return f"{change.label}：{change.after}"
    return f"{change.label}：{change.before} → {change.after}"


def _steps(household: Household, until: date | None, wanted: int) -> list[Event]:
    changes = {
        one.pk: one
        for one in RegisterChange.objects.touching([household.pk])
        .select_related("member")
        .order_by("-pk")[:200]
    }
    rows = Step.objects.filter(
        Q(case_type=CASE, case_id=household.pk) | Q(case_type=CHANGE_CASE, case_id__in=changes)
    ).select_related("recorded_by")
    if until:
        rows = rows.filter(happened_on__lte=until)
    events = []
    for step in rows.order_by("-happened_on", "-pk")[:wanted]:
        title = step.transition_label
        change = changes.get(step.case_id) if step.case_type == CHANGE_CASE else None
        if change is not None:
            who = f" {change.member.name}" if change.member else ""
            title = f"{change.get_kind_display()}{who}：{title}"
        words = [
            step.comment,
            step.document_name,
            f"补录原因：{step.late_reason}" if step.late_reason else "",
        ]
        if change is not None and step.transition == "propose_change":
            words.insert(0, change.reason)
        who = f"{step.get_level_display()}级 {step.decided_by_name}"
        if step.entered_for_another:
            who += f"，{step.recorded_by.name} 代录"
        colour = "red" if step.transition in ("return_change", "reject_change", "discard") else "green"
        events.append(
            Event(
                step.happened_on,
                title,
                "；".join(filter(None, words)),
                who,
                step.recorded_at,
                late=step.is_late,
                colour=colour,
                rank=("step", step.pk),
            )
        )
    return events


def _verdicts(household: Household, until: date | None, wanted: int) -> list[Event]:
    rows = AssessmentChange.objects.filter(household=household).order_by("-id")
    if until:
        rows = rows.filter(at__lt=_end_of(until))
    return [
        Event(
            timezone.localdate(one.at),
            f"{one.year}年度{verdict_words(one)}",
            "；".join(indicator_words(one)),
            "系统判定",
            one.at,
            colour={MET: "green", UNMET: "red"}.get(one.verdict_after, "amber"),
            rank=("verdict", one.pk),
        )
        for one in rows[:wanted]
    ]


def verdict_words(change: AssessmentChange) -> str:
    """首次判定为未达标, 由达标变为未达标, 结论仍为未达标 or 撤销判定."""
    before, after = LABELS.get(change.verdict_before), LABELS.get(change.verdict_after)
    if after is None:
        return f"撤销判定（原为{before}）"
    if before is None:
        return f"首次判定为{after}"
    return f"结论仍为{after}" if before == after else f"结论由{before}变为{after}"


def indicator_words(change: AssessmentChange) -> list[str]:
    """住房安全：达标 → 未达标, one text per indicator that changed; income with its figures."""
    before = change.states_before or [None] * len(INDICATOR_COLUMNS)
    after = change.states_after or [None] * len(INDICATOR_COLUMNS)
    words = []
    if change.states_before is not None:
        for code, old, new in zip(INDICATOR_COLUMNS, before, after, strict=False):
            if old != new:
                words.append(
                    f"{INDICATORS[code].label}：{LABELS.get(old, '无此项')} → {LABELS.get(new, '无此项')}"
                )
    elif change.states_after is not None:
        bad = [
            INDICATORS[code].label
            for code, new in zip(INDICATOR_COLUMNS, after, strict=False)
            if new == UNMET
        ]
        words += [f"未达标：{'、'.join(bad)}"] if bad else []
    if change.income_before != change.income_after and change.income_before is not None:
        new_income = "待核实" if change.income_after is None else f"{change.income_after:,.2f}元"
        words.append(f"人均纯收入：{change.income_before:,.2f}元 → {new_income}")
    return words


def _memberships(household: Household) -> Iterable[Event]:
    rows = list(household.memberships.select_related("member"))
    yield from _together(
        ((one.valid_from, one.join_reason, one.join_document, one.recorded_at, one) for one in rows),
        lambda reason: f"增加成员（{JOIN_REASONS.label(reason)}）",
    )
    yield from _together(
        ((one.valid_to, one.leave_reason, one.leave_document, None, one) for one in rows if one.valid_to),
        lambda reason: f"减少成员（{LEAVE_REASONS.label(reason)}）",
    )


def _together(rows: Iterable[tuple], title: Callable[[str], str]) -> Iterable[Event]:
    """Members who came or went on one day for one reason are one event."""
    ordered = sorted(rows, key=lambda row: (row[0], row[1], row[4].pk))
    for (day, reason), group in groupby(ordered, key=lambda row: row[:2]):
        found = list(group)
        names = "、".join(f"{row[4].member.name}（{row[4].get_relation_display()}）" for row in found)
        papers = "；".join(dict.fromkeys(row[2] for row in found if row[2]))
        yield Event(
            day,
            title(reason),
            "；".join(filter(None, [names, papers])),
            recorded_at=found[0][3],
            rank=("member", found[0][4].pk),
        )


def _heads(household: Household) -> Iterable[Event]:
    rows = list(household.headships.select_related("member").order_by("valid_from", "pk"))
    for before, one in pairwise(rows):
        text = "；".join(filter(None, [one.reason, one.document]))
        title = f"户主由{before.member.name}变更为{one.member.name}"
        yield Event(one.valid_from, title, text, recorded_at=one.recorded_at, rank=("head", one.pk))


def _statuses(household: Household) -> Iterable[Event]:
    for one in household.statuses.all():
        words = [one.get_kind_display(), one.get_status_display()]
        text = "；".join(filter(None, [f"来源：{one.get_source_display()}", one.document, one.reason]))
        yield Event(
            one.valid_from,
            "，".join(filter(None, words)),
            text,
            recorded_at=one.recorded_at,
            rank=("status", one.pk),
        )


def _places(household: Household) -> Iterable[Event]:
    rows = list(household.places.select_related("area", "settlement").order_by("valid_from", "pk"))
    for before, one in pairwise(rows):
        name = f"{one.area.name}{one.settlement.name if one.settlement else ''}"
        text = "；".join(filter(None, [one.reason, one.document]))
        yield Event(one.valid_from, f"由{before.area.name}迁到{name}", text, rank=("place", one.pk))


def _pairings(household: Household) -> Iterable[Event]:
    for one in household.pairings.select_related("helper"):
        yield Event(
            one.valid_from,
            f"结对：{one.helper.name}（{one.get_order_display()}）",
            one.goal,
            recorded_at=one.recorded_at,
            rank=("pair", one.pk),
        )
        if one.valid_to:
            text = "；".join(filter(None, [one.reason, one.document]))
            yield Event(one.valid_to, f"结束结对：{one.helper.name}", text, rank=("unpair", one.pk))


def _monitorings(household: Household) -> Iterable[Event]:
    for one in household.monitorings.all():
        yield Event(
            one.identified_on,
            f"纳入监测：{one.get_category_display()}",
            one.document,
            recorded_at=one.recorded_at,
            colour="amber",
            rank=("monitoring", one.pk),
        )
        if one.removed_on:
            title = f"风险消除：{one.get_removal_method_display() or '方式未填'}"
            yield Event(one.removed_on, title, colour="green", rank=("removed", one.pk))
