"""Helpers and households: who has no helper, who helps whom, hand-over."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from households.disclosure import whole_to
from households.forms.pairing import (
    EndPairingForm,
    HandOverForm,
    HelperFilter,
    PairForm,
    TransferForm,
    helpers_for,
)
from households.helping.views.overview import tabs
from households.models import Household, Pairing
from households.services.pairing import end_pairing, hand_over, pair, transfer
from households.views.reaching import household_for, pairing_for, sent
from poverty.parameters.services import value_for
from poverty.web import questions
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires
from poverty.web.typed import led_on


@require_http_methods(["GET", "HEAD", "POST"])
@requires("pairing.edit")
def pairing(request):
    """Households without a helper (the list should be empty), or by ?tab=helpers the helpers and their
    households.
    """
    if led := led_on(request, ("tab", "q"), instead="请按姓名或拼音首字母查找。"):
        return led
    today = timezone.localdate()
    now = chosen(request)
    households = (
        Household.objects.visible_to(request.user, "pairing.edit")
        .filter(whole_to(request.user))
        .under(now.area_code)
        .without_helper(today)
        .select_related("area")
    )
    tab = "helpers" if request.GET.get("tab") == "helpers" else "without"
    without, exact = count_up_to(households, 10_000)
    helpers = helpers_for(request.user, now.area_code[:6] if len(now.area_code) >= 6 else "")
    base = reverse("households:pairing")
    context = {
        "tab": tab,
        "tabs": [
            *(one for one in tabs(request, "") if "?tab=" not in one[1] and one[1] != base),
            ("没有帮扶责任人的户", base, f"{without}{'' if exact else '+'}", tab == "without"),
            ("帮扶责任人", f"{base}?tab=helpers", helpers.count(), tab == "helpers"),
        ],
        "now": now,
        "today": today,
    }
    if tab == "helpers":
        form = HelperFilter(request.GET)
        context["filter"] = form
        rows, after = form.chosen(helpers), request.GET.get("page")
        context["page"] = keyset_page(rows, order=(("pinyin", "asc"), ("id", "asc")), after=after, size=50)
    else:
        order = (("area_id", "asc"), ("id", "asc"))
        context["page"] = keyset_page(households, order=order, after=request.GET.get("page"), size=50)
    return render(request, "households/pairing/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("pairing.edit")
def pair_household(request, pk: int):
    """Give a household a helper; shows who helped it before."""
    household = household_for(request.user, pk, "pairing.edit")
    today = timezone.localdate()
    rows = household.pairings.select_related("helper__unit").order_by("-valid_from", "-pk")
    form = PairForm(
        sent(request),
        household=household,
        actor=request.user,
        second=bool(value_for("pairing.second_allowed", household.area_id, today)),
        initial={"since": today, "order": 2 if any(row.valid_to is None for row in rows) else 1},
    )
    if request.method == "POST" and form.is_valid() and not questions.unanswered(form):
        values = dict(form.cleaned_data)
        try:
            pair(household, values.pop("helper"), actor=request.user, **values)
        except PermissionDenied as error:
            raise MissingRight(("pairing.edit",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已结对，帮扶责任人现在能看到这一户。")
            return redirect("households:pair", pk)
    context = {
        "form": form,
        "household": household,
        "rows": rows,
        "open_rows": [row for row in rows if row.valid_to is None],
        "papers": household.responsibilities.current().select_related("person").order_by("-year", "-pk")[:10],
    }
    return render(
        request, "households/pairing/pair.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("pairing.edit")
def pairing_end(request, pk: int):
    """End a pairing from a day on."""
    row = pairing_for(request.user, pk)
    form = EndPairingForm(sent(request), initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            end_pairing(row, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "结对已终止。")
            return redirect("households:pair", row.household_id)
    return _page(
        request, row, form, "终止结对", f"终止{row.helper.name}与{row.household.head_name}户的结对？"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("pairing.edit")
def pairing_transfer(request, pk: int):
    """Hand one household over to another helper."""
    row = pairing_for(request.user, pk)
    form = TransferForm(
        sent(request),
        county=row.household.area_id[:6],
        actor=request.user,
        leaving=row.helper,
        initial={"on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            transfer(row, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"{row.household.head_name}户已交接。")
            return redirect("households:pair", row.household_id)
    return _page(request, row, form, "交接", f"{row.household.head_name}户现由{row.helper.name}帮扶。")


def _page(request, row: Pairing, form, action: str, question: str):
    context = {"form": form, "row": row, "action": action, "question": question}
    status = 422 if request.method == "POST" else 200
    return render(request, "households/pairing/one.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("pairing.edit")
def helper(request, pk: int):
    """A helper's households now and before, and handing several of them over at once."""
    person = helpers_for(request.user).filter(pk=pk).first()
    if person is None:
        raise Http404
    visible = Household.objects.visible_to(request.user, "pairing.edit")
    rows = Pairing.objects.filter(helper=person, household__in=visible).select_related("household__area")
    rows = rows.order_by("-valid_from", "household__area_id", "pk")
    open_rows = rows.filter(valid_to=None)
    county = next((row.household.area_id[:6] for row in open_rows), "")
    form = HandOverForm(
        sent(request),
        pairings=open_rows,
        county=county,
        actor=request.user,
        leaving=person,
        initial={"on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = hand_over(values.pop("pairings"), values.pop("helper"), actor=request.user, **values)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已交接 {len(made)} 户给{made[0].helper.name}。")
            return redirect("households:helper", pk)
    context = {
        "person": person,
        "form": form,
        "open_rows": open_rows,
        "past_rows": rows.exclude(valid_to=None)[:100],
    }
    return render(
        request, "households/pairing/helper.html", context, status=422 if request.method == "POST" else 200
    )
