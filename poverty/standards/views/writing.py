"""Working on drafts: begin, edit, correct, withdraw."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from poverty.standards import services
from poverty.standards.catalogue import TEMPLATES, template_for
from poverty.standards.drafts import flatten, order_of, unflatten, values_of
from poverty.standards.forms import (
    CHOICE,
    DraftEditor,
    ReasonForm,
    StartForm,
    conflict_rows,
    published_words,
)
from poverty.standards.indicators import specs
from poverty.standards.models import Standard
from poverty.standards.statuses import Status
from poverty.standards.subjects import Subject
from poverty.standards.views.fetching import draft_areas, in_place, visible
from poverty.web import opaque, questions
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.rights import requires

BASE = "base"
PURPOSE = "standard draft"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("standard.draft")
def begin(request):
    """Begin a draft from a template, from another standard (?copy=) or empty."""
    user = request.user
    copied = _copied(request)
    now = chosen(request)
    form = StartForm(
        request.POST or None,
        areas=draft_areas(user, timezone.localdate()),
        subjects=[one.value for one in Subject if specs(one)],
        copied=copied,
        initial={
            "area_code": now.area_code,
            "year": now.year,
            "start": f"copy:{copied.pk}" if copied else f"template:{template_for(now.area_code).key}",
        },
    )
    if request.method == "POST" and form.is_valid() and not questions.unanswered(form):
        try:
            standard = _started(user, form.cleaned_data, copied)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "草稿已建立，请核对每一项和文件后交由另一人发布。")
            return redirect("standards:edit", standard.pk)
    templates = [(one, [row.clause for row in one.rows]) for one in TEMPLATES.values()]
    context = {"form": form, "templates": templates, "published": _published(form)}
    return render(request, "standards/begin.html", context)


def _published(form: StartForm) -> list[tuple[Standard, str]]:
    """What is in force for the year and place that the form shows, with how it is said."""
    area_code, year = form["area_code"].value(), str(form["year"].value() or "")
    if area_code not in dict(form.fields["area_code"].choices) or not (year.isdecimal() and len(year) == 4):
        return []
    rows = Standard.objects.published().filter(area_code=area_code, year=int(year)).order_by("subject")
    return [(one, published_words(one)) for one in rows]


def _copied(request) -> Standard | None:
    given = request.GET.get("copy", "")
    if not given:
        return None
    if not given.isdecimal() or len(given) > 18:
        raise Http404
    return visible(request.user, int(given))


def _started(user, chosen_values: dict, copied: Standard | None) -> Standard:
    where = {"actor": user, "area_code": chosen_values["area_code"], "year": chosen_values["year"]}
    kind, _, key = chosen_values["start"].partition(":")
    if kind == "copy":
        return services.draft_from(source=copied, **where)
    if kind == "template":
        return services.draft_from_template(template=key, **where)
    name = f"{where['year']} 年{Subject(key).label}退出标准"
    return services.draft_standard(subject=key, values={"name": name}, **where)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("standard.draft")
def edit(request, pk: int):
    """Edit a draft. 再加一项 shows the form again with one row more; what two people changed is asked."""
    standard = in_place(request.user, pk, "standard.draft")
    if not standard.is_draft:
        messages.warning(request, f"本标准{standard.get_status_display()}，不能修改；已发布的请用“更正”。")
        return redirect("standards:detail", pk)
    if request.method != "POST":
        values = values_of(standard)
        return _edit_page(request, standard, DraftEditor(standard.subject, values=values), flatten(values))
    sent = opaque.unpack(PURPOSE, request.POST.get(BASE)) or {}
    if sent.get("pk") != pk:
        sent = {"base": {}, "ask": []}  # nothing can be taken as seen: every difference is asked
    editor = DraftEditor(standard.subject, data=request.POST)
    if request.POST.get("action") == "add":
        more = DraftEditor(standard.subject, values=editor.typed(), extra=1)
        return _edit_page(request, standard, more, sent["base"], sent["ask"])
    if not editor.is_valid():
        return _edit_page(request, standard, editor, sent["base"], sent["ask"])
    return _save(request, standard, editor, sent)


def _save(request, standard, editor, sent):
    choices = {name: request.POST.get(CHOICE + name, "") for name in sent["ask"]}
    try:
        services.update_draft(
            standard,
            actor=request.user,
            values=editor.values,
            base=sent["base"],
            asked=sent["ask"],
            choices=choices,
        )
    except services.DraftConflict as conflict:
        settled = conflict.settled
        shown = unflatten(settled.flat, order_of(editor.values))
        merged = DraftEditor(standard.subject, values=shown)
        lines = conflict_rows(standard, settled.open, choices)
        return _edit_page(
            request, standard, merged, settled.base, list(settled.open), lines, str(conflict.message)
        )
    except ValidationError as error:
        editor.place(error)
        return _edit_page(request, standard, editor, sent["base"], sent["ask"])
    messages.success(request, "已保存。")
    return redirect("standards:detail", standard.pk)


def _edit_page(request, standard, editor, base, ask=(), conflicts=(), refusal=""):
    token = opaque.pack(PURPOSE, {"pk": standard.pk, "base": base, "ask": list(ask)})
    context = {
        "standard": standard,
        "editor": editor,
        "base": token,
        "conflicts": conflicts,
        "refusal": refusal,
        "is_village": standard.subject == Subject.VILLAGE,
        "indicators": specs(standard.subject),
    }
    wrong = conflicts or any(form.is_bound and form.errors for form in [editor.head, *editor.rows.forms])
    return render(request, "standards/edit.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("standard.draft")
def correct(request, pk: int):
    """Begin the correction of a published standard, with the reason."""
    standard = in_place(request.user, pk, "standard.draft")
    if standard.status != Status.PUBLISHED:
        messages.warning(request, f"只能更正已发布的标准，本标准{standard.get_status_display()}。")
        return redirect("standards:detail", pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.correct(standard, actor=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已建立第 {draft.version} 版草稿；发布之前现行版本照旧适用。")
            return redirect("standards:edit", draft.pk)
    return render(request, "standards/reason.html", _reason_page(standard, form, "更正"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("standard.draft")
def withdraw(request, pk: int):
    """Give up a draft, with the reason."""
    standard = in_place(request.user, pk, "standard.draft")
    if not standard.is_draft:
        messages.warning(request, f"只能作废草稿，本标准{standard.get_status_display()}。")
        return redirect("standards:detail", pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(standard, actor=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "草稿已作废，仍可查看和复制。")
            return redirect("standards:detail", pk)
    return render(request, "standards/reason.html", _reason_page(standard, form, "作废"))


def _reason_page(standard, form, action):
    correcting = action == "更正"
    return {
        "standard": standard,
        "form": form,
        "action": "建立更正草稿" if correcting else "作废草稿",
        "title": f"{action}：{standard.name}",
        "danger": not correcting,
        "explained": (
            f"将复制第 {standard.version} 版建立新草稿，由另一人发布后替代现行版本，全部户重新判定。"
            if correcting
            else "作废后不能再修改或发布，留存备查。"
        ),
    }
