"""Where an application stands, what comes next and who does it, and what this person can do with it now or why not."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from households.case_steps import Action, Stage, held_at, postings
from households.models import CountyYear, RelocationApplication, Survey
from households.options.kinds import GENERAL_RURAL
from households.relocation.applications import conditions
from households.relocation.applications.services.applying import TWICE
from households.relocation.applications.services.lists import BY_LIST
from households.relocation.applications.workflow import RELOCATION
from poverty.review.services import available

WAY = ("applied", "appraised", "reported", "approved", "announced", "moved", "cleared")
# What is done to come to a state.
_STEP_WORDS = dict(
    zip(WAY, ("申请", "村评议", "乡镇呈报", "县审批", "公告", "入住", "旧房拆除"), strict=True)
)
# What waits in a state, and who does it.
NEXT = {
    "applied": ("村评议", "村里核实，开村民代表会议评议；先上传申请书扫描件"),
    "appraised": (
        "村内公示、乡镇呈报",
        "村里张贴公示，会议记录传到会议页面；期满由乡镇几户一批呈报，乡镇核查表传到名单页面",
    ),
    "reported": (
        "公示、县审批",
        "乡镇张贴公示，期满由县扶贫办审批，提出和呈报的人不能审批；县级审核表传到名单页面",
    ),
    "approved": ("公告", "县扶贫办张贴公告"),
    "announced": ("登记入住", "公告期满，农户搬进新房以后由乡镇登记"),
}
_OLD_HOUSE = ("登记旧房拆除", "农户承诺拆旧复垦，拆除以后由乡镇登记")
TABS = (
    ("applied", "待评议"),
    ("appraised", "待呈报"),
    ("reported", "待审批"),
    ("approved", "待公告"),
    ("announced", "待入住"),
    ("moved", "待拆旧房"),
)
# Steps that end an application or send it back; each has its page.
_PAGES = {
    "refuse_township": "refuse",
    "refuse_county": "refuse",
    "return_township": "return",
    "return_county": "return",
    "revoke_approval": "return",
    "withdraw": "withdraw",
    "move_in": "in",
    "revoke_move_in": "in-revoke",
    "clear_old_house": "clear",
}
# Fired together with something else: the village's minutes, the end of the household.
_NO_BUTTON = ("refuse_village", "end_with_household")


def next_of(case: RelocationApplication) -> tuple[str, str] | None:
    """What comes next and who does it; None: nothing."""
    if case.state == RelocationApplication.State.MOVED:
        return _OLD_HOUSE if case.old_house_goes else None
    return NEXT.get(case.state)


def stages(case: RelocationApplication, stood: str) -> list[Stage]:
    """The way of an application. `stood`: its state, or where it stood when it was refused or withdrawn."""
    place = WAY.index(stood)
    goes_on = next_of(case) is not None
    found = []
    for number, state in enumerate(WAY):
        if state == "cleared" and not case.old_house_goes:
            continue
        when = "done" if number <= place else "later" if goes_on else "not"
        if goes_on and number == place + 1:
            when = "now"
        found.append(Stage(_STEP_WORDS[state], when))
    return found


def held(state: str, cases) -> Mapping[int, str]:
    """Why applications in a state cannot take their next step today, by application; set-based."""
    if state == "applied":
        return appraisal_held(cases)
    name = "move_in" if state == "announced" else BY_LIST.get(state)
    return held_at(RELOCATION, name, cases) if name else {}


def appraisal_held(cases) -> Mapping[int, str]:
    """Why applications cannot be appraised today, apart from the meeting, which is entered with the step; set-based."""
    return held_at(RELOCATION, "appraise", cases, met=True)


def actions(case: RelocationApplication, user) -> list[Action]:
    """What the person can do with an application, the main thing first; why not only for what his role does."""
    found = postings(case, user, "households:move-notice", conditions.fits_list)
    for one in available(case, user):
        name = one.transition.name
        if not user.has_right(one.transition.right) or name in _NO_BUTTON:
            continue
        ends = name in _PAGES and _PAGES[name] in ("refuse", "return", "withdraw", "in-revoke")
        why = one.why_not
        if name == "appraise" and why:
            why = appraisal_held(RelocationApplication.objects.filter(pk=case.pk)).get(case.pk, "")
        if why and (ends or (name == "clear_old_house" and not case.old_house_goes)):
            continue
        found.append(
            Action(
                "录入村评议" if name == "appraise" else one.transition.label,
                "" if why else _url(case, name),
                why,
                main=not ends,
                danger=ends and name != "withdraw",
            )
        )
    return sorted(found, key=lambda one: not one.main)


def _url(case: RelocationApplication, name: str) -> str:
    if name == "appraise":
        return f"{reverse('households:move-appraise')}?village={case.area_code}"
    if name in BY_LIST.values():
        return f"{reverse('households:moves')}?tab={case.state}#move-{case.pk}"
    return reverse(f"households:move-{_PAGES[name]}", args=[case.pk])


@dataclass(frozen=True)
class FactsLag:
    """The facts of a year do not say that a household moves though it has moved in; `url`: where to say so, "" when this
    person cannot.
    """

    year: int
    url: str = ""


def facts_lag(case: RelocationApplication, year: int, user) -> FactsLag | None:
    """Whether the facts of the year (or of that of moving in, where that is later) still lack 搬迁户. None: they say so,
    or the household is on the register no more.
    """
    if case.moved_on is None or case.household.state != "registered":
        return None
    year = max(year, case.moved_on.year)
    if Survey.objects.filter(household=case.household_id, year=year, is_relocated=True).exists():
        return None
    open_year = CountyYear.objects.filter(
        area=case.area_code[:6], year=year, state=CountyYear.State.OPEN
    ).exists()
    may = open_year and user.has_right_at("survey.edit", case.area_code)
    url = reverse("households:survey-edit", args=[case.household_id, year]) if may else ""
    return FactsLag(year, url)


def warnings(household_id: int) -> list[str]:
    """What speaks against a move by the facts of all years: said again, or a house rebuilt with public money before."""
    found = []
    rows = Survey.objects.filter(household=household_id)
    if year := rows.filter(is_relocated=True).order_by("year").values_list("year", flat=True).first():
        found.append(f"{year}年度信息里该户已是搬迁户，请核对是否重复申请。")
    rebuilt = rows.filter(rebuilt_year__isnull=False).order_by("-year").values_list("rebuilt_year", flat=True)
    if year := rebuilt.first():
        found.append(f"该户{year}年享受过危房改造，危房改造和易地搬迁不能重复享受，请核对。")
    return found


def why_not_apply(household) -> str:
    """Why a household cannot apply to move now; "" when it can."""
    if household.state != household.State.REGISTERED:
        return conditions.OFF_REGISTER
    if household.kind == GENERAL_RURAL:
        return conditions.NOT_POOR
    if household.relocation_applications.standing().exists():
        return TWICE
    return ""
