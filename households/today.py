"""What waits for a person today, by role: sections of the landing page. Counts come from stored verdicts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from households.benefits.today import tasks as benefit_tasks
from households.case_head import link
from households.check_figures import waiting_by_severity
from households.checks.check import Severity
from households.disclosure import own_indicators, sees_indicator, whole_to
from households.figures import by_indicator, by_place
from households.filters import ON_REGISTER
from households.gaps.today import gap_tasks, late_gaps, measure_tasks, need_tasks
from households.helping.today import arranging_tasks
from households.listing import Row, rows_of
from households.models import AssessmentRun, Household, LeftOut, NationalGap, RegisterChange
from households.monitoring.waiting import waiting_for_person
from households.request_figures import waiting_tasks
from households.services.national import visible_gaps
from households.services.personal import phones_of
from households.today_duties import late_task, leave_tasks, own_due, screen_tasks
from households.today_procedures import tasks as procedure_tasks
from households.today_task import Task
from poverty.accounts.models import Posting, Role, User
from poverty.fields.states import UNKNOWN, UNMET
from poverty.ledgers.models import Import
from poverty.sql.prefix import within
from poverty.standards.models import Standard
from poverty.standards.statuses import Status
from poverty.web.paging import count_up_to

OWN_AT_MOST = 100
RETURNED_FOR = timedelta(days=90)
ENDING_WITHIN = timedelta(days=30)
# Above the county a table counts hundreds of thousands of households: it comes in a second request, kept a
# while.
COUNTY_LENGTH = 6
KEPT_SECONDS = 300


@dataclass(frozen=True)
class Section:
    """A part of the page: template under households/today/, heading, what it shows; `wide`: both columns."""

    template: str
    title: str
    content: dict = field(default_factory=dict)
    wide: bool = False

    @property
    def path(self) -> str:
        """The template to include."""
        return f"households/today/{self.template}"


@dataclass(frozen=True)
class Desk:
    """Who works where, in which year."""

    user: User
    area_code: str
    year: int

    @property
    def rows(self):
        """Households the person sees in the chosen area."""
        return Household.objects.visible_to(self.user).under(self.area_code)


def sections(user, area_code: str, year: int) -> list[Section]:
    """The sections of all roles the person holds today, in the product's order, each once."""
    desk = Desk(user, area_code, year)
    builders: list[Callable[[Desk], Section | None]] = []
    for role in user.roles_today:
        builders += [one for one in _SECTIONS.get(role, ()) if one not in builders]
    return [section for build in builders if (section := build(desk)) is not None]


def list_url(**filters) -> str:
    """The address of the list that makes a number."""
    return (
        f"{reverse('households:list')}?{urlencode({k: v for k, v in filters.items() if v not in ('', None)})}"
    )


# Helper -----------------------------------------------------------------------------------------------------


def _own_households(desk: Desk) -> Section:
    """Households of a helper, the most pressing first: unmet, then not visited, then unknown."""
    mine = Household.objects.filter(
        pk__in=desk.user.pairings.open_on(timezone.localdate()).values("household")
    ).on_register()
    rows = rows_of(list(mine.select_related("area")[:OWN_AT_MOST]), user=desk.user, year=desk.year)
    rows.sort(key=_pressing)
    phones = phones_of([row.household for row in rows], desk.user)
    cards = [
        {
            "row": row,
            "phone": phones.get(row.pk, ""),
            "edit_url": link("survey-edit", row.pk, desk.year),
        }
        for row in rows
    ]
    waiting = sum(1 for row in rows if row.visited_on is None)
    return Section(
        "_own.html", "我的户", {"cards": cards, "not_visited": waiting, "year": desk.year}, wide=True
    )


def _pressing(row: Row) -> tuple:
    return (
        not row.lacking.unmet,
        row.visited_on is not None,
        not row.lacking.unknown,
        row.visited_on or 0,
        row.pk,
    )


def _due(desk: Desk) -> Section | None:
    """Who of the own households is due by when."""
    content = own_due(desk.user)
    return Section("_due.html", "走访提醒", content) if content else None


def _field_work(desk: Desk) -> Section:
    """Visits that are late in the place, leave that waits."""
    tasks = [late_task(desk.rows, desk.user), *leave_tasks(desk.user, desk.area_code)]
    return Section("_tasks.html", "走访和驻村", {"tasks": tasks})


def _screen(desk: Desk) -> Section | None:
    """The county's figures of field work; above a county none is counted on a page that everybody opens first."""
    if len(desk.area_code) < COUNTY_LENGTH:
        return None
    tasks = [*screen_tasks(desk.rows, desk.user, desk.area_code), *leave_tasks(desk.user, desk.area_code)]
    return Section("_tasks.html", "走访和驻村", {"tasks": tasks})


# Village and township ---------------------------------------------------------------------------------------


def _gaps(desk: Desk) -> Section:
    """Households that lack something, by indicator."""
    figures, not_visited = by_indicator(desk.rows, desk.year)
    base = {"area": desk.area_code, "kind": ON_REGISTER}
    lines = [
        {
            "label": one.label,
            "unmet": one.unmet,
            "unknown": one.unknown,
            "unmet_url": list_url(**base, indicator=one.code, indicator_state=UNMET),
            "unknown_url": list_url(
                **base,
                indicator=one.code,
                indicator_state=UNKNOWN,
                visited="yes" if one.visited_only else "",
            ),
        }
        for one in figures
        if one.unmet or one.unknown
    ]
    return Section(
        "_gaps.html",
        "缺什么补什么",
        {
            "lines": lines,
            "not_visited": not_visited,
            "not_visited_url": list_url(**base, visited="no"),
            "year": desk.year,
        },
    )


def _proposals(desk: Desk) -> Section:
    """What became of one's own proposals: returned ones first."""
    since = timezone.now() - RETURNED_FOR
    own = RegisterChange.objects.visible_to(desk.user).filter(proposed_by=desk.user)
    returned = own.filter(state=RegisterChange.State.RETURNED, proposed_at__gte=since)
    rows = [
        (
            one,
            link("change", one.pk) or f"{reverse('households:detail', args=[one.household_id])}?tab=changes",
        )
        for one in returned.select_related("household", "member").order_by("-pk")[:10]
    ]
    tasks = [Task("我提出、等待办理的变动", own.open().count(), link("changes"), "send")]
    return Section("_proposals.html", "我提出的变动", {"returned": rows, "tasks": tasks})


def _township(desk: Desk) -> Section:
    rows = RegisterChange.objects.visible_to(desk.user, "register.confirm")
    waiting = rows.filter(state=RegisterChange.State.PROPOSED).count()
    return Section(
        "_tasks.html",
        "待办",
        {
            "tasks": [
                Task("等您确认的变动", waiting, link("changes"), "edit", urgent=True),
                _without_helper(desk),
            ]
        },
    )


def _without_helper(desk: Desk) -> Task:
    number = desk.rows.without_helper(timezone.localdate()).count()
    url = list_url(area=desk.area_code, no_helper="yes")
    return Task("没有帮扶责任人的户", number, url, "link", urgent=True, unit="户")


def _checks(desk: Desk) -> Section:
    """Findings of the data checks that wait for an answer or a correction."""
    waiting = waiting_by_severity(desk.user, desk.area_code, desk.year)
    tasks = [
        Task(
            one.label,
            waiting[one],
            f"{reverse('households:findings')}?severity={one.value}&state=open",
            "info" if one == Severity.NOTICE else "warning",
            urgent=one == Severity.ERROR,
        )
        for one in Severity
    ]
    return Section("_tasks.html", "数据检查", {"tasks": tasks})


def _national(desk: Desk) -> Section:
    """What is to be typed into the national system, and workbooks that wait to be applied."""
    waiting = visible_gaps(desk.user).filter(
        within("household__area_id", [desk.area_code]), state=NationalGap.State.PENDING
    )
    tasks = [
        Task("待录入国网的内容", count_up_to(waiting, 10_000)[0], reverse("households:national"), "edit")
    ]
    if desk.user.has_right("register.import"):
        checked = Import.objects.visible_to(desk.user).filter(state=Import.State.CHECKED).count()
        tasks.append(
            Task("核对好、等您应用的导入", checked, reverse("ledgers:imports"), "upload", urgent=True)
        )
    return Section("_tasks.html", "国网数据", {"tasks": tasks})


def _requests(desk: Desk) -> Section:
    """Tables from above: what is to be filled, what was sent back, what is late."""
    url = reverse("households:requests")
    tasks = [
        Task(one.label, one.count, url, one.icon, urgent=one.urgent, hint=one.hint)
        for one in waiting_tasks(desk.user)
    ]
    return Section("_tasks.html", "任务表", {"tasks": tasks})


def _monitoring(desk: Desk) -> Section:
    """Clues to answer and monitoring cases at a step of the person's own."""
    found = waiting_for_person(desk.user)
    clues = reverse("households:clues")
    tasks = [
        Task("待核实的线索", found.clues, clues, "bell", unit="条"),
        Task("超期没有答复的线索", found.late_clues, f"{clues}?tab=late", "warning", urgent=True, unit="条"),
        Task("等您办理的监测事项", found.cases, reverse("households:monitoring-cases"), "eye", unit="件"),
    ]
    return Section("_tasks.html", "防止返贫监测", {"tasks": tasks})


def _comparing(desk: Desk) -> Section:
    """Households that authorised a comparison and wait for the bureau's answer."""
    number = waiting_for_person(desk.user).comparisons
    task = Task(
        "等您比对信息的监测户", number, reverse("households:monitoring-comparisons"), "check", unit="户"
    )
    return Section("_tasks.html", "防止返贫监测", {"tasks": [task]})


def _procedures(desk: Desk) -> Section | None:
    """Exits, identification, notices, meetings and objections that wait for the person; None: nothing does."""
    waiting = procedure_tasks(desk.user, desk.area_code)
    return Section("_tasks.html", "待办程序", {"tasks": waiting}) if waiting else None


def _helping(desk: Desk) -> Section:
    """What is the person's own to close and to do: gaps, measures, plans, needs."""
    tasks = gap_tasks(desk.user, desk.area_code, desk.year)
    if desk.user.has_right("measure.edit"):
        tasks += measure_tasks(desk.user, desk.area_code, desk.year)
    tasks += need_tasks(desk.user, desk.area_code)
    tasks += arranging_tasks(desk.user, desk.area_code, desk.year)
    return Section("_tasks.html", "帮扶", {"tasks": tasks})


def _helping_here(desk: Desk) -> Section:
    """The same for who looks after a place, with what is late of everybody."""
    tasks = late_gaps(desk.user, desk.area_code, desk.year)
    if desk.user.has_right("measure.edit"):
        tasks += measure_tasks(desk.user, desk.area_code, desk.year)
    tasks += need_tasks(desk.user, desk.area_code)
    tasks += arranging_tasks(desk.user, desk.area_code, desk.year)
    return Section("_tasks.html", "帮扶", {"tasks": tasks})


# County -----------------------------------------------------------------------------------------------------


def _county(desk: Desk) -> Section:
    user = desk.user
    waiting = RegisterChange.objects.visible_to(user, "register.decide").filter(
        state=RegisterChange.State.CONFIRMED
    )
    drafts = (
        Standard.objects.visible_to(user)
        .filter(status=Status.DRAFT)
        .exclude(makers__contains=[user.pk])
        .count()
    )
    drafts_url = f"{reverse('standards:list')}?status=draft"
    tasks = [
        Task("等县审定的变动", waiting.count(), link("changes"), "edit", urgent=True),
        Task("等您发布的标准草稿", drafts, drafts_url, "book", hint="起草人不能自己发布", unit="份"),
        _without_helper(desk),
    ]
    return Section("_tasks.html", "待办", {"tasks": tasks})


def _last_run(desk: Desk) -> Section:
    """The last judging of the county with what it changed and could not judge."""
    runs = AssessmentRun.objects.visible_to(desk.user)
    run = runs.finished_over(desk.area_code[:COUNTY_LENGTH], desk.year).first()
    if run is None:
        return Section("_run.html", "判定", {"run": None, "year": desk.year, "runs_url": link("runs")})
    left_out = LeftOut.objects.filter(run=run, household__in=desk.rows.values("pk")).count()
    return Section(
        "_run.html",
        "判定",
        {
            "run": run,
            "left_out": left_out,
            "year": desk.year,
            "runs_url": link("runs"),
            "run_url": link("run", run.pk),
        },
    )


# Bureau -----------------------------------------------------------------------------------------------------


def _bureau(desk: Desk) -> Section:
    """The own sector's indicators: how many households lack, with the lists."""
    lines = []
    for code in sorted(own_indicators(desk.user)):
        rows = desk.rows.filter(sees_indicator(desk.user, code))
        [one], _ = by_indicator(rows, desk.year, only=[code])
        base = {"area": desk.area_code, "indicator": code}
        lines.append(
            {
                "label": one.label,
                "unmet": one.unmet,
                "unknown": one.unknown,
                "unmet_url": list_url(**base, indicator_state=UNMET),
                "unknown_url": list_url(**base, indicator_state=UNKNOWN),
            }
        )
    return Section("_bureau.html", "本行业指标", {"lines": lines, "year": desk.year})


# Whoever reads ----------------------------------------------------------------------------------------------


def _places(desk: Desk) -> Section:
    """Households, persons and verdicts by the places right below."""
    if len(desk.area_code) < COUNTY_LENGTH:
        return Section(
            "_places_later.html", "各地情况", {"year": desk.year, "area_code": desk.area_code}, wide=True
        )
    return Section("_places.html", "各地情况", place_figures(desk), wide=True)


def place_figures(desk: Desk) -> dict:
    """Context of the table by place; above the county kept for some minutes, with when it was counted.

    Counts verdicts: so only of households that the person sees whole, and kept for him alone.
    """
    wide = len(desk.area_code) < COUNTY_LENGTH
    scope = ",".join(desk.user.scope("household.view").areas)
    key = f"today:{desk.user.pk}:{scope}:{desk.area_code}:{desk.year}"
    found = cache.get(key) if wide else None
    if found is None:
        places, total = by_place(desk.rows.filter(whole_to(desk.user)), desk.year, desk.area_code)
        found = {"places": places, "total": total, "counted_at": timezone.now(), "year": desk.year}
        if wide:
            cache.set(key, found, KEPT_SECONDS)
    return {**found, "kind": ON_REGISTER, "area_code": desk.area_code, "wide": wide}


# Administrator ----------------------------------------------------------------------------------------------


def _accounts(desk: Desk) -> Section:
    today = timezone.localdate()
    people = User.objects.visible_to(desk.user)
    postings = Posting.objects.visible_to(desk.user)
    users_url = reverse("accounts:users")
    active = people.filter(is_active=True, username__isnull=False)
    tasks = [
        Task("可登录的账号", active.count(), f"{users_url}?state=active", "user", unit="个"),
        Task(
            "还没改首次密码", active.filter(must_change_password=True).count(), users_url, "lock", unit="个"
        ),
        Task(
            "没有任职、什么也看不到的账号",
            active.exclude(pk__in=User.objects.posted()).count(),
            users_url,
            "warning",
            unit="个",
        ),
        Task(
            f"{ENDING_WITHIN.days}天内到期的任职",
            postings.open_on(today).filter(valid_to__lte=today + ENDING_WITHIN).count(),
            users_url,
            "calendar",
        ),
    ]
    return Section("_tasks.html", "单位与人员", {"tasks": tasks})


def _benefits(desk: Desk) -> Section | None:
    """Terms near or past their deadline, loans due, and incomes that wait for a word."""
    tasks = benefit_tasks(desk.user, desk.area_code, desk.year)
    return Section("_tasks.html", "政策享受", {"tasks": tasks}) if tasks else None


_SECTIONS: dict[str, tuple[Callable[[Desk], Section | None], ...]] = {
    Role.HELPER: (_due, _own_households, _helping, _monitoring, _requests, _checks),
    Role.VILLAGE_CLERK: (
        _gaps,
        _helping,
        _procedures,
        _field_work,
        _proposals,
        _monitoring,
        _requests,
        _checks,
        _national,
    ),
    Role.TOWNSHIP_OFFICER: (
        _township,
        _benefits,
        _procedures,
        _field_work,
        _gaps,
        _helping_here,
        _monitoring,
        _requests,
        _checks,
        _national,
        _places,
    ),
    Role.COUNTY_REVIEWER: (
        _county,
        _benefits,
        _procedures,
        _screen,
        _last_run,
        _helping_here,
        _monitoring,
        _requests,
        _checks,
        _national,
        _places,
    ),
    Role.BUREAU_OFFICER: (_procedures, _benefits, _bureau, _helping, _comparing),
    Role.FINANCE_OFFICER: (_places,),
    Role.INSPECTOR: (_places,),
    Role.AUDITOR: (_places, _last_run),
    Role.LEADER: (_screen, _places),
    Role.ADMINISTRATOR: (_accounts,),
}
