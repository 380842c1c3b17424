"""What a village, township or county does for several households at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from households.forms.monitoring.lists import MeetingForm, NoticeForm, SaidForm, TogetherForm
from households.models import MonitoringCase
from households.monitoring.village_lists import (
    announce,
    appraise,
    decide_together,
    held_back,
    lists_to_announce,
    notice_ends,
    post_first_notice,
)
from households.views.case_acts import named
from households.views.monitoring.reaching import typed_keys
from households.views.reaching import sent
from poverty.areas.names import short_names
from poverty.review.errors import NotAllOfThem
from poverty.review.models import RosterEntry
from poverty.review.workflows import workflows
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

SHOWN = 200


def _villages(rows) -> list[tuple[str, str, int]]:
    """(code, name, how many wait) of the villages with cases among `rows`."""
    counted = rows.order_by().values_list("household__area_id").annotate(number=Count("pk"))
    counted = list(counted.order_by("household__area_id"))
    names = short_names({code for code, _ in counted})
    return [(code, names.get(code, code), number) for code, number in counted]


def _chosen_village(request, right: str, state: str):
    """The village asked for, or the only one with cases in a state, with the cases there."""
    rows = MonitoringCase.objects.visible_to(request.user, right).filter(state=state)
    villages = _villages(rows)
    code = (
        request.GET.get("area") or request.POST.get("area") or (villages[0][0] if len(villages) == 1 else "")
    )
    if code and not request.user.has_right_at(right, code):
        raise Http404
    cases = rows.filter(household__area_id=code) if code else rows.none()
    return (
        code,
        villages,
        list(cases.select_related("household__settlement").order_by("household__settlement_id", "pk")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("monitoring.propose")
def appraisal(request):
    """The village's meeting on the households that were compared, entered once."""
    code, villages, cases = _chosen_village(request, "monitoring.propose", "compared")
    data = sent(request)
    form = MeetingForm(data)
    items = [SaidForm(data, case=one) for one in cases]
    if data is not None and cases and all([form.is_valid(), *[one.is_valid() for one in items]]):
        said = [one for one in (item.said() for item in items) if one is not None]
        try:
            meeting, agreed, warnings = appraise(code, said, actor=request.user, meeting=form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            for text in warnings:
                messages.warning(request, text)
            then = "，再到“监测事项”里张贴公示" if agreed else ""
            messages.success(request, f"会议已定稿，通过 {agreed} 户。请在下面上传会议记录{then}。")
            return redirect("review:meeting", meeting.pk)
    context = {"form": form, "items": items, "area": code, "villages": villages}
    return render(
        request, "households/monitoring/appraisal.html", context, status=422 if data is not None else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("monitoring.propose")
def notice(request):
    """Make the village's list of appraised households and post it."""
    code, villages, cases = _chosen_village(request, "monitoring.propose", "appraised")
    listed = set(
        RosterEntry.objects.standing()
        .filter(case_type="households.monitoringcase", case_id__in=[one.pk for one in cases])
        .values_list("case_id", flat=True)
    )
    cases = [one for one in cases if one.pk not in listed]
    data = sent(request)
    form = NoticeForm(data)
    purpose = request.POST.get("purpose") or (cases[0].purpose if cases else "identify")
    ticked = [one.pk for one in cases if data is None or str(one.pk) in request.POST.getlist("case")]
    if form.is_valid():
        try:
            posted, _ = post_first_notice(
                code,
                [one.pk for one in cases if one.pk in ticked and one.purpose == purpose],
                purpose=purpose,
                actor=request.user,
                notice=form.cleaned_data,
            )
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(
                request, f"公示已登记，{posted.posted_on} 至 {posted.last_day}，只在村内张贴，不上网。"
            )
            return redirect("households:monitoring-cases")
    context = {
        "form": form,
        "groups": [
            (key, label, [one for one in cases if one.purpose == key])
            for key, label in MonitoringCase.Purpose.choices
        ],
        "ticked": ticked,
        "area": code,
        "villages": villages,
    }
    return render(
        request, "households/monitoring/notice.html", context, status=422 if data is not None else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("monitoring.check", "monitoring.decide")
def together(request):
    """The township's check or the county's approval of several households; each is listed with what stands against it."""
    user = request.user
    county = user.has_right("monitoring.decide")
    right, state, name = (
        ("monitoring.decide", "checked", "approve")
        if county
        else ("monitoring.check", "appraised", "township_check")
    )
    rows = MonitoringCase.objects.visible_to(user, right).filter(state=state).order_by("due_on", "pk")
    data = sent(request)
    form = TogetherForm(data, county=county)
    ticked = typed_keys(request, "case")
    problems: list[str] = []
    if form.is_valid():
        try:
            number = decide_together(name, rows.filter(pk__in=ticked), actor=user, **form.cleaned_data)
        except PermissionDenied as error:
            raise MissingRight((right,)) from error
        except NotAllOfThem as error:
            problems = named(error, rows)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已办理 {number} 户。")
            return redirect("households:monitoring-cases")
    cases = list(rows.select_related("household__area", "monitoring")[:SHOWN])
    shown = MonitoringCase.objects.filter(pk__in=[one.pk for one in cases])
    faults = held_back(name, shown, timezone.localdate())
    ends = {} if county else notice_ends([one.pk for one in cases])
    context = {
        "form": form,
        "county": county,
        "transition": workflows.get("households.monitoringcase").get(name),
        "lines": [(one, faults.get(one.pk, []), ends.get(one.pk)) for one in cases],
        "ready": len(cases) - len(faults),
        "left_out": rows.count() - len(cases) if len(cases) == SHOWN else 0,
        "problems": problems,
        "ticked": ticked,
    }
    return render(
        request, "households/monitoring/together.html", context, status=422 if data is not None else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("monitoring.decide")
def announcement(request):
    """Post the announcement of approved households in their village."""
    rosters = list(lists_to_announce(request.user))
    asked = request.POST.get("roster") or request.GET.get("roster") or ""
    chosen_one = next(
        (one for one in rosters if str(one.pk) == asked), rosters[0] if len(rosters) == 1 else None
    )
    data = sent(request)
    form = NoticeForm(data, announcement=True)
    if form.is_valid():
        values = dict(form.cleaned_data)
        paper = values.pop("document_name")
        try:
            if chosen_one is None:
                raise ValidationError("请先选择名单。")
            posted, number = announce(chosen_one, actor=request.user, notice=values, document_name=paper)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"公告已登记，{number} 户，{posted.posted_on} 起。")
            return redirect("households:monitoring-cases")
    names = short_names({one.area_code for one in rosters})
    on_it = (
        MonitoringCase.objects.filter(
            pk__in=RosterEntry.objects.standing().filter(roster=chosen_one).values("case_id")
        ).select_related("household")
        if chosen_one
        else []
    )
    context = {
        "form": form,
        "rosters": [(one, names.get(one.area_code, "")) for one in rosters],
        "chosen_one": chosen_one,
        "cases": on_it,
    }
    return render(
        request, "households/monitoring/announcement.html", context, status=422 if data is not None else 200
    )
