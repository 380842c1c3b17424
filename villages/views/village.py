"""What is said of a village itself: who leads it, where it lies, what kind of village it is."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.rights import requires
from villages.forms.village import VillageForm
from villages.models import Village
from villages.services.register import update_village
from villages.views.facts import page_of
from villages.views.fetching import village_for


@require_http_methods(["GET", "HEAD", "POST"])
@requires("village.edit")
@transaction.atomic
def edit(request, pk: int):
    """Change the record of a village; attributes are dated."""
    village = village_for(request.user, pk, "village.edit")
    if request.method == "POST":
        village = (
            Village.objects.select_for_update(no_key=True, of=("self",)).select_related("area").get(pk=pk)
        )
    form = VillageForm(request.POST or None, instance=village)
    year = chosen(request).year
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                update_village(
                    village,
                    form.values(),
                    actor=request.user,
                    on=form.cleaned_data["on"],
                    document_name=form.cleaned_data["document_name"],
                )
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已保存。")
            return HttpResponseRedirect(page_of(village, year, "basics"))
    context = {"village": village, "year": year, "form": form}
    return render(request, "villages/edit.html", context, status=422 if request.method == "POST" else 200)
