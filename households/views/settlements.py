"""Stating what reaches a natural village or group. The form is of areas; the households are judged here."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from households.models import CountyYear
from households.services.settlements import inheriting, state_fact
from households.views.reaching import sent
from poverty.areas.forms import SettlementFactForm
from poverty.areas.models import Settlement, SettlementFact
from poverty.areas.services import may_set_fact
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires

RIGHTS = ("settlement.edit", "sector.edit")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*RIGHTS)
def settlement_fact(request, pk: int, fact: str):
    """State water, power, broadcasting or road of a settlement from a day on."""
    rows = Settlement.objects.visible_to(request.user).filter(valid_to=None)
    found = get_object_or_404(rows.select_related("village"), pk=pk)
    if fact not in SettlementFact.Fact.values:
        raise Http404
    if not may_set_fact(request.user, fact, found.village_id):
        raise MissingRight(RIGHTS)
    form = SettlementFactForm(sent(request), settlement=found, fact=fact)
    if request.method == "POST" and form.is_valid():
        try:
            row, counts = state_fact(found, fact, actor=request.user, **form.values())
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, _said(row, counts))
            return redirect("areas:settlement", pk)
    years = CountyYear.objects.filter(area_id=found.village_id[:6], state=CountyYear.State.OPEN)
    concerned = inheriting(found, list(years.order_by("year").values_list("year", flat=True)))
    context = {
        "form": form,
        "settlement": found,
        "label": SettlementFact.Fact(fact).label,
        "concerned": [(year, len(ids)) for year, ids in concerned.items()],
    }
    return render(request, "households/settlements/fact.html", context, status=422 if form.errors else 200)


def _said(row: SettlementFact, counts) -> str:
    text = f"已登记{row.get_fact_display()}，{row.valid_from} 起。"
    if not counts.assessed:
        return f"{text}没有需要重新判定的户。"
    return f"{text}本处 {counts.assessed} 户已重新判定，{counts.changed} 户有变化。"
