"""Schools with headmaster and teachers; a teacher with his students, who are handed over together."""

from functools import partial

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.models import School, SchoolHead, Teacher, TeacherPairing
from households.students.forms import (
    HandOverForm,
    HeadForm,
    LeftForm,
    SchoolCloseForm,
    SchoolForm,
    SchoolNameForm,
    TeacherEditForm,
    TeacherForm,
)
from households.students.querysets import COUNTY, EDIT, VIEW, may
from households.students.services.pairing import hand_over_students
from households.students.services.schools import (
    add_teacher,
    close_school,
    headmaster_on,
    register_school,
    rename_school,
    set_head,
    teacher_left,
    update_teacher,
)
from households.students.views.reaching import school_for, tabs, teacher_for
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.sql.prefix import within
from poverty.web import chosen
from poverty.web.one_form import acted, acting, asking
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires


@require_safe
@requires(VIEW)
def schools(request):
    """Schools of the county with headmaster, teachers and students; those without a headmaster first."""
    now, user = chosen.chosen(request), request.user
    heads = SchoolHead.objects.filter(school=OuterRef("pk"), valid_to=None)
    rows = School.objects.visible_to(user).filter(within("area_id", [now.area_code[:COUNTY]]))
    open_pairings = Q(teachers__pairings__valid_to=None, teachers__pairings__withdrawn_at=None)
    rows = rows.annotate(
        headed=Exists(heads),
        staff=Count("teachers", filter=Q(teachers__left_on=None), distinct=True),
        taught=Count("teachers__pairings", filter=open_pairings, distinct=True),
    )
    page = keyset_page(
        rows.open(), order=(("headed", "asc"), ("area_id", "asc")), after=request.GET.get("page"), size=50
    )
    names = short_names({one.area_id for one in page.rows})
    known = SchoolHead.objects.filter(school__in=[one.pk for one in page.rows], valid_to=None)
    by_school = {one.school_id: one for one in known.select_related("teacher")}
    context = {
        "tabs": tabs(request, "schools"),
        "now": now,
        "closed": School.objects.visible_to(user)
        .filter(within("area_id", [now.area_code[:COUNTY]]), closed_on__isnull=False)
        .order_by("-closed_on", "pk")[:100],
        "page": page,
        "lines": [(one, names.get(one.area_id, ""), by_school.get(one.pk)) for one in page.rows],
        "may_edit": user.has_right(EDIT),
    }
    return render(request, "households/students/schools.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def school_new(request):
    """Register a school of a county or township of one's own."""
    now, user = chosen.chosen(request), request.user
    areas = [
        (one.code, "　" * one.depth + one.name)
        for one in chosen.choices(request, now.area_code)
        if len(one.code) in (6, 9) and may(user, EDIT, one.code)
    ]
    return acting(
        request,
        SchoolForm(sent(request), areas=areas, initial={"area": now.area_code[:9]}),
        partial(register_school, actor=user),
        right=EDIT,
        back=reverse("households:schools"),
        then=lambda row: reverse("households:school", args=[row.pk]),
        told="学校已登记，请登记责任校长和教师。",
        title="登记学校",
        button="登记",
        back_label="学校和教师",
    )


@require_safe
@requires(VIEW)
def school(request, pk: int):
    """A school: headmaster now and before, teachers with how many students each."""
    row = school_for(request.user, pk)
    open_pairings = Q(pairings__valid_to=None, pairings__withdrawn_at=None)
    teachers = row.teachers.annotate(taught=Count("pairings", filter=open_pairings))
    context = {
        "school": row,
        "head": headmaster_on(row),
        "heads": row.heads.select_related("teacher").order_by("-valid_from"),
        "teachers": teachers.filter(left_on=None).order_by("name", "pk"),
        "left": teachers.exclude(left_on=None).order_by("-left_on", "pk")[:100],
        "may_edit": row.closed_on is None and may(request.user, EDIT, row.area_id),
    }
    return render(request, "households/students/school.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def school_rename(request, pk: int):
    """Correct the name of a school."""
    row = school_for(request.user, pk, keeps=True)
    return _about(
        request,
        row,
        "改名",
        SchoolNameForm(sent(request), initial={"name": row.name}),
        partial(rename_school, row),
        back=reverse("households:school", args=[pk]),
        told="已改名。",
        button="保存",
        help="与成员年度信息里的“就读学校”同名，才能对上学生。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def school_close(request, pk: int):
    """A school is no more."""
    row = school_for(request.user, pk, keeps=True)
    return _about(
        request,
        row,
        "登记停办",
        SchoolCloseForm(sent(request)),
        partial(close_school, row),
        back=reverse("households:schools"),
        told="已登记停办。",
        button="登记停办",
        help="学校撤并、停办或登记错了的用；校长和教师从这一天起离开，记录保留。还有结对学生的，先换教师。",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def school_head(request, pk: int):
    """Who is headmaster from a day on."""
    row = school_for(request.user, pk, keeps=True)
    return _about(
        request,
        row,
        "登记责任校长",
        HeadForm(sent(request)),
        partial(set_head, row),
        back=reverse("households:school", args=[pk]),
        told="已登记责任校长。",
        button="登记",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def teacher_new(request, pk: int):
    """Put a teacher of a school on record."""
    row = school_for(request.user, pk, keeps=True)
    return _about(
        request,
        row,
        "登记教师",
        TeacherForm(sent(request)),
        partial(add_teacher, row),
        back=reverse("households:school", args=[pk]),
        told="教师已登记。",
        button="登记",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def teacher_edit(request, pk: int):
    """Correct what is on record of a teacher."""
    row = teacher_for(request.user, pk, keeps=True)
    return _about(
        request,
        row,
        "修改教师",
        TeacherEditForm(sent(request), teacher=row, initial={"name": row.name, "post": row.post}),
        partial(update_teacher, row),
        back=reverse("households:teacher", args=[pk]),
        told="已修改。",
        button="保存",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def teacher_leave(request, pk: int):
    """A teacher has left the school."""
    row = teacher_for(request.user, pk, keeps=True)
    return _about(
        request,
        row,
        "登记离开",
        LeftForm(sent(request)),
        partial(teacher_left, row),
        back=reverse("households:school", args=[row.school_id]),
        told="已登记离开。",
        button="登记离开",
        help="还有结对学生的，先在教师页面把学生交给接任的教师。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def teacher(request, pk: int):
    """A teacher's students now and before; several of them are given to another teacher at once."""
    user = request.user
    row = teacher_for(user, pk)
    rows = (
        TeacherPairing.objects.visible_to(user).filter(teacher=row).select_related("member__household__area")
    )
    kept = TeacherPairing.objects.visible_to(user, EDIT).standing().filter(teacher=row, valid_to=None)
    kept = kept.select_related("member__household")
    form = None
    if user.has_right(EDIT) and kept.exists():
        place = kept.order_by("pk").first().member.household.area_id
        form = HandOverForm(sent(request), pairings=kept, actor=user, place=place)
    if request.method == "POST" and not user.has_right(EDIT):
        raise MissingRight((EDIT,))
    if request.method == "POST" and form is None:
        # Pressed twice, or somebody else has handed them over.
        messages.info(request, "没有要交接的学生：都已换教师或终止，下面是现在的情况。")
        return redirect("households:teacher", pk)
    answer = form and acted(
        request,
        form,
        lambda **given: hand_over_students(form.cleaned_data["pairings"], actor=user, **given),
        right=EDIT,
        then=reverse("households:teacher", args=[pk]),
        told="已换教师。",
    )
    if answer:
        return answer
    context = {
        "teacher": row,
        "open_rows": rows.standing().filter(valid_to=None).order_by("valid_from", "pk"),
        "past_rows": rows.standing().exclude(valid_to=None).order_by("-valid_to", "-pk")[:100],
        "may_edit": row.left_on is None and may(user, EDIT, row.school.area_id),
    }
    return asking(request, form, template="households/students/teacher.html", **context)


def _about(request, row: School | Teacher, what: str, form, act, **page):
    """The page of an act on a school or a teacher, under its name."""
    return acting(
        request,
        form,
        partial(act, actor=request.user),
        right=EDIT,
        title=f"{what}：{row.name}",
        back_label=row.name,
        **page,
    )
