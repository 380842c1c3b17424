"""The household page: one page that answers "why"."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from households import case_tabs, living
from households.case_head import case_head, with_counts
from households.gaps.tab import help_tab
from households.models import Household, Survey
from households.timeline import timeline
from poverty.web.chosen import chosen
from poverty.web.rights import requires

STORY_BESIDE = 8
STORY = 20
WIDE = ("members", "help", "pairing", "changes")  # tables that want the whole width


def _living(head) -> dict:
    survey = (
        Survey.objects.filter(household=head.household, year=head.year).select_related("recorded_by").first()
    )
    return {
        "survey": survey,
        "sections": living.sections(survey) if survey else [],
        "basics": living.basics(head.household),
    }


# tab -> (label, what it shows)
TABS = {
    "verdict": ("结论", case_tabs.verdict_tab),
    "members": ("成员", case_tabs.members_tab),
    "income": ("收入", case_tabs.income_tab),
    "living": ("生产生活条件", _living),
    "pairing": ("结对", case_tabs.pairing_tab),
    "help": ("帮扶", help_tab),
    "monitoring": ("监测", case_tabs.monitoring_tab),
    "changes": ("变动", case_tabs.changes_tab),
    "place": ("照片位置", case_tabs.place_tab),
    "story": ("时间线", lambda head: {}),
}


@require_safe
@requires("household.view")
def detail(request, pk):
    """A household: its head, one tab, and its story at the side. A bureau officer sees his indicator only."""
    rows = Household.objects.visible_to(request.user)
    household = get_object_or_404(
        with_counts(rows).select_related("head", "area", "settlement", "photo"), pk=pk
    )
    head = case_head(household, user=request.user, year=chosen(request).year)
    if not head.own.whole:
        context = {"head": head, "tab": "verdict", **case_tabs.verdict_tab(head)}
        return render(request, "households/detail/limited.html", context)
    tab = request.GET.get("tab", "verdict")
    if tab not in TABS:
        raise Http404
    context = {
        "head": head,
        "tab": tab,
        "tabs": _tabs(head, tab),
        "part": f"households/detail/_{tab}.html",
        **TABS[tab][1](head),
    }
    if tab == "story":
        context["story"] = timeline(household, after=request.GET.get("page"), size=STORY)
        context["later"] = bool(request.GET.get("page"))
    elif tab not in WIDE and not request.htmx:
        # The side panel is for a glance; the story comes with the page.
        context["story"] = timeline(household, size=STORY_BESIDE)
    return render(request, "households/detail/detail.html", context)


def _tabs(head, active: str) -> list[tuple]:
    """(label, address, count, whether active) for web/tabs.html."""
    household = head.household
    counts = {
        "members": household.size,
        "monitoring": household.monitoring_count or 0,
        "changes": household.change_count or 0,
        "pairing": len(head.helpers),
    }
    path = f"{reverse('households:detail', args=[household.pk])}?year={head.year}"
    return [
        (label, f"{path}&tab={name}" if name != "verdict" else path, counts.get(name), name == active)
        for name, (label, _) in TABS.items()
    ]
