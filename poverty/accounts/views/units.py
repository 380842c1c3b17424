"""Units: list, page, entry."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from poverty.accounts import services
from poverty.accounts.filters import UnitFilter
from poverty.accounts.forms import UnitForm, areas_for
from poverty.accounts.models import Unit
from poverty.sql.periods import valid_at
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import requires
from poverty.web.typed import led_on


@require_http_methods(["GET", "POST"])
@requires("unit.view")
def units(request):
    """Units of the own area and of the areas above."""
    if led := led_on(request, UnitFilter.base_filters, instead="请按单位名称查找。"):
        return led
    shown = UnitFilter(
        request.GET,
        Unit.objects.visible_to(request.user),
        areas=areas_for(request.user, "unit.view", chosen(request).area_code),
    )
    posted = Count("postings__user", Q(valid_at(timezone.localdate(), "postings__")), distinct=True)
    rows = shown.qs.select_related("area").annotate(people=posted)
    page = keyset_page(rows, order=(("area", "asc"), ("name", "asc")), after=request.GET.get("page"))
    count, exact = count_up_to(shown.qs)
    context = {
        "filter": shown,
        "page": page,
        "count": count,
        "exact": exact,
        "may_add": request.user.has_right("unit.edit"),
    }
    return render(request, "accounts/units.html", context)


@require_http_methods(["GET"])
@requires("unit.view")
def unit(request, pk):
    """One unit with the people it has posted, as far as the viewer may see people."""
    found = get_object_or_404(Unit.objects.visible_to(request.user).select_related("area"), pk=pk)
    postings = found.postings.visible_to(request.user).open_on().select_related("user", "area")
    context = {
        "unit": found,
        "postings": postings.order_by("user__pinyin", "id")[:200],
        "sees_people": request.user.has_right("user.view"),
        "may_edit": request.user.has_right_at("unit.edit", found.area_id),
    }
    return render(request, "accounts/unit.html", context)


@require_http_methods(["GET", "POST"])
@requires("unit.edit")
def unit_add(request):
    """Enter a unit."""
    form = UnitForm(request.POST or None, actor=request.user, opened=chosen(request).area_code)
    if request.method == "POST" and form.is_valid():
        try:
            found = services.create_unit(actor=request.user, **form.values())
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"{found.name}已登记。")
            return HttpResponseRedirect(reverse("accounts:unit", args=[found.pk]))
    return render(request, "accounts/unit_form.html", {"form": form, "unit": None})


@require_http_methods(["GET", "POST"])
@requires("unit.edit")
def unit_edit(request, pk):
    """Change a unit."""
    mine = Unit.objects.visible_to(request.user, "unit.edit")
    with transaction.atomic():
        if request.method == "POST":
            mine = mine.select_for_update()
        found = get_object_or_404(mine, pk=pk)
        form = UnitForm(
            request.POST or None, instance=found, actor=request.user, opened=chosen(request).area_code
        )
        if request.method == "POST" and form.is_valid():
            try:
                services.update_unit(found, actor=request.user, **form.values())
            except ValidationError as error:
                take_over(form, error)
            else:
                messages.success(request, "已保存。")
                return HttpResponseRedirect(reverse("accounts:unit", args=[found.pk]))
    return render(request, "accounts/unit_form.html", {"form": form, "unit": found})
