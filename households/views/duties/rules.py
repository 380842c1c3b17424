"""职责规定: what is asked where, since when and by which paper; the county enters its own measure from a month on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.duties.in_force import rules_at
from households.duties.models import Duty
from households.duties.national import BY_KEY
from households.duties.periods import month_of
from households.duties.services.rules import first_possible, set_duty
from households.forms.duties import DutyForm
from households.options.poverty_status import POVERTY_STATUSES
from households.views.reaching import sent
from poverty.areas.names import full_names
from poverty.areas.querysets import codes_above
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

COUNTY = 6


def _place(request) -> str:
    """The county (or what lies above it) whose rules are shown."""
    return chosen(request).area_code[:COUNTY]


def _whom(duty: Duty) -> str:
    if duty.per != Duty.Per.HOUSEHOLD:
        return duty.get_per_display()
    parts = [POVERTY_STATUSES.label(key) for key in duty.statuses] or ["任何属性"]
    watched = {"yes": "监测对象（风险未消除）", "no": "不在监测"}.get(duty.watched, "")
    return "、".join(parts) + (f"；{watched}" if watched else "")


@require_safe
@requires("duty.view")
def duty_rules(request):
    """The duties that hold in the county, and what each was before and will be."""
    code = _place(request)
    month = month_of(timezone.localdate())
    rules = rules_at(code, month)
    rows = (
        Duty.objects.filter(area_code__in=codes_above(code)).order_by("-valid_from")
        if code
        else Duty.objects.none()
    )
    names = full_names({one.area_code for one in rows})
    history: dict[str, list] = {key: [] for key in rules.by_key}
    for one in rows:
        history.setdefault(one.key, []).append((one, names.get(one.area_code, one.area_code)))
    lines = [
        (duty, _whom(duty), names.get(duty.area_code, "全国"), history.get(key, []))
        for key, duty in ((key, rules.by_key[key]) for key in BY_KEY if key in rules.by_key)
    ]
    context = {
        "place": full_names([code]).get(code, "") if code else "",
        "lines": lines,
        "may_edit": len(code) == COUNTY and request.user.has_right_at("duty.edit", code),
    }
    return render(request, "households/duties/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("duty.edit")
def duty_rule(request, key: str):
    """Enter a measure of the county's own."""
    code = _place(request)
    now = rules_at(code, month_of(timezone.localdate())).by_key.get(key)
    if now is None:
        raise Http404
    if len(code) != COUNTY or not request.user.has_right_at("duty.edit", code):
        raise MissingRight(("duty.edit",))
    start = {
        "valid_from": first_possible(code, key),
        "every_months": now.every_months,
        "times": now.times,
        "least_days": now.least_days,
    }
    form = DutyForm(sent(request), duty=now, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            set_duty(key, code, actor=request.user, **form.cleaned_data)
        except PermissionDenied as error:
            raise MissingRight(("duty.edit",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已保存，从填写的月份起按新的规定。以前的月份不变。")
            return redirect("households:duty-rules")
    context = {"form": form, "duty": now, "whom": _whom(now), "place": full_names([code]).get(code, code)}
    status = 422 if request.method == "POST" else 200
    return render(request, "households/duties/rule.html", context, status=status)
