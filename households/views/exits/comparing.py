"""What a bureau sees and says: the planned households of the year by name and village, and its own indicator."""

from collections import defaultdict

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from households.exits.readiness import COMPARED
from households.forms.exits.rows import CompareForm, ExceptionForm
from households.models import Assessment, BureauConfirmation, ExitCase
from households.options.exit_options import EXIT_BUREAUS, PLANNED
from households.services.exits.planning import compare
from households.views.exits.choosing import CHANGED, keys_of
from households.views.exits.reaching import attempt
from poverty.areas.names import short_names
from poverty.fields.states import LABELS
from poverty.web.chosen import chosen
from poverty.web.rights import requires

_RIGHT = "sector.edit"
MOST = 500  # households on one page; a county with more compares township by township
_KEY_DIGITS = 19  # of a bigint


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RIGHT)
def exit_compare(request):
    """Compare the planned households of the chosen place: a list in order, exceptions named. `?correct=` a case that this
    bureau has compared already and that is still planned: what it says of it now.
    """
    now = chosen(request)
    bureaus = [one for one in EXIT_BUREAUS if request.user.scope(_RIGHT).covers(now.area_code[:6], one.key)]
    bureau = bureaus[0].key if bureaus else ""
    cases = ExitCase.objects.comparable_by(request.user, bureau).under(now.area_code)
    cases = cases.filter(year=now.year, state=PLANNED).select_related("household").order_by("area_code", "pk")
    words = BureauConfirmation.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), bureau=bureau)
    compared = cases.filter(Exists(words))
    corrected = _one_of(compared, request.GET.get("correct", ""))
    waiting = [corrected] if corrected else list(cases.filter(~Exists(words))[: MOST + 1])
    more, waiting = len(waiting) > MOST, waiting[:MOST]
    done_before = list(compared[:MOST])
    said = _said([*done_before, *([corrected] if corrected else [])], bureau)
    posted = request.method == "POST"
    shown = set(keys_of(request, "shown")) if posted else set()
    form = CompareForm(
        request.POST if posted else None,
        initial={"confirmed_on": timezone.localdate(), "legal_basis": f"{now.year}年度拟退出户部门数据比对"},
    )
    rows = [
        ExceptionForm(
            request.POST if one.pk in shown else None,
            one,
            initial={"note": said[one.pk].note if one.pk in said else ""},
        )
        for one in waiting
    ]
    asked = [row for row in rows if row.case.pk in shown]
    if posted:
        valid = [form.is_valid(), *[row.is_valid() for row in asked]]
        # Who came onto the plan since is not compared yet; who is no longer waiting was told about by another.
        if not shown or len(asked) != len(shown):
            form.add_error(None, CHANGED)
        elif all(valid):
            exceptions = {row.case.pk: note for row in asked if (note := row.cleaned_data["note"].strip())}
            done = attempt(
                form,
                _RIGHT,
                lambda: (
                    compare(
                        ExitCase.objects.filter(pk__in=shown),
                        bureau,
                        actor=request.user,
                        exceptions=exceptions,
                        **form.cleaned_data,
                    ),
                ),
                request.user,
            )
            if done:
                messages.success(request, f"已比对：无异常 {done[0]} 户，有异常 {len(exceptions)} 户。")
                return redirect("households:exit-compare")
    names = short_names(one.area_code for one in [*waiting, *done_before])
    context = {
        "now": now,
        "bureau": EXIT_BUREAUS.label(bureau),
        "form": form,
        "rows": [(row, names.get(row.case.area_code, ""), state) for row, state in _with_state(rows, bureau)],
        "forms": asked,
        "said": [(one, names.get(one.area_code, ""), said[one.pk]) for one in done_before],
        "more": more,
        "corrected": corrected,
    }
    return render(request, "households/exits/compare.html", context, status=422 if posted else 200)


def _one_of(cases: QuerySet[ExitCase], typed: str) -> ExitCase | None:
    """The case of a typed key, if it is one of these; None also for what is no key."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < _KEY_DIGITS):
        return None
    return cases.filter(pk=int(typed)).first()


def _said(cases: list[ExitCase], bureau: str) -> dict[int, BureauConfirmation]:
    """The last word of the bureau on each case in its round."""
    rows = BureauConfirmation.objects.of_round().filter(case__in=[one.pk for one in cases], bureau=bureau)
    return {one.case_id: one for one in rows.order_by("pk")}


def _with_state(rows: list[ExceptionForm], bureau: str):
    """Each form with the state of the bureau's own indicator, in words."""
    column = COMPARED.get(bureau)
    years: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        years[row.case.year].append(row.case.household_id)
    states = {}
    for year, households in years.items():
        if column:
            found = Assessment.objects.filter(household__in=households, year=year)
            states |= dict(found.values_list("household_id", column))
    for row in rows:
        yield row, LABELS.get(states.get(row.case.household_id), "未判定")
