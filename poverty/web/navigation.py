"""The places of the system, in the order of the side bar. A place is shown to who may enter it."""

from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

SIGNED_IN = "signed_in"

# What the places of a long list stand under.
ENTRY_AND_EXIT = "识别退出"
HELP = "帮扶"
MONITORING = "监测"
DATA = "数据"
SETTINGS = "设置"
FEW = 16  # places that fit a screen: nothing is folded away


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. `rights`: any suffices; `under`: view-name prefixes that light it."""

    label: str
    url_name: str
    rights: tuple[str, ...]
    icon: str
    under: tuple[str, ...] = field(default=())
    group: str = ""


PLACES = (
    Place("我的工作", "home", (SIGNED_IN,), "home", ("home",)),
    Place("户", "households:list", ("household.view",), "users", ("households:",)),
    Place("村", "villages:list", ("village.view",), "building", ("villages:",)),
    Place(
        "识别清退",
        "households:entries",
        ("register.propose", "register.confirm", "register.decide", "run.view"),
        "plus",
        ("households:entr", "households:apply", "households:movement"),
        ENTRY_AND_EXIT,
    ),
    Place(
        "搬迁申请",
        "households:moves",
        ("register.propose", "register.confirm", "register.decide", "run.view"),
        "home",
        ("households:move",),
        ENTRY_AND_EXIT,
    ),
    Place(
        "变动",
        "households:changes",
        ("register.propose", "register.confirm", "register.decide", "run.view"),
        "split",
        ("households:change", "households:propose", "households:register", "households:discard"),
        ENTRY_AND_EXIT,
    ),
    Place("退出", "households:exits", ("exit.view",), "check", ("households:exit",), ENTRY_AND_EXIT),
    Place(
        "退出比对",
        "households:exit-compare",
        ("sector.edit",),
        "check",
        ("households:exit-compare",),
        ENTRY_AND_EXIT,
    ),
    Place(
        "县级审核", "households:desk", ("register.decide",), "shield", ("households:desk",), ENTRY_AND_EXIT
    ),
    Place("名单", "review:rosters", ("household.view",), "list", ("review:roster",), ENTRY_AND_EXIT),
    Place("会议", "review:meetings", ("household.view",), "users", ("review:meeting",), ENTRY_AND_EXIT),
    Place(
        "公示", "review:notices", ("household.view",), "bell", ("review:notice", "notices:"), ENTRY_AND_EXIT
    ),
    Place(
        "异议",
        "review:objections",
        ("objection.enter", "objection.settle", "audit.view"),
        "phone",
        ("review:objection",),
        ENTRY_AND_EXIT,
    ),
    Place("走访记录", "households:visits", ("visit.view",), "eye", ("households:visit",), HELP),
    Place(
        "走访和驻村",
        "households:duties",
        ("duty.view",),
        "calendar",
        ("households:dut", "households:presence", "households:leave", "households:diar", "households:help-"),
        HELP,
    ),
    Place(
        "驻村考评",
        "villages:evaluations",
        ("evaluation.view", "duty.view"),
        "check",
        ("villages:evaluation",),
        HELP,
    ),
    Place("对照表", "households:sheets", ("visit.record",), "print", ("households:sheet",), HELP),
    Place(
        "缺什么补什么",
        "households:gaps",
        ("household.view",),
        "warning",
        ("households:gap", "households:labour"),
        HELP,
    ),
    Place("四个好", "households:goods", ("household.view",), "home", ("households:goods",), HELP),
    Place("工作步骤", "households:steps", ("household.view",), "list", ("households:step",), HELP),
    Place(
        "帮扶措施",
        "households:measures",
        ("measure.view",),
        "list",
        ("households:measure", "households:plan"),
        HELP,
    ),
    Place("诉求", "households:needs", ("need.view",), "phone", ("households:need",), HELP),
    Place(
        "政策享受",
        "households:benefit-coverage",
        ("benefit.view",),
        "check",
        (
            "households:benefit",
            "households:polic",
            "households:loan",
            "households:employment",
            "households:job",
            "households:train",
            "households:solar",
            "households:sale",
            "households:household-policies",
        ),
        HELP,
    ),
    Place(
        "结对",
        "households:pairing-grid",
        ("responsibility.view",),
        "link",
        ("households:pair", "households:helper", "households:relocation"),
        HELP,
    ),
    Place(
        "师生结对",
        "households:students",
        ("student.view",),
        "book",
        ("households:student", "households:school", "households:teacher"),
        HELP,
    ),
    Place(
        "责任书",
        "households:responsibilities",
        ("responsibility.view",),
        "file",
        ("households:responsibilit", "households:agreement"),
        HELP,
    ),
    Place(
        "干部培训", "households:cadre-trainings", ("post.view",), "book", ("households:cadre-training",), HELP
    ),
    Place("线索", "households:clues", ("clue.view",), "bell", ("households:clue",), MONITORING),
    Place(
        "监测",
        "households:monitoring-cases",
        ("monitoring.view",),
        "eye",
        ("households:monitoring", "households:watched", "households:analys", "households:regime"),
        MONITORING,
    ),
    Place(
        "信息比对",
        "households:monitoring-comparisons",
        ("sector.edit",),
        "check",
        ("households:monitoring-compar",),
        MONITORING,
    ),
    Place("排查", "households:rounds", ("round.view",), "search", ("households:round",), MONITORING),
    Place(
        "数据检查",
        "households:checks",
        ("household.view",),
        "check",
        ("households:check", "households:finding", "households:household-checks"),
        DATA,
    ),
    Place("判定", "households:runs", ("run.view",), "scale", ("households:run",), DATA),
    Place(
        "任务表",
        "households:requests",
        ("request.issue", "request.check", "request.fill"),
        "send",
        ("households:request", "households:recurring"),
        DATA,
    ),
    Place(
        "待录国网",
        "households:national",
        ("register.import", "survey.edit"),
        "edit",
        ("households:national",),
        DATA,
    ),
    Place(
        "档案",
        "households:archive",
        ("household.export", "register.propose"),
        "file",
        ("households:archive", "households:label", "households:papers"),
        DATA,
    ),
    Place("台账", "ledgers:list", ("household.export",), "columns", ("ledgers:",), DATA),
    Place(
        "年度", "households:years", ("year.manage", "run.view"), "calendar", ("households:year",), SETTINGS
    ),
    Place(
        "退出标准",
        "standards:list",
        ("standard.view",),
        "book",
        ("standards:", "households:standard"),
        SETTINGS,
    ),
    Place("地方参数", "parameters:list", ("parameter.view",), "sliders", ("parameters:",), SETTINGS),
    Place(
        "走访模板",
        "households:visit-templates",
        ("visit.view", "visit.design"),
        "list",
        ("households:visit-template",),
        SETTINGS,
    ),
    Place("区划", "areas:tree", ("area.view",), "map", ("areas:", "households:settlement"), SETTINGS),
    Place("单位", "accounts:units", ("unit.view",), "building", ("accounts:unit",), SETTINGS),
    Place("人员", "accounts:users", ("user.view",), "user", ("accounts:user", "accounts:posting"), SETTINGS),
    Place("后台任务", "jobs:list", ("job.view",), "clock", ("jobs:",), SETTINGS),
    Place("操作日志", "audit:log", ("audit.view", "accounts_audit.view"), "list", ("audit:",), SETTINGS),
)

# The bottom bar of a phone: what is done standing in a yard.
PHONE_PLACES = (
    Place("今天", "home", (SIGNED_IN,), "home", ("home",)),
    Place("户", "households:list", ("household.view",), "users", ("households:",)),
    Place("走访", "field:shell", ("visit.record",), "edit", ("field:",)),
    Place("我", "accounts:me", (SIGNED_IN,), "user", ("accounts:",)),
)


@dataclass(frozen=True)
class Link:
    """A place as drawn: with its address and whether the person stands in it."""

    label: str
    url: str
    icon: str
    group: str
    active: bool


def links(user, places=PLACES, view_name: str = "") -> list[Link]:
    """The places this user may enter, the active one marked (the longest matching prefix wins)."""
    entered = [(place, _url(place)) for place in places if _may_enter(user, place)]
    entered = [(place, url) for place, url in entered if url]
    matches = {
        place: max((len(p) for p in place.under if view_name.startswith(p)), default=0)
        for place, _ in entered
    }
    best = max(matches.values(), default=0)
    return [
        Link(place.label, url, place.icon, place.group, bool(best) and matches[place] == best)
        for place, url in entered
    ]


@dataclass(frozen=True)
class Group:
    """Places under one heading ("" without); `open`: drawn unfolded."""

    label: str
    links: tuple[Link, ...]
    open: bool


def grouped(found: list[Link]) -> list[Group]:
    """The places under their headings: all unfolded where they are few, else the one the person stands in."""
    groups = [(label, tuple(links)) for label, links in groupby(found, lambda link: link.group)]
    few = len(found) <= FEW
    return [
        Group(label, links, few or not label or any(link.active for link in links)) for label, links in groups
    ]


def _may_enter(user, place):
    if not getattr(user, "is_authenticated", False):
        return False
    return any(code == SIGNED_IN or user.has_right(code) for code in place.rights)


def _url(place):
    return _address(place.url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@cache
def _address(url_name, urlconf, prefix):
    """The address of a place, looked up once: every page draws all of them. `prefix` counts in `reverse` by itself."""
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""
