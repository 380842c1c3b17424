"""就业 and 培训: each household with labour at least one employed, jobs, courses with their people."""

from functools import partial

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.benefits import employment as work
from households.benefits.coverage import COUNTY_LENGTH
from households.benefits.models import Job, Trainee, Training
from households.benefits.querysets import VIEW, areas_of
from households.benefits.services import work as services
from households.benefits.services.taking_back import withdraw_job, withdraw_trainee
from households.forms.benefits.policies import ReasonForm
from households.forms.benefits.work import (
    EndForm,
    FindHouseholdForm,
    JobForm,
    ResultForm,
    TraineesForm,
    TrainingForm,
)
from households.models import Member, MemberSurvey
from households.options.work_options import PUBLIC_POST, WORK
from households.views.benefits.as_of import worked_out
from households.views.benefits.reaching import home_for, one_of, tabs
from households.views.reaching import sent
from poverty.areas.models import Area
from poverty.areas.names import short_names
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.one_form import acted, acting, asking
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

_RECORD = "benefit.record"
_BELOW = {6: 9, 9: 12, 12: 12}


def _sees_work(user) -> bool:
    """Whether who works is a person's business anywhere: a bureau sees it only where work is its sector."""
    return user.scope(VIEW).paired or bool(areas_of(user, services.EMPLOYERS))


@require_safe
@requires(VIEW)
def employment(request):
    """Households with labour by place, employed or not; jobs that are recorded beside the facts."""
    now = chosen(request)
    context = {
        "tabs": tabs(request, "work"),
        "now": now,
        "wide": len(now.area_code) < COUNTY_LENGTH,
        "others": not _sees_work(request.user),
    }
    if not context["wide"] and not context["others"]:
        lines, as_of = work.figures_shown(
            request.user, now.area_code, now.year, length=_BELOW[len(now.area_code)]
        )
        total = work.Work()
        for one in lines:
            total.add(one)
        names = short_names(one.place for one in lines)
        jobs = Job.objects.visible_to(request.user).filter(within("household__area_id", [now.area_code]))
        page = keyset_page(
            jobs.select_related("household", "member", "withdrawn_by"),
            order=(("starts_on", "desc"), ("id", "desc")),
            after=request.GET.get("page"),
            size=50,
        )
        context |= {
            "lines": [(one, names.get(one.place, one.place)) for one in lines],
            "total": total,
            "page": page,
            "may_record": services.may(request.user, now.area_code, services.EMPLOYERS),
            **worked_out(request, as_of),
        }
    return render(request, "households/benefits/employment.html", context)


@require_safe
@requires(VIEW)
def employment_list(request, what: str):
    """The households behind a number."""
    if what not in work.LISTS:
        raise Http404
    now = chosen(request)
    if len(now.area_code) < COUNTY_LENGTH:
        return redirect("households:employment")  # which says to choose a county
    rows = work.rows_of(request.user, now.area_code, now.year, what)
    if not _sees_work(request.user):
        rows = rows.none()
    page = keyset_page(
        rows, order=(("area_id", "asc"), ("id", "asc")), after=request.GET.get("page"), size=50
    )
    places = short_names(one.area_id for one in page.rows)
    lines = [(one, places.get(one.area_id, ""), "", "") for one in page.rows]
    return _listed(request, now, rows, page, lines, title=work.LISTS[what], lists=_lists(what))


def _lists(what: str) -> list[tuple]:
    return [
        (label, reverse("households:employment-list", args=[key]), None, key == what)
        for key, label in work.LISTS.items()
    ] + [
        (label, reverse("households:employment-persons", args=[key]), None, key == what)
        for key, label in work.PERSONS.items()
    ]


def _listed(request, now, rows, page, lines, **more):
    count, exact = count_up_to(rows, 10_000)
    context = {
        "now": now,
        "page": page,
        "count": count,
        "exact": exact,
        "lines": lines,
        "back": reverse("households:employment"),
        **more,
    }
    return render(request, "households/benefits/list.html", context)


@require_safe
@requires(VIEW)
def employment_persons(request, what: str):
    """The persons behind a number: who is employed, who was trained, and each time somebody was."""
    if what not in work.PERSONS:
        raise Http404
    now = chosen(request)
    if len(now.area_code) < COUNTY_LENGTH:
        return redirect("households:employment")
    rows = work.persons_of(request.user, now.area_code, now.year, what)
    if what == "employed" and not _sees_work(request.user):
        rows = rows.none()
    page = keyset_page(
        rows.select_related("household", "member", *(("training",) if what != "employed" else ())),
        order=(("household__area_id", "asc"), ("id", "asc")),
        after=request.GET.get("page"),
        size=50,
    )
    places = short_names(one.household.area_id for one in page.rows)
    lines = [
        (
            one.household,
            places.get(one.household.area_id, ""),
            one.member.name,
            one.training.course if what == "times" else "",
        )
        for one in page.rows
    ]
    more = {"by_member": True, "extra": "培训课程" if what == "times" else ""}
    return _listed(request, now, rows, page, lines, title=work.PERSONS[what], lists=_lists(what), **more)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def job_start(request):
    """Find whose job is recorded."""
    form = FindHouseholdForm(sent(request), actor=request.user)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["household"]:
        return redirect("households:job-new", form.cleaned_data["household"].pk)
    back = reverse("households:employment")
    help_text = "务工地、务工月数和公益性岗位月数在年度信息里填，这里登记工资、起止日期和用人单位。"
    return asking(
        request, form, title="登记就业", button="下一步", back=back, back_label="就业", help=help_text
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def job_new(request, pk: int):
    """Record a job; ?member= prefills what the facts of the year say of that person."""
    household = home_for(request.user, pk, _RECORD)
    if not services.may(request.user, household.area_id, services.EMPLOYERS):
        raise MissingRight((_RECORD,))

    def record(member, **given):
        who = Member.objects.get(pk=member)
        return services.record_job(household, who, actor=request.user, **given)

    return acting(
        request,
        JobForm(sent(request), household=household, initial=_known(request, household)),
        record,
        right=_RECORD,
        back=reverse("households:employment"),
        told="已登记。",
        title=f"登记就业：{household.head_name}户",
        button="登记",
        back_label="就业",
        help="年度信息里已有的务工地、单位和岗位类型已带入，核对后补上工资和日期。",
    )


def _known(request, household) -> dict:
    """What the facts of the year say of a member who works: the one asked for, or the only one."""
    rows = MemberSurvey.objects.filter(member__household=household, year=chosen(request).year).filter(
        Q(work_months__gte=1) | Q(public_post_type__gt="")
    )
    asked = request.GET.get("member", "")
    rows = list(rows.filter(member=int(asked)) if asked.isdecimal() else rows)
    if len(rows) != 1:
        return {}
    one = rows[0]
    return {
        "member": str(one.member_id),
        "kind": PUBLIC_POST if one.public_post_type else WORK,
        "post": one.public_post_type,
        "work_place": one.work_place,
        "employer": one.work_enterprise,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def job_end(request, pk: int):
    """Say when a job ended."""
    rows = Job.objects.visible_to(request.user) & Job.objects.visible_to(request.user, _RECORD)
    row = one_of(rows.select_related("household", "member"), pk)
    act = partial(services.end_job, row, actor=request.user)
    title = f"离岗：{row.member.name} {row.get_kind_display()}"
    return acting(
        request,
        EndForm(sent(request)),
        act,
        right=_RECORD,
        back=reverse("households:employment"),
        told="已登记离岗。",
        title=title,
        button="登记离岗",
        back_label="就业",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def job_withdraw(request, pk: int):
    """Take a job back that was recorded by mistake."""
    rows = Job.objects.visible_to(request.user) & Job.objects.visible_to(request.user, _RECORD)
    row = one_of(rows.select_related("household", "member"), pk)
    act = partial(withdraw_job, row, actor=request.user)
    return acting(
        request,
        ReasonForm(sent(request)),
        act,
        right=_RECORD,
        back=reverse("households:employment"),
        told="已撤销。",
        title=f"撤销就业登记：{row.member.name} {row.get_kind_display()}",
        button="撤销",
        back_label="就业",
        help="登记错了的才撤销，记录保留；不再上岗的请登记离岗。",
        danger=True,
    )


@require_safe
@requires(VIEW)
def trainings(request):
    """Courses of the place and year with how many people, hours and results."""
    now = chosen(request)
    rows = Training.objects.visible_to(request.user).filter(held_from__year=now.year)
    if now.area_code:
        rows = rows.filter(within("area_id", [now.area_code]) | Q(area_id=now.area_code[:6]))
    own = (
        Trainee.objects.visible_to(request.user)
        .standing()
        .filter(within("household__area_id", [now.area_code]))
    )
    rows = rows.annotate(
        people=Count("trainees", filter=Q(trainees__in=own.values("pk"))),
        certified=Count("trainees", filter=Q(trainees__in=own.values("pk"), trainees__result="certified")),
    )
    page = keyset_page(
        rows, order=(("held_from", "desc"), ("id", "desc")), after=request.GET.get("page"), size=50
    )
    of_year = own.filter(training__held_from__year=now.year)
    context = {
        "tabs": tabs(request, "trainings"),
        "now": now,
        "page": page,
        "narrow": len(now.area_code) >= COUNTY_LENGTH,
        "times": of_year.count(),
        "persons": of_year.values("member").distinct().count(),
        "may_record": services.may(request.user, now.area_code[:9] or "0", services.TRAINERS),
    }
    return render(request, "households/benefits/trainings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def training_new(request):
    """Record a course."""

    def record(area, **given):
        return services.open_training(Area.objects.get(pk=area), actor=request.user, **given)

    return acting(
        request,
        TrainingForm(sent(request), actor=request.user),
        record,
        right=_RECORD,
        back=reverse("households:trainings"),
        then=lambda row: reverse("households:training", args=[row.pk]),
        told="已登记，请接着登记参加人员。",
        title="登记培训班",
        button="登记",
        back_label="培训",
    )


def _course(request, pk: int) -> Training:
    return one_of(Training.objects.visible_to(request.user).select_related("area"), pk)


@require_safe
@requires(VIEW)
def training(request, pk: int):
    """A course with its people."""
    row = _course(request, pk)
    may = services.may(request.user, row.area_id, services.TRAINERS)
    form = TraineesForm(actor=request.user, training=row) if may else None
    return _course_page(request, row, form)


@require_POST
@requires(_RECORD)
def training_add(request, pk: int):
    """Put people of a household into a course."""
    row = _course(request, pk)
    form = TraineesForm(request.POST, actor=request.user, training=row)
    answer = acted(
        request,
        form,
        lambda members, **_: services.add_trainees(row, members, actor=request.user),
        right=_RECORD,
        then=reverse("households:training", args=[pk]),
        told="已登记参加人员。",
    )
    return answer or _course_page(request, row, form, status=422)


def _course_page(request, row: Training, form, status: int = 200):
    people = (
        Trainee.objects.visible_to(request.user)
        .filter(training=row)
        .select_related("member", "household", "withdrawn_by")
    )
    people = list(people.order_by("pk"))
    places = short_names(one.household.area_id for one in people)
    context = {
        "training": row,
        "count": sum(one.withdrawn_at is None for one in people),
        "people": [(one, places.get(one.household.area_id, "")) for one in people],
        "form": form,
        "may": form is not None,
    }
    return render(request, "households/benefits/training.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def trainee_result(request, pk: int):
    """How a training ended for a person."""
    rows = Trainee.objects.visible_to(request.user) & Trainee.objects.visible_to(request.user, _RECORD)
    row = one_of(rows.select_related("training", "member"), pk)
    act = partial(services.set_result, row, actor=request.user)
    title = f"培训结果：{row.member.name}"
    return acting(
        request,
        ResultForm(sent(request)),
        act,
        right=_RECORD,
        back=reverse("households:training", args=[row.training_id]),
        title=title,
        button="保存",
        back_label=row.training.course,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def trainee_withdraw(request, pk: int):
    """Take somebody out of a course in which he was not."""
    rows = Trainee.objects.visible_to(request.user) & Trainee.objects.visible_to(request.user, _RECORD)
    row = one_of(rows.select_related("training", "member"), pk)
    act = partial(withdraw_trainee, row, actor=request.user)
    return acting(
        request,
        ReasonForm(sent(request)),
        act,
        right=_RECORD,
        back=reverse("households:training", args=[row.training_id]),
        told="已撤销。",
        title=f"撤销培训登记：{row.member.name}",
        button="撤销",
        back_label=row.training.course,
        help="登记错了人的才撤销，记录保留；没有结业的请登记结果。",
        danger=True,
    )
