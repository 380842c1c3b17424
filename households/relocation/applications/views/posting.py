"""Lists of applications on the wall: the page of a list, and posting it."""

from functools import reduce
from operator import or_

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.readers import READERS
from households.relocation.applications.views.reading import visible
from households.relocation.applications.workflow import RELOCATION
from households.views.list_posting import Wall, listed, posting
from poverty.review.models import Notice, Roster
from poverty.web.rights import requires

_WALL = Wall(
    RELOCATION,
    {
        Notice.Kind.FIRST: "{village}{year}年易地扶贫搬迁对象评议结果公示",
        Notice.Kind.SECOND: "{village}{year}年拟易地扶贫搬迁对象公示",
        Notice.Kind.ANNOUNCEMENT: "{village}{year}年易地扶贫搬迁对象公告",
    },
    list_page="households:move-list",
    then=lambda notice: reverse("notices:sheet", args=[notice.pk]),
    told="已登记张贴，公示到 {day}，次日起可以办理下一环节。",
)


def _roster_for(user, pk: int) -> Roster:
    seen = reduce(or_, (Roster.objects.visible_to(user, right) for right in READERS))
    return get_object_or_404(seen.filter(case_type=RELOCATION.case_type), pk=pk)


@require_safe
@requires(*READERS)
def move_list(request, pk: int):
    """A list: who stands on it, which notices hang, and which one comes next."""
    roster, template = _roster_for(request.user, pk), "households/relocation/roster.html"
    may_print = request.user.has_right_at("notice.post", roster.area_code)
    return listed(request, RELOCATION, roster, visible(request.user), template, may_print=may_print)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose", "register.confirm", "register.decide")
def move_notice(request, pk: int, kind: str):
    """Post a list, and go on to the sheet to print."""
    return posting(request, _WALL, _roster_for(request.user, pk), kind, visible(request.user))
