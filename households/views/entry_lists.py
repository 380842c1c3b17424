"""Lists of cases on the wall: the page of a list, posting it, and the sheet to print."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.entries.models import EntryCase
from households.entries.workflow import ENTRY
from households.readers import READERS
from households.views.entries import CASE, visible
from households.views.list_posting import Wall, lines_of, listed, posting
from poverty.review.models import Notice, Roster
from poverty.review.services.notices import code_of
from poverty.web.rights import requires

_WHAT = {"identification": "识别贫困户", "return": "返贫户", "clearance": "清退户"}
_WALL = Wall(
    ENTRY,
    {
        Notice.Kind.FIRST: "{village}{year}年拟{whom}公示",
        Notice.Kind.SECOND: "{village}{year}年拟{whom}第二次公示",
        Notice.Kind.ANNOUNCEMENT: "{village}{year}年{whom}公告",
    },
    list_page="households:entry-list",
    then=lambda notice: reverse("households:entry-sheet", args=[notice.pk]),
    told="已张贴，公示到 {day}，次日起可以办理下一环节。",
    whom=lambda lines: "、".join(
        label for key, label in _WHAT.items() if any(line["case"].kind == key for line in lines)
    ),
)


def roster_for(user, pk: int) -> Roster:
    """A list of cases that the person may see, or 404."""
    return get_object_or_404(Roster.objects.visible_to(user).filter(case_type=CASE), pk=pk)


@require_safe
@requires(*READERS)
def entry_list(request, pk: int):
    """A list: who stands on it, which notices hang, and which one comes next."""
    roster, template = roster_for(request.user, pk), "households/entries/roster.html"
    return listed(request, ENTRY, roster, visible(request.user), template)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose", "register.confirm", "register.decide")
def entry_notice(request, pk: int, kind: str):
    """Post a list, and go on to the sheet to print."""
    return posting(request, _WALL, roster_for(request.user, pk), kind, visible(request.user))


@require_safe
@requires(*READERS)
def entry_sheet(request, pk: int):
    """The sheet of a notice as it hangs on the wall, with its code as long as it counts."""
    rows = Notice.objects.visible_to(request.user).filter(roster__case_type=CASE).select_related("roster")
    notice = get_object_or_404(rows, pk=pk)
    lines = lines_of(notice.roster, visible(request.user))
    # The number by which somebody objects: the place on the list, which stays when others leave.
    shown: list[tuple[int, EntryCase]] = [
        (line["entry"].position, line["case"]) for line in lines if line["entry"].hung_on(notice)
    ]
    code = "" if notice.withdrawn_on else code_of(notice)
    return render(request, "households/entries/sheet.html", {"notice": notice, "code": code, "cases": shown})
