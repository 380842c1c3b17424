"""Where a household stands: position and photo, village and group; and its status as the national system
has it.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from households.forms.places import AdoptForm, PlaceForm, PositionForm
from households.services.places import move_household
from households.services.positions import set_photo, set_position
from households.services.status import adopt_status
from households.views.reaching import household_for, sent
from poverty.web.form_errors import take_over
from poverty.web.rights import MissingRight, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("photo.edit")
def position(request, pk: int):
    """Latitude and longitude and a photo of the house."""
    household = household_for(request.user, pk, "photo.edit")
    form = PositionForm(
        sent(request),
        request.FILES or None,
        initial={"latitude": household.latitude, "longitude": household.longitude},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _save_position(household, form.cleaned_data, request.user)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已保存。")
            return redirect("households:detail", pk)
    context = {"form": form, "household": household}
    return render(
        request, "households/persons/position.html", context, status=422 if request.method == "POST" else 200
    )


@transaction.atomic
def _save_position(household, values, actor) -> None:
    # The photo first: it gives a position only where none was typed.
    set_position(household, values["latitude"], values["longitude"], actor=actor)
    if values["photo"] is not None:
        try:
            set_photo(household, values["photo"], actor=actor)
        except ValidationError as error:
            raise ValidationError({"photo": error.messages}) from error


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.confirm")
def place(request, pk: int):
    """Another village or group from a day on."""
    household = household_for(request.user, pk, "register.confirm")
    form = PlaceForm(
        sent(request),
        household=household,
        actor=request.user,
        initial={
            "area": household.area_id,
            "settlement": household.settlement_id,
            "happened_on": timezone.localdate(),
        },
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            move_household(
                household,
                values["area"],
                values["settlement"],
                on=values["happened_on"],
                reason=values["reason"],
                document=values["document"],
                actor=request.user,
            )
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "所在地已变更，已按新的所在地重新判定。")
            return redirect("households:detail", pk)
    context = {
        "form": form,
        "household": household,
        "places": household.places.select_related("area", "settlement").order_by("-valid_from"),
    }
    return render(
        request, "households/persons/place.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("status.adopt")
def adopt(request, pk: int):
    """Take over status and kind as the national system has them."""
    household = household_for(request.user, pk, "status.adopt")
    form = AdoptForm(sent(request), initial={"status": household.status, "kind": household.kind})
    if request.method == "POST" and form.is_valid():
        try:
            adopt_status(household, actor=request.user, **form.cleaned_data)
        except PermissionDenied as error:
            raise MissingRight(("status.adopt",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已带入。")
            return redirect("households:detail", pk)
    context = {
        "form": form,
        "household": household,
        "statuses": household.statuses.order_by("-valid_from", "-pk"),
    }
    return render(
        request, "households/persons/adopt.html", context, status=422 if request.method == "POST" else 200
    )
