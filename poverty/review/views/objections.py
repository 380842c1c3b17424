"""Objections: what waits for a receipt or an answer, taking one in, answering it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from poverty.areas.names import short_names
from poverty.review.forms import AnswerForm, ObjectionForm, PointForm
from poverty.review.models import Notice, Objection
from poverty.review.services.objections import (
    give_receipt,
    point_objection,
    receive_objection,
    settle_objection,
)
from poverty.review.sight import lines_seen
from poverty.review.views.reaching import may_at, named_entries, sent, try_service
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

BY_DUE = (("due_on", "asc"), ("id", "asc"))
NEWEST = (("received_on", "desc"), ("id", "desc"))
READERS = ("objection.enter", "objection.settle", "audit.view")


@require_safe
@requires(*READERS)
def objection_list(request):
    """Objections of the chosen place that wait, the most urgent first; `?all=1`: those of the chosen year."""
    now, today = chosen(request), timezone.localdate()
    everything = request.GET.get("all") == "1"
    rows = Objection.objects.visible_to(request.user).under(now.area_code).select_related("notice")
    rows = rows.filter(received_on__year=now.year) if everything else rows.open()
    page = keyset_page(rows, order=NEWEST if everything else BY_DUE, after=request.GET.get("page"))
    names = short_names(row.area_code for row in page)
    context = {
        "now": now,
        "today": today,
        "everything": everything,
        "page": page,
        "rows": [(row, names.get(row.area_code, "")) for row in page],
    }
    return render(request, "review/objections/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("objection.enter")
def objection_enter(request, notice: int):
    """Take in an objection that came by paper, telephone or in person."""
    found = get_object_or_404(Notice.objects.visible_to(request.user).select_related("roster"), pk=notice)
    if not may_at(request.user, "objection.enter", found.area_code):
        raise MissingRight(("objection.enter",))
    cases = _choices(found, request.user)
    names = dict(cases)
    form = ObjectionForm(sent(request), cases=cases, initial={"received_on": timezone.localdate()})
    objection = try_service(
        form,
        lambda data: receive_objection(found, actor=request.user, about=names[data["case_id"]][:60], **data),
    )
    if request.method == "POST" and objection:
        messages.success(
            request,
            f"已登记。{objection.receipt_due_on} 前告知受理，{objection.due_on} 前书面答复；只影响这一户。",
        )
        return redirect("review:objection", objection.pk)
    context = {"form": form, "notice": found}
    return render(request, "review/objections/enter.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*READERS)
def objection_page(request, pk: int):
    """One objection: what is said of whom, its days, its answer."""
    objection = _seen(request.user, pk)
    line = None
    if objection.case_id:
        line = lines_seen(objection.case_type, [objection.case_id], request.user).get(objection.case_id)
    context = {
        "objection": objection,
        "line": line,
        "place": short_names([objection.area_code]).get(objection.area_code, ""),
        "today": timezone.localdate(),
        "may_receipt": objection.is_open and may_at(request.user, "objection.enter", objection.area_code),
        "may_point": objection.is_open and may_at(request.user, "objection.settle", objection.area_code),
        "may_settle": objection.is_open and may_at(request.user, "objection.settle", objection.area_code),
    }
    return render(request, "review/objections/page.html", context)


@require_POST
@requires("objection.enter")
def objection_receipt(request, pk: int):
    """Note that the objector was told today that his objection is being checked."""
    objection = _seen(request.user, pk)
    if not may_at(request.user, "objection.enter", objection.area_code):
        raise MissingRight(("objection.enter",))
    if objection.receipt_on is None and objection.is_open:
        give_receipt(objection, actor=request.user)
        messages.success(request, "已记录受理，请在答复期限前核查。")
    else:
        messages.error(request, "已经受理或答复过，请刷新后查看。")
    return redirect("review:objection", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("objection.settle")
def objection_point(request, pk: int):
    """Say which household an objection means, so that the others of the list go on; until the answer, say otherwise."""
    objection = _seen(request.user, pk)
    if not may_at(request.user, "objection.settle", objection.area_code):
        raise MissingRight(("objection.settle",))
    if not objection.is_open:
        messages.error(request, "这条异议已经答复，请刷新后查看。")
        return redirect("review:objection", pk)
    form = PointForm(
        sent(request),
        cases=_choices(objection.notice, request.user),
        initial={"case_id": objection.case_id},
    )
    if request.method == "POST" and try_service(
        form, lambda data: point_objection(objection, actor=request.user, **data)
    ):
        messages.success(request, "已指明，名单上的其他户可以继续办理。")
        return redirect("review:objection", pk)
    context = {"form": form, "objection": objection}
    return render(request, "review/objections/point.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("objection.settle")
def objection_settle(request, pk: int):
    """Answer an objection: upheld, its household leaves the list; else it goes on."""
    objection = _seen(request.user, pk)
    if not may_at(request.user, "objection.settle", objection.area_code):
        raise MissingRight(("objection.settle",))
    if not objection.is_open:
        messages.error(request, "这条异议已经答复，不能再改。")
        return redirect("review:objection", pk)
    form = AnswerForm(
        sent(request),
        cases=_choices(objection.notice, request.user),
        initial={"happened_on": timezone.localdate(), "case_id": objection.case_id},
    )

    def settle(data):
        case_id = data.pop("case_id", None) or None
        upheld = data.pop("upheld") == "yes"
        left = settle_objection(objection, upheld=upheld, case_id=case_id, actor=request.user, **data)
        if left:
            return "已答复，异议成立。该户已退回并移出名单，公示还在张贴的，请张贴更正公告。"
        return "已答复，异议成立。该户此前已不在名单上，没有再退回。" if upheld else "已答复，异议不成立。"

    if request.method == "POST" and (told := try_service(form, settle)):
        messages.success(request, told)
        return redirect("review:objection", pk)
    context = {"form": form, "objection": objection}
    return render(request, "review/objections/settle.html", context, status=422 if form.errors else 200)


def _seen(user, pk: int) -> Objection:
    rows = Objection.objects.visible_to(user).select_related("notice__roster", "recorded_by")
    return get_object_or_404(rows, pk=pk)


def _choices(notice: Notice, user) -> list[tuple[int, str]]:
    """Who stood on the sheet, by name and group."""
    return [
        (one.case_id, f"{line.group} {line.name}".strip())
        for one, line in named_entries(notice.roster, user)
        if one.hung_on(notice)
    ]
