"""What waits for a person in the procedures: exits, identification, notices, meetings, objections. Only what is there
is named; each number is counted in the database, whatever the number of cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone

from households.entries.conditions import CASE as ENTRY_CASE
from households.entries.models import EntryCase
from households.exits.steps import STEPS
from households.models import BureauConfirmation, ExitCase, RelocationApplication
from households.options import exit_options as exits
from households.relocation.applications.conditions import CASE as MOVE_CASE
from households.services.exits.holding import AT_THE_COUNTY
from households.services.exits.locking import CASE as EXIT_CASE
from households.today_task import Task
from poverty.areas.models import Level
from poverty.notices import lateness
from poverty.review.models import Meeting, Notice, Objection
from poverty.sql.prefix import within

PROPOSE, CONFIRM, DECIDE = "register.propose", "register.confirm", "register.decide"
_FIRST, _SECOND, _LAST = Notice.Kind.FIRST, Notice.Kind.SECOND, Notice.Kind.ANNOUNCEMENT


@dataclass(frozen=True)
class Waits:
    """What a state waits for: `act` (right, word) is done when the notice `awaits` has ended; `post` (right, word) while
    it does not hang yet.
    """

    act: tuple[str, str]
    awaits: str = ""
    post: tuple[str, str] = ("", "")


_EXIT_NOTICES = {
    exits.AGREED: (_FIRST, (PROPOSE, "张贴第一次公示")),
    exits.CHECKED: (_SECOND, (CONFIRM, "张贴第二次公示")),
    exits.ANNOUNCED: (_LAST, ("", "")),
}
_EXIT_WORDS = {exits.AGREED: "乡镇核查", exits.CHECKED: "县级审核"}
_EXITS = {
    one.state: Waits((one.right, _EXIT_WORDS.get(one.state, one.label)), *_EXIT_NOTICES.get(one.state, ()))
    for one in STEPS
}

_ENTRIES = {
    "applied": Waits((CONFIRM, "信息比对")),
    "compared": Waits((PROPOSE, "民主评议")),
    "appraised": Waits((CONFIRM, "乡镇审核"), _FIRST, (PROPOSE, "张贴村内公示")),
    "checked": Waits((DECIDE, "县审核"), _SECOND, (CONFIRM, "张贴乡镇公示")),
    "reviewed": Waits((DECIDE, "领导小组审定")),
    "decided": Waits((DECIDE, "公告")),
    "announced": Waits((DECIDE, "办结入册"), _LAST),
}

# Moving in is when the household moves, not when somebody gets to it: nobody is told to hurry.
_MOVES = {
    "applied": Waits((PROPOSE, "村评议")),
    "appraised": Waits((CONFIRM, "乡镇呈报"), _FIRST, (PROPOSE, "张贴村内公示")),
    "reported": Waits((DECIDE, "县审批"), _SECOND, (CONFIRM, "张贴公示")),
    "approved": Waits((DECIDE, "公告")),
}


def tasks(user, area_code: str) -> list[Task]:
    """What waits for `user` in the chosen place, in the order of the procedures; [] when nothing does."""
    found = [
        *_exits(user, area_code),
        *_comparisons(user, area_code),
        *_entries(user, area_code),
        *_moves(user, area_code),
        *_notices(user, area_code),
        *_meetings(user, area_code),
        *_objections(user, area_code),
    ]
    return [one for one in found if one.count]


def _counted(rows: QuerySet, case_type: str, waits: Mapping[str, Waits], right: str, *by: str):
    """(state, phase, *by, number) of cases that wait for somebody with a right; phase is "act", "post" or "held"."""
    states = [state for state, one in waits.items() if right in (one.act[0], one.post[0])]
    awaited = [When(state=state, then=Value(str(one.awaits))) for state, one in waits.items() if one.awaits]
    hung = Notice.objects.standing().filter(
        kind=OuterRef("awaited"),
        roster__entries__case_type=case_type,
        roster__entries__case_id=OuterRef("pk"),
        roster__entries__left_on__isnull=True,
    )
    rows = rows.annotate(awaited=Case(*awaited, default=Value(""), output_field=CharField()))
    rows = rows.annotate(hung=Subquery(hung.order_by("-last_day").values("last_day")[:1]))
    phase = Case(
        When(awaited="", then=Value("act")),
        When(hung__isnull=True, then=Value("post")),
        When(hung__lt=timezone.localdate(), then=Value("act")),
        default=Value("hangs"),
        output_field=CharField(),
    )
    found = rows.filter(state__in=states).annotate(phase=phase).order_by().values("state", "phase", *by)
    return found.annotate(n=Count("pk")).order_by(*by, "state")


def _said(waits: Waits, phase: str, right: str) -> str:
    """The word for what this right does in a phase; "" when it does nothing."""
    for name, (needed, word) in (("act", waits.act), ("post", waits.post)):
        if phase == name and needed == right:
            return word
    return ""


def _rights(user) -> list[str]:
    return [right for right in (PROPOSE, CONFIRM, DECIDE) if user.has_right(right)]


# Exits ------------------------------------------------------------------------------------------------------


def _exits(user, area_code: str) -> list[Task]:
    found: dict[tuple[int, int], Task] = {}
    order = {one.state: number for number, one in enumerate(STEPS)}
    held = []
    for right in _rights(user):
        mine = ExitCase.objects.visible_to(user, right).under(area_code)
        for row in _counted(mine.filter(held_at__isnull=True), EXIT_CASE, _EXITS, right, "year"):
            if word := _said(_EXITS[row["state"]], row["phase"], right):
                label = f"{row['year']}年退出：{word}"
                url = _exit_url(area_code, row["year"], row["state"] if right == DECIDE else "")
                at = (row["year"], order[row["state"]] * 2 + (row["phase"] == "act"))
                found[at] = Task(label, row["n"], url, "users", urgent=True, unit="户")
        held += _held(mine, area_code, right)
    return [found[at] for at in sorted(found)] + held


def _held(mine: QuerySet, area_code: str, right: str) -> list[Task]:
    """Exits that wait because something has changed, for whoever may say that they go on."""
    if right == PROPOSE:
        return []
    over = Q(state__in=AT_THE_COUNTY)
    waiting = mine.held().open().filter(over if right == DECIDE else ~over)
    years = waiting.order_by().values("year").annotate(n=Count("pk")).order_by("year")
    return [
        Task(
            f"{row['year']}年退出：暂缓、待核实变化",
            row["n"],
            _exit_url(area_code, row["year"]),
            "warning",
            urgent=True,
            unit="户",
        )
        for row in years
    ]


def _exit_url(area_code: str, year: int, state: str = "") -> str:
    if state == exits.CHECKED:
        return reverse("households:desk")
    if state == exits.REVIEWED:
        address = reverse("households:exit-decide")
    elif len(area_code) == Level.VILLAGE:
        address = reverse("households:exit-village", args=[area_code])
    else:
        address = reverse("households:exits")
    return f"{address}?{urlencode({'year': year})}"


def _comparisons(user, area_code: str) -> list[Task]:
    """Planned exits that a bureau has not compared in their round."""
    found = []
    for bureau in exits.EXIT_BUREAUS:
        if not any(grant.sector == bureau.key for grant in user.scope("sector.edit").grants):
            continue
        said = BureauConfirmation.objects.filter(
            case=OuterRef("pk"), round=OuterRef("round"), bureau=bureau.key
        )
        waiting = ExitCase.objects.comparable_by(user, bureau.key).under(area_code)
        waiting = waiting.filter(~Exists(said), state=exits.PLANNED)
        for row in waiting.order_by().values("year").annotate(n=Count("pk")).order_by("year"):
            url = f"{reverse('households:exit-compare')}?{urlencode({'year': row['year']})}"
            found.append(Task(f"{row['year']}年退出：待比对", row["n"], url, "users", urgent=True, unit="户"))
    return found


# Identification ---------------------------------------------------------------------------------------------


def _entries(user, area_code: str) -> list[Task]:
    found: dict[int, Task] = {}
    order = {state: number for number, state in enumerate(_ENTRIES)}
    for right in _rights(user):
        mine = EntryCase.objects.visible_to(user, right).filter(within("household__area_id", [area_code]))
        for row in _counted(mine, ENTRY_CASE, _ENTRIES, right):
            if word := _said(_ENTRIES[row["state"]], row["phase"], right):
                url = f"{reverse('households:entries')}?{urlencode({'tab': row['state']})}"
                at = order[row["state"]] * 2 + (row["phase"] == "act")
                found[at] = Task(f"识别、返贫、清退：{word}", row["n"], url, "edit", urgent=True, unit="件")
    return [found[at] for at in sorted(found)]


# Applications to move ---------------------------------------------------------------------------------------


def _moves(user, area_code: str) -> list[Task]:
    found: dict[int, Task] = {}
    order = {state: number for number, state in enumerate(_MOVES)}
    # Who both proposes and confirms in a village has it in front of him once.
    untold = RelocationApplication.objects.none()
    for right in _rights(user):
        mine = RelocationApplication.objects.visible_to(user, right)
        mine = mine.filter(within("household__area_id", [area_code]))
        for row in _counted(mine, MOVE_CASE, _MOVES, right):
            if word := _said(_MOVES[row["state"]], row["phase"], right):
                url = f"{reverse('households:moves')}?{urlencode({'tab': row['state']})}"
                at = order[row["state"]] * 2 + (row["phase"] == "act")
                found[at] = Task(f"搬迁申请：{word}", row["n"], url, "home", urgent=True, unit="件")
        if right != DECIDE:
            untold |= mine
    told = Task(
        "搬迁申请：告知不予批准",
        untold.to_tell().count(),
        f"{reverse('households:moves')}?tab=untold",
        "home",
        unit="件",
    )
    return [*(found[at] for at in sorted(found)), told]


# Notices, meetings, objections ------------------------------------------------------------------------------


def _notices(user, area_code: str) -> list[Task]:
    """Sheets that end today, and what is late with those that have ended or hang without a photo."""
    right, today = "notice.post", timezone.localdate()
    if not user.has_right(right):
        return []
    rows = Notice.objects.visible_to(user, right).under(area_code)
    ending = rows.running_on(today).filter(last_day=today).count()
    late = reverse("notices:late")
    return [
        Task("今天期满的公示", ending, reverse("review:notices"), "calendar", unit="份"),
        Task("期满没有登记撤下的公示", lateness.still_up(rows, today).count(), f"{late}?what=down", "calendar",
             urgent=True, unit="份"),
        Task("没有张贴照片的公示", lateness.without_photo(rows, today).count(), f"{late}?what=photo", "calendar",
             urgent=True, unit="份"),
    ]  # fmt: skip


def _meetings(user, area_code: str) -> list[Task]:
    """Meetings that were entered and not closed: nothing can be decided by them yet."""
    right = "meeting.enter"
    if not user.has_right(right):
        return []
    rows = Meeting.objects.visible_to(user, right).under(area_code).open()
    years = rows.order_by().values(year=F("held_on__year")).annotate(n=Count("pk")).order_by("year")
    return [
        Task(
            f"{row['year']}年没有定稿的会议",
            row["n"],
            f"{reverse('review:meetings')}?{urlencode({'year': row['year']})}",
            "users",
            unit="次",
        )
        for row in years
    ]


def _objections(user, area_code: str) -> list[Task]:
    """Objections whose receipt or answer waits."""
    found, today, url = [], timezone.localdate(), reverse("review:objections")
    if user.has_right("objection.enter"):
        mine = Objection.objects.visible_to(user, "objection.enter").under(area_code).open()
        waiting = mine.filter(receipt_on__isnull=True)
        found.append(Task("待告知受理的异议", waiting.count(), url, "phone", urgent=True, unit="件"))
    if user.has_right("objection.settle"):
        mine = Objection.objects.visible_to(user, "objection.settle").under(area_code).open()
        number = mine.aggregate(every=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
        hint = f"其中 {number['late']} 件已过答复期限" if number["late"] else ""
        found.append(
            Task("待核查答复的异议", number["every"], url, "phone", urgent=True, hint=hint, unit="件")
        )
    return found
