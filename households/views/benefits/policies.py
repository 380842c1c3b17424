"""政策目录: policies of a place, a policy, drafting, conditions one by one, publishing, correcting, giving up."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.benefits.catalogue import CATALOGUE
from households.benefits.conditions import CONDITIONS, words_of
from households.benefits.in_force import in_order
from households.benefits.models import Policy
from households.benefits.services import policies as services
from households.forms.benefits.policies import (
    CatalogueForm,
    ConditionForm,
    PolicyForm,
    ReasonForm,
    condition_kinds,
)
from households.options.policy_options import POLICY_GROUPS, TERMS
from households.views.benefits.reaching import one_of, tabs
from households.views.reaching import sent
from poverty.files.models import FileLink
from poverty.review.errors import ChangedMeanwhile, NotAllOfThem
from poverty.review.services import steps_of
from poverty.web.chosen import chosen
from poverty.web.one_form import acted, acting, asking
from poverty.web.rights import MissingRight, requires

_EDIT = "policy.edit"
_FORM = "households/benefits/policy_form.html"
_SHOWN = (("", "执行中"), ("drafts", "草稿"), ("past", "历史版本"))


def _policies(request):
    return Policy.objects.visible_to(request.user)


def _own(request):
    """Policies that the person may alter."""
    return Policy.objects.visible_to(request.user, _EDIT)


def _county(request) -> str:
    """The county whose policies are made."""
    return chosen(request).area_code[:6]


@require_safe
@requires("policy.view")
def policies(request):
    """The catalogue of the place: in force in the chosen year, drafts, and what was before."""
    now, show = chosen(request), request.GET.get("show", "")
    rows = _policies(request).filter(Q(area_code__startswith=now.area_code[:6]) | Q(area_code=""))
    if show == "drafts":
        rows = rows.drafts()
    elif show == "past":
        rows = rows.filter(status__in=("superseded", "withdrawn"))
    else:
        rows = rows.published().in_year(now.year)
    found = in_order(rows.select_related("drafted_by", "published_by"))
    user = request.user
    context = {
        "tabs": tabs(request, "catalogue"),
        "shown": [(label, f"?show={key}", None, key == show) for key, label in _SHOWN],
        "show": show,
        "now": now,
        "groups": [
            (label, own)
            for key, label in POLICY_GROUPS.choices
            if (own := [one for one in found if one.group == key])
        ],
        "count": len(found),
        "may_edit": user.has_right(_EDIT),
        "publishable": [one.pk for one in found if one.is_draft and user.pk not in one.makers],
    }
    return render(request, "households/benefits/policies.html", context)


@require_safe
@requires("policy.view")
def policy(request, pk: int):
    """One policy: what it grants, to whom, until when; what can be done with it."""
    row = one_of(_policies(request).select_related("drafted_by", "published_by", "corrects"), pk)
    may_edit = request.user.scope(_EDIT).covers(row.area_code) and bool(row.area_code)
    context = {
        "policy": row,
        "conditions": [(place, words_of(one, row.level)) for place, one in enumerate(row.entitled)],
        "kinds": condition_kinds(row.level),
        "terms": [(TERMS.label(one["period"]), one["check_by"], one["pay_by"]) for one in row.terms],
        "may_edit": may_edit,
        "may_publish": may_edit and row.is_draft and request.user.pk not in row.makers,
        "missing": services.what_is_missing(row) if row.is_draft else "",
        "steps": steps_of("households.policy", row.pk),
        "scans": FileLink.objects.visible_to(request.user).of("households.policy", row.pk, role="scan"),
        "versions": _policies(request).filter(code=row.code, area_code=row.area_code).exclude(pk=row.pk),
    }
    return render(request, "households/benefits/policy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_EDIT)
def policy_new(request):
    """Draft a policy that the reference catalogue does not have."""
    form = PolicyForm(sent(request))

    def draft(code, **_):
        values = form.values() | {"entitled": []}
        return services.draft_policy(actor=request.user, area_code=_county(request), code=code, values=values)

    return acting(
        request,
        form,
        draft,
        right=_EDIT,
        back=reverse("households:policies"),
        then=_page_of,
        told="已起草，请接着选享受条件。",
        template=_FORM,
        title="起草政策",
    )


def _page_of(row: Policy) -> str:
    return reverse("households:policy", args=[row.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_EDIT)
def policy_edit(request, pk: int):
    """Alter a draft."""
    row = one_of(_own(request).drafts(), pk)
    form = PolicyForm(sent(request), policy=row)
    return acting(
        request,
        form,
        lambda version, **_: services.update_policy(
            row, actor=request.user, values=form.values(), version=version
        ),
        right=_EDIT,
        back=_page_of(row),
        told="已保存。",
        template=_FORM,
        title=f"修改草稿：{row.name}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_EDIT)
def policy_condition(request, pk: int, kind: str):
    """Add one condition to a draft: its parameters are chosen from lists."""
    row = one_of(_own(request).drafts(), pk)
    spec = CONDITIONS.get(kind)
    if spec is None:
        return redirect("households:policy", pk)
    form = ConditionForm(sent(request), spec=spec)
    return acting(
        request,
        form,
        lambda **_: services.add_condition(row, form.value(), actor=request.user),
        right=_EDIT,
        back=_page_of(row),
        title=f"享受条件：{spec.label}",
        button="加上这一条",
        back_label=row.name,
    )


@require_POST
@requires(_EDIT)
def policy_condition_remove(request, pk: int, place: int):
    """Take one condition out of a draft."""
    row = one_of(_own(request).drafts(), pk)
    kept = [one for number, one in enumerate(row.entitled) if number != place]
    # Sent twice, the second would take out the next one: what stood on the page counts.
    version = request.POST.get("version") or "none"
    try:
        services.update_policy(row, actor=request.user, values={"entitled": kept}, version=version)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("households:policy", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_EDIT)
def policy_catalogue(request):
    """Take policies of the reference catalogue over as drafts, under one document of the county."""
    form = CatalogueForm(sent(request))
    if request.method != "POST":
        form.initial = {"year_from": chosen(request).year}
    answer = acted(
        request,
        form,
        partial(services.draft_from_catalogue, actor=request.user, area_code=_county(request)),
        right=_EDIT,
        then=f"{reverse('households:policies')}?show=drafts",
        told=lambda number: f"已起草 {number} 项政策，由另一人核对后发布。",
    )
    if answer:
        return answer
    ticked = set(form.data.getlist("codes")) if form.is_bound else {one.code for one in CATALOGUE}
    groups = [
        (label, own)
        for key, label in POLICY_GROUPS.choices
        if (own := [(one, one.code in ticked) for one in CATALOGUE if one.values["group"] == key])
    ]
    return asking(request, form, template="households/benefits/catalogue.html", groups=groups)


@require_POST
@requires(_EDIT)
def policies_publish(request):
    """Put the ticked drafts into force."""
    ids = [int(one) for one in request.POST.getlist("policy") if one.isdecimal()]
    rows = _own(request).filter(pk__in=ids)
    try:
        number = services.publish_policies(rows, actor=request.user)
    except PermissionDenied as error:
        raise MissingRight((_EDIT,)) from error
    except (ValidationError, ChangedMeanwhile, NotAllOfThem) as error:
        messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
        return redirect(f"{reverse('households:policies')}?show=drafts")
    messages.success(request, f"已发布 {number} 项政策。")
    return redirect("households:policies")


_ACTS = {
    "correct": (
        "更正政策",
        "开始更正",
        services.correct_policy,
        "更正从现行版本起草，发布后替代它；以前登记的享受不变。",
    ),
    "withdraw": ("作废草稿", "作废", services.withdraw_policy, "作废的草稿保留在记录里，不能恢复。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_EDIT)
def policy_act(request, pk: int, act: str):
    """Correct a published policy, or give up a draft, with the reason."""
    row = one_of(_own(request), pk)
    back = reverse("households:policy", args=[pk])
    if act not in _ACTS:
        return redirect(back)
    title, button, service, help_text = _ACTS[act]
    return acting(
        request,
        ReasonForm(sent(request)),
        partial(service, row, actor=request.user),
        right=_EDIT,
        back=back,
        then=_page_of,
        title=f"{title}：{row.name}",
        button=button,
        back_label=row.name,
        help=help_text,
    )
