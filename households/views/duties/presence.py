"""驻村: days in the village by person and month, one person's month, and leave."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.duties import forces
from households.duties.in_force import rules_on
from households.duties.leave_days import (
    days_in_year,
    recall_days,
    recall_limits,
    short_leave,
    township_days,
)
from households.duties.models import Leave, Presence
from households.duties.periods import add_months, last_of, month_of
from households.duties.services.access import check_person, may_take_back
from households.duties.services.leave import answer_leave, apply_leave, end_leave, withdraw_leave
from households.duties.services.presence import LATE_DAYS, add_days
from households.duties.services.there_or_away import days_there, leave_of
from households.forms.duties import AnswerForm, BackForm, LeaveForm, PresenceForm
from households.views.duties.reaching import (
    COUNTY_LENGTH,
    RECENT,
    VIEW,
    choose_a_county,
    is_wide,
    month_asked,
    only_own,
    people_in_view,
    person_for,
    villages_to_record,
)
from households.views.duties.records import files_of, form_page, stored
from households.views.reaching import sent
from poverty.accounts.models import User
from poverty.areas.names import short_names
from poverty.files.kinds import Kind
from poverty.parameters.services import values_at
from poverty.review.services import available, steps_of
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

TABS = {"applied": "待批准", "approved": "已批准", "ended": "未批准和撤回"}


@require_safe
@requires(VIEW)
def presence(request):
    """Days in the villages of the chosen place in a month, by person, against what is asked."""
    month, today, user = month_asked(request), timezone.localdate(), request.user
    now = chosen(request)
    if is_wide(request):
        return choose_a_county(request, "驻村")
    rows = Presence.objects.standing().visible_to(user).in_month(month)
    code = "" if only_own(user) else now.area_code
    rows = rows.filter(within("area", [code])) if code else rows
    days = {
        (one["area"], one["person"]): one["n"]
        for one in rows.order_by().values("area", "person").annotate(n=Count("pk"))
    }
    members = _members(user, code, month)
    people = User.objects.select_related("unit").in_bulk({person for _, person in {*days, *members}})
    away = days_in_year(people, month.year)
    asked = {
        rule.prefix: rule.by_key["presence"].times for rule in rules_on(month) if "presence" in rule.by_key
    }
    names = short_names({area for area, _ in {*days, *members}})
    limits = recall_limits((area for area, _ in {*days, *members}), month)
    lines = [
        {
            "place": names.get(area, area),
            "person": people[person],
            "days": days.get((area, person), 0),
            # None: nothing was asked yet.
            "asked": next((times for prefix, times in asked.items() if area.startswith(prefix)), None),
            "away": away.get(person, 0),
            "recall": away.get(person, 0) > limits[area],
        }
        for area, person in sorted({*days, *members})
        if person in people
    ]
    context = {
        "now": now,
        "month": month,
        "previous": add_months(month, -1),
        "next": add_months(month, 1) if month < month_of(today) else None,
        "lines": lines,
        "over": last_of(month) < today,
        "own": user.pk if user.has_right("duty.record") and user.scope(VIEW).paired else None,
    }
    return render(request, "households/duties/presence.html", context)


def _members(user, code: str, month) -> set[tuple[str, int]]:
    """Villages with the people of their teams in a month, also who has not told a day; of a helper none but himself."""
    if only_own(user):
        return set()
    return set(forces.team(code, month, last_of(month), user.scope(VIEW).areas))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def presence_person(request, pk: int):
    """One person's month, and the form by which days are told."""
    person = person_for(request.user, pk)
    month, today = month_asked(request), timezone.localdate()
    rows = Presence.objects.standing().visible_to(request.user).filter(person=person).in_month(month)
    rows = list(rows.select_related("area", "recorded_by").order_by("day"))
    villages = villages_to_record(request.user)
    form, closed = None, ""
    if request.user.has_right("duty.record") and villages.exists():
        days, closed = _free(person, month, today, villages)
        if days:
            initial = {"village": villages.first() if villages.count() == 1 else None}
            form = PresenceForm(
                sent(request), request.FILES or None, villages=villages, days=days, initial=initial
            )
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            made = _told(person, form, request.user)
        except PermissionDenied as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已登记驻村 {made} 天。")
            return redirect(f"{reverse('households:presence-person', args=[pk])}?month={month:%Y-%m}")
    files = files_of(request.user, rows, "households.presence")
    context = {
        "person": person,
        "month": month,
        "previous": add_months(month, -1),
        "next": add_months(month, 1) if month < month_of(today) else None,
        "lines": [(one, files.get(one.pk, [])) for one in rows],
        "form": form,
        "closed": closed,
        "mine": {one.pk for one in rows if may_take_back(request.user, one)},
        "leaves": Leave.objects.granted()
        .visible_to(request.user)
        .filter(person=person, starts_on__lte=last_of(month), ends_on__gte=month),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/duties/presence_person.html", context, status=status)


def _free(person: User, month: date, today: date, villages) -> tuple[list[date], str]:
    """Days of the month that may still be told as days in a village, and why there are none (""; or nothing is left)."""
    first, last = month, min(last_of(month), today)
    # Of several counties the longest: whether a village's own has passed is said when it is told.
    counties = {code[:COUNTY_LENGTH] for code in villages.order_by().values_list("code", flat=True)}
    limits = values_at([LATE_DAYS], {(code, today) for code in counties})
    limit = max(values[LATE_DAYS] for values in limits.values())
    since = max(first, today - timedelta(days=limit))
    if since > last:
        return [], f"这个月的日期已超过 {limit} 天的补登期限，不能再登记。"
    taken = set(days_there(person, first, last))
    for one in leave_of(person, first, last):
        taken |= {one.starts_on + timedelta(days=n) for n in range((one.last_day - one.starts_on).days + 1)}
    return [
        day for n in range((last - since).days + 1) if (day := since + timedelta(days=n)) not in taken
    ], ""


@transaction.atomic
def _told(person: User, form: PresenceForm, actor) -> int:
    data = form.cleaned_data
    days = [date.fromisoformat(day) for day in data["days"]]
    village = data["village"]
    scans = stored(form, {"photo": Kind.PHOTO}, village.pk, actor)
    return len(add_days(person, village, days, actor=actor, work=data["work"], scans=scans))


@require_safe
@requires(VIEW)
def leaves(request):
    """Leave asked for, granted and refused in the chosen place."""
    tab, now = request.GET.get("tab", ""), chosen(request)
    tab = tab if tab in TABS else "applied"
    rows = Leave.objects.visible_to(request.user)
    if now.area_code and not only_own(request.user):
        rows = rows.filter(within("area", [now.area_code]))
    counts = {"applied": rows.filter(state="applied").count()}
    states = {"applied": ["applied"], "approved": ["approved"], "ended": ["refused", "withdrawn"]}[tab]
    page = keyset_page(
        rows.filter(state__in=states).select_related("person__unit"),
        order=(("starts_on", "desc"), ("id", "desc")),
        after=request.GET.get("page"),
        size=50,
    )
    names = short_names({one.area_id for one in page.rows})
    away: dict[int, dict] = {}
    for year in {one.starts_on.year for one in page.rows}:
        away[year] = days_in_year({one.person_id for one in page.rows}, year)
    limits = recall_limits({one.area_id for one in page.rows}, timezone.localdate())
    base = reverse("households:leaves")
    context = {
        "now": now,
        "tab": tab,
        "tabs": [(label, f"{base}?tab={key}", counts.get(key), key == tab) for key, label in TABS.items()],
        "page": page,
        # Told where one place is chosen that has one limit; each line is held against its own county's.
        "limit": recall_days(now.area_code, timezone.localdate())
        if len(now.area_code) >= COUNTY_LENGTH
        else None,
        "lines": [
            (one, names.get(one.area_id, ""), days, days > limits[one.area_id])
            for one in page.rows
            for days in [away[one.starts_on.year].get(one.person_id, 0)]
        ],
        "may_apply": request.user.has_right("leave.apply"),
    }
    return render(request, "households/duties/leaves.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("leave.apply")
def leave_new(request):
    """Ask for leave."""
    user = request.user
    people = (
        people_in_view(user, first=timezone.localdate() - RECENT).order_by("pinyin", "id")
        if user.scope(VIEW).areas
        else User.objects.filter(pk=user.pk)
    )
    villages = villages_to_record(user, "leave.apply")
    initial = {"person": user.pk, "village": villages.first() if villages.count() == 1 else None}
    form = LeaveForm(
        sent(request),
        request.FILES or None,
        villages=villages,
        people=people.select_related("unit"),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _asked(form, user)
        except PermissionDenied as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已申请请假 {made.days} 天，等{_who(made)}批准。")
            return redirect("households:leave", made.pk)
    context = {
        "form": form,
        "title": "驻村请假",
        "back": reverse("households:leaves"),
        "back_label": "请假",
        "button": "提交申请",
        "multipart": True,
    }
    return form_page(request, context)


@transaction.atomic
def _asked(form: LeaveForm, actor) -> Leave:
    data = dict(form.cleaned_data)
    data.pop("paper")
    village = data.pop("village")
    scans = stored(form, {"paper": Kind.SCAN}, village.pk, actor)
    return apply_leave(data.pop("person"), village, actor=actor, scans=scans, **data)


def _who(leave: Leave) -> str:
    return "县" if short_leave(leave) else "乡镇"


def leave_for(user, pk: int) -> Leave:
    """Leave that the person may see, or 404."""
    return get_object_or_404(
        Leave.objects.visible_to(user).select_related("person__unit", "area", "recorded_by"), pk=pk
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def leave(request, pk: int):
    """One leave with its steps; who may answers it here."""
    one, user = leave_for(request.user, pk), request.user
    # Who may grant it, by its length, may refuse it; nobody answers his own.
    may = one.person_id != user.pk and any(
        found.allowed for found in available(one, user) if found.transition.target == Leave.State.APPROVED
    )
    form = AnswerForm(sent(request)) if may else None
    if request.method == "POST" and form is None:
        raise MissingRight(("leave.approve",))
    if request.method == "POST" and form.is_valid():
        try:
            answer_leave(
                one,
                actor=user,
                agreed=form.cleaned_data["agreed"] == "yes",
                comment=form.cleaned_data["comment"],
            )
        except PermissionDenied as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已办理。")
            return redirect("households:leave", pk)
    year = days_in_year([one.person_id], one.starts_on.year).get(one.person_id, 0)
    limit = recall_days(one.area_id, one.starts_on)
    would = year + (one.days if one.state == Leave.State.APPLIED else 0)
    context = {
        "leave": one,
        "place": short_names([one.area_id]).get(one.area_id, ""),
        "who": _who(one),
        "township_days": township_days(one),
        "year_days": year,
        "would": would,
        "limit": limit,
        "recall": would > limit,
        "form": form,
        "steps": steps_of("households.leave", pk),
        "files": files_of(request.user, [one], "households.leave").get(pk, []),
        "may_withdraw": one.state == Leave.State.APPLIED and _own(user, one),
        "may_end": one.state == Leave.State.APPROVED and one.ended_on is None and _own(user, one),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "households/duties/leave.html", context, status=status)


def _own(user, one: Leave) -> bool:
    try:
        check_person(user, one.person, one.area_id, "leave.apply")
    except PermissionDenied:
        return False
    return user.has_right("leave.apply")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("leave.apply")
def leave_end(request, pk: int):
    """Back in the village, or the leave withdrawn before anybody answered."""
    one = leave_for(request.user, pk)
    if one.state == Leave.State.APPLIED:
        return _withdraw(request, one)
    form = BackForm(sent(request), initial={"ended_on": min(one.ends_on, timezone.localdate())})
    if request.method == "POST" and form.is_valid():
        try:
            end_leave(one, actor=request.user, **form.cleaned_data)
        except PermissionDenied as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已登记回村。")
            return redirect("households:leave", pk)
    context = {
        "form": form,
        "title": f"登记回村：{one.person.name}",
        "back": reverse("households:leave", args=[pk]),
        "back_label": "请假",
        "help": f"批准的请假：{one.starts_on} 至 {one.ends_on}，{one.days} 天。",
    }
    return form_page(request, context)


def _withdraw(request, one: Leave):
    if request.method == "POST":
        try:
            withdraw_leave(one, actor=request.user)
        except (PermissionDenied, ValidationError) as error:
            messages.error(request, "；".join(getattr(error, "messages", [str(error)])))
        else:
            messages.success(request, "已撤回请假申请。")
        return redirect("households:leave", one.pk)
    context = {
        "question": f"撤回 {one.starts_on} 至 {one.ends_on} 的请假申请？",
        "losses": ["撤回后不再等待批准；需要时重新申请。"],
        "action": "撤回申请",
        "cancel_url": reverse("households:leave", args=[one.pk]),
        "danger": True,
    }
    return render(request, "households/duties/leave_withdraw.html", context)
