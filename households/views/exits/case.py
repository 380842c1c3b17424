"""One case of exit: where it stands, who did what when, what blocks it, and what may be done with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.exits.changed import changes_of
from households.exits.readiness import missing_comparisons, refusals
from households.exits.steps import BY_STATE, stations_of
from households.explain import explain
from households.forms.exits.papers import BackForm, JointForm, ReasonForm, RevokeForm
from households.forms.exits.rows import ObstacleForm
from households.models import BureauConfirmation, ExitCase, ExitCheck, ExitObstacle, ExitSignature
from households.options import exit_options as state
from households.services.exits import county, holding, township
from households.services.exits.locking import CASE
from households.views.exits.reaching import VIEW, attempt, case_for, told
from households.views.reaching import sent
from poverty.files.models import FileLink
from poverty.review.services import available, steps_of
from poverty.web.rights import MissingRight, requires

# Done on the page of the list or the village; the rest stands on the page of the case.
_BACK = ("send_back", "return", "drop", "revoke")


@require_safe
@requires(VIEW)
def exit_page(request, pk: int):
    """A case with its way, its people and papers, what it lacks, what changed since it was last decided on."""
    case = case_for(request.user, pk)
    rows = ExitCase.objects.filter(pk=case.pk)
    steps = list(steps_of(CASE, case.pk))
    options = available(case, request.user)
    days = {one.target: one.happened_on for one in steps if one.round == case.round}
    watched = case.state not in state.ENDED
    context = {
        "case": case,
        "household": case.household,
        "stations": stations_of(case.state, days),
        "steps": steps,
        "next": BY_STATE.get(case.state),
        "forward": [one for one in options if one.transition.name not in _BACK],
        "back": [one for one in options if one.transition.name in _BACK and one.allowed],
        "lacking": refusals(rows).get(case.pk, []) if watched else [],
        "uncompared": missing_comparisons(rows).get(case.pk, []) if case.state == state.PLANNED else [],
        "changes": changes_of(case) if watched else [],
        "explanation": explain(case.household, case.year),
        "confirmations": BureauConfirmation.objects.filter(case=case).order_by("-pk"),
        "checks": ExitCheck.objects.filter(case=case).order_by("-pk"),
        "signatures": ExitSignature.objects.filter(case=case).order_by("-pk"),
        "obstacles": ExitObstacle.objects.filter(case=case).order_by("-pk"),
        "files": FileLink.objects.visible_to(request.user, CASE).of(CASE, case.pk),
        "may_confirm": case.is_held
        and request.user.has_right_at(holding.right_to_confirm(case), case.area_code),
        "may_joint": case.state == state.REFUSED
        and request.user.has_right_at("register.confirm", case.area_code),
        "may_lift": _above(request.user, case),
        "may_report": watched and holding.works_on(request.user, case),
        "trace": _trace(case),
    }
    return render(request, "households/exits/case.html", context)


def _above(user, case: ExitCase) -> bool:
    return any(user.has_right_at(right, case.area_code) for right in ("register.confirm", "register.decide"))


def _trace(case: ExitCase) -> str:
    try:
        return reverse("review:trace", args=[CASE, case.pk])
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.confirm")
def exit_joint(request, pk: int):
    """联合核查 of a household that does not agree."""
    case = case_for(request.user, pk, "register.confirm")
    form = JointForm(sent(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            "register.confirm",
            lambda: township.joint_check(
                case,
                form.cleaned_data["team"],
                form.cleaned_data["finding"],
                form.paper(),
                actor=request.user,
            ),
            request.user,
        )
        if done:
            messages.success(request, "已登记联合核查。下一步：农户再次签字。")
            return redirect("households:exit", case.pk)
    context = {"case": case, "form": form, "title": "联合核查", "action": "提交联合核查"}
    return render(
        request, "households/exits/one.html", context, status=422 if request.method == "POST" else 200
    )


_SERVICES = {"send_back": township.send_back, "return": county.return_cases, "drop": township.drop}


def _sent_back(name: str, right: str, title: str, losses: str):
    """The view that takes a case back: its reason is asked on a page of its own."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @requires(right)
    def view(request, pk: int):
        case = case_for(request.user, pk, right)
        make = RevokeForm if name == "revoke" else BackForm
        form = make(sent(request))
        if request.method == "POST" and form.is_valid():
            rows = ExitCase.objects.filter(pk=case.pk)
            service = _SERVICES.get(name, county.revoke)
            words = form.cleaned_data
            if attempt(form, right, lambda: service(rows, actor=request.user, **words), request.user):
                messages.success(request, f"已{title}。")
                return redirect("households:exit", case.pk)
        context = {"case": case, "form": form, "title": title, "action": title, "losses": losses}
        status = 422 if request.method == "POST" else 200
        return render(request, "households/exits/one.html", context, status=status)

    return view


exit_send_back = _sent_back(
    "send_back", "register.confirm", "退回村重办", "该户移出名单，回到预退出计划，各环节重新办理。"
)
exit_return = _sent_back(
    "return", "register.decide", "退回重办", "该户移出名单，回到预退出计划，各环节重新办理。"
)
exit_drop = _sent_back("drop", "register.confirm", "移出计划", "该户本年度不再退出；以后可以重新列入计划。")
exit_revoke = _sent_back(
    "revoke", "register.decide", "撤销退出决定", "领导小组的决定对该户作废，须有撤销文件，并张贴更正公告。"
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.confirm", "register.decide")
def exit_confirm(request, pk: int):
    """Let a held case go on: what changed was looked at, and it is met today."""
    case = _over(request.user, pk)
    form = ReasonForm(sent(request))
    form.fields["comment"].label = "核实情况"
    if request.method == "POST" and form.is_valid():
        rows = ExitCase.objects.filter(pk=case.pk)
        if attempt(
            form,
            holding.right_to_confirm(case),
            lambda: holding.confirm_changes(rows, actor=request.user, comment=form.cleaned_data["comment"]),
            request.user,
        ):
            messages.success(request, "变化已核实，可以继续办理。")
            return redirect("households:exit", case.pk)
    context = {
        "case": case,
        "form": form,
        "title": "核实变化",
        "action": "核实后继续",
        "changes": changes_of(case),
    }
    return render(
        request, "households/exits/one.html", context, status=422 if request.method == "POST" else 200
    )


def _over(user, pk: int) -> ExitCase:
    """A case over which somebody stands as township or as county."""
    seen = ExitCase.objects.visible_to(user, "register.confirm") | ExitCase.objects.visible_to(
        user, "register.decide"
    )
    return get_object_or_404(seen.select_related("household__area"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose", "register.confirm", "register.decide")
def exit_obstacle(request, pk: int):
    """Note what keeps a household from exiting until it is lifted."""
    case = case_for(request.user, pk)
    if not holding.works_on(request.user, case):
        raise MissingRight(("register.propose",))
    form = ObstacleForm(sent(request), initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        told_ = form.cleaned_data
        if attempt(
            form,
            "register.propose",
            lambda: holding.report_obstacle(
                case, told_["kind"], since=told_["since"], note=told_["note"], actor=request.user
            ),
            request.user,
        ):
            messages.success(request, "已登记，解除以前该户不能退出。")
            return redirect("households:exit", case.pk)
    context = {"case": case, "form": form, "title": "登记不得退出的情形", "action": "登记"}
    return render(
        request, "households/exits/one.html", context, status=422 if request.method == "POST" else 200
    )


@require_POST
@requires("register.confirm", "register.decide")
def exit_lift(request, pk: int):
    """Lift what kept a household from exiting."""
    found = ExitObstacle.objects.visible_to(request.user, "register.confirm") | (
        ExitObstacle.objects.visible_to(request.user, "register.decide")
    )
    obstacle = get_object_or_404(found.select_related("case"), pk=pk)
    try:
        reason = request.POST.get("reason", "").replace("\0", "")  # no text of ours can hold it
        holding.lift_obstacle(obstacle, reason=reason, actor=request.user)
    except (ValidationError, PermissionDenied) as error:
        told(request, error)
    else:
        messages.success(request, "已解除。")
    return HttpResponseRedirect(reverse("households:exit", args=[obstacle.case_id]))
