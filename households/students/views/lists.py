"""Students without a teacher first, with one, no longer at school; by place and school."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from households.benefits.coverage import COUNTY_LENGTH
from households.disclosure import is_limited
from households.models import School, SchoolHead, TeacherPairing
from households.options.school_status import SCHOOL_STATUSES
from households.students.querysets import EDIT, VIEW, areas_of
from households.students.rows import (
    GONE,
    UNFILLED,
    WITH,
    WITHOUT,
    attending,
    figures,
    in_state,
    no_longer,
    students,
    unfilled,
    with_teacher,
)
from households.students.views.reaching import tabs
from poverty.areas.names import short_names
from poverty.fields.normalise import compact
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

FIGURES = "figures"
NO_SCHOOL = "-"  # in the address: whose school is not filled in
_ORDER = (("household__area_id", "asc"), ("household_id", "asc"), ("id", "asc"))


@require_safe
@requires(VIEW)
def students_list(request):
    """Students of the chosen place and year: who has no teacher, who has one, whose pairing is to be ended, figures."""
    now, user = chosen(request), request.user
    tab = request.GET.get("tab", WITHOUT)
    if tab not in (WITHOUT, WITH, UNFILLED, GONE, FIGURES):
        raise Http404
    context = {"now": now, "tab": tab, "may_edit": user.has_right(EDIT)}
    if is_limited(user) and not areas_of(user):
        return render(
            request, "households/students/list.html", context | {"others": True, "tabs": tabs(request, tab)}
        )
    if len(now.area_code) < COUNTY_LENGTH:
        context |= {"wide": True, "tabs": tabs(request, tab)}
        return render(request, "households/students/list.html", context)
    rows = students(user, now.area_code, now.year)
    by_place, by_school, total = figures(rows, now.area_code)
    gone = no_longer(user, now.area_code, now.year)
    open_questions = unfilled(user, now.area_code, now.year)
    counts = {
        WITHOUT: total.without,
        WITH: total.with_one,
        GONE: gone.count(),
        UNFILLED: open_questions.count(),
    }
    context |= {"tabs": tabs(request, tab, counts), "total": total, "unfilled": counts[UNFILLED]}
    if tab == FIGURES:
        context |= {
            "by_place": by_place,
            "by_school": _with_heads(by_school, user, now.area_code),
            "sees_schools": bool(areas_of(user)),
            "no_school": NO_SCHOOL,
        }
    elif tab == GONE:
        context |= _gone(request, gone)
    elif tab == UNFILLED:
        context |= _listed(request, open_questions, now.year)
    else:
        context |= _listed(request, in_state(rows, tab), now.year)
    return render(request, "households/students/list.html", context)


def _with_heads(by_school, user, area_code: str) -> list[tuple]:
    """(figures, headmaster in office or None) of each school of the facts, found by its name in the county."""
    schools = School.objects.visible_to(user).filter(within("area_id", [area_code[:COUNTY_LENGTH]]))
    heads = SchoolHead.objects.filter(school__in=schools, valid_to=None)
    known = {compact(one.school.name): one for one in heads.select_related("school", "teacher")}
    return [(one, known.get(one.code)) for one in by_school]


def _listed(request, rows, year: int) -> dict:
    school = request.GET.get("school", "")
    if school:
        rows = attending(rows, "" if school == NO_SCHOOL else compact(school))
    rows = with_teacher(rows, year).select_related("member", "household")
    page = keyset_page(rows, order=_ORDER, after=request.GET.get("page"), size=50)
    names = short_names({one.household.area_id for one in page.rows})
    pairings = TeacherPairing.objects.select_related("teacher__school").in_bulk(
        [one.pairing_id for one in page.rows if one.pairing_id]
    )
    for one in page.rows:
        one.status_label = SCHOOL_STATUSES.label(one.status)
    lines = [(one, names.get(one.household.area_id, ""), pairings.get(one.pairing_id)) for one in page.rows]
    return {"page": page, "lines": lines, "school": "没有填写学校" if school == NO_SCHOOL else school}


def _gone(request, rows) -> dict:
    page = keyset_page(
        rows.select_related("member__household", "teacher__school"),
        order=(("member__household__area_id", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
        size=50,
    )
    names = short_names({one.member.household.area_id for one in page.rows})
    return {
        "page": page,
        "lines": [(one, names.get(one.member.household.area_id, "")) for one in page.rows],
    }
