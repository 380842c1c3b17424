"""Where a case stands, as a row of steps; and what may be done next by whom, with the reason where not."""

from django.urls import reverse

from households.case_steps import Action, Stage
from households.models import MonitoringCase
from households.monitoring.village_lists import notice_end
from poverty.review.models import Step
from poverty.review.services import available

# States in the order of the procedure, with the word of the step that leads out of each.
_STEPS = (
    ("opened", "入户核实", "visit"),
    ("visited", "信息比对", "compare"),
    ("compared", "民主评议", "appraise"),
    ("appraised", "公示与乡镇审核", "township_check"),
    ("checked", "县审批", "approve"),
    ("approved", "村内公告", "announce"),
    ("announced", "录入系统", "record_case"),
)
# Where these are done: on pages of their own, with more than a signature.
_PAGES = {
    "visit": "households:monitoring-visit",
    "compare": "households:monitoring-compare",
    "appraise": "households:monitoring-appraise",
    "not_agree": "households:monitoring-appraise",
    "announce": "households:monitoring-announce",
}


def stages(case: MonitoringCase, steps: list[Step]) -> list[Stage]:
    """The row of steps of a case."""
    days = {step.transition: step.happened_on for step in steps}
    states = [state for state, _, _ in _STEPS]
    at = states.index(case.state) if case.state in states else len(states)
    if case.is_over and case.state != MonitoringCase.State.RECORDED:
        at = sum(name in days for _, _, name in _STEPS)
        return [
            Stage(label, "done" if number < at else "later", days.get(name) if number < at else None)
            for number, (_, label, name) in enumerate(_STEPS)
        ]
    found = []
    for number, (_, label, name) in enumerate(_STEPS):
        when = "done" if number < at else "now" if number == at else "later"
        found.append(Stage(label, when, days.get(name) if when == "done" else None))
    return found


def actions(case: MonitoringCase, user) -> list[Action]:
    """What the person may do with the case now. Who lacks the right is told by `waiting_for`, not by a list of refusals."""
    found = []
    main = next((name for state, _, name in _STEPS if state == case.state), "")
    for one in available(case, user):
        name = one.transition.name
        if not user.has_right(one.transition.right):
            continue
        if name in _PAGES:
            url, why_not = _page(name, case, user), ""
        else:
            url, why_not = reverse("households:monitoring-step", args=[case.pk, name]), one.why_not
        if name == "not_agree":
            continue  # said on the page of the meeting
        found.append(Action(one.transition.label, url, why_not, main=name == main))
    return found


def _page(name: str, case: MonitoringCase, user) -> str:
    if name in ("visit", "compare"):
        return reverse(_PAGES[name], args=[case.pk])
    return f"{reverse(_PAGES[name])}?area={case.household.area_id}"


def waiting_for(case: MonitoringCase) -> str:
    """Who is to do the next step, and from when on, in a sentence; "" when it is over."""
    said = {
        "opened": "等村里入户核实、签承诺授权书。",
        "visited": "等县里和行业部门比对信息。",
        "compared": "等村里民主评议。",
        "checked": "等县审批。",
        "approved": "等县里在村内公告。",
        "announced": "等县里录入系统。",
    }
    if case.state != MonitoringCase.State.APPRAISED:
        return said.get(case.state, "")
    end = notice_end(case)
    if end is None:
        return "等村里张贴公示。"
    return f"村内公示到 {end}，满期次日起由乡镇审核。"
