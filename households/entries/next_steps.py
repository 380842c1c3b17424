"""Where a case stands, what comes next and who does it, and what this person can do with it now or why not."""

from django.urls import reverse
from django.utils import timezone

from households.case_steps import Action, Stage, held_at, postings
from households.entries import conditions
from households.entries.conditions import CASE
from households.entries.models import EntryCase
from households.entries.workflow import ENTRY
from poverty.review.meeting_holds import meeting_refusals
from poverty.review.services import available

WAY = ("applied", "compared", "appraised", "checked", "reviewed", "decided", "announced", "done")
# What is done to come to a state.
STEP_WORDS = dict(
    zip(WAY, ("申请", "信息比对", "民主评议", "乡镇审核", "县审核", "审定", "公告", "入册"), strict=True)
)
# What waits in a state, and who does it.
NEXT = {
    "applied": ("信息比对", "乡镇把名单送各部门比对，登记结果；农户须先签授权书"),
    "compared": ("民主评议", "村里开村民代表会议评议"),
    "appraised": ("村内公示、乡镇审核", "村里张贴公示，期满由乡镇审核"),
    "checked": ("乡镇公示、县审核", "乡镇张贴第二次公示，期满由县扶贫办审核"),
    "reviewed": ("领导小组审定", "县扶贫办按领导小组会议和文号登记，审核人不能登记审定"),
    "decided": ("公告", "县扶贫办张贴公告"),
    "announced": ("办结入册", "公告期满，县扶贫办办结，户的登记随之变更"),
}
# The list on which a state is handled as a whole: state -> transition.
BY_LIST = {
    "appraised": "check",
    "checked": "review",
    "reviewed": "decide",
    "decided": "announce",
    "announced": "enter",
}
TABS = (
    ("applied", "待比对"),
    ("compared", "待评议"),
    ("appraised", "待乡镇审核"),
    ("checked", "待县审核"),
    ("reviewed", "待审定"),
    ("decided", "待公告"),
    ("announced", "待办结"),
)


def stages(case: EntryCase) -> list[Stage]:
    """The way of a case with where it stands."""
    refused = case.refusal.stage if case.state == "refused" else None
    stood = refused or case.state
    place = WAY.index(stood) if stood in WAY else -1
    found = []
    for number, state in enumerate(WAY):
        clears = state == "done" and case.kind == EntryCase.Kind.CLEARANCE
        label = "清退" if clears else STEP_WORDS[state]
        when = "done" if number <= place else "not" if not case.is_open else "later"
        if case.is_open and number == place + 1:
            when = "now"
        found.append(Stage(label, when))
    return found


def held(state: str, cases) -> dict[int, str]:
    """Why cases in a state cannot be passed on by their list today, by case; set-based."""
    # The meeting of the leading group is entered with the step itself.
    return held_at(ENTRY, BY_LIST[state], cases, met=True)


def actions(case: EntryCase, user) -> list[Action]:
    """What the person can do with a case, the main thing first; the reasons why not only for what his role does."""
    found = postings(case, user, "households:entry-notice")
    for one in available(case, user):
        name = one.transition.name
        if not user.has_right(one.transition.right) or name == "refuse_appraisal":
            continue
        ending = name.startswith(("refuse", "return")) or name == "withdraw"
        why = one.why_not and _remaining(case, one)
        if why and ending:
            continue
        found.append(
            Action(
                one.transition.label,
                "" if why else _url(case, name),
                why,
                not ending,
                name != "withdraw" and ending,
            )
        )
    return sorted(found, key=lambda one: not one.main)


def _remaining(case: EntryCase, one) -> str:
    """The reason without what is done on the very page that the button leads to."""
    name, rows = one.transition.name, EntryCase.objects.filter(pk=case.pk)
    if name in ("appraise", "decide"):
        own = meeting_refusals(one.transition.after_meeting, CASE, [case.pk], timezone.localdate())
    elif name == "compare":
        own = {} if "授权" in one.why_not else conditions.compared(rows)
    else:
        own = {}
    return "" if own.get(case.pk) == one.why_not else one.why_not


def _url(case: EntryCase, name: str) -> str:
    if name == "compare":
        return reverse("households:entry-compare", args=[case.pk])
    if name == "appraise":
        return f"{reverse('households:entry-appraise')}?village={case.area_code}"
    if name in BY_LIST.values():
        return f"{reverse('households:entries')}?tab={case.state}#entry-{case.pk}"
    page = "refuse" if name.startswith("refuse") else "return" if name.startswith("return") else name
    return reverse(f"households:entry-{page}", args=[case.pk])
