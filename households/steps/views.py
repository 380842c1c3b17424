"""工作步骤: how many households stand at which step, by place; those at a step, with noting the next; one household; the
method of the county.
"""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.benefits.coverage import COUNTY_LENGTH
from households.benefits.entitlement import households_in_question
from households.disclosure import is_limited, whole_to
from households.forms.benefits.policies import ReasonForm
from households.models import Household, StepDone, StepMethod
from households.steps.forms import ManyForm, MethodForm, NoteForm
from households.steps.querysets import DRAW_UP, ENTER, VIEW
from households.steps.services import Noted, note_step, set_method, take_back_step
from households.steps.standing import figures, lines_of, position_in, standing_at
from households.views.reaching import household_for, sent
from poverty.areas.names import short_names
from poverty.web.addresses import query_with
from poverty.web.chosen import chosen
from poverty.web.one_form import acted, acting, attempt
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

_SIZE = 50
_TOLD = 5  # households that are named in a message


def _seen(user, area_code: str):
    return Household.objects.visible_to(user, VIEW).filter(whole_to(user)).under(area_code)


@require_safe
@requires(VIEW)
def steps(request):
    """How many households stand at which step, by place."""
    now, user = chosen(request), request.user
    context = {"now": now, "limited": is_limited(user), "wide": len(now.area_code) < COUNTY_LENGTH}
    if not context["limited"] and not context["wide"]:
        method = StepMethod.objects.in_force(now.area_code, now.year)
        context |= {"method": method, "may_define": user.has_right_at(DRAW_UP, now.area_code[:COUNTY_LENGTH])}
        if method is not None:
            heads = _heads(method)
            places, total = figures(_seen(user, now.area_code), now.area_code, method, now.year)
            context |= {
                "total": total,
                "heads": heads,
                "lines": [
                    (one, list(zip(range(len(heads)), heads, one.counts, strict=True)))
                    for one in [*places, total]
                ],
            }
    return render(request, "households/steps/overview.html", context)


def _heads(method: StepMethod) -> list[str]:
    """What stands above the numbers; the words of the steps are too long for that and stand in a list of their own."""
    return ["还没开始", *(f"第{one.number}步" for one in method.steps)]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def step_list(request, done: int):
    """The households that have done so many steps; the next one is noted here, of several at once."""
    now, user = chosen(request), request.user
    context = {"now": now, "wide": len(now.area_code) < COUNTY_LENGTH}
    method = None if context["wide"] else StepMethod.objects.in_force(now.area_code, now.year)
    if method is None:
        if request.method == "POST":
            return _nothing_to_note(request)
        return render(request, "households/steps/list.html", context)
    if done > len(method.keys):
        raise Http404
    following = method.steps[done] if done < len(method.keys) else None
    may = following is not None and user.has_right(ENTER)
    if request.method == "POST" and not may:
        return _nothing_to_note(request)
    ticked = request.POST.getlist("household")
    shown = {"step": following.key, "of_year": now.year} if may else {}
    form = ManyForm(sent(request), year=now.year, ticked=ticked, initial=shown) if may else None
    if request.method == "POST" and form.is_valid():
        noted = attempt(form, lambda: _note(form.ids, form.cleaned_data["step"], now.year, form, user), ENTER)
        if noted is not None and (noted.count or not noted.refused):
            _tell(request, noted)
            return redirect(
                f"{reverse('households:step-list', args=[done])}{query_with(request.GET, page=None)}"
            )
        if noted is not None:
            form.add_error(None, _refusals(noted))
    context |= {"method": method, "following": following, "form": form, "done": done}
    context |= _listed(request, method, done, now, form.ids if form else set())
    status = 422 if request.method == "POST" else 200
    return render(request, "households/steps/list.html", context, status=status)


def _listed(request, method: StepMethod, done: int, now, ticked: set[int]) -> dict:
    user, same = request.user, query_with(request.GET, page=None)
    rows = standing_at(_seen(user, now.area_code), method, now.year, done)
    page = keyset_page(
        rows, order=(("area_id", "asc"), ("id", "asc")), after=request.GET.get("page"), size=_SIZE
    )
    ids = [one.pk for one in page.rows]
    names = short_names({one.area_id for one in page.rows})
    open_ = Household.objects.visible_to(user, ENTER).filter(pk__in=ids, state=Household.State.REGISTERED)
    own = set(open_.values_list("pk", flat=True))
    last = {}
    if done:
        key = method.keys[done - 1]
        last = {
            row.household_id: row for row in StepDone.objects.standing().filter(household__in=ids, step=key)
        }
    return {
        "page": page,
        "lines": [
            (one, names.get(one.area_id, ""), last.get(one.pk), one.pk in own, one.pk in ticked)
            for one in page.rows
        ],
        "tabs": [
            (label, f"{reverse('households:step-list', args=[number])}{same}", None, number == done)
            for number, label in enumerate(_heads(method))
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def step_household(request, pk: int):
    """The steps of one household; the next one is noted here."""
    now, user = chosen(request), request.user
    home = household_for(user, pk, VIEW)
    method = StepMethod.objects.in_force(home.area_id, now.year)
    lines = lines_of(home, method, now.year) if method else []
    position = position_in(lines)
    following = lines[position] if position < len(lines) else None
    concerned = households_in_question(Household.objects.filter(pk=pk), now.year).exists()
    mine = Household.objects.visible_to(user, ENTER).filter(pk=pk).exists()
    open_ = mine and home.state == Household.State.REGISTERED
    form = NoteForm(sent(request), year=now.year) if open_ and method and concerned else None
    if request.method == "POST":
        if form is None:
            if not mine:
                raise MissingRight((ENTER,))
            return _nothing_to_note(request)
        if form.is_valid():
            key = request.POST.get("step", "")
            noted = attempt(form, lambda: _note({pk}, key, now.year, form, user), ENTER)
            if noted is not None and not noted.refused:
                messages.success(request, f"第{noted.step.number}步已登记。")
                return redirect(f"{reverse('households:step-household', args=[pk])}?year={now.year}")
            if noted is not None:
                form.add_error(None, _refusals(noted))
    rows = list(
        StepDone.objects.visible_to(user)
        .filter(household=home)
        .select_related("method", "recorded_by", "withdrawn_by")
    )
    shown = {one.done.pk for one in lines if one.done}
    context = {
        "now": now,
        "home": home,
        "method": method,
        "lines": lines,
        "position": position,
        "following": following,
        "concerned": concerned,
        "form": form,
        "may_take_back": mine,
        "others": [one for one in rows if one.pk not in shown],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/steps/household.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ENTER)
def step_withdraw(request, pk: int):
    """Take back that a step was done."""
    rows = StepDone.objects.visible_to(request.user) & StepDone.objects.visible_to(request.user, ENTER)
    whole = Household.objects.filter(whole_to(request.user)).values("pk")
    row = rows.filter(pk=pk, household__in=whole).select_related("household", "method").first()
    if row is None:
        raise Http404
    back = f"{reverse('households:step-household', args=[row.household_id])}?year={chosen(request).year}"
    return acting(
        request,
        ReasonForm(sent(request)),
        partial(take_back_step, row, actor=request.user),
        back=back,
        told="已撤销。",
        right=ENTER,
        title=f"撤销步骤登记：{row.label}",
        button="撤销",
        back_label=f"{row.household.head_name}户",
        help=f"{row.done_on} 完成的登记有误的才撤销，记录保留；后面的步骤已登记的，先撤销后面的。",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def step_method(request):
    """The method of the county with its versions; the county defines another from a year on."""
    now, user = chosen(request), request.user
    county = now.area_code[:COUNTY_LENGTH]
    narrow = len(county) == COUNTY_LENGTH
    method = StepMethod.objects.in_force(county, now.year) if narrow else None
    may = narrow and user.has_right_at(DRAW_UP, county)
    form = None
    if may:
        form = MethodForm(sent(request), method=method, county=county, initial={"year_from": now.year})
    if request.method == "POST":
        if form is None:
            raise MissingRight((DRAW_UP,))
        act = partial(set_method, county, actor=user)
        there = f"{reverse('households:step-method')}{query_with(request.GET)}"
        if answer := acted(request, form, act, right=DRAW_UP, then=there, told="已规定。"):
            return answer
    rows = (
        StepMethod.objects.filter(area_code=county)
        .select_related("recorded_by")
        .order_by("-year_from", "-id")
    )
    context = {
        "now": now,
        "wide": not narrow,
        "method": method,
        "form": form,
        "versions": rows[:20] if narrow else [],
        "used": method is not None and method.done.standing().exists(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/steps/method.html", context, status=status)


def _nothing_to_note(request):
    """Sent from a page that is no longer so: the right is held, and there is no step to be noted."""
    if not request.user.has_right(ENTER):
        raise MissingRight((ENTER,))
    messages.error(request, "没有登记：该户或本县现在没有可以登记的步骤，下面是现在的情况。")
    return redirect(request.get_full_path())


def _note(ids, key: str, year: int, form: NoteForm, user) -> Noted:
    given = {one: form.cleaned_data[one] for one in ("done_on", "remark")}
    return note_step(ids, key, year=year, actor=user, **given)


def _tell(request, noted: Noted) -> None:
    messages.success(request, f"第{noted.step.number}步已登记 {noted.count} 户。")
    if noted.refused:
        messages.warning(request, _refusals(noted))


def _refusals(noted: Noted) -> str:
    told = "；".join(f"{home.head_name}户：{why}" for home, why in noted.refused[:_TOLD])
    more = f"；另有 {len(noted.refused) - _TOLD} 户" if len(noted.refused) > _TOLD else ""
    return f"没有登记的 {len(noted.refused)} 户——{told}{more}。"
