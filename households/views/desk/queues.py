"""The queue of the desk, what stands out in the county, and how much there is to do."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from households.desk.exceptions import standing
from households.desk.queue import told
from households.desk.stages import RIGHT, STAGES, desk_cases
from households.desk.workload import by_reviewer, by_township
from households.models import Household
from households.options.desk_options import DESK_EXCEPTIONS
from households.views.desk.asking import Asked, asked_for, names_of
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

SIZE = 50


@require_safe
@requires(RIGHT)
def desk(request):
    """What waits, by township, what stands out first; each line opens its case."""
    asked = asked_for(request.GET)
    # Figures of every township stand beside the rows of one: all that waits is read, once.
    waiting = Asked(asked.stage).waiting(request.user)
    rows = waiting.narrowed(asked.place, asked.kind)
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    townships = waiting.by_township()
    context = {
        "asked": asked,
        "stages": [(one, asked.stage is one, Asked(one).url("desk")) for one in STAGES.values()],
        "townships": townships,
        "names": names_of([*townships, *([asked.place] if asked.place else [])]),
        "kinds": _kinds(asked, waiting),
        "count": len(rows),
        "page": page,
        "lines": told(page.object_list),
        "next_url": asked.url("desk-case", rows[0].pk) if rows else "",
    }
    return render(request, "households/desk/queue.html", context)


@require_safe
@requires(RIGHT)
def following_case(request):
    """The case that comes next in a queue, after the one named by ?after=; the queue itself when nothing waits."""
    asked = asked_for(request.GET)
    after = request.GET.get("after", "")
    order = asked.order(request.user)
    found = order.following(int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0)
    return redirect(asked.url("desk-case", found) if found else asked.url("desk"))


@require_safe
@requires(RIGHT, "run.view")
def workload(request):
    """By township what waits, is late and was decided; by reviewer what he decided."""
    user = request.user
    places = [*user.scope(RIGHT).areas, *user.scope("run.view").areas]
    waiting = Asked(asked_for(request.GET).stage).waiting(user)
    townships = by_township(waiting, places)
    context = {
        "townships": townships,
        "names": names_of(one.code for one in townships),
        "reviewers": by_reviewer(places),
        "may_review": user.has_right(RIGHT),
    }
    return render(request, "households/desk/workload.html", context)


@require_safe
@requires(RIGHT)
def standing_out(request):
    """What stands out in the county in a year: figures of each kind, and the rows of one of them."""
    now = chosen(request)
    kind = request.GET.get("kind", DESK_EXCEPTIONS.keys[0])
    if kind not in DESK_EXCEPTIONS:
        raise Http404
    user, on = request.user, timezone.localdate()
    households = Household.objects.visible_to(user, RIGHT).under(now.area_code)
    cases = desk_cases(user).under(now.area_code)
    found = {one.key: standing(one.key, households, cases, now.year, on) for one in DESK_EXCEPTIONS}
    of_case = DESK_EXCEPTIONS[kind].of_case
    rows = found[kind]
    rows = rows.select_related("household__area") if of_case else rows.select_related("area")
    order = (("area_code", "asc"), ("id", "asc")) if of_case else (("area_id", "asc"), ("id", "asc"))
    context = {
        "kind": DESK_EXCEPTIONS[kind],
        "kinds": [(one, found[one.key].count(), one.key == kind) for one in DESK_EXCEPTIONS],
        "page": keyset_page(rows, order=order, after=request.GET.get("page"), size=SIZE),
        "now": now,
    }
    return render(request, "households/desk/standing.html", context)


def _kinds(asked: Asked, waiting) -> list[tuple[str, int, bool, str]]:
    """(label, count, whether chosen, address) of what a queue can be narrowed to; what is empty is left out."""
    counts = waiting.by_kind(asked.place)
    labels = {"": "可办理"}
    labels |= {one.key: one.label for one in DESK_EXCEPTIONS if one.of_case}
    labels |= {"clean": "没有异常", "posted": "公示未满", "objected": "异议未答复"}
    return [
        (label, counts[kind], kind == asked.kind, Asked(asked.stage, asked.place, kind).url("desk"))
        for kind, label in labels.items()
        if kind in ("", asked.kind) or counts[kind]
    ]
