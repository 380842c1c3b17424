"""Opening a village's year and filling it in: the village and its township everything, a bureau its own facts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from households.forms.collecting import CollectingForm, accept
from households.models import CountyYear
from households.options.sources import BUREAU
from poverty.fields.states import LABELS
from poverty.web import questions
from poverty.web.rights import requires
from villages.explain import explain
from villages.facts import fields_of
from villages.forms.facts import VillageFactsForm
from villages.models import Village, VillageYear
from villages.services.facts import save_village_year, start_village_year
from villages.views.fetching import village_for

FILL = ("village.edit", "sector.edit")


def page_of(village: Village, year: int, tab: str = "facts") -> str:
    """The address of a village's page in a year."""
    return f"{reverse('villages:detail', args=[village.pk])}?year={year}&tab={tab}"


@require_POST
@requires("village.edit")
def year_start(request, pk: int, year: int):
    """Open a village's year: what is built is taken from last year, marked 沿用上年."""
    village = village_for(request.user, pk, "village.edit")
    try:
        row = start_village_year(village, year, actor=request.user)
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
        return HttpResponseRedirect(page_of(village, year))
    carried = len(row.sources)
    messages.success(
        request, f"{year}年度信息已开始" + (f"，沿用上年 {carried} 项，请逐项核对。" if carried else "。")
    )
    return HttpResponseRedirect(reverse("villages:facts", args=[pk, year]))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*FILL)
@transaction.atomic
def facts(request, pk: int, year: int):
    """Fill in the facts of a village for a year; judged at once."""
    village = village_for(request.user, pk, *FILL)
    rows = VillageYear.objects.all()
    if request.method == "POST":
        Village.objects.select_for_update(no_key=True, of=("self",)).get(pk=village.pk)
        rows = rows.select_for_update(no_key=True, of=("self",))
    row = rows.filter(village=village, year=year).first()
    if row is None:
        if not CountyYear.objects.filter(area_id=village.area_id[:6], year=year).exists():
            raise Http404
        context = {"village": village, "year": year, "may_start": _whole(request.user, village)}
        return render(request, "villages/start.html", context)
    row.village = village
    only = None if _whole(request.user, village) else fields_of(_sectors(request.user, village))
    if only is not None and not only:
        raise Http404
    problem = _problem(village, row)
    last = VillageYear.objects.filter(village=village, year__lt=year).order_by("-year").first()
    form = VillageFactsForm(request.POST or None, instance=row, last=last, only=only)
    collecting = CollectingForm(
        request.POST or None,
        user=request.user,
        area_code=village.area_id,
        year=year,
        prefix="collecting",
        visits=False,
        carried=bool(form.carried_names),
    )
    if request.method == "POST" and problem:
        form.add_error(None, f"没有保存：{problem}您填的内容还在下面。")
    elif request.method == "POST":
        valid = [one.is_valid() for one in (form, collecting)]
        if all(valid) and not questions.unanswered(form):
            answer = _save(request, village, row, form, collecting, only)
            if answer is not None:
                return answer
    context = {
        "village": village,
        "year": year,
        "row": row,
        "form": form,
        "collecting": collecting,
        "sections": form.sections(),
        "problem": problem,
        "locked": bool(problem) and request.method != "POST",
    }
    return render(request, "villages/facts.html", context, status=422 if request.method == "POST" else 200)


def _save(request, village, row, form, collecting, only):
    """Save and go back to the village, or put what was refused into the forms and return None."""
    confirmed = form.carried_names if collecting.cleaned_data.get("confirmed") else ()
    before = explain(village, row.year)
    try:
        with transaction.atomic():
            saved = save_village_year(
                row,
                form.changes(),
                actor=request.user,
                confirmed=confirmed,
                **collecting.arguments() | ({"source": BUREAU} if only is not None else {}),
            )
    except ValidationError as error:
        accept(error, form, collecting)
        return None
    if saved.version == row.version:
        messages.info(request, "没有改动，未保存。")
    else:
        messages.success(request, f"已保存。{_verdict(before.verdict, explain(village, row.year))}")
    return HttpResponseRedirect(page_of(village, row.year))


def _verdict(before: int | None, found) -> str:
    if found.verdict is None:
        return found.problem
    now = LABELS[found.verdict]
    lacking = "、".join(one.label for one in found.gaps)
    words = f"判定仍为{now}" if before == found.verdict else f"现在判定：{now}"
    return f"{words}，还差：{lacking}。" if lacking else f"{words}。"


def _whole(user, village: Village) -> bool:
    return user.has_right_at("village.edit", village.area_id)


def _sectors(user, village: Village) -> frozenset[str]:
    return user.scope("sector.edit").sectors_at(village.area_id) or frozenset()


def _problem(village: Village, row: VillageYear) -> str:
    if village.ended_on is not None:
        return f"该村已于 {village.ended_on} 撤并，信息只能查看。"
    county = CountyYear.objects.filter(area_id=row.area_id[:6], year=row.year).first()
    if county is None or county.state != CountyYear.State.OPEN:
        return f"{row.year}年度已关闭，信息和结果不再改动。"
    return ""
