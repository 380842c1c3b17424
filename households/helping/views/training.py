"""Trainings of cadres: the list, one training with who came, registering, adding by name, closing."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.helping.forms import PersonForm, TrainingForm, role_label
from households.helping.services.training import (
    RIGHT,
    add_person,
    all_came,
    close_training,
    note_attendance,
    register_training,
)
from households.models import CadreTraining
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.sql.prefix import within
from poverty.web import chosen
from poverty.web.one_form import acting
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

SIZE = 50
_CAME = {"yes": True, "no": False, "": None}


@require_safe
@requires("post.view")
def trainings(request):
    """Trainings of the chosen area and year, with how many were called and came."""
    now = chosen.chosen(request)
    rows = CadreTraining.objects.visible_to(request.user).filter(
        within("area_id", [now.area_code]), held_from__year=now.year
    )
    rows = rows.annotate(
        called=Count("attendances"), came=Count("attendances", filter=Q(attendances__attended=True))
    )
    page = keyset_page(rows, order=(("held_from", "desc"),), after=request.GET.get("page"), size=SIZE)
    names = short_names(row.area_id for row in page.rows)
    context = {
        "now": now,
        "page": page,
        "rows": [(row, names.get(row.area_id, row.area_id)) for row in page.rows],
        "may_edit": request.user.has_right(RIGHT),
    }
    return render(request, "households/helping/trainings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def training_new(request):
    """Register a training that was held, and call people by role."""
    now = chosen.chosen(request)
    areas = [
        (one.code, "　" * one.depth + one.name)
        for one in chosen.choices(request, now.area_code)
        if len(one.code) in (6, 9) and request.user.has_right_at(RIGHT, one.code)
    ]
    return acting(
        request,
        TrainingForm(sent(request), areas=areas, initial={"area": now.area_code}),
        partial(register_training, actor=request.user),
        right=RIGHT,
        back=reverse("households:cadre-trainings"),
        then=lambda row: reverse("households:cadre-training", args=[row.pk]),
        told="培训已登记，请登记到场的人。",
        title="登记干部培训",
        button="登记干部培训",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("post.view")
def training(request, pk: int):
    """One training: who was called, who came; whoever arranges notes it here."""
    row = _training_for(request.user, pk)
    may_edit = row.closed_at is None and request.user.has_right_at(RIGHT, row.area_id)
    if request.method == "POST":
        if not request.user.has_right_at(RIGHT, row.area_id):
            raise MissingRight((RIGHT,))
        return _noted(request, row)
    context = {
        "row": row,
        "place": short_names([row.area_id]).get(row.area_id, row.area_id),
        "people": [
            (one, role_label(one.role))
            for one in row.attendances.select_related("person__unit").order_by("role", "person__pinyin", "pk")
        ],
        "may_edit": may_edit,
        "form": PersonForm(county=row.area_id[:6]) if may_edit else None,
    }
    return render(request, "households/helping/training.html", context)


def _noted(request, row: CadreTraining):
    action = request.POST.get("action", "")
    try:
        if action == "all":
            messages.success(request, f"已登记 {all_came(row, actor=request.user)} 人到场。")
        elif action == "close":
            close_training(row, actor=request.user)
            messages.success(request, "参训登记已完成。")
        else:
            keys = [int(one) for one in request.POST.getlist("row") if one.isdecimal() and len(one) < 19]
            came = {key: _CAME.get(request.POST.get(f"came_{key}", "")) for key in keys}
            notes = {key: request.POST.get(f"note_{key}", "") for key in keys}
            changed = note_attendance(row, came, notes, actor=request.user)
            messages.success(request, f"已保存，{changed} 人有变化。")
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("households:cadre-training", row.pk)


@require_POST
@requires(RIGHT)
def training_person(request, pk: int):
    """Put somebody on the list by name."""
    row = _training_for(request.user, pk, RIGHT)
    form = PersonForm(request.POST, county=row.area_id[:6])
    return acting(
        request,
        form,
        lambda person, **_: add_person(row, person, actor=request.user),
        right=RIGHT,
        back=reverse("households:cadre-training", args=[pk]),
        told=lambda _: f"已加入{form.cleaned_data['name']}。",
        title="加入名单",
        button="加入名单",
    )


def _training_for(user, pk: int, right: str = "post.view") -> CadreTraining:
    row = CadreTraining.objects.visible_to(user, right).select_related("recorded_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
