"""民情日记, 驻村工作记录 and the summary of a month, written from what was recorded: nobody types it twice.

The reader sees of it what he may see: visits to households out of his sight are left out and counted nowhere.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from households.disclosure import whole_to
from households.duties import forces
from households.duties.in_force import rules_at
from households.duties.leave_days import days_in_year
from households.duties.models import DiaryNote, DutyRecord, HelpAction, Leave, Presence
from households.duties.months import DONE, LATE, obligations
from households.duties.periods import last_of, month_of
from households.models import Household, Measure, Need, Pairing, Visit
from households.options.duty_acts import CALL
from households.options.duty_bearers import HELPER, SECOND_HELPER
from households.options.visits import HOME
from poverty.accounts.models import Posting, Role, User
from poverty.areas.names import short_names
from poverty.sql.prefix import within

VIEW = "duty.view"


@dataclass(frozen=True)
class Line:
    """One thing on one day. `note`: the person's own words, with the key by which they can be taken back."""

    day: date | None
    what: str
    text: str
    household: int | None = None
    note: int | None = None


@dataclass
class Diary:
    """A person's month. `days` lines of the diary in their order, `presence` those of the village record."""

    person: User
    month: date
    days: list[Line] = field(default_factory=list)
    presence: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    paragraphs: list[tuple[str, str]] = field(default_factory=list)
    days_there: int = 0
    days_asked: int | None = None  # NULL: no member of a village team
    days_away: int = 0

    @property
    def title(self) -> str:
        return f"{self.month.year}年{self.month.month}月"

    @property
    def diary_text(self) -> str:
        """民情日记 as plain text to copy."""
        return "\n".join([f"{self.person.name} 民情日记 {self.title}", *map(_plain, self.days)])

    @property
    def presence_text(self) -> str:
        """驻村工作记录 as plain text to copy."""
        head = f"{self.person.name} 驻村工作记录 {self.title} 驻村 {self.days_there} 天"
        return "\n".join([head, *map(_plain, self.presence)])

    @property
    def summary_text(self) -> str:
        """The summary of the month as plain text to copy."""
        return "\n".join(
            [
                f"{self.person.name} {self.title}工作小结",
                *(f"{name}：{text}" for name, text in self.paragraphs),
            ]
            + [line.text for line in self.notes]
        )


def _plain(line: Line) -> str:
    day = f"{line.day.month}月{line.day.day}日 " if line.day else ""
    return f"{day}{line.what}：{line.text}" if line.what else f"{day}{line.text}"


def diary_of(person: User, month: date, reader: User, village: str = "") -> Diary:
    """The month of a person as `reader` may see it; `village`: where he lives as a member of a team, "" nowhere."""
    first = month_of(month)
    found = Diary(person, first)
    # Whose duties the reader sees there, and the households whole: another right elsewhere shows nothing here.
    seen = Household.objects.visible_to(reader, VIEW).filter(whole_to(reader))
    own = _Facts(person, first, last_of(first), seen, reader)
    found.days = sorted(
        [
            *own.visits(),
            *own.needs(),
            *own.calls(),
            *own.help(),
            *own.measures(),
            *own.acts(),
            *own.notes("diary"),
        ],
        key=lambda line: (line.day is None, line.day or first),
    )
    there = own.presence()
    found.days_there = len(there)
    found.presence = sorted(
        [*there, *own.notes("presence")], key=lambda line: (line.day is None, line.day or first)
    )
    found.notes = own.notes("summary")
    found.days_away = own.days_away()
    if village:
        asked = rules_at(village, first).by_key.get("presence")
        found.days_asked = asked.times if asked and asked.times else None
    found.paragraphs = own.paragraphs(found)
    return found


class _Facts:
    """What was recorded of one person in one month."""

    def __init__(self, person: User, first: date, last: date, seen, reader: User):
        self.person, self.first, self.last, self.seen, self.reader = person, first, last, seen, reader
        rows = Visit.objects.counted().filter(
            visitor=person, happened_on__range=(first, last), household__in=seen.values("pk")
        )
        self.made = list(rows.select_related("household").order_by("happened_on", "pk"))
        self.places = short_names({one.household.area_id for one in self.made})
        needs = Need.objects.filter(recorded_by=person, raised_on__range=(first, last))
        self.raised = list(needs.filter(household__in=seen.values("pk")).select_related("household"))
        self.own = reader.pk == person.pk
        actions = self._told(HelpAction.objects.standing().visible_to(reader).filter(person=person))
        self.given = list(
            actions.filter(happened_on__range=(first, last)).select_related("household").order_by("pk")
        )
        done = self._told(DutyRecord.objects.standing().visible_to(reader).filter(person=person))
        self.acted = list(
            done.filter(happened_on__range=(first, last)).select_related("household").order_by("pk")
        )
        measures = Measure.objects.filter(recorded_by=person, begins_on__range=(first, last))
        self.measured = list(measures.filter(household__in=seen.values("pk")).select_related("household"))
        written = DiaryNote.objects.filter(person=person, month=first, withdrawn_at__isnull=True)
        self.written = list(written) if self.own or self._whole_month_seen() else []

    def _told(self, rows):
        """What was done for a household is read by himself and by who sees the household."""
        of_seen = Q(household__isnull=True) | Q(household__in=self.seen.values("pk"))
        return rows if self.own else rows.filter(of_seen)

    def _whole_month_seen(self) -> bool:
        """Whether the reader's places hold all in which the person helped that month: his own words may be of any."""
        areas = self.reader.scope(VIEW).areas
        then = Q(valid_from__lte=self.last) & (Q(valid_to__isnull=True) | Q(valid_to__gt=self.first))
        pairings = Pairing.objects.filter(then, helper=self.person)
        postings = Posting.objects.filter(then, user=self.person, role=Role.HELPER)
        if (
            pairings.exclude(within("household__area_id", areas)).exists()
            or postings.exclude(within("area", areas)).exists()
        ):
            return False
        lived = forces.team("", self.first, self.last, [""], self.person.pk)
        return all(any(village.startswith(area) for area in areas) for village, _ in lived)

    def visits(self) -> list[Line]:
        return [
            Line(
                one.happened_on,
                f"{one.get_way_display()}走访",
                "；".join(
                    text
                    for text in (
                        f"{self.places.get(one.household.area_id, '')}{_head(one.household)}",
                        _clause(one.remark),
                        _clause(one.problems) and f"问题：{_clause(one.problems)}",
                        _clause(one.next_promise) and f"下一步：{_clause(one.next_promise)}",
                    )
                    if text
                ),
                one.household_id,
            )
            for one in self.made
        ]

    def needs(self) -> list[Line]:
        return [
            Line(
                one.raised_on,
                "登记诉求",
                f"{_head(one.household)}：{one.get_kind_display()}，{one.text}（{one.get_state_display()}）",
                one.household_id,
            )
            for one in self.raised
        ]

    def calls(self) -> list[Line]:
        return [
            Line(
                one.happened_on,
                "电话联系",
                "；".join(text for text in (f"{_head(one.household)}：{one.topic}", one.content) if text),
                one.household_id,
            )
            for one in self.acted
            if one.act == CALL
        ]

    def acts(self) -> list[Line]:
        return [
            Line(one.happened_on, one.get_act_display(), "；".join(t for t in (one.topic, one.content) if t))
            for one in self.acted
            if one.act != CALL
        ]

    def help(self) -> list[Line]:
        return [
            Line(
                one.happened_on,
                one.get_kind_display(),
                f"{_head(one.household) + '：' if one.household_id else ''}{given(one)}",
                one.household_id,
            )
            for one in self.given
        ]

    def measures(self) -> list[Line]:
        return [
            Line(one.begins_on, "帮扶措施", f"{_head(one.household)}：{one.content}", one.household_id)
            for one in self.measured
        ]

    def notes(self, book: str) -> list[Line]:
        return [Line(one.day, "补记", one.text, note=one.pk) for one in self.written if one.book == book]

    def presence(self) -> list[Line]:
        rows = Presence.objects.standing().visible_to(self.reader).filter(person=self.person)
        return [Line(one.day, "驻村", one.work) for one in rows.in_month(self.first).order_by("day")]

    def days_away(self) -> int:
        rows = Leave.objects.granted().visible_to(self.reader).filter(person=self.person)
        days = 0
        for leave in rows.filter(starts_on__lte=self.last, ends_on__gte=self.first):
            days += max(0, (min(leave.last_day, self.last) - max(leave.starts_on, self.first)).days + 1)
        return days

    def paragraphs(self, diary: Diary) -> list[tuple[str, str]]:
        """The summary of the month, sentence by sentence, from nothing but the records."""
        found = [("走访", self._visited())]
        if diary.days_there or diary.days_asked or diary.days_away:
            asked = f"（要求 {diary.days_asked} 天）" if diary.days_asked else ""
            away = f"，请假 {diary.days_away} 天" if diary.days_away else ""
            seen = Leave.objects.visible_to(self.reader)
            year = days_in_year([self.person.pk], self.first.year, seen).get(self.person.pk, 0)
            so_far = f"，本年累计请假 {year} 天" if year else ""
            found.append(("驻村", f"驻村 {diary.days_there} 天{asked}{away}{so_far}。"))
        if self.raised:
            settled = sum(1 for one in self.raised if not one.is_open)
            found.append(("诉求", f"登记诉求 {len(self.raised)} 件，已办结 {settled} 件。"))
        problems = [one for one in self.made if one.problems.strip()]
        if problems:
            found.append(
                (
                    "发现问题",
                    "；".join(f"{_head(one.household)}：{_clause(one.problems)}" for one in problems) + "。",
                )
            )
        if self.measured or self.given:
            found.append(("帮扶", self._helped()))
        if acts := [one for one in self.acted if one.act != CALL]:
            found.append(("履职", "；".join(f"{one.get_act_display()}：{one.topic}" for one in acts) + "。"))
        if promised := [one for one in self.made if one.next_promise.strip()]:
            found.append(
                (
                    "下一步",
                    "；".join(f"{_head(one.household)}：{_clause(one.next_promise)}" for one in promised)
                    + "。",
                )
            )
        return found

    def _visited(self) -> str:
        today = timezone.localdate()
        text = ""
        for bearer, verb in ((HELPER, "走访"), (SECOND_HELPER, "联系")):
            rows = obligations(
                Pairing.objects.filter(helper=self.person, household__in=self.seen.values("pk")),
                self.first,
                today,
                bearer,
            )
            states = list(rows.values_list("duty_state", "household__head_name"))
            if not states:
                continue
            done = sum(1 for state, _ in states if state == DONE)
            text += f"应{verb} {len(states)} 户，本期已完成 {done} 户"
            late = [name or "（无户主）" for state, name in states if state == LATE]
            text += f"，逾期 {len(late)} 户（{'、'.join(late)}）。" if late else "。"
        at_home = sum(1 for one in self.made if one.way == HOME)
        away = len(self.made) - at_home
        text += f"实际走访 {len(self.made)} 户次，其中入户 {at_home} 户次"
        return text + (f"、电话或视频 {away} 户次。" if away else "。")

    def _helped(self) -> str:
        money = sum((one.amount or Decimal(0) for one in self.given), Decimal(0))
        parts = []
        if self.measured:
            parts.append(f"登记帮扶措施 {len(self.measured)} 项")
        if self.given:
            worth = f"，折合 {money:,.2f} 元" if money else ""
            parts.append(f"开展帮扶活动 {len(self.given)} 次{worth}")
        return "；".join(parts) + "。"


def given(action: HelpAction) -> str:
    """What was given: 化肥 2 袋，折合 240.00 元."""
    text = action.item
    if action.quantity is not None:
        text += f" {action.quantity.normalize():f} {action.measure}"
    if action.amount is not None:
        text += f"，折合 {action.amount:,.2f} 元"
    return f"{text}（{action.note}）" if action.note else text


def _clause(text: str) -> str:
    """A remark without the full stop at its end: it becomes part of a sentence."""
    return text.strip().rstrip("。；;.")


def _head(household) -> str:
    return f"{household.head_name or '（无户主）'}户"


def months_back(today: date, number: int = 13) -> list[date]:
    """The first days of the last months, this one first."""
    found = [month_of(today)]
    while len(found) < number:
        found.append(month_of(found[-1] - timedelta(days=1)))
    return found
