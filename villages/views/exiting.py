"""Exits of villages: the list by step, one exit, sheets, certificates, notices, sending back, and the acceptance form."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Prefetch
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poverty.accounts.options.sectors import SECTORS
from poverty.areas.names import full_names, short_names
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.review.entry import no_right
from poverty.review.services.notices import minimum_days
from poverty.sql.prefix import within
from poverty.web import chosen
from poverty.web.form_errors import carried_out
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import MissingRight, requires
from villages.exit_page import COLOURS, WAITING, card_of, sheet_rows, stage_of
from villages.exit_readiness import result_of, sectors_of
from villages.explain import explain
from villages.forms.exiting import (
    CertificateForm,
    MarkForm,
    NoticeForm,
    ReturnForm,
    SheetForm,
)
from villages.models import Certificate, CheckItem, CheckSheet, ExitCase, Stage
from villages.rounds import CASE_TYPE, open_round_of
from villages.services.certificates import certify, may_certify, withdraw_certificate
from villages.services.exiting import STEP_OF, save_sheet, take_step
from villages.services.publishing import announce, mark, post_township_notice
from villages.views.fetching import exit_for, sent
from villages.views.listing import place_of
from villages.workflow import EXIT

ACT = ("village.propose", "village.verify", "village.decide")
CERTIFY = ("sector.edit", "village.decide")
# Steps with a reason, by a small form of their own.
_RETURNS = ("send_village_back", "return_village", "rectify_village", "drop_village")


@require_safe
@requires("village.view")
def exits(request):
    """The exits of a year by step: who has each now."""
    code, year = place_of(request), chosen.chosen(request).year
    seen = ExitCase.objects.visible_to(request.user).filter(within("village__area_id", [code]), year=year)
    state = request.GET.get("state", "")
    counts = dict(seen.order_by().values_list("state").annotate(number=Count("pk")))
    rows = seen.select_related("village__area").order_by("village__area_id")
    if state in ExitCase.State.values:
        rows = rows.filter(state=state)
    places = short_names(one.village.area_id for one in rows)
    context = {
        "year": year,
        "state": state,
        "states": [(value, label, counts.get(value, 0)) for value, label in ExitCase.State.choices],
        "total": sum(counts.values()),
        "rows": [
            (one, places[one.village.area_id], COLOURS.get(one.state, "blue"), WAITING[one.state])
            for one in rows
        ],
        "may_plan": request.user.has_right_at("village.decide", code[:6]),
        "may_post": request.user.has_right("village.verify") and counts.get("reviewed"),
        "may_announce": request.user.has_right("village.decide") and counts.get("accepted"),
    }
    return render(request, "villages/exits.html", context)


@require_safe
@requires("village.view")
def exit_page(request, pk: int):
    """One exit: what stands in the way, who did what, and what can be done now, or why not."""
    case = exit_for(request.user, pk)
    context = {"case": case, "card": card_of(request.user, case), "found": explain(case.village, case.year)}
    return render(request, "villages/exit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*ACT)
def sheet(request, pk: int, stage: str):
    """Fill in a sheet; everything reached: the step is taken with it, or neither is; else the sheet is kept and says what
    is lacking.
    """
    if stage not in STEP_OF:
        raise Http404
    transition = EXIT.get(STEP_OF[stage])
    case = exit_for(request.user, pk, transition.right)
    rows = sheet_rows(case)
    known = CheckItem.objects.filter(
        sheet__case=case, sheet__round=open_round_of(case.pk), sheet__stage=stage
    )
    form = SheetForm(
        sent(request),
        request.FILES or None,
        requirements=rows,
        known=list(known),
        signed_outside=stage == Stage.CITY,
        initial={"checked_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        if not form.all_passed and carried_out(form, lambda: _keep(request, case, stage, form)):
            messages.warning(request, "核查表已保存。有未达到的项，先整改，整改后再核查。")
            return redirect("villages:exit", case.pk)
        if form.all_passed and carried_out(form, lambda: _keep_and_go_on(request, case, stage, form)):
            messages.success(request, f"{transition.label}。{WAITING[case.state]}。")
            return redirect("villages:exit", case.pk)
    context = {
        "case": case,
        "stage": Stage(stage).label,
        "form": form,
        "lines": _beside(case, form),
        "wrong_state": stage_of(case) != stage,
        "label": transition.label,
    }
    return render(request, "villages/sheet.html", context, status=422 if request.method == "POST" else 200)


@transaction.atomic
def _keep(request, case: ExitCase, stage: str, form: SheetForm) -> None:
    data = form.cleaned_data
    if scan := data.get("scan"):
        _keep_scan(request, case, scan)
    try:
        save_sheet(
            case,
            stage,
            form.found(),
            actor=request.user,
            checked_on=data["checked_on"],
            team=data["team"],
            opinion=data["opinion"],
            late_reason=data["late_reason"],
        )
    except PermissionDenied as error:
        raise MissingRight((EXIT.get(STEP_OF[stage]).right,)) from error


@transaction.atomic
def _keep_and_go_on(request, case: ExitCase, stage: str, form: SheetForm) -> None:
    _keep(request, case, stage, form)
    take_step(STEP_OF[stage], case, actor=request.user, **form.entry())


def _keep_scan(request, case: ExitCase, scan) -> None:
    try:
        file = store(scan, actor=request.user, area_code=case.area_code, kind=Kind.SCAN)
    except ValidationError as error:
        raise ValidationError({"scan": error.messages}) from error
    link(file, case, role="sheet", actor=request.user, just_stored=True)


def _beside(case: ExitCase, form: SheetForm) -> list[tuple]:
    """(requirement, answer, note, what the system found) for each row."""
    found = {one.code: one for one in explain(case.village, case.year).lines}
    return [(*row, found.get(row[0].indicator)) for row in form.rows()]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*ACT)
def step(request, pk: int, name: str):
    """Send an exit back, take it off the plan, or mark it."""
    if name not in (*_RETURNS, "mark_village"):
        raise Http404
    transition = EXIT.get(name)
    case = exit_for(request.user, pk, transition.right)
    marking = name == "mark_village"
    form = (
        MarkForm(sent(request))
        if marking
        else ReturnForm(sent(request), needs_document=transition.needs_document)
    )
    if request.method == "POST" and form.is_valid():

        def act():
            try:
                if marking:
                    mark(case, actor=request.user, **form.entry())
                else:
                    take_step(name, case, actor=request.user, **form.entry())
            except PermissionDenied as error:
                raise ValidationError(no_right(transition)) from error

        if carried_out(form, act):
            messages.success(request, f"已办理“{transition.label}”。")
            return redirect("villages:exit", case.pk)
    context = {"case": case, "form": form, "label": transition.label, "destructive": name in _RETURNS}
    return render(request, "villages/step.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CERTIFY)
def certificate(request, pk: int):
    """Enter what a bureau certifies of a village, with its document."""
    case = exit_for(request.user, pk, *CERTIFY)
    result = result_of(case)
    asked = sectors_of(result.standard.requirements.all()) if result else []
    own = [one for one in asked if may_certify(request.user, case, one)]
    form = CertificateForm(sent(request), sectors=own, initial={"issued_on": timezone.localdate()})
    sent_well = request.method == "POST" and form.is_valid()
    if sent_well and carried_out(form, lambda: certify(case, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"已录入{SECTORS.label(form.cleaned_data['sector'])}部门证明。")
        return redirect("villages:exit", case.pk)
    found = explain(case.village, case.year)
    lines = [one for one in found.lines if one.sector in own]
    context = {"case": case, "form": form, "own": own, "lines": lines}
    return render(
        request, "villages/certificate.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CERTIFY)
def certificate_withdraw(request, pk: int):
    """Take a certificate back before the township's review."""
    seen = ExitCase.objects.visible_to(request.user)
    paper = Certificate.objects.filter(pk=pk, case__in=seen.values("pk")).first()
    if paper is None:
        raise Http404
    case = exit_for(request.user, paper.case_id, *CERTIFY)
    form = ReasonForm(sent(request), label="撤回原因")
    if request.method == "POST" and form.is_valid():

        def act():
            try:
                withdraw_certificate(paper, actor=request.user, **form.cleaned_data)
            except PermissionDenied as error:
                raise ValidationError(str(error)) from error

        if carried_out(form, act):
            messages.success(request, "证明已撤回，可以重新出具。")
            return redirect("villages:exit", case.pk)
    label = f"撤回{SECTORS.label(paper.sector)}证明"
    context = {"case": case, "form": form, "label": label, "destructive": True}
    return render(request, "villages/step.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("village.verify")
def notice(request):
    """Hang the villages of a township that it has reviewed (乡镇公示)."""
    township = chosen.chosen(request).area_code[:9]
    if len(township) < 9:
        township = next((code for code in request.user.scope("village.verify").areas if len(code) == 9), "")
    return _post(
        request, "reviewed", "village.verify", township, "second", post_township_notice, "张贴乡镇公示"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("village.decide")
def announcement(request):
    """Announce the villages that the city has accepted (公告)."""
    county = chosen.chosen(request).area_code[:6]
    return _post(request, "accepted", "village.decide", county, "announcement", announce, "公告出列")


def _post(request, state: str, right: str, place: str, kind: str, act, label: str):
    seen = ExitCase.objects.visible_to(request.user, right).filter(
        within("village__area_id", [place] if place else []), state=state, village__ended_on__isnull=True
    )
    rows = list(seen.select_related("village__area").order_by("village__area_id"))
    form = NoticeForm(sent(request), announcing=kind == "announcement")
    picked = {
        int(one) for one in request.POST.getlist("case") if one.isascii() and one.isdigit() and len(one) < 19
    }
    if request.method == "POST" and form.is_valid():
        made = []

        def post():
            try:
                made.append(act(seen.filter(pk__in=picked), place, actor=request.user, **form.cleaned_data))
            except PermissionDenied as error:
                raise ValidationError(str(error)) from error

        if carried_out(form, post):
            posted, code = made[0]
            chosen_rows = [one for one in rows if one.pk in picked]
            context = {"notice": posted, "code": code, "rows": chosen_rows, "label": label}
            return render(request, "villages/notice_sheet.html", context)
    names = short_names(one.village.area_id for one in rows)
    context = {
        "form": form,
        "label": label,
        "rows": [(one, names[one.village.area_id], one.pk in picked or not request.POST) for one in rows],
        "least": minimum_days(CASE_TYPE, kind, place, timezone.localdate()) if place else None,
    }
    return render(request, "villages/notice.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@requires("village.view")
def acceptance(request, pk: int):
    """村退出验收表: filled from the data, for print."""
    case = exit_for(request.user, pk)
    found = explain(case.village, case.year)
    sheets = (
        CheckSheet.objects.filter(case=case)
        .order_by("round", "id")
        .prefetch_related(Prefetch("items", queryset=CheckItem.objects.all()))
    )
    last = {one.stage: one for one in sheets}
    by_stage = {stage: {item.indicator: item for item in one.items.all()} for stage, one in last.items()}
    lines = [
        (line, [by_stage.get(stage.value, {}).get(line.code) for stage in Stage]) for line in found.lines
    ]
    papers = Certificate.objects.filter(case=case, withdrawn_on__isnull=True).order_by("round", "sector")
    context = {
        "case": case,
        "found": found,
        "place": full_names([case.village.area_id]).get(case.village.area_id, ""),
        "lines": lines,
        "stages": [(stage.label, last.get(stage.value)) for stage in Stage],
        "papers": {one.sector: one for one in papers}.values(),
        "card": card_of(request.user, case),
        "today": timezone.localdate(),
    }
    return render(request, "villages/acceptance.html", context)
